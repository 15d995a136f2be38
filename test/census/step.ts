/** One step from a release to the next: a line of `docs/census/steps.jsonl`. */
export interface Step {
  /** `OWNER/NAME`. */
  readonly repository: string;
  /** The module's directory prefix, such as "api/"; undefined for the whole repository. */
  readonly module?: string;
  /** Tags. */
  readonly from: string;
  readonly to: string;
  /** The bump of the version, and the bump that the changes need: `major`, `minor`, `patch`, `none`. */
  readonly declared: string;
  readonly required: string;
  readonly tooLow?: true;
  readonly findings?: number;
  /** How many findings break a promise of the policy, by rule. */
  readonly breaks?: Readonly<Record<string, number>>;
  readonly forcedBy?: { readonly rule: string; readonly element: string; readonly class: string };
  /** How one of the breaks was shown. `protoc`, `name`: see `execute`. `own`: only the example message of our finding shows it. */
  readonly witness?: 'protoc' | 'name' | 'own';
}

/** A repository of the census. */
export interface AuditedRepository {
  readonly repository: string;
  /** The newest commit of the clone; empty if it could not be read. */
  readonly head: string;
  readonly releases: number;
  /** Why the audit failed. */
  readonly error?: string;
}

export type Line = Step | AuditedRepository;

export function isStep(line: Line): line is Step {
  return 'to' in line;
}

/** The judgement of a step whose version was reported as too low: a line of `docs/census/readings.jsonl`. */
export interface Reading {
  readonly repository: string;
  readonly from: string;
  readonly to: string;
  readonly verdict: 'right' | 'arguable' | 'wrong';
  readonly reason: string;
}

export function readSteps(text: string): readonly Line[] {
  return linesOf(text).map((line) => JSON.parse(line) as Line);
}

export function readReadings(text: string): readonly Reading[] {
  return linesOf(text).map((line) => JSON.parse(line) as Reading);
}

function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}
