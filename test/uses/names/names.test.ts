import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from '../../../server/proto/parse.ts';
import { type Element, elementsIn } from '../../../server/uses/element.ts';
import { type Language, languageOf } from '../../../server/uses/languages.ts';
import { namesOf } from '../../../server/uses/names/names.ts';
import { tokenize } from '../../../server/uses/code/tokens.ts';
import { protoc } from '../../protoc.ts';

/*
 * Compares the names from `namesOf` with the code that generators write. Each word of this code that contains an
 * element's name must be one of these names or match `INTERNAL_NAMES`. For each type, the code must contain one of these
 * names.
 */

const PROTO = `syntax = "proto3";
package acme.zoo_v1;
message Keeper {
  string zebra_mark = 1;
  optional int32 yak_size = 2;
  repeated string wolf_names = 3;
  map<string, int32> vole_counts = 4;
  Cage tiger_cage = 5;
  repeated Cage snake_cages = 6;
  oneof main_animal { string rhino_name = 7; Cage puma_cage = 8; }
  AnimalKind otter_kind = 9;
  bytes newt_2raw = 10;
  int32 URLFox = 11;
  message DoorLock { string mole_code = 1; }
  DoorLock front_lock = 12;
}
message Cage { string size_label = 1; }
enum AnimalKind { ANIMAL_KIND_UNKNOWN = 0; ANIMAL_KIND_BIG_CAT = 1; LizardThing = 2; }
`;

/** Patterns for all spellings of an element's name. */
const ELEMENTS: readonly (readonly [name: string, words: RegExp])[] = [
  ['zebra_mark', /zebra_?mark/i],
  ['yak_size', /yak_?size/i],
  ['wolf_names', /wolf_?names/i],
  ['vole_counts', /vole_?counts/i],
  ['tiger_cage', /tiger_?cage/i],
  ['snake_cages', /snake_?cages/i],
  ['rhino_name', /rhino_?name/i],
  ['puma_cage', /puma_?cage/i],
  ['otter_kind', /otter_?kind/i],
  ['newt_2raw', /newt_?2_?raw/i],
  ['URLFox', /url_?fox/i],
  ['main_animal', /main_?animal/i],
  ['ANIMAL_KIND_BIG_CAT', /big_?cat/i],
];

/** Words of generated code that other code does not use. */
const INTERNAL_NAMES: Readonly<Partial<Record<Language, RegExp>>> = {
  Go: /^is[A-Z]\w+$|Entry$|^mainAnimal$/,
  Rust: /^(?:VoleCountsEntry|MainAnimalOneof|MainAnimalCase)$|_msg_init$|^acme__|^not_set$/i,
  // Variables, and classes that hold an entry of a map.
  Java: /^(?!get|set|has|add|put|clear|merge|remove|contains)[a-z]|DefaultEntryHolder$|Entry$|NOT_SET$/,
  Kotlin: /Proxy$|^plusAssign|NOT_SET$|Entry$/,
  'C++': /_$|^_|Entry|NOT_SET|DoNotUse|^(?:clear|set)_has_|Union$|_(?:MIN|MAX|ARRAYSIZE)$|_internal_/,
  'C#': /_$|^_|DefaultValue$|Entry$|NOT_SET$|^[a-z]/,
  Python: /Entry$/,
  TypeScript: /Entry$/,
};

const elements = [...elementsIn(parse(PROTO)).values()];

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'proto-compat-names-'));
  writeFileSync(path.join(folder, 'zoo.proto'), PROTO);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** The path of a program; undefined if it is not installed. */
function program(name: string): string | undefined {
  return (process.env['PATH'] ?? '')
    .split(path.delimiter)
    .map((each) => path.join(each, name))
    .find((each) => existsSync(each));
}

function protocGenEs(): string | undefined {
  try {
    const manifest = createRequire(import.meta.url).resolve('@bufbuild/protoc-gen-es/package.json');
    return path.join(path.dirname(manifest), 'bin', 'protoc-gen-es');
  } catch {
    return undefined;
  }
}

interface Generator {
  readonly language: Language;
  readonly arguments: (out: string) => string[];
  /** Undefined if the generator is part of protoc, or not installed. */
  readonly plugin?: string | undefined;
  readonly missing?: boolean;
}

const goPlugin = program('protoc-gen-go');
const esPlugin = protocGenEs();

const GENERATORS: Readonly<Record<string, Generator>> = {
  java: { language: 'Java', arguments: (out) => [`--java_out=${out}`] },
  kotlin: { language: 'Kotlin', arguments: (out) => [`--kotlin_out=${out}`] },
  cpp: { language: 'C++', arguments: (out) => [`--cpp_out=${out}`] },
  csharp: { language: 'C#', arguments: (out) => [`--csharp_out=${out}`] },
  pyi: { language: 'Python', arguments: (out) => [`--pyi_out=${out}`] },
  'rust of protoc': {
    language: 'Rust',
    arguments: (out) => [`--rust_out=experimental-codegen=enabled,kernel=upb:${out}`],
  },
  'protoc-gen-go': {
    language: 'Go',
    arguments: (out) => [`--go_out=Mzoo.proto=acme/zoo:${out}`],
    plugin: goPlugin && `protoc-gen-go=${goPlugin}`,
    missing: goPlugin === undefined,
  },
  'protoc-gen-es': {
    language: 'TypeScript',
    arguments: (out) => [`--es_out=target=ts:${out}`],
    plugin: esPlugin && `protoc-gen-es=${esPlugin}`,
    missing: esPlugin === undefined,
  },
};

/** Every word of the code that a generator writes. */
function generate(name: string): ReadonlySet<string> {
  const generator = GENERATORS[name];
  if (generator === undefined) throw new Error(name);
  const out = mkdtempSync(path.join(folder, 'out-'));
  const plugin = generator.plugin === undefined ? [] : [`--plugin=${generator.plugin}`];
  execFileSync(protoc, ['-I.', ...plugin, ...generator.arguments(out), 'zoo.proto'], { cwd: folder, stdio: 'pipe' });
  const words = new Set<string>();
  for (const file of readdirSync(out, { recursive: true, encoding: 'utf8' })) {
    if (languageOf(file) !== generator.language || file.includes('thunks')) continue;
    const text = readFileSync(path.join(out, file), 'utf8');
    for (const token of tokenize(text, generator.language)) if (token.kind === 'word') words.add(token.text);
  }
  expect(words.size).toBeGreaterThan(40);
  return words;
}

function named(name: string): Element {
  const element = elements.find((each) => each.name === name);
  if (element === undefined) throw new Error(name);
  return element;
}

describe.each(Object.keys(GENERATORS))('the generator %s', (name) => {
  const { language, missing } = GENERATORS[name] ?? { language: 'Go' as const, missing: true };

  it.skipIf(missing === true)('writes only names that are known or internal', () => {
    const words = generate(name);
    const unknown: string[] = [];
    let known = 0;
    for (const [element, pattern] of ELEMENTS) {
      const { identifiers, owners } = namesOf(named(element), language);
      const names = new Set([...identifiers.map(({ text }) => text), ...owners]);
      const generated = [...words].filter(
        (word) => pattern.test(word) && INTERNAL_NAMES[language]?.test(word) !== true,
      );
      unknown.push(...generated.filter((word) => !names.has(word)).map((word) => `${element}: ${word}`));
      known += generated.filter((word) => names.has(word)).length;
    }
    expect(unknown).toEqual([]);
    expect(known).toBeGreaterThan(10);
  });

  it.skipIf(missing === true)('writes each type with a known name', () => {
    const words = generate(name);
    for (const type of ['Keeper', 'Cage', 'DoorLock', 'AnimalKind']) {
      const types = namesOf(named(type), language).identifiers.map(({ text }) => text);
      expect(
        types.filter((text) => words.has(text)),
        type,
      ).not.toEqual([]);
    }
  });
});

it.each([
  ['cmd/main.go', 'Go'],
  ['Main.RS', 'Rust'],
  ['go', undefined],
  ['go/README', undefined],
  ['v1.go/README', undefined],
])('the language of the file `%s` is %s', (file, language) => {
  expect(languageOf(file)).toBe(language);
});

// Generators that are not installed. The names are from their sources and documentation.
it.each<[Language, string, string[]]>([
  // https://docs.rs/prost-build and https://docs.rs/heck
  ['Rust', 'zebra_mark', ['zebra_mark', 'has_zebra_mark', 'set_zebra_mark', 'mut_zebra_mark', 'take_zebra_mark']],
  ['Rust', 'rhino_name', ['rhino_name', 'RhinoName']],
  ['Rust', 'ANIMAL_KIND_BIG_CAT', ['BigCat', 'ANIMAL_KIND_BIG_CAT']],
  // https://github.com/apple/swift-protobuf/blob/main/Documentation/API.md
  ['Swift', 'zebra_mark', ['zebraMark', 'hasZebraMark', 'clearZebraMark']],
  ['Swift', 'ANIMAL_KIND_BIG_CAT', ['bigCat']],
  ['Swift', 'Keeper', ['Acme_ZooV1_Keeper']],
  ['Swift', 'DoorLock', ['DoorLock']],
  // https://github.com/protocolbuffers/protobuf-javascript/blob/main/docs/index.md
  ['JavaScript', 'wolf_names', ['getWolfNamesList', 'setWolfNamesList', 'addWolfNames', 'clearWolfNamesList']],
  ['JavaScript', 'vole_counts', ['getVoleCountsMap']],
])('in %s, the names of %s include %j', (language, element, expected) => {
  const texts = namesOf(named(element), language).identifiers.map(({ text }) => text);
  expect(texts).toEqual(expect.arrayContaining(expected));
});

describe('methods', () => {
  const file = parse(`syntax = "proto3"; package acme.zoo;
    service Gate { rpc WatchIPStream(Visit) returns (Visit); rpc Open(Visit) returns (Visit); rpc Close(CloseRequest) returns (Visit);
      rpc Feed(acme.zoo.Keeper.Food) returns (Visit); }
    message Visit {} message CloseRequest {} message Keeper { message Food {} }`);
  const methods = elementsIn(file);
  const callsOf = (name: string, language: Language): string[] => {
    const element = methods.get(`acme.zoo.Gate.${name}`);
    if (element === undefined) throw new Error(name);
    return namesOf(element, language).identifiers.flatMap(({ form, text }) => (form === 'call' ? [text] : []));
  };

  it.each<[Language, string[]]>([
    ['Go', ['WatchIPStream']],
    // The first name is from tonic, the second from ttrpc's compiler.
    ['Rust', ['watch_ip_stream', 'watch_i_p_stream']],
    ['Java', ['watchIPStream']],
    ['Kotlin', ['watchIPStream']],
    ['Python', ['WatchIPStream']],
    ['C++', ['WatchIPStream', 'AsyncWatchIPStream', 'PrepareAsyncWatchIPStream', 'RequestWatchIPStream']],
    ['C#', ['WatchIPStream', 'WatchIPStreamAsync']],
    ['TypeScript', ['watchIPStream', 'WatchIPStream']],
    ['Swift', ['watchIPStream']],
  ])('are called in %s as %j', (language, expected) => {
    expect(callsOf('WatchIPStream', language)).toEqual(expected);
  });

  it('are also named by the path of a call', () => {
    const element = methods.get('acme.zoo.Gate.Open');
    const texts =
      element && namesOf(element, 'Go').identifiers.flatMap(({ form, text }) => (form === 'text' ? [text] : []));
    expect(texts).toEqual(['/acme.zoo.Gate/Open', 'acme.zoo.Gate/Open']);
  });

  it('are also named by their request type, if no other method uses it', () => {
    const requests = ['Open', 'Close', 'Feed'].map((name) => {
      const element = methods.get(`acme.zoo.Gate.${name}`);
      return element && namesOf(element, 'Go').requests;
    });
    expect(requests).toEqual([[], ['CloseRequest'], ['Keeper_Food']]);
  });
});
