import { expect, it } from 'vitest';
import { evidenceParts } from '../../server/report/uses.ts';
import type { UsedBy } from '../../server/uses/usage.ts';

const PROGRAM: UsedBy = {
  role: null,
  name: 'this repository',
  repository: null,
  ref: 'v1.0.0',
  version: '1.0.0',
  commit: null,
  code: [],
  notes: [],
  languages: ['Go'],
  files: 1,
  places: [],
  acts: [],
  tests: [],
  nameOnly: [],
};

function sentence(used: Partial<UsedBy>): string | undefined {
  const by = [{ ...PROGRAM, ...used }];
  const released = { element: 'a.B.c', at: null, by };
  const [part] = evidenceParts({ released, pending: undefined, change: 'changed', lastUsed: [], stale: [] });
  return part?.sentence;
}

it.each([
  [{ name: 'kata-runtime' }, 'No use found in kata-runtime 1.0.0 (all code; Go).'],
  [{}, 'No use found in this repository at 1.0.0 (all code; Go).'],
  [{ name: 'the client' }, 'No use found in the client at 1.0.0 (all code; Go).'],
  [{ ref: 'main', version: null }, 'No use found in this repository at main (all code; Go).'],
  [{ name: 'kata-runtime', ref: 'main', version: null }, 'No use found in kata-runtime at main (all code; Go).'],
  [{ ref: null, version: null }, 'No use found in this repository in the working tree (all code; Go).'],
  [{ files: 0, ref: 'main', version: null }, 'No code of this repository at main was searched.'],
  [{ name: 'kata-runtime', files: 0 }, 'No code of kata-runtime 1.0.0 was searched.'],
  [{ files: 0, ref: null, version: null }, 'No code of this repository was searched.'],
] satisfies [Partial<UsedBy>, string][])('evidence about %j: %s', (used, expected) => {
  expect(sentence(used)).toBe(expected);
});

it('a program whose name contains a verb still uses a removed element', () => {
  const place = {
    element: 'a.B.c',
    file: 'a.go',
    start: { line: 0, character: 0 },
    length: 1,
    text: 'b.C = 1',
    language: 'Go',
    does: 'sets',
    certainty: 'exact',
    test: false,
  } as const;
  const used: UsedBy = {
    ...PROGRAM,
    name: 'what reads disks',
    ref: null,
    version: null,
    places: [place],
    acts: [{ does: 'sets', places: 1 }],
  };
  const pending = { element: 'a.B.c', at: null, by: [used] };
  const parts = evidenceParts({ released: undefined, pending, change: 'removed', lastUsed: [], stale: [] });
  expect(parts.map((part) => part.sentence)).toEqual([
    'what reads disks in the working tree still sets it in 1 place.',
  ]);
});
