import fc from 'fast-check';

/** The parents of each commit. Parents come before their children. */
export type Graph = ReadonlyMap<string, readonly string[]>;

/** Random histories. Some commits have no parents, so unrelated histories exist, which may be merged. */
export const graphs: fc.Arbitrary<Graph> = fc
  .array(
    fc.oneof(
      // Most commits have one of the newest commits as their parent, as in real repositories.
      { weight: 5, arbitrary: fc.array(fc.nat(3), { minLength: 1, maxLength: 2 }).map((back) => ({ back })) },
      { weight: 3, arbitrary: fc.array(fc.nat(), { maxLength: 2 }).map((any) => ({ any })) },
    ),
    { minLength: 1, maxLength: 14 },
  )
  .map((commits) =>
    graphOf(
      commits.map((parents, commit) => {
        if (commit === 0) return [];
        const chosen =
          'back' in parents
            ? parents.back.map((steps) => Math.max(0, commit - 1 - steps))
            : parents.any.map((parent) => parent % commit);
        return [...new Set(chosen)];
      }),
    ),
  );

/** @param parents of each commit, by index. Commit 3 is named "c3". */
export function graphOf(parents: readonly (readonly number[])[]): Graph {
  return new Map(parents.map((each, commit) => [`c${commit}`, each.map((parent) => `c${parent}`)]));
}

/** A commit and all its ancestors. */
export function ancestors(graph: Graph, commit: string): Set<string> {
  const found = new Set([commit]);
  for (const each of found) for (const parent of graph.get(each) ?? []) found.add(parent);
  return found;
}

/** The commits in `from` and their ancestors, without `leftOut`, as `git rev-list --parents` prints them. */
export function listing(graph: Graph, from: readonly string[], leftOut: ReadonlySet<string> = new Set()): string {
  const listed = new Set(from.flatMap((commit) => [...ancestors(graph, commit)]));
  return [...graph]
    .filter(([commit]) => listed.has(commit) && !leftOut.has(commit))
    .map(([commit, parents]) => `${[commit, ...parents].join(' ')}\n`)
    .reverse()
    .join('');
}
