import semver from 'semver';
import type { Release } from '../../server/release/model.ts';
import { ancestors, type Graph } from './graphs.ts';

/**
 * The simplest implementation of the rule for the last release.
 * @param checked the release at the target, if its baseline is asked for
 */
export function plainLastRelease(
  graph: Graph,
  trunk: number | undefined,
  releases: readonly (Release & { readonly at: number })[],
  equalParents: ReadonlyMap<number, readonly number[]>,
  target: number,
  checked?: Release & { readonly at: number },
): Release | undefined {
  const isBefore = (ancestor: number, commit: number): boolean => ancestors(graph, commit).has(ancestor);
  const isSameMinor = (a: Release, b: Release): boolean =>
    semver.major(a.version) === semver.major(b.version) && semver.minor(a.version) === semver.minor(b.version);
  const contains = (commit: number, { at }: { readonly at: number }): boolean => {
    if (isBefore(at, commit)) return true;
    if (isBefore(commit, at)) return false;
    return equalParents.get(at)?.some((parent) => isBefore(parent, commit)) ?? false;
  };
  const trunkChain: number[] = [];
  for (let at = trunk; at !== undefined; at = graph[at]?.[0]) trunkChain.push(at);
  const all =
    checked === undefined
      ? releases
      : releases.filter(
          (each) =>
            semver.lt(each.version, checked.version) && (each.date <= checked.date || isBefore(each.at, checked.at)),
        );
  if (checked === undefined) {
    const here = all.findLast(({ at }) => at === target);
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
        isBefore(own.at, each.at) &&
        !isBefore(target, each.at) &&
        !isBefore(each.at, trunk),
    );
    return beside ?? own;
  }
  const side = all.filter((each) => {
    if (trunkChain.includes(each.at) || contained.includes(each) || isBefore(target, each.at)) return false;
    const fork = trunkChain.find((commit) => isBefore(commit, each.at));
    if (fork === undefined || !isBefore(fork, target)) return false;
    return !contained.some((other) => other.date > each.date && other.at !== fork && isBefore(fork, other.at));
  });
  return all.findLast((each) => contained.includes(each) || side.includes(each));
}
