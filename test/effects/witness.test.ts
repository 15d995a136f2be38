import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import protobuf from 'protobufjs';
import { describe, expect, test } from 'vitest';
import { decode, Rejected, textOf } from '../../server/effects/decode.ts';
import { describeMessage } from '../../server/effects/describe.ts';
import { encode } from '../../server/effects/encode.ts';
import { sampleValues } from '../../server/effects/sample.ts';
import {
  asList,
  type FieldValue,
  isMessage,
  isZero,
  type MessageValue,
  sendsZero,
  type Value,
} from '../../server/effects/value.ts';
import { FieldMatching } from '../../server/effects/field-matching.ts';
import { demonstrate, exchange } from '../../server/effects/witness.ts';
import { BY_NAME } from './by-name.ts';
import { parse } from '../../server/proto/parse.ts';
import { link } from '../../server/schema/link.ts';
import type { Field, Message } from '../../server/schema/model.ts';
import { protoc, protocInclude } from '../protoc.ts';
import { encodeWithProtobufjs, fieldKey, ReflectedTypes } from './reflected.ts';

const TYPES =
  'double float int32 int64 uint32 uint64 sint32 sint64 fixed32 fixed64 sfixed32 sfixed64 bool string bytes E N'.split(
    ' ',
  );

const EVERYTHING: Readonly<Record<string, string>> = {
  proto2: `
    ${TYPES.map((type, index) => `optional ${type} s${index} = ${index + 1}; repeated ${type} r${index} = ${index + 101};`).join('\n')}
    ${TYPES.slice(0, 13)
      .map((type, index) => `repeated ${type} p${index} = ${index + 201} [packed = true];`)
      .join('\n')}
    oneof o { int32 oa = 301; string ob = 302; N oc = 303; E od = 304; }
    optional group G = 401 { optional int32 a = 1; optional string b = 2; optional group H = 3 { repeated int32 a = 1; } }
    repeated group I = 402 { optional int32 a = 1; }
    map<int32, int32> m = 501;
    enum E { A = 0; B = 1; C = 200; NEGATIVE = -1; } message N { optional int32 a = 1; optional string b = 2; optional N n = 3; }`,
  proto3: `
    ${TYPES.map((type, index) => `${type} s${index} = ${index + 1}; repeated ${type} r${index} = ${index + 101};`).join('\n')}
    ${TYPES.map((type, index) => `optional ${type} t${index} = ${index + 201};`).join('\n')}
    oneof o { int32 oa = 301; string ob = 302; N oc = 303; E od = 304; }
    map<int32, int32> m = 501;
    enum E { A = 0; B = 1; C = 200; NEGATIVE = -1; } message N { int32 a = 1; string b = 2; N n = 3; }`,
  '2023': `
    ${TYPES.map((type, index) => `${type} s${index} = ${index + 1}; repeated ${type} r${index} = ${index + 101};`).join('\n')}
    oneof o {
      int32 oa = 301; string ob = 302 [features.utf8_validation = NONE]; N oc = 303 [features.message_encoding = DELIMITED]; E od = 304;
    }
    N d = 401 [features.message_encoding = DELIMITED]; repeated N e = 402 [features.message_encoding = DELIMITED];
    int32 implicit = 403 [features.field_presence = IMPLICIT];
    map<int32, int32> m = 501;
    enum E { option features.enum_type = CLOSED; A = 0; B = 1; C = 200; } message N { int32 a = 1; string b = 2; N n = 3; }`,
};

describe('an exchange', () => {
  test.each<Example>([
    [
      'a new field',
      'string id = 1; bool sandbox_pidns = 7;',
      'string id = 1;',
      { 1: 'a1', 7: true },
      'id (1): "a1", sandbox_pidns (7): true',
      'id (1): "a1", unknown field 7: 1',
    ],
    [
      'a field that the writer does not know',
      'string id = 1;',
      'string id = 1; bool pidns = 7;',
      { 1: 'a1' },
      'id (1): "a1"',
      'id (1): "a1", pidns (7): (unset)',
      [7],
    ],
    [
      'a renumbered field',
      'string sandbox_id = 2;',
      'string sandbox_id = 3;',
      { 2: 'a1' },
      'sandbox_id (2): "a1"',
      'sandbox_id (3): (unset), unknown field 2: "a1"',
    ],
    [
      'swapped fields',
      'string a = 1; string b = 2;',
      'string b = 1; string a = 2;',
      { 1: 'x', 2: 'y' },
      'a (1): "x", b (2): "y"',
      'b (1): "x", a (2): "y"',
    ],
    ['minus one', 'int32 n = 1;', 'uint64 n = 1;', { 1: -1n }, 'n (1): -1', 'n (1): 18446744073709551615'],
    [
      '64 bits',
      'int64 n = 1;',
      'int64 n = 1;',
      { 1: 2n ** 53n + 1n },
      'n (1): 9007199254740993',
      'n (1): 9007199254740993',
    ],
    [
      'the lowest 64-bit integer',
      'sint64 n = 1;',
      'sint64 n = 1;',
      { 1: -(2n ** 63n) },
      'n (1): -9223372036854775808',
      'n (1): -9223372036854775808',
    ],
    ['zigzag', 'int32 n = 1;', 'sint32 n = 1;', { 1: 7n }, 'n (1): 7', 'n (1): -4'],
    ['truncation', 'int64 n = 1;', 'int32 n = 1;', { 1: 2n ** 32n + 5n }, 'n (1): 4294967301', 'n (1): 5'],
    [
      'another wire type',
      'string n = 1;',
      'int32 n = 1;',
      { 1: 'abc' },
      'n (1): "abc"',
      'n (1): (unset), unknown field 1: "abc"',
    ],
    [
      'bytes read as text',
      'bytes n = 1;',
      'string n = 1;',
      { 1: Uint8Array.of(255, 254) },
      'n (1): "\\xff\\xfe"',
      'n (1) is not valid UTF-8',
    ],
    [
      'an enum value without a name',
      'E e = 1; enum E { A = 0; B = 1; C = 2; }',
      'E e = 1; enum E { A = 0; B = 1; }',
      { 1: 2n },
      'e (1): C',
      'e (1): 2 (no name)',
    ],
    ['a lost zero', 'optional int32 n = 1;', 'int32 n = 1;', { 1: 0n }, 'n (1): 0', 'n (1): 0 (as if unset)'],
    [
      'a zero that is not sent',
      'int32 n = 1;',
      'optional int32 n = 1;',
      { 1: 0n },
      'n (1): 0 (not sent)',
      'n (1): (unset)',
    ],
    ['nothing', 'int32 n = 1;', 'int32 n = 1;', {}, 'nothing', 'nothing'],
    ['unset', 'optional int32 n = 1;', 'int32 n = 1;', { 1: undefined }, 'n (1): (unset)', 'n (1): (unset)'],
    [
      'packed to singular',
      'repeated int32 n = 1;',
      'int32 n = 1;',
      { 1: [1n, 2n] },
      'n (1): [1, 2]',
      'n (1): (unset), unknown field 1: "\\x01\\x02"',
    ],
    [
      'a list of texts to one',
      'repeated string n = 1;',
      'string n = 1;',
      { 1: ['a', 'b'] },
      'n (1): ["a", "b"]',
      'n (1): "b"',
    ],
    [
      'a list of messages to one',
      'repeated T t = 1; message T { string a = 1; string b = 2; }',
      'T t = 1; message T { string a = 1; string b = 2; }',
      { 1: [message({ 1: 'x' }), message({ 2: 'y' })] },
      't (1): [{a (1): "x"}, {b (2): "y"}]',
      't (1): {a (1): "x", b (2): "y"}',
    ],
    [
      'a map',
      'map<string, int32> m = 1;',
      'map<string, int32> m = 1;',
      { 1: [message({ 1: 'a', 2: 1n }), message({ 1: '__proto__', 2: 0n })] },
      'm (1): {"a": 1, "__proto__": 0}',
      'm (1): {"a": 1, "__proto__": 0}',
    ],
    [
      'entries to a map',
      'repeated T m = 1; message T { string key = 1; int32 value = 2; }',
      'map<string, int32> m = 1;',
      { 1: [message({ 1: 'a', 2: 1n }), message({ 1: 'a', 2: 2n })] },
      'm (1): [{key (1): "a", value (2): 1}, {key (1): "a", value (2): 2}]',
      'm (1): {"a": 2}',
    ],
    [
      'into a oneof',
      'string a = 1; string b = 2;',
      'oneof o { string a = 1; string b = 2; }',
      { 1: 'x', 2: 'y' },
      'a (1): "x", b (2): "y"',
      'a (1): (unset), b (2): "y"',
    ],
    [
      'floats',
      'float f = 1; double d = 2;',
      'float f = 1; double d = 2;',
      { 1: 0.1, 2: -0 },
      'f (1): 0.1, d (2): -0',
      'f (1): 0.1, d (2): -0',
    ],
    [
      'a float that needs nine digits',
      'float f = 1;',
      'float f = 1;',
      { 1: -102.64445495605469 },
      'f (1): -102.644455',
      'f (1): -102.644455',
    ],
    [
      'a fixed number as a float',
      'fixed32 n = 1;',
      'float n = 1;',
      { 1: 1065353216n },
      'n (1): 1065353216',
      'n (1): 1',
    ],
    [
      'names of JavaScript object properties',
      'string __proto__ = 1; T constructor = 2; message T { bool toString = 1; }',
      'string __proto__ = 1; T constructor = 2; message T { bool toString = 1; }',
      { 1: 'x', 2: message({ 1: true }) },
      '__proto__ (1): "x", constructor (2): {toString (1): true}',
      '__proto__ (1): "x", constructor (2): {toString (1): true}',
    ],
  ])('shows what is sent and read: %s', (_, writer, reader, value, sent, read, shown = []) => {
    const [from, to] = [messageOf('proto3', writer), messageOf('proto3', reader)];
    expect(exchange(from, to, message(value), shown, 'binary', 'default')).toMatchObject({ sent, read });
  });

  test.each<Example>([
    [
      'a closed enum',
      'optional E e = 1; enum E { A = 0; C = 2; }',
      'optional E e = 1; enum E { A = 0; }',
      { 1: 2n },
      'e (1): C',
      'e (1): (unset, so A), unknown field 1: 2',
    ],
    [
      'a closed enum in a map',
      'map<string, E> m = 1; enum E { A = 0; C = 2; }',
      'map<string, E> m = 1; enum E { A = 0; }',
      { 1: [message({ 1: 'a', 2: 2n })] },
      'm (1): {"a": C}',
      'm (1): (unset), unknown field 1: "\\x0a\\x01\\x61\\x10\\x02"',
    ],
    [
      'a missing required field',
      'optional T t = 1; message T { optional int32 a = 1; }',
      'optional T t = 1; message T { optional int32 a = 1; required int32 b = 2; }',
      { 1: message({ 1: 5n }) },
      't (1): {a (1): 5}',
      'required field b (2) is missing',
    ],
    [
      'a changed default',
      'optional int64 n = 1 [default = 9007199254740993];',
      'optional int64 n = 1 [default = 9007199254740995];',
      { 1: undefined },
      'n (1): (unset, so 9007199254740993)',
      'n (1): (unset, so 9007199254740995)',
    ],
    [
      'text without UTF-8 validation',
      'optional string n = 1;',
      'optional string n = 1;',
      { 1: Uint8Array.of(255) },
      'n (1): "\\xff"',
      'n (1): "\\xff"',
    ],
    [
      'an unset required field',
      'required int32 n = 1;',
      'optional int32 n = 1;',
      { 1: undefined },
      'n (1): (unset)',
      'n (1): (unset)',
    ],
    [
      'a group',
      'optional group G = 1 { optional int32 a = 1; }',
      'optional M g = 1;',
      { 1: message({ 1: 1n }) },
      'g (1): {a (1): 1}',
      'g (1): (unset), unknown field 1: {…}',
    ],
    [
      'an extension',
      'extensions 100; extend M { optional string x = 100; }',
      'extensions 100; extend M { optional string x = 100; }',
      { 100: 'a' },
      'x (100): "a"',
      'x (100): "a"',
    ],
  ])('shows what is sent and read in proto2: %s', (_, writer, reader, value, sent, read) => {
    const [from, to] = [messageOf('proto2', writer), messageOf('proto2', reader)];
    expect(exchange(from, to, message(value), [], 'binary', 'default')).toMatchObject({ sent, read });
  });

  test('is undefined for a large message and for a message set', () => {
    const list = messageOf('proto3', 'repeated int32 n = 1;');
    expect(
      exchange(list, list, message({ 1: Array.from({ length: 2000 }, () => 1n) }), [], 'binary', 'default'),
    ).toBeUndefined();
    const set = messageOf('proto2', 'option message_set_wire_format = true; extensions 4 to max;');
    expect(exchange(set, set, message({}), [], 'binary', 'default')).toBeUndefined();
  });

  test('shows only the set field of a message with 8,000 fields', () => {
    const wide = messageOf(
      'proto3',
      Array.from({ length: 8000 }, (_, index) => `int32 f${index + 1} = ${index + 1};`).join('\n'),
    );
    expect(exchange(wide, wide, message({ 8000: 1n }), [], 'binary', 'default')).toMatchObject({
      read: 'f8000 (8000): 1',
    });
  });
});

describe('a demonstration', () => {
  test.each<
    readonly [writer: string, reader: string, effect: Parameters<typeof demonstrate>[1], sent: string, read: string]
  >([
    ['int32 n = 1;', 'int64 n = 1;', 'exact', 'n (1): 42', 'n (1): 42'],
    ['int32 n = 1;', 'uint32 n = 1;', 'altered', 'n (1): -1', 'n (1): 4294967295'],
    ['int64 n = 1;', 'int32 n = 1;', 'altered', 'n (1): 4294967297', 'n (1): 1'],
    ['bytes data = 1;', 'string data = 1;', 'rejected', 'data (1): "\\xff\\xfe"', 'data (1) is not valid UTF-8'],
    ['optional bool b = 1;', 'bool b = 1;', 'absent', 'b (1): false', 'b (1): false (as if unset)'],
    [
      'string host_path = 1;',
      'string host_path = 2;',
      'dropped',
      'host_path (1): "/run/a1"',
      'host_path (2): (unset), unknown field 1: "/run/a1"',
    ],
    [
      'E e = 1; enum E { A = 0; B = 1; C = 2; }',
      'E e = 1; enum E { A = 0; B = 1; }',
      'unrecognised',
      'e (1): C',
      'e (1): 2 (no name)',
    ],
    ['repeated string tags = 1;', 'string tags = 1;', 'altered', 'tags (1): ["abc", "xyz"]', 'tags (1): "xyz"'],
    ['fixed32 n = 1;', 'sfixed32 n = 1;', 'altered', 'n (1): 2147483648', 'n (1): -2147483648'],
  ])('shows that `%s`, read as `%s`, is %s', (writer, reader, effect, sent, read) => {
    const from = messageOf('proto3', writer);
    const to = messageOf('proto3', reader);
    const about = { writer: from.fields, reader: to.fields };
    expect(demonstrate(new FieldMatching(from, to, 'binary', BY_NAME), effect, about)).toMatchObject({
      effect,
      sent,
      read,
    });
  });

  test('shows a field that only the reader has as unset', () => {
    const reader = messageOf('proto2', 'required string id = 1; optional int32 n = 2;');
    const about = { writer: [], reader: reader.fields.slice(1) };
    const writer = messageOf('proto2', 'required string id = 1;');
    const made = demonstrate(new FieldMatching(writer, reader, 'binary', BY_NAME), 'absent', about);
    expect(made).toMatchObject({ sent: 'id (1): "a1"', read: 'id (1): "a1", n (2): (unset)' });
  });

  test('shows that one of two fields is lost if both moved into a oneof', () => {
    const writer = messageOf('proto3', 'string a = 1; string b = 2;');
    const reader = messageOf('proto3', 'oneof o { string a = 1; string b = 2; }');
    const about = { writer: writer.fields, reader: reader.fields };
    const made = demonstrate(new FieldMatching(writer, reader, 'binary', BY_NAME), 'altered', about);
    expect(made).toMatchObject({ sent: 'a (1): "abc", b (2): "abc"', read: 'a (1): (unset), b (2): "abc"' });
  });
});

describe.each(['proto2', 'proto3', '2023'])('in %s', (edition) => {
  const everything = messageOf(edition, EVERYTHING[edition] ?? '');

  test('our encoder writes the same bytes as protobufjs, and our decoder reads them', () => {
    for (const field of everything.fields) {
      const samples = [...sampleValues(field)];
      expect(samples).not.toEqual([]);
      for (const value of samples) {
        const sent = message({ [field.number]: value });
        expect(exchange(everything, everything, sent, [], 'binary', 'default')?.received).toEqual(
          seen(everything, sent),
        );
        expect(encode(everything, sent)).toEqual(encodeWithProtobufjs(everything, sent));
      }
    }
  });

  test('our decoder and protobufjs read the same message from random bytes', () => {
    const types = new ReflectedTypes();
    types.add(everything);
    const type = types.get(everything);
    const numbers = [...everything.fieldsByNumber.keys(), 1000];
    let read = 0;
    fc.assert(
      fc.property(bytesFor(numbers), (bytes) => {
        const ours = unlessThrown(Rejected, () => seen(everything, decode(bytes, everything)));
        // protobufjs has no class for rejected bytes.
        const theirs = unlessThrown(Error, () => fromProtobufjs(everything, type.decode(bytes)));
        expect(ours).toEqual(theirs);
        if (ours !== undefined) read++;
      }),
      { numRuns: 3000, seed: 7 },
    );
    expect(read).toBeGreaterThan(1000);
  });
});

/** Our encoder and decoder follow the specification: https://protobuf.dev/programming-guides/encoding/ */
const DIFFERENCES: readonly { what: string; reason: string; observe: () => Observation; expected: Observation }[] = [
  {
    what: 'text without UTF-8 validation',
    reason: 'protobufjs repairs invalid UTF-8. `ReflectedTypes` declares such fields as bytes.',
    observe: () => read('syntax = "proto2"; message M { optional string s = 1; }', '0a01ff'),
    expected: { ours: 's (1): "\\xff"', protobufjs: '{"s":"\ufffd"}', protoc: 's: "\\377"' },
  },
  {
    what: 'map keys without UTF-8 validation',
    reason: 'protobufjs repairs invalid UTF-8. `ReflectedTypes` declares maps as lists of entries.',
    observe: () => read('syntax = "proto2"; message M { map<string, int32> m = 1; }', '0a050a01ff1001'),
    expected: {
      ours: 'm (1): {"\\xff": 1}',
      protobufjs: '{"m":{"\ufffd":1}}',
      protoc: 'm {   key: "\\377"   value: 1 }',
    },
  },
  {
    what: 'a missing required field',
    reason: 'protoc --decode only warns; parsers have to fail.',
    observe: () => read('syntax = "proto2"; message M { required int32 a = 1; optional int32 b = 2; }', '1001'),
    expected: { ours: 'rejected: required field a (1) is missing', protobufjs: 'rejected', protoc: 'b: 1' },
  },
  {
    what: 'a bool of more than 64 bits',
    reason: 'Bits beyond 64 are dropped first, as for every number. No writer produces such a bool.',
    observe: () => read('syntax = "proto3"; message M { bool a = 1; }', '0880808080808080808002'),
    expected: { ours: 'a (1): false (as if unset)', protobufjs: '{"a":true}', protoc: '' },
  },
  {
    what: 'a tag of more than 32 bits',
    reason: 'Field numbers end at 2^29 - 1, so no writer produces such a tag. protoc truncates it.',
    observe: () => read('syntax = "proto3"; message M { int32 a = 1; }', '888080801001'),
    expected: { ours: 'rejected: 536870913 is not a valid field number', protobufjs: 'rejected', protoc: 'a: 1' },
  },
  {
    what: 'BigInt',
    reason: 'protobufjs silently writes zero for it. We pass two 32-bit halves.',
    observe: () => written('syntax = "proto3"; message M { int64 a = 1; }', { a: 5n }, { 1: 5n }),
    expected: { ours: '0805', protobufjs: '0800' },
  },
  {
    what: 'numbers beyond 2^53',
    reason: 'protobufjs accepts a number, which is rounded.',
    observe: () =>
      written('syntax = "proto3"; message M { uint64 a = 1; }', { a: Number(2n ** 53n + 1n) }, { 1: 2n ** 53n + 1n }),
    expected: { ours: '0881808080808080' + '10', protobufjs: '0880808080808080' + '10' },
  },
  {
    what: 'an unpaired surrogate',
    reason: 'Encoders must write valid UTF-8.',
    observe: () => written('syntax = "proto3"; message M { string a = 1; }', { a: '\ud800' }, { 1: '\ud800' }),
    expected: { ours: '0a03efbfbd', protobufjs: '0a03eda080' },
  },
  {
    what: 'defaults of 64 bits',
    reason: 'protobufjs rounds them. We keep the text as written.',
    observe: () => {
      const source = 'syntax = "proto2"; message M { optional int64 a = 1 [default = 9007199254740993]; }';
      const field = protobuf.parse(source).root.lookupType('M').fields.a?.resolve();
      return {
        ours: describeMessage(messageIn(source), message({ 1: undefined }), 'read'),
        protobufjs: String(field?.typeDefault),
      };
    },
    expected: { ours: 'a (1): (unset, so 9007199254740993)', protobufjs: '9007199254740992' },
  },
  {
    what: 'the presence of a message field',
    reason: 'Message fields always have presence, also in proto3.',
    observe: () => {
      const source = 'syntax = "proto3"; message M { M m = 1; }';
      const { root } = protobuf.parse(source).root.lookupType('M');
      root.resolveAll();
      return {
        ours: String(messageIn(source).fields[0]?.presence),
        protobufjs: String(root.lookupType('M').fields.m?.hasPresence),
      };
    },
    expected: { ours: 'explicit', protobufjs: 'false' },
  },
];

test.each(DIFFERENCES.map(({ what, ...difference }) => [what, difference] as const))(
  'protobufjs or protoc differs from our encoder or decoder: %s',
  (_what, { observe, expected }) => {
    expect(observe()).toEqual(expected);
  },
);

interface Observation {
  readonly ours: string;
  readonly protobufjs: string;
  readonly protoc?: string;
}

function read(source: string, hex: string): Observation {
  const bytes = Buffer.from(hex, 'hex');
  const type = protobuf.parse(source).root.lookupType('M');
  return {
    ours: attempt(() => describeMessage(messageIn(source), decode(bytes, messageIn(source)), 'read')),
    protobufjs: attempt(() => JSON.stringify(type.toObject(type.decode(bytes), { longs: String }))),
    protoc: protocDecode(source, bytes),
  };
}

function written(source: string, theirs: Record<string, unknown>, ours: Plain): Observation {
  const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
  return {
    ours: hex(encode(messageIn(source), message(ours))),
    protobufjs: hex(protobuf.parse(source).root.lookupType('M').encode(theirs).finish()),
  };
}

function protocDecode(source: string, bytes: Uint8Array): string {
  const folder = mkdtempSync(join(tmpdir(), 'proto-compat-'));
  try {
    writeFileSync(join(folder, 'm.proto'), source);
    const output = execFileSync(protoc, ['--decode=M', '-I.', `-I${protocInclude}`, 'm.proto'], {
      cwd: folder,
      input: bytes,
      stdio: 'pipe',
    });
    return output.toString().trim().replaceAll('\n', ' ');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function attempt(text: () => string): string {
  try {
    return text();
  } catch (error) {
    return error instanceof Rejected ? `rejected: ${error.message}` : 'rejected';
  }
}

type Example = [
  what: string,
  writer: string,
  reader: string,
  value: Plain,
  sent: string,
  read: string,
  shown?: number[],
];

type Plain = Readonly<Record<number, FieldValue | undefined>>;

function message(fields: Plain): MessageValue {
  return { fields: new Map(Object.entries(fields).map(([number, value]) => [Number(number), value])) };
}

function messageOf(edition: string, body: string): Message {
  const header = edition.startsWith('proto') ? `syntax = "${edition}";` : `edition = "${edition}";`;
  return messageIn(`${header} message M { ${body} }`);
}

function messageIn(source: string): Message {
  const schema = link(new Map([['m.proto', parse(source)]]));
  expect(schema.problems).toEqual([]);
  const type = schema.types.get('M');
  if (type?.kind !== 'message') throw new Error('no message M');
  return type;
}

/** What a reader with the same schema sees: no empty lists, and no zeros in fields with implicit presence. */
function seen(type: Message, value: MessageValue): MessageValue {
  const fields = new Map<number, FieldValue>();
  for (const [number, held] of value.fields) {
    const field = type.fieldsByNumber.get(number);
    if (field === undefined || asList(held).length === 0) continue;
    const values = asList(held).map((each) => seenValue(field, each));
    const [first] = values;
    if (field.repeated) fields.set(number, values);
    else if (first !== undefined && (sendsZero(field) || !isZero(first))) fields.set(number, first);
  }
  return { fields };
}

function seenValue(field: Field, value: Value): Value {
  if (isMessage(value) && field.type.kind === 'message') return seen(field.type.message, value);
  return field.type.kind === 'scalar' && field.type.scalar === 'float' && typeof value === 'number'
    ? Math.fround(value)
    : value;
}

function fromProtobufjs(type: Message, plain: object): MessageValue {
  const fields = new Map<number, FieldValue>();
  for (const field of type.fields) {
    const held: unknown = Object.hasOwn(plain, fieldKey(field)) ? Reflect.get(plain, fieldKey(field)) : undefined;
    if (held === undefined || (Array.isArray(held) && held.length === 0)) continue;
    if (!Array.isArray(held)) fields.set(field.number, valueFromProtobufjs(field, held));
    else if (field.isMap) fields.set(field.number, lastOfEachKey(field, held));
    else
      fields.set(
        field.number,
        held.map((each) => valueFromProtobufjs(field, each)),
      );
  }
  return { fields };
}

function valueFromProtobufjs(field: Field, value: unknown): Value {
  if (field.type.kind === 'message' && typeof value === 'object' && value !== null)
    return fromProtobufjs(field.type.message, value);
  if (value instanceof Uint8Array) {
    const bytes = Uint8Array.from(value);
    return field.type.kind === 'scalar' && field.type.scalar === 'string' ? (textOf(bytes) ?? bytes) : bytes;
  }
  if (typeof value === 'boolean' || typeof value === 'string') return value;
  if (field.type.kind === 'scalar' && (field.type.scalar === 'float' || field.type.scalar === 'double'))
    return Number(value);
  return BigInt(String(value));
}

/** The map has numbers, so a missing key or value is zero. */
function lastOfEachKey(field: Field, entries: readonly unknown[]): MessageValue[] {
  const last = new Map<FieldValue | undefined, MessageValue>();
  for (const each of entries) {
    const entry = valueFromProtobufjs(field, each);
    if (!isMessage(entry)) continue;
    const complete = message({ 1: entry.fields.get(1) ?? 0n, 2: entry.fields.get(2) ?? 0n });
    last.delete(complete.fields.get(1));
    last.set(complete.fields.get(1), complete);
  }
  return [...last.values()];
}

function unlessThrown<T>(rejection: new () => Error, reading: () => T): T | undefined {
  try {
    return reading();
  } catch (error) {
    if (error instanceof rejection) return undefined;
    throw error;
  }
}

/** Random bytes that resemble messages: known and unknown numbers with any wire type. */
function bytesFor(numbers: readonly number[]): fc.Arbitrary<Uint8Array> {
  const varint = fc.oneof(fc.bigInt(0n, 300n), fc.bigInt(0n, 2n ** 64n - 1n)).map(varintBytes);
  const fixed = (length: number): fc.Arbitrary<number[]> =>
    fc.array(fc.nat(255), { minLength: length, maxLength: length });
  const { fields } = fc.letrec<{ field: number[]; fields: number[] }>((tie) => ({
    field: fc.tuple(fc.constantFrom(...numbers, 1, 2), fc.constantFrom(0, 1, 2, 2, 2, 3, 5)).chain(([number, type]) => {
      const tag = varintBytes(BigInt(number * 8 + type));
      const end = varintBytes(BigInt(number * 8 + 4));
      const bodies = new Map([
        [0, varint],
        [1, fixed(8)],
        [2, delimited(tie('fields'))],
        [3, tie('fields').map((inner) => [...inner, ...end])],
        [5, fixed(4)],
      ]);
      return (bodies.get(type) ?? varint).map((bytes) => [...tag, ...bytes]);
    }),
    fields: fc.array(tie('field'), { maxLength: 4, depthIdentifier: 'fields' }).map((each) => each.flat()),
  }));
  const delimited = (inner: fc.Arbitrary<number[]>): fc.Arbitrary<number[]> =>
    fc
      .oneof(
        { depthIdentifier: 'fields' },
        fc.string({ unit: 'grapheme', maxLength: 6 }).map((text) => [...new TextEncoder().encode(text)]),
        fc.array(varint, { maxLength: 3 }).map((each) => each.flat()),
        fc.array(fc.nat(255), { maxLength: 9 }),
        inner,
      )
      .map((bytes) => [...varintBytes(BigInt(bytes.length)), ...bytes]);
  return fields.map((bytes) => Uint8Array.from(bytes));
}

function varintBytes(value: bigint): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return [...bytes, Number(rest)];
}
