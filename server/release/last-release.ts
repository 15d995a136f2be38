import { type History, lineOf, parentsOf } from './history.ts';
import type { Lineage } from './lineage.ts';
import { isPrerelease, minorLineOf, type Release } from './model.ts';

/** The commit for which the last release is needed. */
export interface Target {
  readonly commit: string;
  /** Set if the commit is checked as this release. The release before it is then needed. */
  readonly release?: Release | undefined;
}

export interface ReleaseChoice {
  readonly includePrereleases?: boolean;
}

/**
 * Finds the release that a commit is compared with.
 *
 * - A checked release: the highest lower version that existed then; for a patch release, the patch release before it.
 * - A commit on a separate line, such as a stable branch: the last release of that line.
 * - Any other commit: the highest release that it contains, or that was made on a side branch which had left the trunk by then.
 * @param releases of one module, lowest version first.
 */
export function lastRelease(
  target: Target,
  releases: readonly Release[],
  lineage: Lineage,
  options: ReleaseChoice = {},
): Release | undefined {
  const { commit, release } = target;
  const { trunk } = lineage;
  const isAncestor = (ancestor: string, of: string) => lineage.isAncestor(ancestor, of);
  const known = eligibleReleases(
    release === undefined ? releases : lowerThan(release, releases).filter((each) => existedAt(release, each, lineage)),
    release,
    options,
  );
  const certain = release === undefined ? releaseAt(commit, known) : patchBefore(release, known);
  if (certain !== undefined) return certain;

  const contained = known.filter((each) => lineage.contains(commit, each.commit));
  if (trunk === undefined) return contained.at(-1);
  const own = contained.findLast((each) => !lineage.contains(trunk, each.commit));
  if (own !== undefined) {
    const line = minorLineOf(own);
    const beside = known
      .slice(known.indexOf(own) + 1)
      .findLast(
        (each) =>
          minorLineOf(each) === line &&
          each.version !== own.version &&
          isAncestor(own.commit, each.commit) &&
          !isAncestor(commit, each.commit) &&
          !isAncestor(each.commit, trunk),
      );
    return beside ?? own;
  }
  const isContained = new Set(contained);
  return known.findLast((each) => isContained.has(each) || isOnTheSide(each, commit, contained, lineage));
}

/** Whether another release already existed when a release was made. Tag dates can be wrong, but an ancestor always existed. */
export function existedAt(release: Release, other: Release, lineage: Lineage): boolean {
  return other.date <= release.date || lineage.isAncestor(other.commit, release.commit);
}

/** The trunk's first-parent chain after a release's branch left it. */
export interface TrunkSinceFork {
  /** The last commit of the chain that the release contains; undefined if it contains none. */
  readonly fork: string | undefined;
  /** The commits of the chain after `fork`. */
  readonly commits: ReadonlySet<string>;
}

/**
 * Finds the last release of a commit that is not a release itself, using only a short listing of the history. That is nearly always enough:
 * the highest release is an ancestor of the commit, or was made on a branch that had already left the trunk.
 * @param history what the commit, the trunk and some releases reach, without what commit and trunk both reach. Those releases must include
 * the highest ones, all that are younger than one of them, and merges that may have the trunk as an ancestor.
 * @param releases all releases that count.
 * @param highest how many of the highest releases were listed.
 * @param parentsIn returns the parents of a release's commit.
 * @param lines known fork points, by release commit.
 * @returns `unclear` if more of the history is needed; `leftLine` if the caller must first add this release to `lines`.
 */
export function obviousRelease(
  history: History,
  { commit, trunk }: { readonly commit: string; readonly trunk: string | undefined },
  releases: readonly Release[],
  highest: number,
  parentsIn: (release: Release) => readonly string[],
  lines: ReadonlyMap<string, TrunkSinceFork>,
): Release | undefined | 'unclear' | { readonly leftLine: Release } {
  const found = classifyCommits(history, commit, trunk);
  const is = (each: string, place: number): boolean =>
    ((found[history.numbers.get(each) ?? history.listed] ?? COMMON) & place) !== 0;
  /** Whether the commit may contain the release because it contains a parent that has the same protocol. */
  const mayBeContained = (each: Release, place: number): boolean => {
    const parents = is(each.commit, COMMON | LATER) ? [] : parentsIn(each);
    return parents.length > 1 && parents.some((parent) => is(parent, place));
  };
  /** Whether the release was made on a side branch, and the commit has everything that the release took from the trunk. */
  const onTheSide = (each: Release, { fork, commits }: TrunkSinceFork): boolean | 'unclear' => {
    if (fork === undefined) return false;
    const younger = releases.filter((other) => other.date > each.date && other.commit !== fork);
    if (younger.some((other) => is(other.commit, COMMON) && commits.has(other.commit))) return false;
    return younger.some((other) => is(other.commit, COMMON) || mayBeContained(other, COMMON)) ? 'unclear' : true;
  };
  // The commit may be on a separate line.
  if (releases.some((each) => is(each.commit, OWN) || mayBeContained(each, OWN))) return 'unclear';
  if (is(commit, OWN) && releases.some((each) => mayBeContained(each, COMMON))) return 'unclear';
  for (const each of releases.slice(-highest).reverse()) {
    if (is(each.commit, COMMON)) return each;
    if (is(each.commit, LATER)) continue;
    if (mayBeContained(each, COMMON)) return 'unclear';
    if (trunk === undefined || is(each.commit, FORKED_LATER)) continue;
    const line = lines.get(each.commit);
    if (line === undefined) return { leftLine: each };
    const side = onTheSide(each, line);
    if (side === 'unclear') return 'unclear';
    if (side) return each;
  }
  return highest < releases.length ? 'unclear' : undefined;
}

/** Commit and trunk both reach it. */
const COMMON = 1;
/** Only the commit reaches it. */
const OWN = 2;
/** It reaches the commit. */
const LATER = 4;
/** It contains a commit of the trunk's line that the commit does not contain. */
const FORKED_LATER = 8;

function classifyCommits(history: History, commit: string, trunk: string | undefined): Uint8Array {
  const { numbers, listed } = history;
  const found = new Uint8Array(numbers.size + 1).fill(COMMON, listed);
  const target = numbers.get(commit) ?? -1;
  if (target >= 0 && target < listed) {
    found[target] = OWN;
    for (let number = target; number < listed; number++) {
      if (((found[number] ?? 0) & OWN) === 0) continue;
      for (const parent of parentsOf(history, number)) if (parent < listed) found[parent] = OWN;
    }
  }
  const line = lineOf(history, trunk);
  for (let number = listed - 1; number >= 0; number--) {
    let place = line.has(number) ? FORKED_LATER : 0;
    for (const parent of parentsOf(history, number)) {
      place |= (found[parent] ?? 0) & (LATER | FORKED_LATER);
      if (parent === target) place |= LATER;
    }
    found[number] = (found[number] ?? 0) | place;
  }
  return found;
}

/** Whether a release was made on a side branch that had left the trunk by the time of a commit and was not abandoned since. */
function isOnTheSide(
  { commit: released, date }: Release,
  commit: string,
  contained: readonly Release[],
  lineage: Lineage,
): boolean {
  if (lineage.isOnLine(released) || lineage.isAncestor(commit, released)) return false;
  const fork = lineage.forkOf(released);
  if (fork === undefined || !lineage.isAncestor(fork, commit)) return false;
  // A younger release that the trunk made after the fork replaces the line on the side branch.
  return !contained.some(
    (other) => other.date > date && other.commit !== fork && lineage.isAncestor(fork, other.commit),
  );
}

/** Selects the releases that count. Pre-releases count only if they are asked for, or if there is nothing else. */
export function eligibleReleases(
  releases: readonly Release[],
  checked: Release | undefined,
  { includePrereleases = false }: ReleaseChoice,
): readonly Release[] {
  if (includePrereleases) return releases;
  const stable = releases.filter((each) => !isPrerelease(each));
  // The first stable release is not compared with its own release candidates.
  const mayBeNothingElse = checked === undefined || isPrerelease(checked);
  return stable.length === 0 && mayBeNothingElse ? releases : stable;
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

/** For X.Y.Z with Z above 0, the release of X.Y before it, regardless of the commit graph. */
function patchBefore(release: Release, lower: readonly Release[]): Release | undefined {
  const line = minorLineOf(release);
  if (/^0(?!\d)/.test(release.version.slice(line.length + 1))) return undefined;
  return lower.findLast((each) => minorLineOf(each) === line);
}
