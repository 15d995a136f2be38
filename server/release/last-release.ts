import { type History, lineOf, parentsOf } from './history.ts';
import type { Lineage } from './lineage.ts';
import { isPrerelease, minorLineOf, type Release } from './model.ts';

/** What the last release is asked for. */
export interface Target {
  readonly commit: string;
  /** Where the commit is looked at as this release: then what came before it is wanted. */
  readonly release?: Release | undefined;
}

export interface ReleaseChoice {
  readonly includePrereleases?: boolean;
}

/**
 * The release that a commit is compared with.
 *
 * A release that is checked is compared with one that has a lower version and existed then; a patch release with the patch release before it.
 * A commit on a line of its own, such as a stable branch, is compared with the last release of that line. Any other is compared with the
 * highest release among those that it contains and those that were made on the side, on a branch that had left the trunk by then.
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
  const known = wanted(
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

/** Whether another release was there when a release was made: tags say when, but not always rightly, and an ancestor was there in any case. */
export function existedAt(release: Release, other: Release, lineage: Lineage): boolean {
  return other.date <= release.date || lineage.isAncestor(other.commit, release.commit);
}

/** The trunk's first-parent chain since a release's branch left it. */
export interface LineSince {
  /** The last commit of the chain that the release contains; undefined where it contains none. */
  readonly fork: string | undefined;
  /** The commits of the chain after that one. */
  readonly commits: ReadonlySet<string>;
}

/**
 * The last release of a commit that isn't a release itself, where a short listing of the history already says it. It nearly always does:
 * the highest release is an ancestor, or was made on a branch that had left the trunk by then.
 * @param history what any of the commit, the trunk and some releases reach, without what commit and trunk both reach. The highest
 * releases, those that are younger than one of them, and merges that may have the trunk as an ancestor have to be among those.
 * @param releases all that count.
 * @param highest how many of the highest releases were listed.
 * @param parentsIn the parents of a release's commit.
 * @param lines what is known about where releases left the trunk's line, by their commits.
 * @returns `unclear` where more of the history is needed; `leftLine` where `lines` has to have that release first.
 */
export function obviousRelease(
  history: History,
  { commit, trunk }: { readonly commit: string; readonly trunk: string | undefined },
  releases: readonly Release[],
  highest: number,
  parentsIn: (release: Release) => readonly string[],
  lines: ReadonlyMap<string, LineSince>,
): Release | undefined | 'unclear' | { readonly leftLine: Release } {
  const found = places(history, commit, trunk);
  const is = (each: string, place: number): boolean =>
    ((found[history.numbers.get(each) ?? history.listed] ?? COMMON) & place) !== 0;
  /** Whether a parent with the same protocol could make it a release that the commit contains. */
  const mayBeContained = (each: Release, place: number): boolean => {
    const parents = is(each.commit, COMMON | LATER) ? [] : parentsIn(each);
    return parents.length > 1 && parents.some((parent) => is(parent, place));
  };
  /** Whether it was made on the side, with the commit reaching all of the trunk's line that it reaches. */
  const onTheSide = (each: Release, { fork, commits }: LineSince): boolean | 'unclear' => {
    if (fork === undefined) return false;
    const younger = releases.filter((other) => other.date > each.date && other.commit !== fork);
    if (younger.some((other) => is(other.commit, COMMON) && commits.has(other.commit))) return false;
    return younger.some((other) => is(other.commit, COMMON) || mayBeContained(other, COMMON)) ? 'unclear' : true;
  };
  // A line of its own.
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

/** Commit and trunk reach it. */
const COMMON = 1;
/** The commit reaches it, the trunk does not. */
const OWN = 2;
/** It reaches the commit. */
const LATER = 4;
/** It has a commit of the trunk's line that the commit does not have. */
const FORKED_LATER = 8;

function places(history: History, commit: string, trunk: string | undefined): Uint8Array {
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

/** Whether a release was made on a branch that had left the trunk's line by the time of a commit, and whose line was not abandoned since. */
function isOnTheSide(
  { commit: released, date }: Release,
  commit: string,
  contained: readonly Release[],
  lineage: Lineage,
): boolean {
  if (lineage.isOnLine(released) || lineage.isAncestor(commit, released)) return false;
  const fork = lineage.forkOf(released);
  if (fork === undefined || !lineage.isAncestor(fork, commit)) return false;
  // A younger release of the trunk, made from what came after the fork, starts another line than the one on the side.
  return !contained.some(
    (other) => other.date > date && other.commit !== fork && lineage.isAncestor(fork, other.commit),
  );
}

/** Of the releases that come into question, those that count: pre-releases only where they are asked for, or there is nothing else. */
export function wanted(
  releases: readonly Release[],
  checked: Release | undefined,
  { includePrereleases = false }: ReleaseChoice,
): readonly Release[] {
  if (includePrereleases) return releases;
  const stable = releases.filter((each) => !isPrerelease(each));
  // The first stable release is not compared with the attempts at it.
  const mayBeNothingElse = checked === undefined || isPrerelease(checked);
  return stable.length === 0 && mayBeNothingElse ? releases : stable;
}

/** The highest release at a commit; pre-releases as for the last release. */
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

/** For X.Y.Z with Z above 0 the release X.Y.z before it, whatever the graph says. */
function patchBefore(release: Release, lower: readonly Release[]): Release | undefined {
  const line = minorLineOf(release);
  if (/^0(?!\d)/.test(release.version.slice(line.length + 1))) return undefined;
  return lower.findLast((each) => minorLineOf(each) === line);
}
