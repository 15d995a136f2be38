import type { Encoding } from '../../server/effects/effect.ts';
import type { Enum, Field, Message, Scalar } from '../../server/schema/model.ts';
import { isWithin, LIMITS } from './scalars.ts';
import { isSpecial, specialValues } from './well-known.ts';
import { fieldsOf, zero, type FieldValue, type MessageValue, type Value } from './wire.ts';

/** Words and numbers that have a meaning in one of the two schemas. */
export interface Words {
  readonly encoding: Encoding;
  /** The numbers of enums, and numbers that are truncated to them. */
  readonly numbers: readonly bigint[];
  /** The JSON keys of fields. */
  readonly keys: readonly string[];
  /** The names of enum values, and other text with a meaning. */
  readonly names: readonly string[];
}

/** Messages that should show all effects: edge values of each field, alone and in lists, and pairs of fields. */
export function messagesOf(message: Message, words: Words, depth: number): readonly MessageValue[] {
  const base = smallest(message, words);
  const made: MessageValue[] = [base];
  const oneValueOfEach: (readonly [Field, FieldValue])[] = [];
  for (const field of fieldsOf(message)) {
    const values = valuesOf(field, words, depth);
    for (const held of heldBy(field, values)) made.push(new Map(base).set(field.number, held));
    const some = values.find((value) => value !== zero(field)) ?? values[0];
    if (some !== undefined) oneValueOfEach.push([field, field.repeated ? [some] : some]);
  }
  for (const [index, [one, first]] of oneValueOfEach.entries()) {
    for (const [other, second] of oneValueOfEach.slice(index + 1)) {
      if (one.oneof === undefined || one.oneof !== other.oneof)
        made.push(new Map(base).set(one.number, first).set(other.number, second));
    }
  }
  return made;
}

/** What a field can hold: one of the values, or lists of them. */
function heldBy(field: Field, values: readonly Value[]): readonly FieldValue[] {
  if (!field.repeated) return values;
  if (field.isMap) {
    const entries = withDifferentKeys(values);
    return [...values.map((value) => [value]), entries, entries.slice(0, 2)];
  }
  return [
    ...values.flatMap((value) => [[value], [value, value]]),
    ...(values.length > 1 ? [values, [...values].reverse()] : []),
    ...(field.packed && field.type.kind === 'enum' && values.includes(0n) ? withZeros(values) : []),
  ];
}

/** A reader that takes a packed list for a message reads a small number as a tag, and a zero as its value. */
function withZeros(values: readonly Value[]): readonly FieldValue[] {
  return values.flatMap((value) => [4, 8].map((length) => [value, ...Array.from({ length }, () => 0n)]));
}

function withDifferentKeys(entries: readonly Value[]): readonly Value[] {
  const byKey = new Map(entries.map((entry) => [entry instanceof Map ? entry.get(1) : undefined, entry]));
  return [...byKey.values()];
}

/** A message with only the required fields. */
function smallest(message: Message, words: Words): MessageValue {
  const [simplest] = valuesInJson(message, words) ?? [];
  if (simplest !== undefined) return simplest;
  const required = fieldsOf(message).filter((field) => field.presence === 'required');
  return new Map(
    required.map((field) => [
      field.number,
      field.type.kind === 'message' ? smallest(field.type.message, words) : zero(field),
    ]),
  );
}

/** Values of a type with a special JSON form. Undefined for other types and in binary. */
function valuesInJson(message: Message, words: Words): readonly MessageValue[] | undefined {
  return words.encoding === 'json' && isSpecial(message) ? specialValues(message, words.keys, words.names) : undefined;
}

function valuesOf(field: Field, words: Words, depth: number): readonly Value[] {
  const { type } = field;
  const mayBeInvalid = words.encoding === 'binary' && !field.validatesUtf8;
  switch (type.kind) {
    case 'unresolved':
      return [];
    case 'enum':
      return numbersOf(type.enum).map(BigInt);
    case 'scalar':
      return scalarValues(type.scalar, words).filter(
        (value) => type.scalar !== 'string' || value !== '\xff' || mayBeInvalid,
      );
    case 'message': {
      if (field.isMap) return entries(type.message, words, depth);
      if (depth === 0) return [smallest(type.message, words)];
      return valuesInJson(type.message, words) ?? messagesOf(type.message, words, depth - 1);
    }
  }
}

/** All declared numbers, and for an open enum some others. */
function numbersOf(type: Enum): readonly number[] {
  const declared = [...type.valuesByNumber.keys()];
  return type.closed ? declared : [...new Set([...declared, 77, -1, 2 ** 24 + 1])];
}

function entries(entry: Message, words: Words, depth: number): readonly MessageValue[] {
  const [key, value] = entry.fields;
  if (key === undefined || value === undefined) return [];
  const keys =
    key.type.kind === 'scalar' && key.type.scalar === 'string'
      ? [...valuesOf(key, words, depth), ...words.keys]
      : valuesOf(key, words, depth);
  const values = valuesOf(value, words, depth);
  const pair = (a: Value | undefined, b: Value | undefined): MessageValue =>
    new Map([
      [1, a ?? zero(key)],
      [2, b ?? zero(value)],
    ]);
  // In JSON, a key can be a number, a boolean or a field's name.
  const plain = words.encoding === 'json' && keys.includes('1234') ? ['1234', 'true', ...words.keys] : keys.slice(0, 1);
  return [...plain.flatMap((key) => values.map((one) => pair(key, one))), ...keys.map((one) => pair(one, values[0]))];
}

function scalarValues(scalar: Scalar, words: Words): readonly Value[] {
  switch (scalar) {
    case 'string':
      return [
        '',
        'abcdefgh',
        'xA',
        '1234',
        '012',
        '1.0625',
        '9007199254740993',
        '\xff',
        '\x00\x01\x02\x05\x06\x07\x08\x09\x14\x15\x16',
        'true',
        ...words.names,
      ];
    case 'bytes':
      return [
        '',
        'abcdefgh',
        'xA',
        '\xd7\x6d\xf8',
        '\xff',
        '\x08\x01',
        ...[...words.names, ...words.numbers.map(String)].flatMap(asBase64),
      ];
    case 'float':
    case 'double':
      return [
        1.5,
        0,
        1,
        -1,
        Infinity,
        NaN,
        scalar === 'float' ? FLOAT_TEXT : DOUBLE_TEXT,
        ...(scalar === 'double' ? [0.1] : []),
        ...(words.encoding === 'json' ? words.numbers.filter((number) => size(number) < 2n ** 23n) : []).map(
          (number) => Number(number) + (number < 0n ? -0.5 : 0.5),
        ),
      ];
    case 'bool':
      return [1n, 0n];
    default: {
      const limits = LIMITS[scalar] ?? [0n, 0n];
      return INTEGERS.concat(words.numbers).filter((value) => isWithin(value, limits));
    }
  }
}

/** The bytes whose base64 is this word or number, if there are any. */
function asBase64(word: string): readonly string[] {
  const padded = /^\d+$/.test(word) ? word.padStart(4, '0') : word;
  const bytes = Buffer.from(padded, 'base64');
  return bytes.toString('base64') === padded ? [bytes.toString('latin1')] : [];
}

function size(number: bigint): bigint {
  return number < 0n ? -number : number;
}

/** The bytes of these numbers look like text and like a message. */
const FLOAT_TEXT = new DataView(new TextEncoder().encode('AxAx').buffer).getFloat32(0);
const DOUBLE_TEXT = new DataView(new TextEncoder().encode('AxAxAxAx').buffer).getFloat64(0);

const INTEGERS: readonly bigint[] = [
  5n,
  0n,
  1n,
  -1n,
  2n,
  1234n,
  120n,
  65n,
  60n,
  -33n,
  128n,
  0x41784178n,
  0x4178417841784178n,
  2n ** 24n + 1n,
  2n ** 31n - 1n,
  2n ** 31n,
  -(2n ** 31n),
  2n ** 32n - 1n,
  2n ** 32n,
  2n ** 53n + 1n,
  2n ** 63n - 1n,
  2n ** 63n,
  -(2n ** 63n),
  2n ** 64n - 1n,
];
