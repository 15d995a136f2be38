import type { Head } from '../git/head.ts';
import type { Repository } from '../git/repository.ts';
import { matchersOf } from '../policy/rate.ts';
import type { Settings } from '../policy/settings.ts';
import { START_OF_FILE } from '../proto/position.ts';
import type { NoBaseline } from '../release/model.ts';
import type { ReleaseModule } from '../release/modules.ts';
import type { Releases } from '../release/releases.ts';
import { Ownership } from '../sources/ownership.ts';
import type { CheckOptions } from './check-options.ts';
import { Comparison } from './comparison.ts';
import type { Configuration } from './configuration.ts';
import { declaredAt, PLANNED, versionFileProblems } from './declared-version.ts';
import type { LinkCache } from './link-cache.ts';
import { type Plan, type PlannedModule, type PlannedOlder, stableVersion } from './plan.ts';
import { concerns, whyNothingToCheck } from './requested-files.ts';
import { isBaseline } from './result.ts';
import type { Side } from './side.ts';

export interface PlanSources {
  readonly repository: Repository;
  readonly configuration: Configuration;
  /** With the policy of the options. */
  readonly settings: Settings;
  readonly head: Head;
  readonly releases: Releases;
  /** Undefined for the working tree. */
  readonly target: string | undefined;
  readonly edited: Side;
  readonly sideOf: (commit: string) => Side;
  readonly linked: LinkCache;
  /** Texts in editors of other files than `.proto` files. */
  readonly openTexts: ReadonlyMap<string, string>;
}

export async function planCheck(sources: PlanSources, options: CheckOptions): Promise<Plan | NoBaseline> {
  const { repository, configuration, settings, head, releases, target, edited, openTexts } = sources;
  const { places, hasDependencies } = configuration;
  const modules = await releases.modulesAt((await edited.list()).keys(), options);
  const prefixes = new Set(['', ...modules.map(({ prefix }) => prefix)]);
  const selected = selectModules(modules, prefixes, options);
  const planned = await Promise.all(selected.map((module) => planModule(module, prefixes, sources, options)));
  const declared = await Promise.all(selected.map(({ prefix }) => declaredVersion(prefix, sources, options)));

  const sides = [edited, ...planned.flatMap(({ old }) => old ?? [])];
  const nothing = await whyNothingToCheck(sides, settings, options.paths, configuration.file);
  if (nothing !== undefined) return nothing;

  // An older commit may lack the version file.
  const mustDeclare = options.declared === undefined && (target === undefined || repository.workingTree === undefined);
  const undeclared = mustDeclare ? await versionFileProblems(repository, settings, places, target, openTexts) : [];
  const unread = declared.flatMap(({ problems }) => problems);
  return {
    settings,
    problems: [...configuration.problems, ...undeclared, ...unread],
    places,
    versionFiles:
      settings.versionFile === undefined
        ? [...new Set([...declared.flatMap((each) => each.declared?.file ?? []), ...unread.map(({ file }) => file)])]
        : [settings.versionFile],
    branch: target === undefined || options.to === head.branch ? head.branch : undefined,
    edited: versionOf(options.to, modules),
    complete: options.paths === undefined,
    isolated: false,
    hasDependencies,
    unstable: unstableFiles(sources),
    modules: planned.map((module, index) => ({ ...module, declared: declared[index]?.declared })),
  };
}

/** The module that is named, else those that the paths concern. */
function selectModules(
  modules: readonly ReleaseModule[],
  prefixes: ReadonlySet<string>,
  { module: named, paths }: CheckOptions,
): readonly ReleaseModule[] {
  // Beside others, the module of the whole repository may be empty.
  const isInUse = ({ files, releases }: ReleaseModule): boolean =>
    files.length > 0 || releases.length > 0 || modules.length === 1;
  const concerned = modules.filter((module) => isInUse(module) && concerns(paths, module.prefix, prefixes));
  const asked = concerned.filter(({ prefix }) => prefix === named);
  return asked.length > 0 ? asked : concerned;
}

async function planModule(
  module: ReleaseModule,
  prefixes: ReadonlySet<string>,
  sources: PlanSources,
  { from, to, declared, skew, paths: named }: CheckOptions,
): Promise<Omit<PlannedModule, 'declared'>> {
  const { configuration, settings, releases, edited, sideOf, linked } = sources;
  const compare = (before: Side | undefined, after: Side): Comparison =>
    new Comparison(before, after, {
      module: { prefix: module.prefix, prefixes },
      importRoots: settings.importRoots,
      isNamed: named !== undefined,
      ownership: (files, submodules) =>
        new Ownership(settings, files, { named, submodules, configuration: configuration.file }),
      linked,
    });
  const wanted = { module, from, to, declared };
  const baseline = await releases.baseline(wanted);
  const shared = { prefix: module.prefix, baseline, edited };
  if (!isBaseline(baseline))
    return { ...shared, countedFrom: undefined, old: undefined, comparison: compare(undefined, edited), older: [] };

  const old = sideOf(baseline.commit);
  const peers = await releases.peers(baseline, wanted, skew ?? settings.skew);
  const older = peers
    .filter(({ commit }) => commit !== baseline.commit)
    .map(({ version, commit }): PlannedOlder => {
      const side = sideOf(commit);
      return { version, commit, comparison: compare(side, edited), past: compare(side, old) };
    });
  return { ...shared, countedFrom: stableVersion(baseline, module), old, comparison: compare(old, edited), older };
}

function declaredVersion(
  prefix: string,
  { repository, settings, target, openTexts }: PlanSources,
  { declared: version }: CheckOptions,
): ReturnType<typeof declaredAt> {
  if (version === undefined) return declaredAt(repository, settings, prefix, target, openTexts);
  return Promise.resolve({ declared: { file: PLANNED, version, range: START_OF_FILE }, problems: [] });
}

function unstableFiles({ settings, configuration, edited }: PlanSources): Plan['unstable'] {
  const { isUnstablePath } = matchersOf(settings);
  return (path) =>
    isUnstablePath(path, edited.openTree(path)?.package?.name.text ?? '')
      ? { by: 'unstable', name: undefined, configuration: configuration.file }
      : undefined;
}

function versionOf(to: string | undefined, modules: readonly ReleaseModule[]): string | undefined {
  return modules.flatMap(({ releases }) => releases).find(({ ref }) => ref === to)?.version;
}
