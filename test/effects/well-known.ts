import type { Encoding } from '../../server/effects/effect.ts';
import type { Field, Message, Scalar, Schema } from '../../server/schema/model.ts';
import { fieldsOf, listOf, zero, type FieldValue, type MessageValue, type Value } from './wire.ts';

/* Types of google.protobuf whose JSON is not an object of their fields (https://protobuf.dev/programming-guides/json/). */

const SPECIAL = ['Any', 'Duration', 'FieldMask', 'ListValue', 'Struct', 'Timestamp', 'Value'];

/** Whether a message has a special JSON form. Wrappers do not count. */
export function isSpecial({ fullName }: Message): boolean {
  return SPECIAL.some((name) => fullName === `google.protobuf.${name}`);
}

/** In JSON, a wrapper is replaced by its value. */
export function asInJson(field: Field, value: Value, encoding: Encoding): readonly [Field, Value] {
  const wrapped = encoding === 'json' ? wrappedField(field) : undefined;
  if (wrapped === undefined || typeof value !== 'object') return [field, value];
  const held = value.get(1) as Value | undefined;
  return [{ ...field, type: wrapped.type, validatesUtf8: wrapped.validatesUtf8 }, held ?? zero(wrapped)];
}

function wrappedField({ type }: Field): Field | undefined {
  if (type.kind !== 'message' || isSpecial(type.message)) return undefined;
  return /^google\.protobuf\.\w+Value$/.test(type.message.fullName) ? type.message.fields[0] : undefined;
}

/** Whether `single` is a Struct and `other` a map of Values, or a ListValue and a list of Values. */
export function haveSameJson(single: Field, other: Field): boolean {
  if (single.repeated || single.type.kind !== 'message' || other.type.kind !== 'message') return false;
  const isValue = ({ type }: Field): boolean =>
    type.kind === 'message' && type.message.fullName === 'google.protobuf.Value';
  const [key, value] = other.type.message.fields;
  switch (single.type.message.fullName) {
    case 'google.protobuf.Struct':
      return (
        other.isMap &&
        key?.type.kind === 'scalar' &&
        key.type.scalar === 'string' &&
        value !== undefined &&
        isValue(value)
      );
    case 'google.protobuf.ListValue':
      return other.repeated && !other.isMap && isValue(other);
    default:
      return false;
  }
}

/** The only field of a Struct or ListValue. */
export function contentField({ type }: Field): Field {
  const [field] = type.kind === 'message' ? type.message.fields : [];
  if (field === undefined) throw new Error('neither a Struct nor a ListValue');
  return field;
}

export function contentsOf(special: Value): readonly Value[] {
  return special instanceof Map ? listOf(special.get(1) as FieldValue | undefined) : [];
}

/**
 * Values that have a JSON form, the simplest one first.
 * @param keys keys of fields. An object with such a key can be taken for a message.
 * @param names of enum values, and other text with a meaning
 */
export function specialValues(
  { fullName }: Message,
  keys: readonly string[],
  names: readonly string[],
): readonly MessageValue[] {
  const values = [...VALUES, ...names.map(textOf)];
  switch (fullName) {
    case 'google.protobuf.Any':
      return [EMPTY, ...PACKED];
    case 'google.protobuf.Duration':
      return [EMPTY, new Map([[1, 5n]]), new Map([[1, -5n]]), timeOf(1234n, 500_000_000n)];
    case 'google.protobuf.FieldMask':
      return [EMPTY, maskOf('abcdefgh'), maskOf('true'), maskOf('foo_bar', 'a.b')];
    case 'google.protobuf.ListValue':
      return [EMPTY, ...values.map((value) => new Map([[1, [value]]])), new Map([[1, values]])];
    case 'google.protobuf.Struct':
      return [EMPTY, ...['abcdefgh', ...keys].flatMap((key) => values.map((value) => structOf(key, value)))];
    case 'google.protobuf.Timestamp':
      return [EMPTY, new Map([[1, 5n]]), timeOf(-1234n, 500_000_000n)];
    default:
      return [
        ...values,
        new Map([[5, structOf('abcdefgh', textOf('x'))]]),
        ...keys.flatMap((key) => values.map((value) => new Map([[5, structOf(key, value)]]))),
        ...[...values, new Map([[5, EMPTY]]), ...keys.map((key) => new Map([[5, structOf(key, textOf('x'))]]))].map(
          (value) => new Map([[6, new Map([[1, [value]]])]]),
        ),
      ];
  }
}

/** Texts that are the JSON form of a type in the schema. */
export function formsIn(schema: Schema): readonly string[] {
  return [
    ...(usesType(schema, 'Duration') ? ['5s'] : []),
    ...(usesType(schema, 'Timestamp') ? ['1970-01-01T00:00:05Z'] : []),
    // As JSON, an Any with one of these types has only the key `@type`.
    ...(usesType(schema, 'Any') ? [urlOf('Empty'), ...base64UrlsIn(schema)] : []),
  ];
}

/** The URL of a message without a package, as text that is also base64. */
function base64UrlsIn({ types }: Schema): readonly string[] {
  const known = [...types.values()].filter((type) => type.kind === 'message' && /^[A-Za-z\d]+$/.test(type.fullName));
  return known.slice(0, 1).map(({ name }) => {
    const url = `/${name}`;
    return url.padStart(Math.ceil(url.length / 4) * 4, 'x');
  });
}

/** Keys that have a meaning but are not names of fields. */
export function keysIn(schema: Schema): readonly string[] {
  const entries = [...schema.types.values()].flatMap((type) =>
    type.kind === 'message' ? fieldsOf(type).flatMap((field) => (field.isMap ? [field.type] : [])) : [],
  );
  const keys = entries.map((type) => (type.kind === 'message' ? type.message.fieldsByNumber.get(1)?.type : undefined));
  const hasKeys = (matches: (scalar: Scalar) => boolean): boolean =>
    keys.some((type) => type?.kind === 'scalar' && matches(type.scalar));
  return [
    ...(usesType(schema, 'Any') ? ['@type'] : []),
    ...(hasKeys((scalar) => scalar === 'bool') ? ['true'] : []),
    ...(hasKeys((scalar) => scalar !== 'bool' && scalar !== 'string') ? ['1'] : []),
  ];
}

/** Whether a field holds a type of google.protobuf. */
function usesType({ types }: Schema, name: string): boolean {
  const fields = [...types.values()].flatMap((type) => (type.kind === 'message' ? fieldsOf(type) : []));
  const held = fields.map(({ isMap, type }) =>
    isMap && type.kind === 'message' ? type.message.fieldsByNumber.get(2)?.type : type,
  );
  return held.some((type) => type?.kind === 'message' && type.message.fullName === `google.protobuf.${name}`);
}

const EMPTY: MessageValue = new Map();

/** A Value of each kind that JSON has. */
const VALUES: readonly MessageValue[] = [
  new Map([[1, 0n]]),
  new Map([[2, 1.5]]),
  new Map([[2, 0]]),
  new Map([[2, 5]]),
  new Map([[3, '']]),
  ...['abcdefgh', '1234', '012', 'true'].map(textOf),
  new Map([[4, 1n]]),
  new Map([[4, 0n]]),
  new Map([[5, EMPTY]]),
  new Map([[6, EMPTY]]),
];

function textOf(text: string): MessageValue {
  return new Map([[3, text]]);
}

function timeOf(seconds: bigint, nanos: bigint): MessageValue {
  return new Map([
    [1, seconds],
    [2, nanos],
  ]);
}

function maskOf(...paths: readonly string[]): MessageValue {
  return new Map([[1, paths]]);
}

function structOf(key: string, value: MessageValue): MessageValue {
  const entry: MessageValue = new Map<number, Value>([
    [1, key],
    [2, value],
  ]);
  return new Map([[1, [entry]]]);
}

/** Messages packed into an Any. The last one is packed twice. */
const PACKED: readonly MessageValue[] = [
  ['Duration', '\x08\x05'],
  ['Empty', ''],
  ['StringValue', '\x0a\x03abc'],
  ['Any', bytesOfAny('Any', bytesOfAny('Duration', '\x08\x05'))],
].map(
  ([name = '', bytes = '']): MessageValue =>
    new Map([
      [1, urlOf(name)],
      [2, bytes],
    ]),
);

function urlOf(name: string): string {
  return `type.googleapis.com/google.protobuf.${name}`;
}

function bytesOfAny(name: string, bytes: string): string {
  const url = urlOf(name);
  const lengthOf = (text: string): string => String.fromCharCode(text.length);
  return `\x0a${lengthOf(url)}${url}\x12${lengthOf(bytes)}${bytes}`;
}
