import { SCALARS } from '../scalars.ts';
import type { Texts } from '../../protoc.ts';
import type { Side } from './implementation.ts';
import type { Syntax } from '../plan.ts';

/* Pairs of types for a proof with other implementations. `M0` is the message that is sent. */

const TYPES = [...SCALARS, 'E0', 'E1', 'M1'];
const KEYS = ['string', 'int32', 'int64', 'uint32', 'uint64', 'sint64', 'fixed32', 'bool'];

/** Pairs of types in fields, lists and maps, also with a reused JSON key. */
export function typePairs(): Readonly<Record<Side, Texts>>[] {
  return (['proto2', 'proto3'] as const).flatMap((syntax) => {
    const label = syntax === 'proto2' ? 'optional ' : '';
    const pair = (old: string, edited: string): Readonly<Record<Side, Texts>> => ({
      old: textOf(syntax, label, old),
      new: textOf(syntax, label, edited),
    });
    const reused = (old: string, edited: string): Readonly<Record<Side, Texts>> =>
      pair(`${old} f = 1; ${label}bool z = 3;`, `${edited} g = 1 [json_name = "f"]; ${label}bool z = 3; reserved "f";`);
    return [
      ...pairsOf(TYPES).flatMap(([a, b]) => [
        pair(`${label}${a} f = 1;`, `${label}${b} f = 1;`),
        pair(`repeated ${a} f = 1;`, `repeated ${b} f = 1;`),
        pair(`repeated ${a} f = 1;`, `${label}${b} f = 1;`),
        pair(`map<string, ${a}> f = 1;`, `map<string, ${b}> f = 1;`),
        reused(`${label}${a}`, `${label}${b}`),
        reused(`repeated ${a}`, `repeated ${b}`),
        reused(`map<string, ${a}>`, `map<string, ${b}>`),
      ]),
      ...pairsOf(KEYS).map(([a, b]) => pair(`map<${a}, int32> f = 1;`, `map<${b}, int32> f = 1;`)),
    ];
  });
}

/** Rare pairs that implementations may read differently in JSON. */
export function wellKnownPairs(): Readonly<Record<Side, Texts>>[] {
  // `empty` and `wrappers` are for messages that the proof packs into an Any.
  const files = ['any', 'duration', 'empty', 'field_mask', 'struct', 'timestamp', 'wrappers'];
  const imports = files.map((file) => `import "google/protobuf/${file}.proto";`).join(' ');
  const types = `message Self { optional Self s = 1; } message Text { optional string a = 1; } message None {}
    message List { repeated int32 a = 1; } message Map { map<string, string> a = 1; }
    message Extended { extensions 100 to 200; } extend Extended { optional string e = 100; }
    message Other { extensions 100 to 200; } extend Other { optional int32 o = 100; }
    enum Negative { MINUS = -1; } enum Five { FIVE = 5; } enum One { ONE = 1; }`;
  const textsOf = (message: string): Texts => ({ 'a.proto': `syntax = "proto2"; ${imports} ${types} ${message}` });
  const pair = (old: string, edited: string): Readonly<Record<Side, Texts>> => ({
    old: textsOf(`message M0 { ${old} f = 1; }`),
    new: textsOf(`message M0 { ${edited} f = 1; }`),
  });
  const reused = (type: string, other: string): Readonly<Record<Side, Texts>> => ({
    old: textsOf(`message M0 { optional ${type} f = 1; optional bool z = 3; }`),
    new: textsOf(`message M0 { optional ${other} g = 1 [json_name = "f"]; optional bool z = 3; reserved "f"; }`),
  });
  const group = (members: string): Texts =>
    textsOf(`message M0 { extensions 100 to 200; } extend M0 { optional group F = 100 { ${members} } }`);
  const a = 'required string a = 1;';
  return [
    pair('optional google.protobuf.Struct', 'map<string, google.protobuf.Value>'),
    pair('optional google.protobuf.Struct', 'map<int32, google.protobuf.Struct>'),
    pair('optional google.protobuf.ListValue', 'repeated google.protobuf.Value'),
    pair('optional google.protobuf.Any', 'map<string, int32>'),
    pair('optional google.protobuf.Any', 'map<string, string>'),
    pair('optional google.protobuf.Any', 'map<string, bytes>'),
    pair('optional google.protobuf.Any', 'map<string, google.protobuf.FieldMask>'),
    pair('optional google.protobuf.Timestamp', 'optional bytes'),
    pair('optional int64', 'optional google.protobuf.FieldMask'),
    pair('optional google.protobuf.Duration', 'optional google.protobuf.FieldMask'),
    pair('optional None', 'optional google.protobuf.Value'),
    pair('optional None', 'repeated int32'),
    pair('optional None', 'repeated double'),
    pair('optional List', 'map<string, google.protobuf.ListValue>'),
    pair('optional Map', 'map<string, google.protobuf.Struct>'),
    pair('optional Map', 'map<string, Self>'),
    pair('optional Map', 'optional bytes'),
    pair('optional Extended', 'map<string, string>'),
    pair('optional Extended', 'optional google.protobuf.Struct'),
    pair('optional Extended', 'optional Other'),
    pair('map<string, string>', 'optional Other'),
    pair('optional Self', 'map<string, google.protobuf.ListValue>'),
    pair('optional Self', 'map<string, string>'),
    pair('optional Text', 'map<string, Text>'),
    // Python reads some values as numbers of the enum.
    ...['bool', 'bytes', 'int64', 'uint32', 'uint64'].flatMap((type) =>
      ['Negative', 'Five', 'One'].map((other) => reused(type, other)),
    ),
    { old: group(a), new: group(`${a} required string b = 2;`) },
  ];
}

function pairsOf<T>(all: readonly T[]): (readonly [T, T])[] {
  return all.flatMap((a, index) => all.slice(index + 1).map((b) => [a, b] as const));
}

function textOf(syntax: Syntax, label: string, fields: string): Texts {
  return {
    'a.proto': `syntax = "${syntax}";
message M0 { ${fields} }
message M1 { ${label}string a = 1; }
enum E0 { A_ZERO = 0; A_ONE = 1; A_MINUS = -1; }
enum E1 { B_ZERO = 0; B_MANY = 1234; NINE = 2; }`,
  };
}
