import type { Commit } from '../git/commit.ts';
import { lastRelease, type PrereleaseOptions } from './last-release.ts';
import type { Lineage } from './lineage.ts';
import type { Release } from './model.ts';

/**
 * Finds the last release of a commit. The lineage lists only the part of the history that the highest releases need.
 * @param releases all that count, lowest version first.
 * @param highest the last of `releases`. They, the trunk and the commit descend from the lineage's base.
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
  // The commit may then contain the parent, and so the release. See `Lineage.contains`.
  const isMergeOfListed = (each: Release): boolean => {
    const parents = isListed(each.commit) ? [] : parentsOf(each.commit);
    return parents.length > 1 && parents.some(isListed);
  };
  if (releases.some(isMergeOfListed)) return 'unclear';
  const found = lastRelease({ commit }, releases, lineage, options);
  const isSure = found === undefined ? highest.length === releases.length : highest.includes(found);
  return isSure ? found : 'unclear';
}

/** The lower releases to list: merges that the commit may contain through a parent from before the base. See `Lineage.contains`. */
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
