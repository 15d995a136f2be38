import { type CheckResult, isBaseline, moduleOfFinding } from '../check/result.ts';
import type { Finding } from '../policy/result.ts';

/** A release as a place in it needs it. */
export interface Placed {
  /** "1.0.0", or the ref where it is no release. */
  readonly label: string;
  readonly commit: string;
}

/** What a finding is measured against: its file's baseline, or an older release that peers may still run. */
export function releaseOf(result: CheckResult, finding: Finding): Placed | undefined {
  const { older } = finding;
  if (older !== undefined) return { label: older.version, commit: older.commit };
  const { baseline } = moduleOfFinding(result, finding);
  return isBaseline(baseline) ? { label: baseline.version ?? baseline.ref, commit: baseline.commit } : undefined;
}
