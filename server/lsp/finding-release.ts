import { type CheckResult, isBaseline, moduleOfFinding } from '../check/result.ts';
import type { Finding } from '../policy/result.ts';

interface ReleaseRef {
  /** "1.0.0", or the ref if it isn't a release. */
  readonly label: string;
  readonly commit: string;
}

export function releaseOf(result: CheckResult, finding: Finding): ReleaseRef | undefined {
  const { older } = finding;
  if (older !== undefined) return { label: older.version, commit: older.commit };
  const { baseline } = moduleOfFinding(result, finding);
  return isBaseline(baseline) ? { label: baseline.version ?? baseline.ref, commit: baseline.commit } : undefined;
}
