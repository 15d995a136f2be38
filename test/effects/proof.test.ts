import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Encoding } from '../../server/effects/effect.ts';
import { proveDirection, proveOne, type Totals } from './execute.ts';
import { schemaOf } from './schema.ts';

test('verdicts are exact for random schemas, edits and messages', () => {
  const totals = noTotals();
  fc.assert(
    fc.property(fc.gen(), (draw) => {
      proveOne(draw, totals);
    }),
    { numRuns: 1_000, seed: 1 },
  );
  expect(totals.cases).toBeGreaterThanOrEqual(1_000);
});

describe('verdicts are exact for every pair of types in JSON', () => {
  const wellKnown = ['Any', 'Duration', 'FieldMask', 'ListValue', 'StringValue', 'Struct', 'Timestamp', 'Value'];
  const ordinary = ['int32', 'bool', 'string', 'bytes', 'E', 'Text', 'Self', 'None'];
  const types = [...ordinary, ...wellKnown.map((name) => `google.protobuf.${name}`)];
  const fields = types.flatMap((type) => [type, `repeated ${type}`, `map<string, ${type}>`]);
  const files = ['any', 'duration', 'field_mask', 'struct', 'timestamp', 'wrappers'];
  const imports = files.map((file) => `import "google/protobuf/${file}.proto";`).join(' ');
  const schemaWith = (field: string) =>
    schemaOf(
      `edition = "2023"; ${imports} enum E { A = 0; } message Text { string a = 1; } message Self { Self s = 1; } message None {} message M0 { ${field} }`,
    );

  test.each([
    ['of one field', 'f = 1'],
    ['of two fields, one of which takes over the JSON key of the other', 'g = 1 [json_name = "f"]'],
  ])('%s', (_, readerField) => {
    const readers = fields.map((field) => ({ field, schema: schemaWith(`${field} ${readerField};`) }));
    const totals = noTotals();
    const failures = fields.flatMap((field) => {
      const writer = schemaWith(`${field} f = 1;`);
      return readers.flatMap((reader) => {
        const failure = proveDirection(writer, reader.schema, 'json', totals);
        return failure === undefined ? [] : [`${field} f -> ${reader.field} ${readerField}: ${failure}`];
      });
    });
    expect(failures).toEqual([]);
    expect(totals.messages).toBeGreaterThan(fields.length ** 2);
  });
});

test('verdicts are exact for the JSON keys of extensions', () => {
  const ordinary = ['Extended', 'Other', 'Plain'];
  const types = [...ordinary, 'map<string, string>', 'map<string, Extended>', 'google.protobuf.Struct'];
  const schemaWith = (type: string) =>
    schemaOf(
      `edition = "2023"; import "google/protobuf/struct.proto"; message Extended { extensions 100 to 200; } message Other { extensions 100 to 200; } message Plain { string a = 1; } extend Extended { string e = 100; } extend Other { repeated Plain o = 100; } message M0 { ${type} f = 1; }`,
    );
  const totals = noTotals();
  const failures = types.flatMap((type) =>
    types.flatMap((other) => {
      const failure = proveDirection(schemaWith(type), schemaWith(other), 'json', totals);
      return failure === undefined ? [] : [`${type} -> ${other}: ${failure}`];
    }),
  );
  expect(failures).toEqual([]);
  expect(totals.messages).toBeGreaterThan(types.length ** 2);
});

test('verdicts are exact in JSON for integers, and for enums whose zero value is not sent', () => {
  const implicit = '[features.field_presence = IMPLICIT]';
  const sent = [`One f = 1 ${implicit};`, `Two f = 1 ${implicit};`, 'uint32 f = 1;', 'int32 f = 1;'];
  const wanted = [
    'string',
    'bytes',
    'float',
    'int32',
    'Two',
    'Closed',
    'google.protobuf.FieldMask',
    'google.protobuf.Value',
  ];
  const schemaWith = (field: string) =>
    schemaOf(
      `edition = "2023"; import "google/protobuf/field_mask.proto"; import "google/protobuf/struct.proto"; enum One { abcd = 0; } enum Two { efgh = 0; X_Y = 1; } enum Closed { option features.enum_type = CLOSED; MINUS = -1; } message M0 { ${field} }`,
    );
  const totals = noTotals();
  const failures = sent.flatMap((field) =>
    wanted
      .flatMap((type) => [`${type} f = 1;`, `${type} g = 1 [json_name = "f"];`])
      .flatMap((other) => {
        const failure = proveDirection(schemaWith(field), schemaWith(other), 'json', totals);
        return failure === undefined ? [] : [`${field} -> ${other}: ${failure}`];
      }),
  );
  expect(failures).toEqual([]);
  expect(totals.messages).toBeGreaterThan(sent.length * wanted.length);
});

test('verdicts are exact for messages that become maps or bytes, and the reverse', () => {
  const types = ['Text', 'Five', 'Strict', 'ToStrict', 'google.protobuf.Any', 'google.protobuf.Timestamp'];
  const maps = ['map<string, int32>', 'map<string, Strict>', 'map<string, Text>', 'map<int64, int32>'];
  const implicit = [
    'string f = 1 [features.field_presence = IMPLICIT];',
    'bytes f = 1 [features.field_presence = IMPLICIT];',
  ];
  const fields = [...types, ...types.map((type) => `repeated ${type}`), ...maps].map((type) => `${type} f = 1;`);
  const schemaWith = (field: string) =>
    schemaOf(
      `edition = "2023"; import "google/protobuf/any.proto"; import "google/protobuf/timestamp.proto"; message Text { string a = 1; } message Five { string a = 1; int32 b = 2 [default = 5]; } message Strict { int32 r = 1 [features.field_presence = LEGACY_REQUIRED]; } message ToStrict { string a = 1; Strict b = 2; } message M0 { ${field} }`,
    );
  const readers = [...fields, ...implicit].map((field) => ({ field, schema: schemaWith(field) }));
  const totals = noTotals();
  const failures = readers.flatMap((writer) =>
    readers.flatMap((reader) => {
      const failure = proveDirection(writer.schema, reader.schema, 'binary', totals);
      return failure === undefined ? [] : [`${writer.field} -> ${reader.field}: ${failure}`];
    }),
  );
  expect(failures).toEqual([]);
  expect(totals.messages).toBeGreaterThan(readers.length ** 2);
});

test.each<[string, string, Encoding]>([
  ['bool f = 1 [features.field_presence = IMPLICIT];', 'Pair f = 1;', 'json'],
  ['Word f = 1;', 'bytes f = 1;', 'json'],
  ['repeated Start f = 1;', 'Text f = 1;', 'binary'],
  ['repeated Group f = 1;', 'Text f = 1;', 'binary'],
])('verdicts are exact for closed enums: `%s` read as `%s` in %s', (writer, reader, encoding) => {
  const schemaWith = (field: string) =>
    schemaOf(
      `edition = "2023"; option features.enum_type = CLOSED; enum Pair { P_TWO = 2; P_THREE = 3; } enum Word { W_ONE = 1; } enum Start { START_GROUP = 11; } enum Group { START = 11; END = 12; } message Text { string a = 1; } message M0 { ${field} }`,
    );
  const totals = noTotals();
  expect(proveDirection(schemaWith(writer), schemaWith(reader), encoding, totals)).toBeUndefined();
  expect(totals.messages).toBeGreaterThan(0);
});

function noTotals(): Totals {
  return { cases: 0, messages: 0, verdicts: new Map() };
}
