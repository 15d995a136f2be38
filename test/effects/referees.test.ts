import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFileRegistry, fromBinary, fromJson, toBinary, toJson } from '@bufbuild/protobuf';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Effect, Encoding } from '../../server/effects/effect.ts';
import { readMessage } from '../../server/effects/read.ts';
import { BY_NAME } from './by-name.ts';
import { parse } from '../../server/proto/parse.ts';
import { link } from '../../server/schema/link.ts';
import { describeTexts, protoc, protocInclude } from '../protoc.ts';
import { messageOf } from './schema.ts';

/*
 * Schemas that the random generator does not produce. protoc and @bufbuild/protobuf exchange messages of the type `M`, without our code.
 */

interface Case {
  readonly old: string;
  readonly edited: string;
  readonly exchanges: readonly {
    readonly writer: 'old' | 'edited';
    /** In text format, as is `read`. */
    readonly sent: string;
    readonly binary: readonly [verdict: Effect, read: string];
    readonly json: readonly [verdict: Effect, read: string];
  }[];
}

const REJECTED = 'rejected';
/** protoc --decode only warns about a missing required field, but parsers reject the message. */
const MISSES_REQUIRED = /missing required fields/;

const proto3 = (text: string): string => `syntax = "proto3";\n${text}`;
const proto2 = (text: string): string => `syntax = "proto2";\n${text}`;
const wellKnown = (file: string, type: string): string =>
  proto3(`import "google/protobuf/${file}.proto"; message M { google.protobuf.${type} f = 1; }`);

const jsonNameTakenOver = (file: string, type: string, members: string): Case => {
  const imports = `import "google/protobuf/${file}.proto"; message A { ${members} }`;
  return {
    old: proto3(`${imports} message M { A a = 1; google.protobuf.${type} b = 2; }`),
    edited: proto3(`${imports} message M { A a = 1 [json_name = "b"]; google.protobuf.${type} c = 2; }`),
    exchanges: [
      { writer: 'old', sent: 'b { }', binary: ['exact', 'c { }'], json: ['altered', 'a { }'] },
      { writer: 'edited', sent: 'a { }', binary: ['exact', 'a { }'], json: ['altered', 'b { }'] },
    ],
  };
};

const CASES: Readonly<Record<string, Case>> = {
  'an enum value with a reused number': {
    old: proto3('message M { E f = 1; } enum E { UNSET = 0; A = 1; }'),
    edited: proto3('message M { E f = 1; } enum E { UNSET = 0; B = 1; reserved "A"; }'),
    exchanges: [
      { writer: 'old', sent: 'f: A', binary: ['altered', 'f: B'], json: ['rejected', REJECTED] },
      { writer: 'edited', sent: 'f: B', binary: ['altered', 'f: A'], json: ['rejected', REJECTED] },
    ],
  },
  'an enum value with a reused number, whose alias gets another number': {
    old: proto3('message M { E f = 1; } enum E { option allow_alias = true; UNSET = 0; A = 1; A2 = 1; }'),
    edited: proto3('message M { E f = 1; } enum E { UNSET = 0; B = 1; A2 = 2; }'),
    exchanges: [
      { writer: 'old', sent: 'f: A2', binary: ['altered', 'f: B'], json: ['rejected', REJECTED] },
      { writer: 'edited', sent: 'f: A2', binary: ['altered', 'f: 2'], json: ['rejected', 'f: A'] },
    ],
  },
  'another json_format': {
    old: 'edition = "2023"; message M { int32 f = 1; string other_f = 2; }',
    edited:
      'edition = "2023"; option features.json_format = LEGACY_BEST_EFFORT; message M { int32 f = 1; string other_f = 2; }',
    exchanges: [
      {
        writer: 'old',
        sent: 'f: 1 other_f: "a"',
        binary: ['exact', 'f: 1 other_f: "a"'],
        json: ['exact', 'f: 1 other_f: "a"'],
      },
      {
        writer: 'edited',
        sent: 'f: 1 other_f: "a"',
        binary: ['exact', 'f: 1 other_f: "a"'],
        json: ['exact', 'f: 1 other_f: "a"'],
      },
    ],
  },
  'a closed enum in a required field': {
    old: proto2('message M { required E f = 1; } enum E { A = 1; B = 2; }'),
    edited: proto2('message M { required E f = 1; } enum E { A = 1; C = 3; }'),
    exchanges: [
      { writer: 'old', sent: 'f: B', binary: ['rejected', REJECTED], json: ['rejected', REJECTED] },
      { writer: 'edited', sent: 'f: C', binary: ['rejected', REJECTED], json: ['rejected', REJECTED] },
    ],
  },
  'a closed enum in a list': {
    old: proto2('message M { repeated E f = 1; } enum E { A = 1; B = 2; }'),
    edited: proto2('message M { repeated E f = 1; } enum E { A = 1; C = 3; }'),
    exchanges: [
      { writer: 'old', sent: 'f: B f: A', binary: ['dropped', 'f: A 1: 2'], json: ['rejected', REJECTED] },
      { writer: 'edited', sent: 'f: A f: C', binary: ['dropped', 'f: A 1: 3'], json: ['rejected', REJECTED] },
    ],
  },
  'a closed enum in a map': {
    old: proto2('message M { map<int32, E> f = 1; } enum E { UNSET = 0; B = 2; }'),
    edited: proto2('message M { map<int32, E> f = 1; } enum E { UNSET = 0; C = 3; }'),
    exchanges: [
      {
        writer: 'old',
        sent: 'f { key: 7 value: B }',
        binary: ['dropped', '1 { 1: 7 2: 2 }'],
        json: ['rejected', REJECTED],
      },
      {
        writer: 'edited',
        sent: 'f { key: 7 value: C }',
        binary: ['dropped', '1 { 1: 7 2: 3 }'],
        json: ['rejected', REJECTED],
      },
    ],
  },
  'a removed extension range': {
    old: proto2('message M { extensions 100 to 200; } extend M { optional int32 f = 100; }'),
    edited: proto2('message M {}'),
    exchanges: [{ writer: 'old', sent: '[f]: 5', binary: ['dropped', '100: 5'], json: ['rejected', REJECTED] }],
  },
  'a field that has the number of an extension of a removed range': {
    old: proto2('message M { extensions 100 to 200; } extend M { optional int32 f = 100; }'),
    edited: proto2('message M { optional int64 g = 100; }'),
    exchanges: [
      { writer: 'old', sent: '[f]: 5', binary: ['exact', 'g: 5'], json: ['rejected', REJECTED] },
      { writer: 'edited', sent: 'g: 5', binary: ['altered', '[f]: 5'], json: ['rejected', REJECTED] },
    ],
  },
  'an extension that became a field': {
    old: proto2('message M { extensions 100 to 200; } extend M { optional int32 f = 100; }'),
    edited: proto2('message M { optional int32 f = 100; }'),
    exchanges: [
      { writer: 'old', sent: '[f]: 5', binary: ['exact', 'f: 5'], json: ['rejected', REJECTED] },
      { writer: 'edited', sent: 'f: 5', binary: ['exact', '[f]: 5'], json: ['rejected', REJECTED] },
    ],
  },
  'a Timestamp and a string': {
    old: wellKnown('timestamp', 'Timestamp'),
    edited: proto3('message M { string f = 1; }'),
    exchanges: [
      {
        writer: 'old',
        sent: 'f { seconds: 42 }',
        binary: ['rejected', 'f: "\\010*"'],
        json: ['altered', 'f: "1970-01-01T00:00:42Z"'],
      },
      {
        writer: 'old',
        sent: 'f { seconds: 200 }',
        binary: ['rejected', REJECTED],
        json: ['altered', 'f: "1970-01-01T00:03:20Z"'],
      },
      {
        writer: 'edited',
        sent: 'f: "1970-01-01T00:00:42Z"',
        binary: ['altered', REJECTED],
        json: ['altered', 'f { seconds: 42 }'],
      },
      { writer: 'edited', sent: 'f: "x1"', binary: ['altered', 'f { 15: 49 }'], json: ['altered', REJECTED] },
    ],
  },
  'a Duration and a Timestamp': {
    old: wellKnown('duration', 'Duration'),
    edited: wellKnown('timestamp', 'Timestamp'),
    exchanges: [
      {
        writer: 'old',
        sent: 'f { seconds: 42 }',
        binary: ['exact', 'f { seconds: 42 }'],
        json: ['rejected', REJECTED],
      },
      {
        writer: 'edited',
        sent: 'f { seconds: 42 }',
        binary: ['exact', 'f { seconds: 42 }'],
        json: ['rejected', REJECTED],
      },
    ],
  },
  'a Struct and a map': {
    old: wellKnown('struct', 'Struct'),
    edited: proto3('import "google/protobuf/struct.proto"; message M { map<string, google.protobuf.Value> f = 1; }'),
    exchanges: [
      {
        writer: 'old',
        sent: 'f { fields { key: "a" value { number_value: 1 } } }',
        binary: ['altered', REJECTED],
        json: ['absent', 'f { key: "a" value { number_value: 1 } }'],
      },
      { writer: 'old', sent: 'f { }', binary: ['altered', 'f { key: "" value { } }'], json: ['absent', ''] },
      {
        writer: 'edited',
        sent: 'f { key: "a" value { null_value: NULL_VALUE } }',
        binary: ['altered', REJECTED],
        json: ['exact', 'f { fields { key: "a" value { null_value: NULL_VALUE } } }'],
      },
    ],
  },
  'a ListValue and a list': {
    old: wellKnown('struct', 'ListValue'),
    edited: proto3('import "google/protobuf/struct.proto"; message M { repeated google.protobuf.Value f = 1; }'),
    exchanges: [
      {
        writer: 'old',
        sent: 'f { values { bool_value: true } }',
        binary: ['dropped', 'f { 1 { 4: 1 } }'],
        json: ['absent', 'f { bool_value: true }'],
      },
      { writer: 'old', sent: 'f { }', binary: ['dropped', 'f { }'], json: ['absent', ''] },
      {
        writer: 'edited',
        sent: 'f { number_value: 1 } f { null_value: NULL_VALUE }',
        binary: ['altered', 'f { 2: 0x3ff0000000000000 1: 0 }'],
        json: ['exact', 'f { values { number_value: 1 } values { null_value: NULL_VALUE } }'],
      },
    ],
  },
  'a wrapper and a scalar': {
    old: wellKnown('wrappers', 'Int32Value'),
    edited: proto3('message M { optional int32 f = 1; }'),
    exchanges: [
      { writer: 'old', sent: 'f { value: 7 }', binary: ['dropped', '1 { 1: 7 }'], json: ['exact', 'f: 7'] },
      { writer: 'edited', sent: 'f: 0', binary: ['dropped', '1: 0'], json: ['exact', 'f { }'] },
    ],
  },
  'a FieldMask and a string': {
    old: wellKnown('field_mask', 'FieldMask'),
    edited: proto3('message M { string f = 1; }'),
    exchanges: [
      {
        writer: 'old',
        sent: 'f { paths: "a_b" }',
        binary: ['rejected', 'f: "\\n\\003a_b"'],
        json: ['altered', 'f: "aB"'],
      },
      {
        writer: 'edited',
        sent: 'f: "x1"',
        binary: ['altered', 'f { 15: 49 }'],
        json: ['altered', 'f { paths: "x1" }'],
      },
    ],
  },
  'a message takes over the JSON name of an Any': jsonNameTakenOver('any', 'Any', 'int32 x = 1;'),
  'an empty message takes over the JSON name of a Struct': jsonNameTakenOver('struct', 'Struct', ''),
  'a FieldMask takes over the JSON name of a Timestamp': {
    old: proto3(
      'import "google/protobuf/field_mask.proto"; import "google/protobuf/timestamp.proto"; message M { google.protobuf.FieldMask a = 1; google.protobuf.Timestamp b = 2; }',
    ),
    edited: proto3(
      'import "google/protobuf/field_mask.proto"; import "google/protobuf/timestamp.proto"; message M { google.protobuf.FieldMask a = 1 [json_name = "b"]; google.protobuf.Timestamp c = 2; }',
    ),
    exchanges: [
      {
        writer: 'old',
        sent: 'b { seconds: 5 }',
        binary: ['exact', 'c { seconds: 5 }'],
        json: ['altered', 'a { paths: "1970-01-01_t00:00:05_z" }'],
      },
    ],
  },
  'a map of numbers and an Any': {
    old: proto3('import "google/protobuf/any.proto"; message M { map<string, int32> f = 1; }'),
    edited: proto3('import "google/protobuf/any.proto"; message M { google.protobuf.Any f = 1; }'),
    exchanges: [
      {
        writer: 'old',
        sent: 'f { key: "a" value: 1 }',
        binary: ['altered', 'f { type_url: "a" 2: 1 }'],
        json: ['rejected', REJECTED],
      },
    ],
  },
  'UTF-8 validation of map keys': {
    old: proto2('message M { map<string, int32> f = 1; }'),
    edited: proto3('message M { map<string, int32> f = 1; }'),
    exchanges: [
      {
        writer: 'old',
        sent: 'f { key: "a" value: 1 }',
        binary: ['rejected', 'f { key: "a" value: 1 }'],
        json: ['exact', 'f { key: "a" value: 1 }'],
      },
    ],
  },
  'two fields moved into a oneof': {
    old: proto3('message M { int32 a = 1; int32 b = 2; }'),
    edited: proto3('message M { oneof o { int32 a = 1; int32 b = 2; } }'),
    exchanges: [
      { writer: 'old', sent: 'a: 1 b: 2', binary: ['altered', 'b: 2'], json: ['rejected', REJECTED] },
      { writer: 'edited', sent: 'a: 0', binary: ['absent', ''], json: ['absent', ''] },
    ],
  },
  'a list of messages without fields becomes text': {
    old: proto3('message M { repeated N f = 1; } message N {}'),
    edited: proto3('message M { string f = 1; } message N {}'),
    exchanges: [
      { writer: 'old', sent: 'f { } f { }', binary: ['dropped', ''], json: ['rejected', REJECTED] },
      { writer: 'edited', sent: 'f: "xA"', binary: ['altered', 'f { 15: 65 }'], json: ['rejected', REJECTED] },
    ],
  },
  'a list of messages without fields becomes bytes with presence': {
    old: proto3('message M { repeated N f = 1; } message N {}'),
    edited: proto3('message M { optional bytes f = 1; } message N {}'),
    exchanges: [{ writer: 'old', sent: 'f { } f { }', binary: ['altered', 'f: ""'], json: ['rejected', REJECTED] }],
  },
  'a message without fields becomes text with presence': {
    old: proto3('message M { N f = 1; } message N {}'),
    edited: proto3('message M { optional string f = 1; } message N {}'),
    exchanges: [{ writer: 'old', sent: 'f { }', binary: ['exact', 'f: ""'], json: ['rejected', REJECTED] }],
  },
  'the values of a map become messages with a required field': {
    old: proto2('message M { map<string, int32> f = 1; } message R { required string a = 1; }'),
    edited: proto2('message M { map<string, R> f = 1; } message R { required string a = 1; }'),
    exchanges: [
      { writer: 'old', sent: 'f { key: "a" value: 1 }', binary: ['rejected', REJECTED], json: ['rejected', REJECTED] },
      {
        writer: 'edited',
        sent: 'f { key: "a" value { a: "b" } }',
        binary: ['altered', 'f { key: "a" value: 0 }'],
        json: ['rejected', REJECTED],
      },
    ],
  },
  'an enum value that became an alias of another one': {
    old: proto3('message M { E f = 1; } enum E { Z = 0; A = 1; B = 2; }'),
    edited: proto3('message M { E f = 1; } enum E { option allow_alias = true; Z = 0; A = 1; B = 1; }'),
    exchanges: [
      { writer: 'old', sent: 'f: B', binary: ['unrecognised', 'f: 2'], json: ['exact', 'f: A'] },
      { writer: 'edited', sent: 'f: B', binary: ['altered', 'f: A'], json: ['altered', 'f: A'] },
    ],
  },
  'an alias that moved to another enum value': {
    old: proto3('message M { E f = 1; } enum E { option allow_alias = true; Z = 0; A = 1; B = 1; C = 2; }'),
    edited: proto3('message M { E f = 1; } enum E { option allow_alias = true; Z = 0; A = 1; C = 2; B = 2; }'),
    exchanges: [
      { writer: 'old', sent: 'f: B', binary: ['altered', 'f: A'], json: ['altered', 'f: A'] },
      { writer: 'edited', sent: 'f: B', binary: ['altered', 'f: C'], json: ['altered', 'f: C'] },
    ],
  },
  'an enum value that became an alias of zero': {
    old: proto3('message M { E f = 1; } enum E { Z = 0; A = 1; }'),
    edited: proto3('message M { E f = 1; } enum E { option allow_alias = true; Z = 0; A = 0; }'),
    exchanges: [{ writer: 'edited', sent: 'f: A', binary: ['altered', ''], json: ['altered', ''] }],
  },
  'an alias that moved to another value of a closed enum': {
    old: proto2('message M { optional E f = 1; } enum E { option allow_alias = true; A = 1; B = 1; C = 2; }'),
    edited: proto2('message M { optional E f = 1; } enum E { option allow_alias = true; A = 1; C = 2; B = 2; }'),
    exchanges: [
      { writer: 'old', sent: 'f: B', binary: ['altered', 'f: A'], json: ['altered', 'f: A'] },
      { writer: 'edited', sent: 'f: B', binary: ['altered', 'f: C'], json: ['altered', 'f: C'] },
    ],
  },
  'another json_format of an enum': {
    old: 'edition = "2023"; message M { E f = 1; } enum E { Z = 0; A = 1; }',
    edited:
      'edition = "2023"; message M { E f = 1; } enum E { option features.json_format = LEGACY_BEST_EFFORT; Z = 0; A = 1; }',
    exchanges: [
      { writer: 'old', sent: 'f: A', binary: ['exact', 'f: A'], json: ['exact', 'f: A'] },
      { writer: 'edited', sent: 'f: A', binary: ['exact', 'f: A'], json: ['exact', 'f: A'] },
    ],
  },
  'a field changes from one enum to another': {
    old: proto3('message M { E f = 1; } enum E { E_UNSET = 0; E_A = 1; } enum D { D_UNSET = 0; D_B = 1; }'),
    edited: proto3('message M { D f = 1; } enum E { E_UNSET = 0; E_A = 1; } enum D { D_UNSET = 0; D_B = 1; }'),
    exchanges: [
      { writer: 'old', sent: 'f: E_A', binary: ['altered', 'f: D_B'], json: ['rejected', REJECTED] },
      { writer: 'edited', sent: 'f: D_B', binary: ['altered', 'f: E_A'], json: ['rejected', REJECTED] },
    ],
  },
  'a type name now means another message': {
    old: proto3('message M { N f = 1; } message N { string a = 1; }'),
    edited: proto3('message M { N f = 1; message N { string b = 1; } } message N { string a = 1; }'),
    exchanges: [
      { writer: 'old', sent: 'f { a: "x" }', binary: ['altered', 'f { b: "x" }'], json: ['rejected', REJECTED] },
      { writer: 'edited', sent: 'f { b: "x" }', binary: ['altered', 'f { a: "x" }'], json: ['rejected', REJECTED] },
    ],
  },
  'a BoolValue and a Value': {
    old: wellKnown('wrappers', 'BoolValue'),
    edited: wellKnown('struct', 'Value'),
    exchanges: [
      {
        writer: 'old',
        sent: 'f { value: true }',
        binary: ['altered', 'f { null_value: 1 }'],
        json: ['altered', 'f { bool_value: true }'],
      },
      {
        writer: 'edited',
        sent: 'f { null_value: NULL_VALUE }',
        binary: ['altered', 'f { }'],
        json: ['altered', ''],
      },
    ],
  },
  'an extension with another number': {
    old: proto2('message M { extensions 100 to 200; } extend M { optional int32 f = 100; }'),
    edited: proto2('message M { extensions 100 to 200; } extend M { optional int32 f = 101; }'),
    exchanges: [
      { writer: 'old', sent: '[f]: 5', binary: ['dropped', '100: 5'], json: ['exact', '[f]: 5'] },
      { writer: 'edited', sent: '[f]: 5', binary: ['dropped', '101: 5'], json: ['exact', '[f]: 5'] },
    ],
  },
  'two extensions that swapped their numbers': {
    old: proto2('message M { extensions 100 to 200; } extend M { optional int32 f = 100; optional int32 g = 101; }'),
    edited: proto2('message M { extensions 100 to 200; } extend M { optional int32 f = 101; optional int32 g = 100; }'),
    exchanges: [
      { writer: 'old', sent: '[f]: 5', binary: ['altered', '[g]: 5'], json: ['exact', '[f]: 5'] },
      { writer: 'edited', sent: '[f]: 5', binary: ['altered', '[g]: 5'], json: ['exact', '[f]: 5'] },
    ],
  },
  'a type that lost half of its members': {
    old: proto3('message M { string a = 1; int32 b = 2; }'),
    edited: proto3('message M { string a = 1; int64 c = 3; reserved "b"; }'),
    exchanges: [
      { writer: 'old', sent: 'a: "x" b: 1', binary: ['dropped', 'a: "x" 2: 1'], json: ['rejected', REJECTED] },
      { writer: 'edited', sent: 'a: "x" c: 1', binary: ['dropped', 'a: "x" 3: 1'], json: ['rejected', REJECTED] },
    ],
  },
  'a single entry and a map': {
    old: proto3('message M { E f = 1; } message E { string key = 1; int32 value = 2; }'),
    edited: proto3('message M { map<string, int32> f = 1; }'),
    exchanges: [
      {
        writer: 'old',
        sent: 'f { key: "a" value: 1 }',
        binary: ['exact', 'f { key: "a" value: 1 }'],
        json: ['altered', REJECTED],
      },
      {
        writer: 'edited',
        sent: 'f { key: "a" value: 1 } f { key: "b" }',
        binary: ['altered', 'f { key: "b" }'],
        json: ['altered', REJECTED],
      },
    ],
  },
};

const folder = mkdtempSync(join(tmpdir(), 'referees-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe.each(Object.entries(CASES))('%s', (_name, { old, edited, exchanges }) => {
  beforeAll(() => {
    writeFileSync(join(folder, 'old.proto'), old);
    writeFileSync(join(folder, 'edited.proto'), edited);
  });

  test.each(exchanges.map((exchange) => [exchange.writer, exchange.sent, exchange] as const))(
    'the %s side sends %s',
    (_writer, sent, { writer, binary, json }) => {
      const [from, to] = writer === 'old' ? [old, edited] : [edited, old];
      const readerFile = writer === 'old' ? 'edited.proto' : 'old.proto';
      const bytes = textToBytes(`${writer}.proto`, sent);
      expect(bytesToText(readerFile, bytes)).toBe(binary[1]);
      expect(throughJson(from, to, readerFile, bytes)).toBe(json[1]);
      expect([effectOf(from, to, 'binary'), effectOf(from, to, 'json')]).toEqual([binary[0], json[0]]);
    },
  );
});

function textToBytes(file: string, text: string): Uint8Array {
  const { status, stdout, stderr } = runProtoc('--encode', file, text);
  if (status !== 0 || MISSES_REQUIRED.test(stderr)) throw new Error(stderr);
  return stdout;
}

function bytesToText(file: string, bytes: Uint8Array): string {
  const { status, stdout, stderr } = runProtoc('--decode', file, bytes);
  if (status !== 0 || MISSES_REQUIRED.test(stderr)) return REJECTED;
  return stdout.toString('latin1').replaceAll(/\s+/g, ' ').trim();
}

function runProtoc(what: '--encode' | '--decode', file: string, input: string | Uint8Array) {
  const { status, stdout, stderr } = spawnSync(protoc, [`${what}=M`, `-I${folder}`, `-I${protocInclude}`, file], {
    input,
  });
  return { status, stdout, stderr: stderr.toString() };
}

/** What the reader reads from the writer's JSON, in protoc's text format. */
function throughJson(writer: string, reader: string, readerFile: string, bytes: Uint8Array): string {
  const [from, to] = [writer, reader].map((text) => createFileRegistry(describeTexts({ 'a.proto': text })));
  const [sent, read] = [from?.getMessage('M'), to?.getMessage('M')];
  if (from === undefined || to === undefined || sent === undefined || read === undefined) throw new Error('no M');
  const json = toJson(sent, fromBinary(sent, bytes), { registry: from });
  let back: Uint8Array;
  try {
    back = toBinary(read, fromJson(read, json, { registry: to }));
  } catch {
    return REJECTED;
  }
  return bytesToText(readerFile, back);
}

function effectOf(writer: string, reader: string, encoding: Encoding): Effect {
  const [from, to] = [writer, reader].map((text) => messageOf(link(new Map([['a.proto', parse(text)]])), 'M'));
  if (from === undefined || to === undefined) throw new Error('no M');
  return readMessage(from, to, encoding, BY_NAME).worst;
}
