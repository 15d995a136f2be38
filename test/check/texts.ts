import { Comparison } from '../../server/check/comparison.ts';
import type { Plan } from '../../server/check/plan.ts';
import type { CheckResult } from '../../server/check/result.ts';
import { resultOf, runModule } from '../../server/check/run.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../server/policy/settings.ts';
import { Ownership } from '../../server/sources/ownership.ts';
import { sideOf } from './memory.ts';

export type Texts = Readonly<Record<string, string>>;

/** Checks `after` in memory. `before` is the release 1.0.0. */
export async function checkTexts(
  before: Texts,
  after: Texts,
  given: { readonly settings?: Partial<Settings>; readonly paths?: readonly string[] } = {},
): Promise<CheckResult> {
  const settings = { ...DEFAULT_SETTINGS, ...given.settings };
  const [old, edited] = [sideOf(before).side, sideOf(after).side];
  const comparison = new Comparison(old, edited, {
    module: { prefix: '', prefixes: new Set(['']) },
    importRoots: settings.importRoots,
    isNamed: given.paths !== undefined,
    ownership: (files) => new Ownership(settings, files, { named: given.paths }),
  });
  const baseline = { ref: '1.0.0', version: '1.0.0', commit: '', prefix: '', note: undefined };
  const module = {
    prefix: '',
    baseline,
    countedFrom: '1.0.0',
    edited,
    old,
    comparison,
    older: [],
    declared: undefined,
  };
  const plan: Plan = {
    settings,
    problems: [],
    places: new Map(),
    versionFiles: [],
    branch: undefined,
    edited: undefined,
    complete: given.paths === undefined,
    isolated: false,
    hasDependencies: false,
    unstable: () => undefined,
    modules: [module],
  };
  return resultOf(plan, [await runModule(plan, module, [], undefined)], null);
}
