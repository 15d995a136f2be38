import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseHistory, type Place, placesFrom } from '../../server/release/history.ts';

/** A history as the parents of each commit; parents have lower numbers. */
type Graph = readonly (readonly number[])[];

const graphs: fc.Arbitrary<Graph> = fc
  .array(fc.array(fc.nat(), { maxLength: 2 }), { minLength: 1, maxLength: 14 })
  .map((commits) =>
    commits.map((parents, commit) => (commit === 0 ? [] : [...new Set(parents.map((parent) => parent % commit))])),
  );

function ancestors(graph: Graph, commit: number): Set<number> {
  const found = new Set([commit]);
  for (const parent of graph[commit] ?? []) for (const ancestor of ancestors(graph, parent)) found.add(ancestor);
  return found;
}

function listing(graph: Graph, leftOut: ReadonlySet<number>): string {
  return graph
    .map((parents, commit) =>
      leftOut.has(commit) ? '' : `${[commit, ...parents].map((number) => `c${number}`).join(' ')}\n`,
    )
    .reverse()
    .join('');
}

/** The rule in the words of merge bases. */
function expectedPlace(graph: Graph, commit: number, head: number, trunk: number | undefined): Place | undefined {
  const ofHead = ancestors(graph, head);
  const ofCommit = ancestors(graph, commit);
  if (trunk === undefined) return ofHead.has(commit) ? 'trunk' : undefined;
  const ofTrunk = ancestors(graph, trunk);
  if (ofHead.has(commit)) return ofTrunk.has(commit) ? 'trunk' : 'own';
  if (ofTrunk.has(commit) || ofCommit.has(head)) return undefined;
  const common = [...ofCommit].filter((ancestor) => ofTrunk.has(ancestor));
  const mergeBases = common.filter(
    (base) => !common.some((other) => other !== base && ancestors(graph, other).has(base)),
  );
  return mergeBases.length > 0 && mergeBases.every((base) => ofHead.has(base)) ? 'beside' : undefined;
}

test('places are those that merge bases give, in whole and in shortened listings', () => {
  const cases = fc.record({ graph: graphs, head: fc.nat(), trunk: fc.option(fc.nat(), { nil: undefined }) });
  const seen = new Set<Place | undefined>();
  fc.assert(
    fc.property(cases, ({ graph, head: anyHead, trunk: anyTrunk }) => {
      const head = anyHead % graph.length;
      const trunk = anyTrunk === undefined ? undefined : anyTrunk % graph.length;
      const ofTrunk = ancestors(graph, trunk ?? head);
      const common = new Set([...ancestors(graph, head)].filter((commit) => ofTrunk.has(commit)));
      for (const leftOut of [new Set<number>(), common]) {
        const placeOf = placesFrom(
          parseHistory(listing(graph, leftOut)),
          `c${head}`,
          trunk === undefined ? undefined : `c${trunk}`,
        );
        for (const commit of graph.keys()) {
          const expected = expectedPlace(graph, commit, head, trunk);
          seen.add(expected);
          expect(placeOf(`c${commit}`)).toBe(expected);
        }
      }
    }),
    { numRuns: 2000, seed: 1 },
  );
  expect(seen).toEqual(new Set(['trunk', 'own', 'beside', undefined]));
});
