import { type History, firstParentChain, parentsOf } from './history.ts';
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

/** The part of the trunk's first-parent chain since a release's branch left it. */
export interface TrunkSinceFork {
  /** The newest commit of the chain that the release contains; undefined if it contains none. */
  readonly fork: string | undefined;
  /** The commits of the chain that are newer than `fork`. */
  readonly commits: ReadonlySet<string>;
}

/**
 * Like `lastRelease`, for a commit that is not checked as a release, with only a short listing of the history. The last release is usually
 * one of the highest.
 * @param history as `Releases` lists it for this search.
 * @param releases all releases that count, lowest version first.
 * @param highest how many releases are tried, from the highest version down.
 * @param forks the trunk since each release's fork, by the release's commit.
 * @returns `unclear` if more of the history is needed; `needsFork` if the caller must add this release to `forks` and call again.
 */
export function obviousRelease(
  history: History,
  { commit, trunk }: { readonly commit: string; readonly trunk: string | undefined },
  releases: readonly Release[],
  highest: number,
  parentsOfRelease: (release: Release) => readonly string[],
  forks: ReadonlyMap<string, TrunkSinceFork>,
): Release | undefined | 'unclear' | { readonly needsFork: Release } {
  const flagsOf = flagCommits(history, commit, trunk);
  const hasFlag = (each: string, flags: number): boolean =>
    ((flagsOf[history.numbers.get(each) ?? history.listed] ?? COMMON) & flags) !== 0;
  /** Whether a release outside the target's history and future is a merge with a parent that has the flag. See `Lineage.contains`. */
  const mayBeContained = (each: Release, flag: number): boolean => {
    const parents = hasFlag(each.commit, COMMON | LATER) ? [] : parentsOfRelease(each);
    return parents.length > 1 && parents.some((parent) => hasFlag(parent, flag));
  };
  /** Whether a release on a side branch counts, by the same rule as `isOnSideBranch`. The target must contain the fork. */
  const countsOnSideBranch = (each: Release, { fork, commits }: TrunkSinceFork): boolean | 'unclear' => {
    if (fork === undefined) return false;
    const younger = releases.filter((other) => other.date > each.date && other.commit !== fork);
    if (younger.some((other) => hasFlag(other.commit, COMMON) && commits.has(other.commit))) return false;
    return younger.some((other) => hasFlag(other.commit, COMMON) || mayBeContained(other, COMMON)) ? 'unclear' : true;
  };
  // The target may have releases that the trunk does not contain.
  if (releases.some((each) => hasFlag(each.commit, OWN) || mayBeContained(each, OWN))) return 'unclear';
  if (hasFlag(commit, OWN) && releases.some((each) => mayBeContained(each, COMMON))) return 'unclear';
  for (const each of releases.slice(-highest).reverse()) {
    if (hasFlag(each.commit, COMMON)) return each;
    if (hasFlag(each.commit, LATER)) continue;
    if (mayBeContained(each, COMMON)) return 'unclear';
    if (trunk === undefined || hasFlag(each.commit, FORKED_LATER)) continue;
    const sinceFork = forks.get(each.commit);
    if (sinceFork === undefined) return { needsFork: each };
    const counts = countsOnSideBranch(each, sinceFork);
    if (counts === 'unclear') return 'unclear';
    if (counts) return each;
  }
  return highest < releases.length ? 'unclear' : undefined;
}

/* Flags of a commit, relative to the target commit and the trunk. */
/** The target and the trunk both contain it. */
const COMMON = 1;
/** The target contains it, and the trunk does not. */
const OWN = 2;
/** It contains the target. */
const LATER = 4;
/** It contains a commit of the trunk's first-parent chain that the target does not contain. */
const FORKED_LATER = 8;

/** The flags of each commit, by number. Commits outside the listing are COMMON. */
function flagCommits(history: History, commit: string, trunk: string | undefined): Uint8Array {
  const { numbers, listed } = history;
  const flagsOf = new Uint8Array(numbers.size + 1).fill(COMMON, listed);
  const target = numbers.get(commit) ?? -1;
  if (target >= 0 && target < listed) {
    flagsOf[target] = OWN;
    for (let number = target; number < listed; number++) {
      if (((flagsOf[number] ?? 0) & OWN) === 0) continue;
      for (const parent of parentsOf(history, number)) if (parent < listed) flagsOf[parent] = OWN;
    }
  }
  const chain = firstParentChain(history, trunk);
  for (let number = listed - 1; number >= 0; number--) {
    let flags = chain.has(number) ? FORKED_LATER : 0;
    for (const parent of parentsOf(history, number)) {
      flags |= (flagsOf[parent] ?? 0) & (LATER | FORKED_LATER);
      if (parent === target) flags |= LATER;
    }
    flagsOf[number] = (flagsOf[number] ?? 0) | flags;
  }
  return flagsOf;
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
