import { describe, expect, it } from 'vitest';
import { DEFAULT_SETTINGS } from '../../server/policy/settings.ts';
import { outline } from '../../server/sources/outline.ts';
import { Ownership } from '../../server/sources/ownership.ts';
import { type FilePlan, planComparison } from '../../server/sources/plan.ts';
import type { SourceTree } from '../../server/sources/source-tree.ts';

const COMMON = 'syntax = "proto3"; package a; message Common {}';
const TYPES = 'syntax = "proto3"; import "common.proto"; package a; message Thing { Common common = 1; }';
const SERVICE = 'syntax = "proto3"; import "types.proto"; package a; service S { rpc Get(Thing) returns (Thing); }';
const OTHER = 'syntax = "proto3"; package b; message Other {}';
const ALL = { 'common.proto': COMMON, 'types.proto': TYPES, 'service.proto': SERVICE, 'other.proto': OTHER };

type Texts = Readonly<Record<string, string>>;

function treeOf(texts: Texts): SourceTree {
  // The text is also the id.
  return new Map(Object.entries(texts).map(([path, text]) => [path, { id: text, outline: outline(text) }]));
}

function plan(
  before: Texts | undefined,
  after: Texts,
  given: { named?: string[]; open?: string[]; prefix?: string; prefixes?: string[]; submodules?: string[] } = {},
): FilePlan {
  const old = before && treeOf(before);
  const edited = treeOf(after);
  const files = [...edited, ...(old ?? [])].map(([path, file]) => ({ path, package: file.outline?.package ?? '' }));
  const ownership = new Ownership(DEFAULT_SETTINGS, files, { named: given.named, submodules: given.submodules ?? [] });
  const module = { prefix: given.prefix ?? '', prefixes: new Set(['', ...(given.prefixes ?? [])]) };
  return planComparison({ old, edited }, ownership, {
    module,
    open: given.open ?? [],
    importRoots: [],
    isNamed: given.named !== undefined,
  });
}

const edit = (text: string): string => `${text} // edited`;

describe('the files to parse', () => {
  it('include the files that import a changed file, and what all of them import', () => {
    const found = plan(ALL, { ...ALL, 'types.proto': edit(TYPES) });
    expect([...found.changed]).toEqual(['types.proto']);
    expect(found.edited).toEqual(['common.proto', 'service.proto', 'types.proto']);
    expect(found.old).toEqual(found.edited);
  });

  it('include the files that imported a removed file', () => {
    const after = { 'types.proto': TYPES, 'service.proto': SERVICE, 'other.proto': OTHER };
    const found = plan(ALL, after);
    expect(found.old).toEqual(['common.proto', 'service.proto', 'types.proto']);
    expect(found.edited).toEqual(['service.proto', 'types.proto']);
  });

  it('are none if nothing has changed', () => {
    expect(plan(ALL, ALL)).toMatchObject({ old: [], edited: [], leftOut: [] });
  });

  it('have the same order for every order of the listing', () => {
    const all: Texts = { ...ALL, 'B.proto': OTHER, 'a/types.proto': TYPES, 'z.proto': COMMON, 'ä.proto': OTHER };
    const paths = Object.keys(all);
    const found = [paths, paths.toReversed(), paths.toSorted()].map((order) => {
      const texts = Object.fromEntries(order.map((path) => [path, all[path] ?? '']));
      return plan(texts, { ...texts, 'common.proto': edit(COMMON) }).edited;
    });
    expect(found[1]).toEqual(found[0]);
    expect(found[2]).toEqual(found[0]);
  });
});

describe('vendored files', () => {
  const vendored = 'third_party/t.proto';
  const using = { 'a.proto': 'import "third_party/t.proto"; package k;', [vendored]: OTHER };

  it('count if an own file imports them', () => {
    expect([...plan(using, { ...using, [vendored]: edit(OTHER) }).changed]).toEqual([vendored]);
  });

  it('are left out, with the reason, if no own file imports them', () => {
    const alone = { 'a.proto': COMMON, [vendored]: OTHER };
    const found = plan(alone, { ...alone, [vendored]: edit(OTHER) });
    expect([...found.changed]).toEqual([]);
    expect(found.leftOut).toEqual([{ path: vendored, by: 'folder', name: 'third_party', configuration: undefined }]);
  });

  it('are not reported as left out if they did not change', () => {
    expect(plan(using, using, { open: [vendored] }).leftOut).toEqual([]);
  });
});

describe('a named file', () => {
  it('selects its protocol: the file, and the own files that it imports', () => {
    const after = { ...ALL, 'common.proto': edit(COMMON), 'other.proto': edit(OTHER) };
    const found = plan(ALL, after, { named: ['service.proto'] });
    expect([...found.changed]).toEqual(['common.proto']);
    expect(['service.proto', 'types.proto', 'common.proto', 'other.proto'].filter(found.reports)).toEqual([
      'service.proto',
      'types.proto',
      'common.proto',
    ]);
  });

  it('does not include the files that import it', () => {
    const found = plan(ALL, { ...ALL, 'service.proto': edit(SERVICE) }, { named: ['types.proto'] });
    expect([...found.changed]).toEqual([]);
  });
});

describe('modules', () => {
  const two = { 'a.proto': COMMON, 'api/b.proto': OTHER };

  it('have their own changes', () => {
    const after = { 'a.proto': edit(COMMON), 'api/b.proto': edit(OTHER) };
    expect([...plan(two, after, { prefixes: ['api/'] }).changed]).toEqual(['a.proto']);
    expect([...plan(two, after, { prefix: 'api/', prefixes: ['api/'] }).changed]).toEqual(['api/b.proto']);
  });
});

describe('the whole protocol', () => {
  it('uses Any if any own file on either side imports it', () => {
    const any = 'import "google/protobuf/any.proto"; package k;';
    expect(plan(ALL, { ...ALL, 'any.proto': any }).usesAny).toBe(true);
    expect(plan({ ...ALL, 'any.proto': any }, ALL).usesAny).toBe(true);
    expect(plan(ALL, { ...ALL, 'vendor/any.proto': any }).usesAny).toBe(false);
    expect(plan(ALL, { ...ALL, 'any.proto': `// ${any}` }).usesAny).toBe(false);
  });

  it('may have services in the own files that contain the keyword `service`', () => {
    expect([...plan(ALL, ALL).mayServe()]).toEqual(['service.proto']);
  });

  it('imports files from elsewhere if an import of the release cannot be found', () => {
    const lost = { ...ALL, 'lost.proto': 'import "elsewhere.proto"; package a;' };
    expect(plan(lost, { ...lost, 'other.proto': edit(OTHER) }).importsElsewhere).toBe(true);
    expect(plan(ALL, lost).importsElsewhere).toBe(false);
  });
});
