/** One step from a release to the next one: a line of `docs/census/steps.jsonl`. */
export interface Step {
  /** `OWNER/NAME`. */
  readonly repository: string;
  /** Directory prefix of the module: "api/"; left out for the whole repository. */
  readonly module?: string;
  /** Tags. */
  readonly from: string;
  readonly to: string;
  /** The step that the version took, and the one that the changes need: `major`, `minor`, `patch`, `none`. */
  readonly declared: string;
  readonly required: string;
  /** The version is lower than the changes need. */
  readonly tooLow?: true;
  readonly findings?: number;
  /** How many findings break what the policy promises, by rule. */
  readonly breaks?: Readonly<Record<string, number>>;
  /** What forces the required step. */
  readonly forcedBy?: { readonly rule: string; readonly element: string; readonly class: string };
  /**
   * How one of the breaks was shown. `protoc`: it encoded a message with the one text and decoded something else with the other one.
   * `name`: protoc finds a name only in the older text. `own`: only by the message that our finding shows.
   */
  readonly witness?: 'protoc' | 'name' | 'own';
}

/** A repository that was looked at: how many releases it has, or why it could not be looked at. */
export interface Looked {
  readonly repository: string;
  /** The newest commit of the clone. */
  readonly head: string;
  readonly releases: number;
  readonly error?: string;
}

export type Line = Step | Looked;

export function isStep(line: Line): line is Step {
  return 'to' in line;
}

/** What was found in reading a step that was called too low for a break: a line of `docs/census/readings.jsonl`. */
export interface Reading {
  readonly repository: string;
  readonly from: string;
  readonly to: string;
  readonly verdict: 'right' | 'arguable' | 'wrong';
  readonly reason: string;
}

/** What the census wrote. */
export function readSteps(text: string): readonly Line[] {
  return linesOf(text).map((line) => JSON.parse(line) as Line);
}

export function readReadings(text: string): readonly Reading[] {
  return linesOf(text).map((line) => JSON.parse(line) as Reading);
}

function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}
