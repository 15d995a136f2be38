import { isUnfinished } from '../schema/fields.ts';
import type { Enum, Field, Message, Scalar } from '../schema/model.ts';
import { fieldIndexOf } from './field-index.ts';
import { specialSamples } from './json-special-text.ts';
import type { FieldValue, MessageValue, Value } from './value.ts';

/** A realistic message: all required fields and two others. */
export function sampleMessage(message: Message): MessageValue {
  return { fields: sampleFields(message, SAMPLED_FIELDS, 0) };
}

/** Only the required fields. */
export function minimalMessage(message: Message): MessageValue {
  return { fields: sampleFields(message, 0, 0) };
}

/**
 * Values for a field, realistic ones first. None if the type is unresolved.
 * @param elements values for one element; for a map, for one entry. By default, samples of the type.
 */
export function sampleValues(field: Field, elements?: Iterable<Value>): Iterable<FieldValue> {
  return valuesAt(field, 0, elements);
}

const SAMPLED_FIELDS = 2;
/** Deeper messages are empty. */
const MAX_DEPTH = 4;

function sampleFields(message: Message, optional: number, depth: number): Map<number, FieldValue> {
  const fields = new Map<number, FieldValue>();
  let left = optional;
  for (const field of optional === 0 ? fieldIndexOf(message).required : message.fields) {
    const isOptional = field.presence !== 'required';
    if (isUnfinished(field) || depth > MAX_DEPTH || (isOptional && left === 0)) continue;
    // Members of a oneof exclude each other, and inner messages distract from the example.
    if (isOptional && (field.oneof !== undefined || field.type.kind === 'message')) continue;
    const [value] = valuesAt(field, depth);
    if (value === undefined) continue;
    if (isOptional) left--;
    fields.set(field.number, value);
  }
  return fields;
}

function* valuesAt(field: Field, depth: number, elements?: Iterable<Value>): Iterable<FieldValue> {
  if (field.isMap && field.type.kind === 'message') {
    yield* entriesOf(field.type.message, depth, elements);
    return;
  }
  const values = elements ?? elementValues(field, depth);
  if (!field.repeated) {
    yield* values;
    return;
  }
  let first: Value | undefined;
  let before: Value | undefined;
  for (const value of values) {
    // Two elements show what one cannot.
    if (before !== undefined)
      yield* [
        [before, value],
        [value, before],
      ];
    if (before !== undefined && before === first) yield [first];
    if (before !== undefined) yield [value];
    first ??= value;
    before = value;
  }
  if (first !== undefined && first === before) yield* [[first, first], [first]];
  if (first !== undefined) yield [];
}

function* entriesOf(entry: Message, depth: number, elements?: Iterable<Value>): Iterable<FieldValue> {
  const [key, value] = entry.fields;
  if (key === undefined || value === undefined) return;
  const [firstKey, ...keys] = elementValues(key, depth);
  if (firstKey === undefined) return;
  const make = (ofKey: Value, ofValue: Value): MessageValue => ({
    fields: new Map([
      [1, ofKey],
      [2, ofValue],
    ]),
  });
  let first: Value | undefined;
  for (const each of elements ?? elementValues(value, depth)) {
    first ??= each;
    yield [make(firstKey, each)];
  }
  if (first === undefined) return;
  for (const other of keys) yield [make(firstKey, first), make(other, first)];
  // A reader may reject the first key but accept others.
  for (const other of keys) yield [make(other, first)];
}

function elementValues(field: Field, depth: number): Iterable<Value> {
  switch (field.type.kind) {
    case 'unresolved':
      return [];
    case 'message': {
      const inner = field.type.message;
      const special = specialSamples(inner);
      if (special !== undefined) return special;
      const empty = { fields: sampleFields(inner, 0, depth + 1) };
      return [{ fields: sampleFields(inner, SAMPLED_FIELDS, depth + 1) }, empty];
    }
    case 'enum':
      return enumValues(field.type.enum);
    case 'scalar':
      if (field.type.scalar !== 'string') return SCALARS[field.type.scalar];
      return [textFor(field.name), ...TEXTS_OF_LENGTHS, DIGITS, ...(field.validatesUtf8 ? [] : [NO_TEXT]), ''];
  }
}

/** The first value shows the least, because it is the default. */
function* enumValues({ valuesByNumber, closed }: Enum): Iterable<Value> {
  let first: number | undefined;
  for (const number of valuesByNumber.keys()) {
    if (first === undefined) first = number;
    else yield BigInt(number);
  }
  if (first !== undefined) yield BigInt(first);
  if (!closed) yield* UNNAMED;
}

/** Numbers that probably have no name. A float cannot represent the second one. */
const UNNAMED = [1000n, 2n ** 24n + 1n];

/** Some readers misread texts of these lengths, for example 8 bytes as a fixed-width number. */
const TEXTS_OF_LENGTHS = ['xyz', 'ab', 'abcdef', 'abcdefgh'];

/** Some JSON parsers accept a leading zero. */
const DIGITS = '012';

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** These bytes never occur in UTF-8. */
const NO_TEXT = Uint8Array.of(0xff, 0xfe);

/** Its base64 is "1234". */
const BASE64_DIGITS = Uint8Array.of(0xd7, 0x6d, 0xf8);

const SIGNED_32 = [42n, 7n, -1n, 2n ** 31n - 1n, -(2n ** 31n), 0n];
const SIGNED_64 = [42n, 7n, -1n, 2n ** 32n + 1n, 2n ** 53n + 1n, 2n ** 63n - 1n, -(2n ** 63n), 0n];
const UNSIGNED_32 = [42n, 7n, 2n ** 31n, 2n ** 32n - 1n, 0n];
const UNSIGNED_64 = [42n, 7n, 2n ** 32n + 1n, 2n ** 53n + 1n, 2n ** 63n, 2n ** 64n - 1n, 0n];
const FLOATING = [0.5, -2.25, NaN, 0];
/** A float cannot represent this number. */
const ONLY_DOUBLE = 0.1;

const SCALARS: Readonly<Record<Exclude<Scalar, 'string'>, readonly Value[]>> = {
  int32: SIGNED_32,
  sint32: SIGNED_32,
  sfixed32: SIGNED_32,
  int64: SIGNED_64,
  sint64: SIGNED_64,
  sfixed64: SIGNED_64,
  uint32: UNSIGNED_32,
  fixed32: UNSIGNED_32,
  uint64: UNSIGNED_64,
  fixed64: UNSIGNED_64,
  float: FLOATING,
  double: [...FLOATING, ONLY_DOUBLE],
  bool: [true, false],
  bytes: [bytesOf('data'), NO_TEXT, ...TEXTS_OF_LENGTHS.map(bytesOf), BASE64_DIGITS, new Uint8Array()],
};

function textFor(name: string): string {
  const word = name.slice(name.lastIndexOf('_') + 1).toLowerCase();
  return TEXTS.get(word) ?? 'abc';
}

const TEXTS: ReadonlyMap<string, string> = new Map([
  ['id', 'a1'],
  ['name', 'web'],
  ['hostname', 'web-1'],
  ['host', 'web-1'],
  ['path', '/run/a1'],
  ['dir', '/run/a1'],
  ['file', '/run/a1.json'],
  ['url', 'https://example.com/a1'],
  ['uri', 'https://example.com/a1'],
  ['address', '10.0.0.1'],
  ['ip', '10.0.0.1'],
  ['email', 'ada@example.com'],
  ['version', '1.0.0'],
  ['type', 'bind'],
  ['user', 'root'],
]);
