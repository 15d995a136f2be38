import fc from 'fast-check';

/** The parents of each commit. Parents have lower numbers than their children. Commit 3 is named "c3". */
export type Graph = readonly (readonly number[])[];

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
    commits.map((parents, commit) => {
      if (commit === 0) return [];
      const chosen =
        'back' in parents
          ? parents.back.map((steps) => Math.max(0, commit - 1 - steps))
          : parents.any.map((parent) => parent % commit);
      return [...new Set(chosen)];
    }),
  );

/** A commit and all its ancestors. */
export function ancestors(graph: Graph, commit: number): Set<number> {
  const found = new Set([commit]);
  for (const each of found) for (const parent of graph[each] ?? []) found.add(parent);
  return found;
}

/** The commits in `from` and their ancestors, without `leftOut`, as `git rev-list --parents` prints them. */
export function listing(graph: Graph, from: readonly number[], leftOut: ReadonlySet<number> = new Set()): string {
  const listed = new Set(from.flatMap((commit) => [...ancestors(graph, commit)]));
  return [...graph.entries()]
    .filter(([commit]) => listed.has(commit) && !leftOut.has(commit))
    .map(([commit, parents]) => `${[commit, ...parents].map((number) => `c${number}`).join(' ')}\n`)
    .reverse()
    .join('');
}
