import type { Lineage } from './lineage.ts';
import { isPrerelease, minorLineOf, type Release } from './model.ts';

export interface Target {
  readonly commit: string;
  /** What the commit is checked as. */
  readonly release?: Release | undefined;
  /** The release, of any module, whose tag names the commit. */
  readonly tagged?: Release | undefined;
}

export interface PrereleaseOptions {
  readonly includePrereleases?: boolean;
}

/**
 * Finds the release that a commit is compared with. The first rule that gives a release decides:
 *
 * - For a patch release: the highest of the lower releases on its minor line.
 * - For a commit that is not checked as a release: the release at this commit.
 * - For a commit on a branch with releases of its own, such as a stable branch: the highest of them.
 * - The highest release that the commit contains, or that was made on a side branch.
 * @param releases of one module, lowest version first.
 */
export function lastRelease(
  target: Target,
  releases: readonly Release[],
  lineage: Lineage,
  options: PrereleaseOptions,
): Release | undefined {
  const { commit, release } = target;
  const known = releasesBefore(target, releases, lineage, options);
  return release === undefined
    ? lastReleaseOf(commit, known, lineage)
    : (patchBefore(release, known) ?? highestReached(commit, known, lineage));
}

/**
 * For a commit that is not checked as a release.
 * @param releases those that count.
 */
export function lastReleaseOf(commit: string, releases: readonly Release[], lineage: Lineage): Release | undefined {
  return releaseAt(commit, releases) ?? highestReached(commit, releases, lineage);
}

function highestReached(commit: string, releases: readonly Release[], lineage: Lineage): Release | undefined {
  const isReached = (each: Release): boolean =>
    lineage.contains(commit, each.commit) || isOnSideBranch(each, commit, releases, lineage);
  return highestOffTrunk(commit, releases, lineage) ?? releases.findLast(isReached);
}

function releasesBefore(
  { release, tagged }: Target,
  releases: readonly Release[],
  lineage: Lineage,
  options: PrereleaseOptions,
): readonly Release[] {
  if (release !== undefined) {
    const lower = releases.slice(
      0,
      Math.max(
        0,
        releases.findIndex(({ version }) => version === release.version),
      ),
    );
    const existing = lower.filter((each) => existedAt(release, each, lineage));
    return eligibleReleases(existing, release, options);
  }
  const eligible = eligibleReleases(releases, undefined, options);
  return tagged === undefined ? eligible : eligible.filter((each) => existedAt(tagged, each, lineage));
}

/** Whether `other` was made before `release`. An ancestor was, whatever the dates of the tags. */
export function existedAt(release: Release, other: Release, lineage: Lineage): boolean {
  return other.date <= release.date || lineage.isAncestor(other.commit, release.commit);
}

/** Pre-releases count if the options say so, or if there are no stable releases. */
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

export function releaseAt(commit: string, releases: readonly Release[]): Release | undefined {
  return releases.findLast((each) => each.commit === commit);
}

/** For a patch release, the highest of the lower ones on its minor line, regardless of the commit graph. */
export function patchBefore(release: Release, lower: readonly Release[]): Release | undefined {
  const minorLine = minorLineOf(release);
  if (/^0(?!\d)/.test(release.version.slice(minorLine.length + 1))) return undefined;
  return lower.findLast((each) => minorLineOf(each) === minorLine);
}

/**
 * The highest release that the commit contains and the trunk does not, or a later patch of its minor line on a branch
 * that starts there.
 */
function highestOffTrunk(commit: string, releases: readonly Release[], lineage: Lineage): Release | undefined {
  const { trunk } = lineage;
  if (trunk === undefined || lineage.isAncestor(commit, trunk)) return undefined;
  const own = releases.findLast(
    (each) => lineage.contains(commit, each.commit) && !lineage.contains(trunk, each.commit),
  );
  if (own === undefined) return undefined;
  const isLaterPatch = (each: Release): boolean =>
    minorLineOf(each) === minorLineOf(own) &&
    each.version !== own.version &&
    lineage.isAncestor(own.commit, each.commit) &&
    !lineage.isAncestor(commit, each.commit) &&
    !lineage.isAncestor(each.commit, trunk);
  return releases.slice(releases.indexOf(own) + 1).findLast(isLaterPatch) ?? own;
}

/**
 * Whether the release is on a side branch that left the trunk before `commit`. A branch seems abandoned, and does not
 * count, if the commit contains a younger release made after the fork.
 */
function isOnSideBranch(
  { commit: released, date }: Release,
  commit: string,
  releases: readonly Release[],
  lineage: Lineage,
): boolean {
  if (lineage.isOnTrunk(released) || lineage.isAncestor(commit, released)) return false;
  const fork = lineage.forkOf(released);
  if (fork === undefined || !lineage.isAncestor(fork, commit)) return false;
  const isYoungerSinceFork = (other: Release): boolean =>
    other.date > date &&
    other.commit !== fork &&
    lineage.isAncestor(fork, other.commit) &&
    lineage.contains(commit, other.commit);
  return !releases.some(isYoungerSinceFork);
}
