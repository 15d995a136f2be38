import { baselineOf, type CheckResult, isBaseline } from '../check/result.ts';
import type { Finding } from '../policy/result.ts';
import type { Baseline } from '../release/model.ts';

/** The commit that a finding's `baseline` place is in; undefined without one. */
export function commitOf(result: CheckResult, finding: Finding): Baseline | undefined {
  const baseline = baselineOf(result, finding.file);
  return finding.baseline !== null && isBaseline(baseline) ? baseline : undefined;
}
