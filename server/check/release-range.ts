import compare from 'semver/functions/compare.js';
import { isPrerelease, type Release } from '../release/model.ts';
import { CannotRun } from './cannot-run.ts';
import type { Project } from './project.ts';

/** What an audit and a matrix need of a project. */
export type ReleaseSource = Pick<Project, 'check' | 'releases' | 'moduleOf'> & Partial<Pick<Project, 'age'>>;

export interface HistoryOptions {
  /** A preset instead of the configured policy. */
  readonly policy?: string | undefined;
  readonly paths?: readonly string[];
  /** Tags or versions of the first and the last release to compare. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly signal?: AbortSignal;
  /** Receives the finished comparisons and the expected total. */
  readonly progress?: (done: number, total: number) => void;
}

export interface ModuleRelease {
  readonly release: Release;
  readonly module: string;
}

/**
 * By module, lowest version first, without pre-releases of modules with stable releases.
 * @param paths releases that contain none of these files or folders are left out.
 * @throws GitError, and the signal's reason.
 */
export async function releasesToCompare(
  project: Pick<ReleaseSource, 'releases' | 'moduleOf'>,
  signal?: AbortSignal,
  paths?: readonly string[],
): Promise<readonly ModuleRelease[]> {
  const releases = await project.releases();
  const found: ModuleRelease[] = [];
  for (let start = 0; start < releases.length; start += AT_ONCE) {
    signal?.throwIfAborted();
    const modules = releases.slice(start, start + AT_ONCE).map(async (release): Promise<readonly ModuleRelease[]> => {
      const module = await project.moduleOf(release, paths);
      return module === undefined ? [] : [{ release, module }];
    });
    found.push(...(await Promise.all(modules)).flat());
  }
  signal?.throwIfAborted();
  const stableModules = new Set(found.filter(({ release }) => !isPrerelease(release)).map(({ module }) => module));
  return found
    .filter(({ release, module }) => !isPrerelease(release) || !stableModules.has(module))
    .sort(
      (a, b) =>
        (a.module < b.module ? -1 : a.module > b.module ? 1 : 0) || compare(a.release.version, b.release.version),
    );
}

/** Enough releases to keep git busy. */
const AT_ONCE = 100;

/**
 * From the first to the last release that the options name. Without a name, nothing is cut off.
 * @throws CannotRun if a name is unknown, or if no module has both in this order.
 */
export function releasesBetween(
  releases: readonly ModuleRelease[],
  { from, to }: HistoryOptions,
): readonly ModuleRelease[] {
  const isNamed =
    (name: string) =>
    ({ release }: ModuleRelease): boolean =>
      release.ref === name || release.version === name;
  for (const name of [from, to]) {
    if (name !== undefined && releases.length > 0 && !releases.some(isNamed(name)))
      throw new CannotRun(
        `there is no release ${name} among the ${releases.length} releases that can be compared; name one by its tag.`,
      );
  }
  const found = [...new Set(releases.map(({ module }) => module))].flatMap((module) => {
    const own = releases.filter((each) => each.module === module);
    const first = from === undefined ? 0 : own.findIndex(isNamed(from));
    const last = to === undefined ? own.length - 1 : own.findLastIndex(isNamed(to));
    return first < 0 ? [] : own.slice(first, last + 1);
  });
  if (from !== undefined && to !== undefined && found.length === 0)
    throw new CannotRun(
      `no module has a release ${to} after ${from}; name two releases of one module, the older one first.`,
    );
  return found;
}

export function checkOptionsOf({ policy, paths, signal }: HistoryOptions) {
  return {
    ...(policy !== undefined && { policy }),
    ...(paths !== undefined && paths.length > 0 && { paths }),
    ...(signal && { signal }),
  };
}
