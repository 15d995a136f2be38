import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Ancestry, forksFrom, firstParentChain, parseHistory } from '../../server/release/history.ts';
import { ancestors, graphOf, graphs, listing } from './graphs.ts';

test('a marked commit is an ancestor if following the parents leads to it, and only then', () => {
  fc.assert(
    fc.property(graphs, fc.array(fc.nat(), { maxLength: 40 }), (graph, picked) => {
      const marked = new Set(picked.map((any) => `c${any % graph.size}`));
      const ancestry = new Ancestry(parseHistory(listing(graph, [...graph.keys()])), marked);
      for (const ancestor of marked)
        for (const commit of graph.keys())
          expect(ancestry.isAncestor(ancestor, commit)).toBe(ancestors(graph, commit).has(ancestor));
    }),
    { numRuns: 500, seed: 1 },
  );
});

test('more commits can be marked than an integer has bits', () => {
  const parents = Array.from({ length: 200 }, (_, commit) => (commit === 0 ? [] : commit === 150 ? [3] : [commit - 1]));
  const graph = graphOf(parents);
  const ancestry = new Ancestry(parseHistory(listing(graph, ['c149', 'c199'])), graph.keys());
  expect(ancestry.isAncestor('c100', 'c149')).toBe(true);
  expect(ancestry.isAncestor('c100', 'c199')).toBe(false);
  expect(ancestry.isAncestor('c3', 'c199')).toBe(true);
  expect(ancestry.isAncestor('c4', 'c199')).toBe(false);
});

test('a commit that was not listed has no ancestor except itself', () => {
  const ancestry = new Ancestry(parseHistory('b a\na\n'), ['a', 'x']);
  expect(ancestry.isAncestor('a', 'x')).toBe(false);
  expect(ancestry.isAncestor('x', 'b')).toBe(false);
  expect(ancestry.isAncestor('x', 'x')).toBe(true);
});

test('a branch leaves a first-parent chain at the newest commit of the chain that the branch contains', () => {
  fc.assert(
    fc.property(graphs, fc.nat(), (graph, any) => {
      const tip = `c${any % graph.size}`;
      const chain: string[] = [];
      for (let at: string | undefined = tip; at !== undefined; at = graph.get(at)?.[0]) chain.push(at);
      const history = parseHistory(listing(graph, [...graph.keys()]));
      const found = firstParentChain(history, tip);
      const names = [...history.numbers.keys()];
      expect(Array.from(found.keys(), (number) => names[number])).toEqual(chain);
      const forks = forksFrom(history, found);
      for (const commit of graph.keys()) {
        const fork = forks[history.numbers.get(commit) ?? -1] ?? -1;
        expect(chain[fork]).toBe(chain.find((each) => ancestors(graph, commit).has(each)));
      }
    }),
    { numRuns: 500, seed: 1 },
  );
});

test('parents outside the listing have numbers but no parents', () => {
  const { numbers, listed } = parseHistory('c b\nb a\n');
  expect([...numbers]).toEqual([
    ['c', 0],
    ['b', 1],
    ['a', 2],
  ]);
  expect(listed).toBe(2);
});
