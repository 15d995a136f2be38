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

/** What the census wrote. */
export function readLines(text: string): readonly Line[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);
}
