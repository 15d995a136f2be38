import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Comparison, type ComparisonOptions } from '../../server/check/comparison.ts';
import { LinkCache } from '../../server/check/link-cache.ts';
import { ParseCache } from '../../server/check/parse-cache.ts';
import { diff } from '../../server/diff/diff.ts';
import { judge, wordsOf } from '../../server/policy/judge.ts';
import { DEFAULT_SETTINGS } from '../../server/policy/settings.ts';
import { findChanges } from '../../server/rules/run.ts';
import { Ownership } from '../../server/sources/ownership.ts';
import { sideOf } from './memory.ts';

const HEAD = 'syntax = "proto3";\npackage a;\n';

/** The versions of each file. */
const VERSIONS: Readonly<Record<string, readonly string[]>> = {
  'types.proto': [
    `${HEAD}message Thing { string name = 1; Kind kind = 2; }\nenum Kind { NONE = 0; SOME = 1; }\n`,
    `${HEAD}message Thing { string name = 1; Kind kind = 3; }\nenum Kind { NONE = 0; SOME = 1; }\n`,
    `${HEAD}message Thing { string name = 1; Kind kind = 2; message Part { int32 size = 1; } Part part = 4; }\nenum Kind { NONE = 0; MORE = 2; }\n`,
    `syntax = "proto2";\npackage a;\nmessage Thing { optional string name = 1; optional Kind kind = 2; extensions 100 to 199; }\nenum Kind { NONE = 0; SOME = 1; }\n`,
  ],
  'more.proto': [
    `${HEAD}message Spec { string id = 1; repeated int32 sizes = 2; map<string, Limit> limits = 3; }\nmessage Limit { int64 most = 1; }\n`,
    `${HEAD}message Spec { string id = 1; repeated int32 sizes = 2; map<string, Limit> limits = 3; }\nmessage Limit { int32 most = 1; string unit = 2; }\n`,
    `${HEAD}message Spec { string id = 1; repeated int32 sizes = 2; map<string, Bound> limits = 3; }\nmessage Bound { int64 most = 1; }\nmessage Limit { bytes other = 9; }\n`,
    `${HEAD}enum Kind { NONE = 0; SOME = 1; OTHER = 2; }\nmessage Spec { string id = 1; Kind kind = 2; }\n`,
  ],
  'service.proto': [
    `${HEAD}import "types.proto";\nimport "more.proto";\nservice S { rpc Get(Thing) returns (Spec); }\n`,
    `${HEAD}import "types.proto";\nimport "more.proto";\nservice S { rpc Get(Thing) returns (Spec); rpc Put(Spec) returns (Thing); }\n`,
    `${HEAD}import "more.proto";\nservice S { rpc Get(Request) returns (Spec); }\nmessage Request { oneof of { string name = 1; int32 number = 2; } }\n`,
    `${HEAD}import "types.proto";\nservice S { rpc Get(Thing) returns (stream Thing); }\n`,
  ],
  'vendor/third.proto': [
    'syntax = "proto3";\npackage third;\nmessage Third { string a = 1; }\n',
    'syntax = "proto3";\npackage third;\nmessage Third { string a = 2; Level level = 3; }\nenum Level { LOW = 0; }\n',
  ],
  'uses-third.proto': [
    `${HEAD}import "vendor/third.proto";\nmessage Uses { third.Third third = 1; }\n`,
    `${HEAD}import "vendor/third.proto";\nimport "types.proto";\nmessage Uses { third.Third third = 1; Thing thing = 2; }\nservice T { rpc Use(Uses) returns (Uses); }\n`,
  ],
  'state.proto': [
    `${HEAD}import "service.proto";\nimport "types.proto";\nmessage State { Thing thing = 1; }\n`,
    `${HEAD}import "service.proto";\nimport "types.proto";\nmessage State { Thing thing = 2; }\nservice Old { rpc Get(State) returns (State); }\n`,
  ],
  'extends.proto': [
    'syntax = "proto2";\npackage a;\nimport "types.proto";\nextend Thing { optional string note = 100; }\n',
    'syntax = "proto2";\npackage a;\nimport "types.proto";\nextend Thing { optional bytes note = 100; optional int32 rank = 101; }\n',
  ],
};

const options: ComparisonOptions = {
  module: { prefix: '', prefixes: new Set(['']) },
  importRoots: [],
  isNamed: false,
  ownership: (files) => new Ownership(DEFAULT_SETTINGS, files),
};

type Texts = Record<string, string>;

/** @param caches of the sides. Different caches share no trees. */
async function compare(
  [from, to]: readonly [Texts, Texts],
  caches: readonly [ParseCache, ParseCache],
  linked: LinkCache,
): Promise<string | undefined> {
  const old = sideOf(from, { cache: caches[0] }).side;
  const edited = sideOf(to, { cache: caches[1] }).side;
  const compared = (await new Comparison(old, edited, { ...options, linked }).load([], undefined)).link();
  if (compared?.old === undefined) return undefined;
  const { reports, isOwn, protocol } = compared.plan;
  const found = diff(compared.old, compared.edited, { stored: [], reports, isOwn, protocol });
  const release = { ref: '1.0.0', version: '1.0.0' };
  const words = wordsOf(DEFAULT_SETTINGS, { ...release, edited: '1.1.0' });
  const judged = judge(findChanges(found, { words, encodings: ['binary', 'json'] }), DEFAULT_SETTINGS, release, []);
  // Findings also have functions, which JSON leaves out.
  return JSON.stringify({ ...judged, problems: compared.edited.problems }, undefined, 1);
}

/** The possible texts of each declaration. */
const DECLARATIONS: readonly (readonly string[])[] = [
  ['syntax = "proto3";', 'syntax = "proto2";'],
  ['import "x.proto"; import "ax.proto"; import "p.proto";', 'import "x.proto"; import "ax.proto"; import "q.proto";'],
  ['enum Kind { NONE = 0; SOME = 1; }', 'enum Kind { NONE = 0; MORE = 1; }', 'enum Sort { NONE = 0; SOME = 1; }', ''],
  [
    'message Part { optional int32 size = 1; repeated int32 sizes = 2; }',
    'message Part { optional int64 size = 1; repeated int32 sizes = 2; }',
    'message Piece { optional int32 size = 1; repeated int32 sizes = 2; }',
    '',
  ],
  [
    'message Holder { map<string, Part> parts = 1; optional Kind kind = 2; optional x.Part other = 3; optional Copied copied = 4; }',
  ],
  [
    'message Outer { message Inner { optional string name = 1; } enum Mode { OFF = 0; } optional Inner inner = 1; repeated Mode modes = 2; }',
    'message Outer { message Inner { optional string name = 2; } enum Mode { OFF = 0; } optional Inner inner = 1; repeated Mode modes = 2; }',
    'message Other { message Inner { optional string name = 1; } enum Mode { OFF = 0; } optional Inner inner = 1; repeated Mode modes = 2; }',
    `message Other { message Inner { optional string name = 1; } enum Mode { OFF = 0; } optional Inner inner = 1; repeated Mode modes = 2; }
     message Outer { message Inner { optional string name = 1; } optional bytes all = 9; repeated Inner last = 10; }`,
    'message Outer { optional bytes all = 9; }',
  ],
  [
    'message Uses { optional Outer outer = 1; oneof of { Holder holder = 2; string text = 3; } }',
    'message Uses { optional Other outer = 1; oneof of { Holder holder = 2; string text = 3; } }',
  ],
  ['message Answer { optional Missing missing = 1; }', 'message Answer { optional Uses uses = 1; }'],
  [
    'service S { rpc Get(Uses) returns (Answer); rpc Put(Holder) returns (Part); }',
    'service S { rpc Get(Uses) returns (Answer); }',
    'service S { rpc Get(Holder) returns (Answer); rpc Put(Holder) returns (Part); }',
    '',
  ],
];
const PART = 'message Part { optional string text = 1; }';

/** Releases in which most of the declarations are equal. */
const sharingDeclarations = fc
  .record({
    declarations: fc.tuple(...DECLARATIONS.map((texts) => mostlyFirst(texts))),
    path: mostlyFirst(['a.proto', 'moved/a.proto']),
    shadow: mostlyFirst([
      'package other; message None { repeated bytes all = 7; }',
      'package a.x; message Part { optional int32 text = 1; }',
    ]),
    copy: mostlyFirst(['', `package a; ${PART} message Part {}`]),
    comment: fc.nat(),
  })
  .map(({ declarations: [syntax, ...rest], path, shadow, copy, comment }) => ({
    [path]: [syntax, 'package a;', `// ${String(comment)}`, ...rest].join('\n'),
    'x.proto': `syntax = "proto3"; package x; ${PART}`,
    'ax.proto': `syntax = "proto3"; ${shadow}`,
    'p.proto': 'syntax = "proto3"; package a; message Copied { optional int32 id = 1; }',
    'q.proto': 'syntax = "proto3"; package a; message Copied { optional string id = 1; }',
    ...(copy !== '' && { 'copy.proto': `syntax = "proto3"; ${copy}` }),
  }));

function mostlyFirst<T>(values: readonly T[]): fc.Arbitrary<T> {
  return fc.oneof(
    { weight: 2, arbitrary: fc.constantFrom(...values.slice(0, 1)) },
    { weight: values.length - 1, arbitrary: fc.constantFrom(...values) },
  );
}

const sharingFiles = fc
  .record(
    Object.fromEntries(
      Object.entries(VERSIONS).map(([path, texts]) => [
        path,
        fc.option(fc.constantFrom(...texts), { freq: 5, nil: '' }),
      ]),
    ),
  )
  .map((texts): Texts => Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== '')));

test.each([
  ['linked files', sharingFiles, 5, 4],
  ['declarations', sharingDeclarations, 6, 8],
] as const)('shared %s do not change findings', async (_, release: fc.Arbitrary<Texts>, count, numRuns) => {
  let compared = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(release, { minLength: count, maxLength: count }), async (releases) => {
      const cache = new ParseCache();
      const linked = new LinkCache();
      const [first = {}] = releases;
      // Equal types are recognised after several comparisons.
      for (let round = 0; round < 3; round++)
        for (const to of releases) await compare([first, to], [cache, cache], linked);
      for (const to of releases) {
        for (const from of releases) {
          const together = await compare([from, to], [cache, cache], linked);
          const alone = await compare([from, to], [new ParseCache(), new ParseCache()], new LinkCache());
          expect(together).toBe(alone);
          if (together !== undefined) compared++;
        }
      }
    }),
    { seed: 16, numRuns },
  );
  expect(compared).toBeGreaterThan(50);
});
