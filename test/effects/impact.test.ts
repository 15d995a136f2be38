import { describe, expect, test } from 'vitest';
import type { Encoding, Reading, Carriers } from '../../server/effects/effect.ts';
import { impact, worstClass, type Writer } from '../../server/effects/impact.ts';
import { readEnum } from '../../server/effects/enums.ts';
import { readFieldInMessage, readMessage, readMethod } from '../../server/effects/read.ts';
import { BY_NAME } from './by-name.ts';
import { enumOf, messageOf, methodOf, schemaOf } from './schema.ts';

const CARRIERS = {
  request: { request: true, response: false, data: false },
  response: { request: false, response: true, data: false },
  both: { request: true, response: true, data: false },
  data: { request: false, response: false, data: true },
  nothing: { request: false, response: false, data: false },
} as const satisfies Record<string, Carriers>;
type CarriersName = keyof typeof CARRIERS;

type Read = (writer: Writer, encoding: Encoding) => Reading;

function field(before: string, after: string, names: { old?: string; new?: string }): Read {
  const old = messageOf(schemaOf(before), 'M');
  const edited = messageOf(schemaOf(after), 'M');
  const oldField = names.old === undefined ? undefined : old.fieldsByName.get(names.old);
  const newField = names.new === undefined ? undefined : edited.fieldsByName.get(names.new);
  if ((names.old !== undefined && !oldField) || (names.new !== undefined && !newField))
    throw new Error('no such field');
  return (writer, encoding) =>
    writer === 'old'
      ? readFieldInMessage(old, edited, oldField, newField, encoding, BY_NAME)
      : readFieldInMessage(edited, old, newField, oldField, encoding, BY_NAME);
}

function values(before: string, after: string): Read {
  const old = enumOf(schemaOf(before), 'E');
  const edited = enumOf(schemaOf(after), 'E');
  return (writer, encoding) => (writer === 'old' ? readEnum(old, edited, encoding) : readEnum(edited, old, encoding));
}

function message(before: string, after: string, oldName: string, newName: string): Read {
  const old = messageOf(schemaOf(before), oldName);
  const edited = messageOf(schemaOf(after), newName);
  return (writer, encoding) =>
    writer === 'old' ? readMessage(old, edited, encoding, BY_NAME) : readMessage(edited, old, encoding, BY_NAME);
}

function method(before: string | undefined, after: string | undefined): Read {
  const old = before === undefined ? undefined : methodOf(before);
  const edited = after === undefined ? undefined : methodOf(after);
  return (writer) => (writer === 'old' ? readMethod(old, edited) : readMethod(edited, old));
}

const A = 'syntax = "proto3"; message M { int32 a = 1; }';
const A_AND_B = 'syntax = "proto3"; message M { int32 a = 1; int32 b = 2; }';
const B_RESERVED = 'syntax = "proto3"; message M { int32 a = 1; reserved 2; reserved "b"; }';
const both = { old: 'b', new: 'b' };

/** Each text has effect and class for an old client with a new server, then for a new client with an old server. */
const VERDICTS: readonly [
  edit: string,
  read: Read,
  expected: Partial<Record<CarriersName, readonly [binary: string, json: string]>>,
][] = [
  [
    'field removed',
    field(A_AND_B, A, { old: 'b' }),
    {
      request: ['dropped regression / absent regression', 'rejected regression / absent regression'],
      response: ['absent regression / dropped none', 'absent regression / rejected regression'],
      both: ['dropped regression / dropped regression', 'rejected regression / rejected regression'],
      data: ['dropped regression / absent regression', 'rejected regression / absent regression'],
      nothing: ['dropped none / absent none', 'rejected none / absent none'],
    },
  ],
  [
    'field removed and reserved',
    field(A_AND_B, B_RESERVED, { old: 'b' }),
    {
      request: ['dropped regression / absent regression', 'rejected regression / absent regression'],
      response: ['absent regression / dropped none', 'absent regression / rejected regression'],
    },
  ],
  [
    'field added',
    field(A, A_AND_B, { new: 'b' }),
    {
      request: ['absent none / dropped gap', 'absent none / rejected gap'],
      response: ['dropped gap / absent none', 'rejected gap / absent none'],
      both: ['dropped gap / dropped gap', 'rejected gap / rejected gap'],
      data: ['absent none / dropped gap', 'absent none / rejected gap'],
      nothing: ['absent none / dropped none', 'absent none / rejected none'],
    },
  ],
  [
    'required field added',
    field(
      'message M { int32 a = 1; }',
      'message M { int32 a = 1; int32 b = 2 [features.field_presence = LEGACY_REQUIRED]; }',
      { new: 'b' },
    ),
    {
      request: ['rejected regression / dropped gap', 'rejected regression / rejected gap'],
      response: ['dropped gap / rejected regression', 'rejected gap / rejected regression'],
    },
  ],
  [
    'required field removed',
    field(
      'message M { int32 a = 1; int32 b = 2 [features.field_presence = LEGACY_REQUIRED]; }',
      'message M { int32 a = 1; }',
      { old: 'b' },
    ),
    {
      request: ['dropped regression / rejected regression', 'rejected regression / rejected regression'],
      response: ['rejected regression / dropped none', 'rejected regression / rejected regression'],
    },
  ],
  [
    'required made optional',
    field(
      'syntax = "proto2"; message M { required int32 b = 1; }',
      'syntax = "proto2"; message M { optional int32 b = 1; }',
      both,
    ),
    {
      request: ['exact none / rejected regression', 'exact none / rejected regression'],
      response: ['rejected regression / exact none', 'rejected regression / exact none'],
    },
  ],
  [
    'optional made required',
    field(
      'syntax = "proto2"; message M { optional int32 b = 1; }',
      'syntax = "proto2"; message M { required int32 b = 1; }',
      both,
    ),
    {
      request: ['rejected regression / exact none', 'rejected regression / exact none'],
      response: ['exact none / rejected regression', 'exact none / rejected regression'],
    },
  ],
  [
    'enum value added, open',
    values('syntax = "proto3"; enum E { A = 0; }', 'syntax = "proto3"; enum E { A = 0; B = 1; }'),
    {
      request: ['exact none / unrecognised gap', 'exact none / rejected gap'],
      response: ['unrecognised gap / exact none', 'rejected gap / exact none'],
      data: ['exact none / unrecognised gap', 'exact none / rejected gap'],
    },
  ],
  [
    'enum value added, closed',
    values('syntax = "proto2"; enum E { A = 0; }', 'syntax = "proto2"; enum E { A = 0; B = 1; }'),
    {
      request: ['exact none / dropped gap', 'exact none / rejected gap'],
      response: ['dropped gap / exact none', 'rejected gap / exact none'],
    },
  ],
  [
    'enum value removed, open',
    values('syntax = "proto3"; enum E { A = 0; B = 1; }', 'syntax = "proto3"; enum E { A = 0; }'),
    {
      request: ['unrecognised regression / exact none', 'rejected regression / exact none'],
      response: ['exact none / unrecognised none', 'exact none / rejected regression'],
    },
  ],
  [
    'enum value removed, closed',
    values('syntax = "proto2"; enum E { A = 0; B = 1; }', 'syntax = "proto2"; enum E { A = 0; }'),
    {
      request: ['dropped regression / exact none', 'rejected regression / exact none'],
      response: ['exact none / dropped none', 'exact none / rejected regression'],
    },
  ],
  [
    'enum value renamed',
    values('syntax = "proto3"; enum E { A = 0; B = 1; }', 'syntax = "proto3"; enum E { A = 0; C = 1; }'),
    { request: ['exact none / exact none', 'rejected regression / rejected regression'] },
  ],
  [
    'enum value renumbered',
    values('syntax = "proto3"; enum E { A = 0; B = 1; }', 'syntax = "proto3"; enum E { A = 0; B = 2; }'),
    { request: ['unrecognised regression / unrecognised regression', 'exact none / exact none'] },
  ],
  [
    'enum values swapped',
    values('syntax = "proto3"; enum E { A = 0; B = 1; C = 2; }', 'syntax = "proto3"; enum E { A = 0; C = 1; B = 2; }'),
    { request: ['altered regression / altered regression', 'exact none / exact none'] },
  ],
  [
    'enum opened',
    values('enum E { option features.enum_type = CLOSED; A = 0; }', 'enum E { A = 0; }'),
    {
      request: ['exact none / dropped gap', 'exact none / rejected gap'],
      response: ['dropped gap / exact none', 'rejected gap / exact none'],
    },
  ],
  [
    'enum closed',
    values('enum E { A = 0; }', 'enum E { option features.enum_type = CLOSED; A = 0; }'),
    {
      request: ['dropped regression / exact none', 'rejected regression / exact none'],
      response: ['exact none / dropped regression', 'exact none / rejected regression'],
    },
  ],
  [
    'field moved into an existing oneof',
    field(
      'syntax = "proto3"; message M { oneof o { int32 a = 1; } optional int32 b = 2; }',
      'syntax = "proto3"; message M { oneof o { int32 a = 1; int32 b = 2; } }',
      both,
    ),
    {
      request: ['altered regression / exact none', 'rejected regression / exact none'],
      response: ['exact none / altered regression', 'exact none / rejected regression'],
    },
  ],
  [
    'field moved out of a oneof',
    field(
      'syntax = "proto3"; message M { oneof o { int32 a = 1; int32 b = 2; } }',
      'syntax = "proto3"; message M { oneof o { int32 a = 1; } optional int32 b = 2; }',
      both,
    ),
    {
      request: ['exact none / altered gap', 'exact none / rejected gap'],
      response: ['altered gap / exact none', 'rejected gap / exact none'],
    },
  ],
  [
    'field moved out of a oneof to implicit presence',
    field(
      'syntax = "proto3"; message M { oneof o { int32 a = 1; int32 b = 2; } }',
      'syntax = "proto3"; message M { oneof o { int32 a = 1; } int32 b = 2; }',
      both,
    ),
    { request: ['absent regression / altered gap', 'absent regression / rejected gap'] },
  ],
  [
    'field moved alone into a new oneof',
    field(
      'syntax = "proto3"; message M { int32 b = 2; }',
      'syntax = "proto3"; message M { oneof o { int32 b = 2; } }',
      both,
    ),
    {
      request: ['exact none / absent gap', 'exact none / absent gap'],
      response: ['absent gap / exact none', 'absent gap / exact none'],
    },
  ],
  [
    'optional added',
    field(
      'syntax = "proto3"; message M { int32 b = 2; }',
      'syntax = "proto3"; message M { optional int32 b = 2; }',
      both,
    ),
    {
      request: ['exact none / absent gap', 'exact none / absent gap'],
      response: ['absent gap / exact none', 'absent gap / exact none'],
    },
  ],
  [
    'optional removed',
    field(
      'syntax = "proto3"; message M { optional int32 b = 2; }',
      'syntax = "proto3"; message M { int32 b = 2; }',
      both,
    ),
    {
      request: ['absent regression / exact none', 'absent regression / exact none'],
      response: ['exact none / absent regression', 'exact none / absent regression'],
    },
  ],
  [
    'int32 to int64',
    field('syntax = "proto3"; message M { int32 b = 2; }', 'syntax = "proto3"; message M { int64 b = 2; }', both),
    {
      request: ['exact none / altered gap', 'exact none / rejected gap'],
      response: ['altered gap / exact none', 'rejected gap / exact none'],
      both: ['altered gap / altered gap', 'rejected gap / rejected gap'],
      data: ['exact none / altered gap', 'exact none / rejected gap'],
    },
  ],
  [
    'int64 to int32',
    field('syntax = "proto3"; message M { int64 b = 2; }', 'syntax = "proto3"; message M { int32 b = 2; }', both),
    {
      request: ['altered regression / exact none', 'rejected regression / exact none'],
      response: ['exact none / altered regression', 'exact none / rejected regression'],
    },
  ],
  [
    'field renamed',
    field(A_AND_B, 'syntax = "proto3"; message M { int32 a = 1; int32 c = 2; }', { old: 'b', new: 'c' }),
    {
      request: ['exact none / exact none', 'rejected regression / rejected regression'],
      response: ['exact none / exact none', 'rejected regression / rejected regression'],
    },
  ],
  [
    'field renamed to a name with the same JSON name',
    field('syntax = "proto3"; message M { int32 foo_bar = 1; }', 'syntax = "proto3"; message M { int32 fooBar = 1; }', {
      old: 'foo_bar',
      new: 'fooBar',
    }),
    { request: ['exact none / exact none', 'exact none / exact none'] },
  ],
  [
    'json_name changed',
    field('message M { int32 b = 1; }', 'message M { int32 b = 1 [json_name = "x"]; }', both),
    {
      request: ['exact none / exact none', 'exact none / rejected regression'],
      response: ['exact none / exact none', 'rejected regression / exact none'],
    },
  ],
  [
    'field renumbered',
    field(A_AND_B, 'syntax = "proto3"; message M { int32 a = 1; int32 b = 3; }', both),
    { request: ['dropped regression / dropped regression', 'exact none / exact none'] },
  ],
  [
    'fields swapped',
    field(A_AND_B, 'syntax = "proto3"; message M { int32 b = 1; int32 a = 2; }', both),
    { request: ['altered regression / altered regression', 'exact none / exact none'] },
  ],
  [
    'number reused with the same type',
    field(A_AND_B, 'syntax = "proto3"; message M { int32 a = 1; reserved "b"; int32 c = 2; }', { old: 'b', new: 'c' }),
    { request: ['altered regression / altered regression', 'rejected regression / rejected regression'] },
  ],
  [
    'number reused with another wire type',
    field(A_AND_B, 'syntax = "proto3"; message M { int32 a = 1; reserved "b"; string c = 2; }', { old: 'b', new: 'c' }),
    { request: ['dropped regression / dropped regression', 'rejected regression / rejected regression'] },
  ],
  [
    'type changed to another wire type',
    field(A_AND_B, 'syntax = "proto3"; message M { int32 a = 1; string b = 2; }', both),
    { request: ['dropped regression / dropped regression', 'rejected regression / altered regression'] },
  ],
  [
    'string to bytes',
    field('syntax = "proto3"; message M { string b = 2; }', 'syntax = "proto3"; message M { bytes b = 2; }', both),
    { request: ['exact none / rejected gap', 'altered regression / altered regression'] },
  ],
  [
    'singular string changed to repeated',
    field(
      'syntax = "proto3"; message M { string b = 2; }',
      'syntax = "proto3"; message M { repeated string b = 2; }',
      both,
    ),
    { request: ['exact none / altered gap', 'rejected regression / rejected regression'] },
  ],
  [
    'singular number changed to repeated',
    field(
      'syntax = "proto3"; message M { int32 b = 2; }',
      'syntax = "proto3"; message M { repeated int32 b = 2; }',
      both,
    ),
    { request: ['exact none / dropped regression', 'rejected regression / rejected regression'] },
  ],
  [
    'default changed',
    field(
      'syntax = "proto2"; message M { optional int32 b = 2 [default = 3]; }',
      'syntax = "proto2"; message M { optional int32 b = 2 [default = 5]; }',
      both,
    ),
    { request: ['altered regression / altered regression', 'altered regression / altered regression'] },
  ],
  [
    'map to repeated entries',
    field(
      'syntax = "proto3"; message M { map<string, int32> b = 2; }',
      'syntax = "proto3"; message M { repeated Entry b = 2; } message Entry { string key = 1; int32 value = 2; }',
      both,
    ),
    { request: ['exact none / altered gap', 'rejected regression / rejected regression'] },
  ],
  [
    'RPC added',
    method(undefined, 'rpc m(A) returns (B);'),
    { request: ['exact none / rejected gap', 'exact none / rejected gap'] },
  ],
  [
    'RPC removed',
    method('rpc m(A) returns (B);', undefined),
    { request: ['rejected regression / exact none', 'rejected regression / exact none'] },
  ],
  [
    'RPC kept',
    method('rpc m(A) returns (B);', 'rpc m(A) returns (B);'),
    { request: ['exact none / exact none', 'exact none / exact none'] },
  ],
  [
    'requests changed to a stream',
    method('rpc m(A) returns (B);', 'rpc m(stream A) returns (B);'),
    {
      request: ['rejected regression / altered regression', 'rejected regression / altered regression'],
    },
  ],
  [
    'responses changed to a stream',
    method('rpc m(A) returns (B);', 'rpc m(A) returns (stream B);'),
    { request: ['rejected regression / exact none', 'rejected regression / exact none'] },
  ],
  [
    'responses changed to a single one',
    method('rpc m(A) returns (stream B);', 'rpc m(A) returns (B);'),
    { request: ['exact none / rejected regression', 'exact none / rejected regression'] },
  ],
  [
    'message renamed',
    message('message M { int32 a = 1; M next = 2; }', 'message N { int32 a = 1; N next = 2; }', 'M', 'N'),
    {
      request: ['exact none / exact none', 'exact none / exact none'],
      response: ['exact none / exact none', 'exact none / exact none'],
    },
  ],
  [
    'request of another type with one more field',
    message('message M { int32 a = 1; }', 'message N { int32 a = 1; int32 b = 2; }', 'M', 'N'),
    {
      request: ['absent none / dropped gap', 'absent none / rejected gap'],
      response: ['dropped gap / absent none', 'rejected gap / absent none'],
    },
  ],
  [
    'request of another type with one field fewer',
    message('message M { int32 a = 1; int32 b = 2; }', 'message N { int32 a = 1; }', 'M', 'N'),
    {
      request: ['dropped regression / absent regression', 'rejected regression / absent regression'],
      response: ['absent regression / dropped none', 'absent regression / rejected regression'],
    },
  ],
];

describe.each(VERDICTS)('%s', (_edit, read, expected) => {
  test.each(Object.entries(expected))('as %s', (name, [binary, json]) => {
    const found = impact({ carriers: CARRIERS[name as CarriersName], source: 'same', read });
    const [inBinary, inJson] = [found.binary, found.json].map(
      ({ oldClientNewServer: p1, newClientOldServer: p2 }) => `${p1.effect} ${p1.class} / ${p2.effect} ${p2.class}`,
    );
    expect({ binary: inBinary, json: inJson }).toEqual({ binary, json });
    for (const { effect, because } of [found.binary.oldClientNewServer, found.binary.newClientOldServer]) {
      expect(because === undefined).toBe(effect === 'exact');
    }
  });
});

test('an impact contains the given source break', () => {
  const read = method('rpc m(A) returns (B);', 'rpc m(A) returns (B);');
  expect(impact({ carriers: CARRIERS.request, source: 'breaks', read }).source).toBe('breaks');
});

test('worstClass returns the worst class, and `none` without classes', () => {
  expect(worstClass('gap', 'regression', 'source')).toBe('regression');
  expect(worstClass('source', 'none')).toBe('source');
  expect(worstClass()).toBe('none');
});
