/** One step from a release to the next: a line of `docs/census/steps.jsonl`. */
export interface Step {
  /** `OWNER/NAME`. */
  readonly repository: string;
  /** The module's directory prefix, such as "api/". Missing for the whole repository. */
  readonly module?: string;
  /** Tags. */
  readonly from: string;
  readonly to: string;
  /** The bump of the version. */
  readonly declared: string;
  /** The bump that the changes need. */
  readonly required: string;
  readonly tooLow?: true;
  readonly findings?: number;
  /** Findings that break a promise of the policy, by rule. */
  readonly breaks?: Readonly<Record<string, number>>;
  readonly forcedBy?: { readonly rule: string; readonly element: string; readonly class: string };
  /** What shows one of the breaks: see `execute`, or the example message of our finding. */
  readonly witness?: 'protoc' | 'name' | 'own';
}

/** A repository of the census. */
export interface AuditedRepository {
  readonly repository: string;
  /** The newest commit of the clone. Empty if git could not read it. */
  readonly head: string;
  readonly releases: number;
  /** Why the audit failed. */
  readonly error?: string;
}

export type Line = Step | AuditedRepository;

export function isStep(line: Line): line is Step {
  return 'to' in line;
}

/** A person's judgement of a step whose version is too low: a line of `docs/census/readings.jsonl`. */
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
