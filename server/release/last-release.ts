import type { Commit } from '../git/commit.ts';
import type { Lineage } from './lineage.ts';
import { isPrerelease, minorLineOf, type Release } from './model.ts';

export interface Target {
  readonly commit: string;
  /** Set if the commit is checked as this release. Only lower versions can then be the last release. */
  readonly release?: Release | undefined;
  /** The release whose tag names the commit, of any module. Without `release`, only releases that already existed then count. */
  readonly tagged?: Release | undefined;
}

export interface PrereleaseOptions {
  readonly includePrereleases?: boolean;
}

/**
 * Finds the release that a commit is compared with. If the commit is checked as a release, only lower versions that already existed count.
 * The first rule that gives a release decides:
 *
 * - For a patch release: the highest of the lower releases on its minor line.
 * - For a commit that is not checked as a release: the release at this commit.
 * - If the commit contains releases that the trunk does not contain, as on a stable branch: the highest of them, here R. If another branch
 *   that starts from R has later patches of R's minor line: the highest of those patches.
 * - The highest release that the commit contains, or that was made on a side branch. The side branch must have left the trunk before the
 *   commit, and must not seem abandoned.
 * @param releases of one module, lowest version first.
 */
export function lastRelease(
  target: Target,
  releases: readonly Release[],
  lineage: Lineage,
  options: PrereleaseOptions,
): Release | undefined {
  const { commit, release, tagged } = target;
  const { trunk } = lineage;
  const isAncestor = (ancestor: string, of: string) => lineage.isAncestor(ancestor, of);
  const existedAsOf = (made: Release | undefined) => (each: Release) =>
    made === undefined || existedAt(made, each, lineage);
  const known =
    release === undefined
      ? eligibleReleases(releases, undefined, options).filter(existedAsOf(tagged))
      : eligibleReleases(lowerThan(release, releases).filter(existedAsOf(release)), release, options);
  const direct = release === undefined ? releaseAt(commit, known) : patchBefore(release, known);
  if (direct !== undefined) return direct;

  const contains = (each: Release): boolean => lineage.contains(commit, each.commit);
  if (trunk === undefined) return known.findLast(contains);
  // A commit of the trunk's history contains only what the trunk contains.
  const own = isAncestor(commit, trunk)
    ? undefined
    : known.findLast((each) => contains(each) && !lineage.contains(trunk, each.commit));
  if (own !== undefined) {
    const minorLine = minorLineOf(own);
    const beside = known
      .slice(known.indexOf(own) + 1)
      .findLast(
        (each) =>
          minorLineOf(each) === minorLine &&
          each.version !== own.version &&
          isAncestor(own.commit, each.commit) &&
          !isAncestor(commit, each.commit) &&
          !isAncestor(each.commit, trunk),
      );
    return beside ?? own;
  }
  return known.findLast((each) => contains(each) || isOnSideBranch(each, commit, known, lineage));
}

/** Whether another release already existed when a release was made. An ancestor did, whatever the dates of the tags. */
export function existedAt(release: Release, other: Release, lineage: Lineage): boolean {
  return other.date <= release.date || lineage.isAncestor(other.commit, release.commit);
}

/** The merges that the lineage for `lastOfHighest` must list. See `Lineage.contains`. */
export function mergesToList(
  highest: Iterable<Release>,
  releases: readonly Release[],
  { commits, trunkDate }: { readonly commits: ReadonlyMap<string, MadeCommit>; readonly trunkDate: number },
): readonly string[] {
  const oldest = Math.min(...Array.from(highest, ({ date }) => date));
  const merges = releases.filter(({ commit, date }) => {
    const made = commits.get(commit);
    return made !== undefined && made.parents.length > 1 && (date > oldest || made.date >= trunkDate);
  });
  return merges.map(({ commit }) => commit);
}

type MadeCommit = Pick<Commit, 'parents' | 'date'>;

/**
 * Calls `lastRelease` with a lineage that has a `base`.
 * @param releases all that count, lowest version first.
 * @param highest the last of `releases`. They and the target descend from the base.
 * @returns `unclear` if the whole history is needed.
 */
export function lastOfHighest(
  commit: string,
  releases: readonly Release[],
  highest: readonly Release[],
  lineage: Lineage,
  parentsOf: (commit: string) => readonly string[],
  options: PrereleaseOptions,
): Release | undefined | 'unclear' {
  const { trunk, base } = lineage;
  // Otherwise, a branch may have left the trunk at a commit that is not listed.
  if (trunk !== undefined && base !== undefined && !lineage.isOnTrunk(base)) return 'unclear';
  const isListed = (each: string): boolean => lineage.isListed(each);
  // The target may then contain the parent, and so the release.
  const isMergeOfListed = (each: Release): boolean => {
    const parents = isListed(each.commit) ? [] : parentsOf(each.commit);
    return parents.length > 1 && parents.some(isListed);
  };
  if (releases.some(isMergeOfListed)) return 'unclear';
  const found = lastRelease({ commit }, releases, lineage, options);
  const isSure = found === undefined ? highest.length === releases.length : highest.includes(found);
  return isSure ? found : 'unclear';
}

/** Whether a release is on a side branch that left the trunk before `commit`. False if the branch seems abandoned. */
function isOnSideBranch(
  { commit: released, date }: Release,
  commit: string,
  releases: readonly Release[],
  lineage: Lineage,
): boolean {
  if (lineage.isOnTrunk(released) || lineage.isAncestor(commit, released)) return false;
  const fork = lineage.forkOf(released);
  if (fork === undefined || !lineage.isAncestor(fork, commit)) return false;
  // The side branch seems abandoned if the commit contains a younger release that was made after the fork.
  return !releases.some(
    (other) =>
      other.date > date &&
      other.commit !== fork &&
      lineage.isAncestor(fork, other.commit) &&
      lineage.contains(commit, other.commit),
  );
}

/**
 * Pre-releases count if the options say so. They also count if there are no other releases and `checked` is not a stable release.
 * @param checked the release that is checked, if any.
 */
export function eligibleReleases(
  releases: readonly Release[],
  checked: Release | undefined,
  { includePrereleases = false }: PrereleaseOptions,
): readonly Release[] {
  if (includePrereleases) return releases;
  const stable = releases.filter((each) => !isPrerelease(each));
  // The first stable release must not be compared with its own release candidates.
  const mayUsePrereleases = checked === undefined || isPrerelease(checked);
  return stable.length === 0 && mayUsePrereleases ? releases : stable;
}

/** The highest release at a commit. */
export function releaseAt(commit: string, releases: readonly Release[]): Release | undefined {
  return releases.findLast((each) => each.commit === commit);
}

function lowerThan({ version }: Release, releases: readonly Release[]): readonly Release[] {
  return releases.slice(
    0,
    Math.max(
      0,
      releases.findIndex((each) => each.version === version),
    ),
  );
}

/** For a release X.Y.Z with Z above 0, the highest of the lower releases X.Y, regardless of the commit graph. */
function patchBefore(release: Release, lower: readonly Release[]): Release | undefined {
  const minorLine = minorLineOf(release);
  if (/^0(?!\d)/.test(release.version.slice(minorLine.length + 1))) return undefined;
  return lower.findLast((each) => minorLineOf(each) === minorLine);
}
