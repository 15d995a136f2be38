import { describe, expect, it } from 'vitest';
import { select } from '../../server/check/selection.ts';
import { sideOf } from './memory.ts';

const COMMON = 'syntax = "proto3"; package a; message Common {}';
const TYPES = 'syntax = "proto3"; import "common.proto"; package a; message Thing { Common common = 1; }';
const SERVICE = 'syntax = "proto3"; import "types.proto"; package a; service S { rpc Get(Thing) returns (Thing); }';
const OTHER = 'syntax = "proto3"; package b; message Other {}';
const ALL = { 'common.proto': COMMON, 'types.proto': TYPES, 'service.proto': SERVICE, 'other.proto': OTHER };

async function selection(before: Record<string, string>, after: Record<string, string>, changed: string[]) {
  const { old, edited, served } = await select(sideOf(before).side, sideOf(after).side, new Set(changed), []);
  return { old: [...old].sort(), edited: [...edited].sort(), served: [...served].sort() };
}

describe('select', () => {
  it('takes the files that import a changed one, and what all of them need', async () => {
    const found = await selection(ALL, { ...ALL, 'types.proto': `${TYPES} // edited` }, ['types.proto']);
    expect(found.edited).toEqual(['common.proto', 'service.proto', 'types.proto']);
    expect(found.old).toEqual(found.edited);
  });

  it('knows of a service that a changed file is linked with by a file that is not selected', async () => {
    const types = TYPES.replace('import "common.proto";', '').replace('Common common = 1;', '');
    const both = 'syntax = "proto3"; import "types.proto"; import "common.proto"; package a; service T {}';
    const all = {
      'common.proto': COMMON,
      'lonely.proto': OTHER,
      'types.proto': `import "common.proto"; ${types}`,
      'both.proto': both,
    };
    const found = await selection(all, { ...all, 'types.proto': `${all['types.proto']} // edited` }, ['types.proto']);
    expect(found.edited).not.toContain('lonely.proto');
    expect(found.served).toContain('types.proto');
  });

  it('takes no word in a comment or a name for a service', async () => {
    const all = { 'data.proto': 'syntax = "proto3"; /* service S {} */ message Data { string service = 1; }' };
    const found = await selection(all, { 'data.proto': `${all['data.proto']} // edited` }, ['data.proto']);
    expect(found.served).toEqual([]);
  });

  it('finds who imported a file that is gone', async () => {
    const after = { 'types.proto': TYPES, 'service.proto': SERVICE, 'other.proto': OTHER };
    const found = await selection(ALL, after, ['common.proto']);
    expect(found.old).toEqual(['common.proto', 'service.proto', 'types.proto']);
    expect(found.edited).toEqual(['service.proto', 'types.proto']);
  });

  it('gives its files in one order, whichever way they came to be known', async () => {
    const all = {
      ...ALL,
      'B.proto': OTHER,
      'a/types.proto': TYPES.replace('common.proto', 'z.proto'),
      'z.proto': 'syntax = "proto3"; package a;',
      'ä.proto': OTHER,
    };
    const paths = Object.keys(all);
    const orders = [paths, paths.toReversed(), paths.toSorted(), [...paths.slice(3), ...paths.slice(0, 3)]];
    const selections = [];
    for (const listed of orders) {
      for (const changed of orders) {
        const texts = Object.fromEntries(Object.entries(all).sort(([a], [b]) => listed.indexOf(a) - listed.indexOf(b)));
        selections.push(await select(sideOf(texts).side, sideOf(texts).side, new Set(changed), []));
      }
    }
    for (const found of selections) expect(found).toEqual(selections[0]);
    // Not the order of any language: it is the same on every machine.
    expect(selections[0]?.edited).toEqual([
      'B.proto',
      'a/types.proto',
      'common.proto',
      'other.proto',
      'service.proto',
      'types.proto',
      'z.proto',
      'ä.proto',
    ]);
  });

  it('ends where files import each other', async () => {
    const ring = { 'a.proto': 'import "b.proto";', 'b.proto': 'import "a.proto";' };
    const found = await selection(ring, ring, ['a.proto']);
    expect(found.edited).toEqual(['a.proto', 'b.proto']);
  });
});
