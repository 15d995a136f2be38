import { baselineOf, type CheckResult, isBaseline } from '../check/result.ts';
import type { Finding } from '../policy/result.ts';

/** A release as a place in it needs it. */
export interface Placed {
  /** "1.0.0", or the ref where it is no release. */
  readonly label: string;
  readonly commit: string;
}

/** What a finding is measured against: its file's baseline, or an older release that peers may still run. */
export function releaseOf(result: CheckResult, { file, older }: Finding): Placed | undefined {
  if (older !== undefined) return { label: older.version, commit: older.commit };
  const baseline = baselineOf(result, file);
  return isBaseline(baseline) ? { label: baseline.version ?? baseline.ref, commit: baseline.commit } : undefined;
}
