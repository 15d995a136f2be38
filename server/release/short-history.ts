import type { Commit } from '../git/commit.ts';
import { lastReleaseOf } from './last-release.ts';
import type { Lineage } from './lineage.ts';
import type { Release } from './model.ts';

/** The part of a history that the highest releases need. */
export interface ShortHistory {
  readonly lineage: Lineage;
  /** They descend from the lineage's base. */
  readonly highest: readonly Release[];
  /** Of all releases, by id. */
  readonly commits: ReadonlyMap<string, Pick<Commit, 'parents'>>;
}

/**
 * @param commit not checked as a release.
 * @param releases all that count, lowest version first.
 * @returns `unclear` if the whole history is needed.
 */
export function lastOfHighest(
  commit: string,
  releases: readonly Release[],
  { lineage, highest, commits }: ShortHistory,
): Release | undefined | 'unclear' {
  const { trunk, base } = lineage;
  // A branch may have left the trunk at a commit that is not listed.
  if (trunk !== undefined && base !== undefined && !lineage.isOnTrunk(base)) return 'unclear';
  // The commit may contain this release through a listed parent. See `Lineage.contains`.
  const isUnlistedMerge = (release: Release): boolean => {
    const { parents = [] } = commits.get(release.commit) ?? {};
    return !lineage.isListed(release.commit) && parents.length > 1 && parents.some((each) => lineage.isListed(each));
  };
  if (releases.some(isUnlistedMerge)) return 'unclear';
  const found = lastReleaseOf(commit, releases, lineage);
  const isSure = found === undefined ? highest.length === releases.length : highest.includes(found);
  return isSure ? found : 'unclear';
}

/** Merges to list, too: the commit may contain them through a parent from before the base. See `Lineage.contains`. */
export function mergesToList(
  highest: Iterable<Release>,
  releases: readonly Release[],
  { commits, trunkDate }: { readonly commits: ReadonlyMap<string, MadeCommit>; readonly trunkDate: number },
): readonly string[] {
  const oldest = Math.min(...Array.from(highest, ({ date }) => date));
  return releases.flatMap(({ commit, date }) => {
    const made = commits.get(commit);
    if (made === undefined || made.parents.length < 2) return [];
    const canShowAbandonedBranch = date > oldest;
    const canBeOffTrunk = made.date >= trunkDate;
    return canShowAbandonedBranch || canBeOffTrunk ? [commit] : [];
  });
}

type MadeCommit = Pick<Commit, 'parents' | 'date'>;
