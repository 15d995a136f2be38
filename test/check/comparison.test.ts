import { describe, expect, it } from 'vitest';
import { Comparison, type ComparisonOptions } from '../../server/check/comparison.ts';
import { OpenTexts } from '../../server/check/open-texts.ts';
import { ParseCache } from '../../server/check/parse-cache.ts';
import { DEFAULT_SETTINGS } from '../../server/policy/settings.ts';
import { Ownership } from '../../server/sources/ownership.ts';
import { sideOf } from './memory.ts';

const TYPES = 'syntax = "proto3";\npackage a;\nmessage Thing {\n  string name = 1;\n}\n';
const SERVICE =
  'syntax = "proto3";\nimport "types.proto";\npackage a;\nservice S {\n  rpc Get(Thing) returns (Thing);\n}\n';
const RELEASED = {
  'types.proto': TYPES,
  'service.proto': SERVICE,
  'other.proto': 'syntax = "proto3"; message Other {}',
};

const options: ComparisonOptions = {
  module: { prefix: '', prefixes: new Set(['']) },
  importRoots: [],
  isNamed: false,
  ownership: (files) => new Ownership(DEFAULT_SETTINGS, files),
};

function compare(edited: Record<string, string> = RELEASED) {
  const cache = new ParseCache();
  const open = new OpenTexts(cache);
  const old = sideOf(RELEASED, { cache });
  const now = sideOf(edited, { cache, open });
  return { open, old, now, comparison: new Comparison(old.side, now.side, options) };
}

describe('Comparison', () => {
  it('links nothing if nothing changed and nothing is open', async () => {
    const { comparison, now } = compare();
    expect((await comparison.load([], undefined)).link()).toBeUndefined();
    expect(now.read).toEqual([]);
  });

  it('reads from git only the files that are compared', async () => {
    const { comparison, old, now } = compare({ ...RELEASED, 'types.proto': TYPES.replace('= 1', '= 2') });
    (await comparison.load([], undefined)).link();
    expect([...new Set(now.read)].sort()).toEqual(['other.proto', 'service.proto', 'types.proto']);
    expect([...new Set(old.read)].sort()).toEqual(['service.proto', 'types.proto']);
  });

  it('after an edit, reads no file and links no release again', async () => {
    const { comparison, open, now } = compare();
    open.set('types.proto', TYPES);
    const first = (await comparison.load(['types.proto'], undefined)).link();
    const before = now.read.length;
    open.set('types.proto', TYPES.replace('name = 1', 'name = 2'));
    const second = (await comparison.load(['types.proto'], undefined)).link();
    const thing = second?.edited.types.get('a.Thing');
    expect(thing?.kind === 'message' && thing.fields[0]?.number).toBe(2);
    expect(now.read.length).toBe(before);
    expect(second?.old).toBe(first?.old);
    expect([...(second?.edited.files.keys() ?? [])].sort()).toEqual(['service.proto', 'types.proto']);
  });

  it('links a file once for both sides while the editor has the released text', async () => {
    const { comparison, open } = compare();
    const linked = async (text: string) => {
      open.set('types.proto', text);
      const found = (await comparison.load(['types.proto'], undefined)).link();
      return { old: found?.old?.files.get('types.proto'), edited: found?.edited.files.get('types.proto') };
    };
    const { old, edited } = await linked(TYPES);
    expect(edited).toBe(old);
    const before = structuredClone(old?.node);
    for (const number of [21, 3, 22]) {
      const after = await linked(TYPES.replace('= 1', `= ${String(number)}`));
      expect(after.edited?.messages[0]?.fields[0]?.number).toBe(number);
      expect(after.old).toBe(old);
      expect(after.old?.messages[0]?.fields[0]?.number).toBe(1);
      expect(after.old?.node).toEqual(before);
    }
    open.set('types.proto', TYPES);
    open.complete();
    expect((await linked(TYPES)).edited?.node).toBe(old?.node);
  });

  it('after an edit, reads no file again, even if the cache is full', async () => {
    const cache = new ParseCache();
    const open = new OpenTexts(cache);
    const edited = { ...RELEASED, 'service.proto': SERVICE.replace('Get', 'Fetch') };
    const [old, now] = [sideOf(RELEASED, { cache }), sideOf(edited, { cache, open })];
    const comparison = new Comparison(old.side, now.side, options);
    open.set('types.proto', TYPES);
    (await comparison.load(['types.proto'], undefined)).link();
    const before = [now.read.length, old.read.length];
    // The first call only marks everything as unused.
    cache.age();
    cache.age();
    open.set('types.proto', TYPES.replace('name = 1', 'name = 2'));
    expect((await comparison.load(['types.proto'], undefined)).link()?.edited.types.has('a.Thing')).toBe(true);
    expect([now.read.length, old.read.length]).toEqual(before);
  });

  it('links the newest text although another file has the same declarations', async () => {
    const copy = 'syntax = "proto3";\npackage a;\nmessage Thing { string name = 1; }\nmessage More { int32 x = 1; }\n';
    const released = { ...RELEASED, 'copy.proto': copy };
    const open = new OpenTexts(new ParseCache());
    const comparison = new Comparison(sideOf(released).side, sideOf(released, { open }).side, options);
    const numbersIn = async (text: string): Promise<number[]> => {
      open.set('types.proto', text);
      const linked = (await comparison.load(['types.proto'], undefined)).link();
      const types = linked?.edited.files.get('types.proto')?.messages ?? [];
      return types.flatMap(({ fields }) => fields.map(({ number }) => number));
    };
    const added = `${TYPES}message More {\n  int32 x = 7;\n}\n`;
    expect(await numbersIn(TYPES)).toEqual([1]);
    expect(await numbersIn(added)).toEqual([1, 7]);
    expect(await numbersIn(TYPES.replace('= 1', '= 2'))).toEqual([2]);
    expect(await numbersIn(added.replace('= 7', '= 8'))).toEqual([1, 8]);
    expect(await numbersIn(TYPES.replace('= 1', '= 3'))).toEqual([3]);
  });

  it('resolves a new import of the file being edited', async () => {
    const { comparison, open } = compare();
    open.set('types.proto', TYPES);
    (await comparison.load(['types.proto'], undefined)).link();
    open.set('types.proto', TYPES.replace('package', 'import "other.proto";\npackage'));
    const linked = (await comparison.load(['types.proto'], undefined)).link();
    expect([...(linked?.edited.files.keys() ?? [])]).toContain('other.proto');
  });

  it('notices a service that is added or removed while the file is open', async () => {
    const { 'other.proto': other } = RELEASED;
    const open = new OpenTexts(new ParseCache());
    const [old, now] = [sideOf({ 'other.proto': other }), sideOf({ 'other.proto': other }, { open })];
    const comparison = new Comparison(old.side, now.side, options);
    const hasServices = async (text: string): Promise<boolean | undefined> => {
      open.set('other.proto', text);
      return (await comparison.load(['other.proto'], undefined)).link()?.plan.protocol.hasServices;
    };
    expect(await hasServices(other)).toBe(false);
    expect(await hasServices(`${other} service S {}`)).toBe(true);
    expect(await hasServices(other)).toBe(false);
  });

  it('takes imports and services of the release from the released text', async () => {
    const released = 'syntax = "proto3"; package a; import "types.proto"; message M { T t = 1; } service S {}';
    const files = { 'm.proto': released, 'types.proto': 'syntax = "proto3"; package a; message T { int32 x = 1; }' };
    const open = new OpenTexts(new ParseCache());
    open.set('m.proto', 'syntax = "proto3"; package a; message M { string t = 1; }');
    const comparison = new Comparison(sideOf(files).side, sideOf(files, { open }).side, options);
    const linked = (await comparison.load(['m.proto'], undefined)).link();
    expect(linked?.plan.protocol.hasServices).toBe(true);
    expect([...(linked?.old?.files.keys() ?? [])].sort()).toEqual(['m.proto', 'types.proto']);
  });

  it.each(['syntax = "prot3";', 'syntax = "pro', 'syntax', 'edition = "20";', 'edition = ;'])(
    'uses the released syntax and package while they are broken: %s',
    async (broken) => {
      const { comparison, open } = compare();
      const edited = (text: string) => {
        open.set('service.proto', text);
        return comparison
          .load(['service.proto'], undefined)
          .then((loaded) => loaded.link()?.edited.files.get('service.proto'));
      };
      expect(await edited(SERVICE.replace('syntax = "proto3";', broken))).toMatchObject({
        edition: 'proto3',
        package: 'a',
      });
      expect(await edited(SERVICE.replace('syntax = "proto3";', 'edition = "2023";'))).toMatchObject({
        edition: '2023',
      });
      expect(await edited(SERVICE.replace('package a;', 'package ;'))).toMatchObject({
        edition: 'proto3',
        package: 'a',
      });
      expect(await edited(SERVICE.replace('package a;', 'package b;'))).toMatchObject({ package: 'b' });
    },
  );

  it('stops when it is cancelled', async () => {
    const { comparison, open } = compare();
    open.set('types.proto', TYPES);
    await expect(comparison.load(['types.proto'], AbortSignal.abort(new Error('newer')))).rejects.toThrow('newer');
  });
});
