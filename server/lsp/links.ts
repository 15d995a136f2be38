import type { CheckResult } from '../check/result.ts';
import { isBaseline } from '../check/result.ts';
import type { Finding } from '../policy/result.ts';
import type { Baseline, NoBaseline } from '../release/model.ts';

/** What a file of the repository is compared with: its own module's baseline, where there are several modules. */
export function baselineOf(result: CheckResult, path: string): Baseline | NoBaseline {
  // As with Go modules, the longest prefix wins.
  const [own] = result.modules
    .filter((module) => path.startsWith(module.prefix))
    .sort((a, b) => b.prefix.length - a.prefix.length);
  return own?.baseline ?? result.baseline;
}

/** The commit that a finding's `baseline` place is in; undefined without one. */
export function commitOf(result: CheckResult, finding: Finding): Baseline | undefined {
  const baseline = baselineOf(result, finding.file);
  return finding.baseline !== null && isBaseline(baseline) ? baseline : undefined;
}
