import semver from 'semver';
import type { Release } from '../../server/release/model.ts';
import { ancestors, type Graph } from './graphs.ts';

export interface Repository {
  readonly graph: Graph;
  readonly trunk: string | undefined;
  /** Lowest version first. */
  readonly releases: readonly Release[];
  /** For merges, the parents that have the same protocol as the merge. */
  readonly equalParents: ReadonlyMap<string, readonly string[]>;
}

/**
 * The simplest implementation of the rule for the last release.
 * @param checked the release at the target, if its baseline is asked for
 */
export function plainLastRelease(
  { graph, trunk, releases, equalParents }: Repository,
  target: string,
  checked?: Release,
): Release | undefined {
  const isBefore = (ancestor: string, commit: string): boolean => ancestors(graph, commit).has(ancestor);
  const isSameMinor = (a: Release, b: Release): boolean =>
    semver.major(a.version) === semver.major(b.version) && semver.minor(a.version) === semver.minor(b.version);
  const contains = (commit: string, released: Release): boolean => {
    if (isBefore(released.commit, commit)) return true;
    if (isBefore(commit, released.commit)) return false;
    return equalParents.get(released.commit)?.some((parent) => isBefore(parent, commit)) ?? false;
  };
  const trunkChain: string[] = [];
  for (let at = trunk; at !== undefined; at = graph.get(at)?.[0]) trunkChain.push(at);
  const all =
    checked === undefined
      ? releases
      : releases.filter(
          (each) =>
            semver.lt(each.version, checked.version) &&
            (each.date <= checked.date || isBefore(each.commit, checked.commit)),
        );
  if (checked === undefined) {
    const here = all.findLast(({ commit }) => commit === target);
    if (here) return here;
  } else if (semver.patch(checked.version) > 0) {
    const before = all.findLast((each) => isSameMinor(each, checked));
    if (before) return before;
  }
  const contained = all.filter((each) => contains(target, each));
  if (trunk === undefined) return contained.at(-1);
  const own = contained.findLast((each) => !contains(trunk, each));
  if (own) {
    const beside = all.findLast(
      (each) =>
        semver.gt(each.version, own.version) &&
        isSameMinor(each, own) &&
        isBefore(own.commit, each.commit) &&
        !isBefore(target, each.commit) &&
        !isBefore(each.commit, trunk),
    );
    return beside ?? own;
  }
  const side = all.filter((each) => {
    if (trunkChain.includes(each.commit) || contained.includes(each) || isBefore(target, each.commit)) return false;
    const fork = trunkChain.find((commit) => isBefore(commit, each.commit));
    if (fork === undefined || !isBefore(fork, target)) return false;
    return !contained.some((other) => other.date > each.date && other.commit !== fork && isBefore(fork, other.commit));
  });
  return all.findLast((each) => contained.includes(each) || side.includes(each));
}
