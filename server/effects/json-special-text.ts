import { allFields } from '../schema/fields.ts';
import type { Message } from '../schema/model.ts';
import { Rejected } from './decode.ts';
import { asList, isMessage, type FieldValue, type MessageValue, type Value } from './value.ts';

/* The JSON of special types (https://protobuf.dev/programming-guides/json/). */

/** @returns undefined if the value has no JSON form. */
export function writeSpecial({ name }: Message, value: MessageValue): string | undefined {
  const json = jsonValueOf(name, value);
  return json === undefined ? undefined : JSON.stringify(json);
}

/** @throws Rejected if a parser has to fail. */
export function readSpecial({ name }: Message, json: unknown): MessageValue {
  switch (name) {
    case 'Timestamp':
      return readTimestamp(json);
    case 'Duration':
      return readDuration(json);
    case 'FieldMask':
      return readMask(json);
    case 'Struct':
      return readStruct(json);
    case 'ListValue':
      if (!Array.isArray(json)) throw refused(json, name);
      return message([1, json.map((one: unknown) => readDynamic(one))]);
    case 'Value':
      return readDynamic(json);
    default:
      return readAny(json);
  }
}

/** @returns undefined if the value has no JSON form. */
function jsonValueOf(name: string, value: MessageValue): unknown {
  const [first = [], second = []] = [1, 2].map((number) => asList(value.fields.get(number)));
  switch (name) {
    case 'Timestamp':
      return writeTimestamp(first[0], second[0]);
    case 'Duration':
      return writeDuration(first[0], second[0]);
    case 'FieldMask':
      return writeMask(first);
    case 'Struct':
      return writeStruct(first);
    case 'ListValue':
      return writeList(first);
    case 'Value':
      return writeDynamic(value);
    default:
      return writeAny(first[0], second[0]);
  }
}

function writeTimestamp(seconds: Value = 0n, nanos: Value = 0n): string | undefined {
  const time = new Date(Number(seconds) * 1000);
  if (Number.isNaN(time.getTime()) || typeof nanos !== 'bigint' || nanos < 0n || nanos > MAX_NANOS) return undefined;
  const year = time.getUTCFullYear();
  return year < 1 || year > 9999 ? undefined : time.toISOString().replace('.000Z', `${fraction(nanos)}Z`);
}

function writeDuration(seconds: Value = 0n, nanos: Value = 0n): string | undefined {
  if (typeof seconds !== 'bigint' || typeof nanos !== 'bigint' || size(nanos) > MAX_NANOS) return undefined;
  if (size(seconds) > MAX_SECONDS || (seconds < 0n && nanos > 0n) || (seconds > 0n && nanos < 0n)) return undefined;
  return `${seconds < 0n || nanos < 0n ? '-' : ''}${String(size(seconds))}${fraction(size(nanos))}s`;
}

function writeMask(held: readonly Value[]): string | undefined {
  const paths = held.map((path) => (typeof path === 'string' ? path : '-'));
  if (paths.some((path) => !/^[a-z\d]+(?:[._][a-z][a-z\d]*)*$/.test(path))) return undefined;
  return paths.map((path) => path.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())).join(',');
}

function writeStruct(held: readonly Value[]): object | undefined {
  const entries = held.map((entry): [string, unknown] => {
    const [key, value] = isMessage(entry) ? [1, 2].map((number) => asList(entry.fields.get(number))[0]) : [];
    return [
      typeof key === 'string' ? key : '',
      value !== undefined && isMessage(value) ? writeDynamic(value) : undefined,
    ];
  });
  return entries.some(([, value]) => value === undefined) ? undefined : Object.fromEntries(entries);
}

function writeList(held: readonly Value[]): unknown[] | undefined {
  const values = held.map((one) => (isMessage(one) ? writeDynamic(one) : undefined));
  return values.includes(undefined) ? undefined : values;
}

/** For `google.protobuf.Value`. */
function writeDynamic({ fields }: MessageValue): unknown {
  const [[number, held] = [0, undefined]] = fields;
  const [only] = asList(held);
  if (number === 1) return null;
  if (only === undefined) return undefined;
  if (isMessage(only)) {
    const contents = asList(only.fields.get(1));
    return number === 5 ? writeStruct(contents) : writeList(contents);
  }
  return typeof only === 'number' && !Number.isFinite(only) ? undefined : only;
}

function writeAny(url: Value | undefined, held: Value | undefined): object | undefined {
  if (url === undefined && held === undefined) return {};
  const text = url === TYPE_URL && held instanceof Uint8Array ? new TextDecoder().decode(held.subarray(2)) : undefined;
  return text === undefined ? undefined : { '@type': TYPE_URL, value: text };
}

/** Every parser knows this type. */
const TYPE_URL = 'type.googleapis.com/google.protobuf.StringValue';

const MAX_NANOS = 999_999_999n;
/** https://protobuf.dev/reference/protobuf/google.protobuf/#duration */
const MAX_SECONDS = 315_576_000_000n;

function size(number: bigint): bigint {
  return number < 0n ? -number : number;
}

/** Three, six or nine digits. Empty for zero. */
function fraction(nanos: bigint): string {
  if (nanos === 0n) return '';
  const digits = String(nanos).padStart(9, '0');
  return `.${digits.replace(/(?:000){1,2}$/, '')}`;
}

function readTimestamp(json: unknown): MessageValue {
  const match =
    typeof json === 'string' ? /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/.exec(json) : null;
  const time = Date.parse(`${match?.[1] ?? ''}${match?.[3] ?? ''}`);
  if (match === null || Number.isNaN(time)) throw refused(json, 'Timestamp');
  return message([1, BigInt(time / 1000)], [2, BigInt((match[2] ?? '').padEnd(9, '0'))]);
}

function readDuration(json: unknown): MessageValue {
  const match = typeof json === 'string' ? /^(-?)(\d+)(?:\.(\d{1,9}))?s$/.exec(json) : null;
  const [, sign, seconds = '', nanos = ''] = match ?? [];
  if (match === null || BigInt(seconds) > MAX_SECONDS) throw refused(json, 'Duration');
  const factor = sign === '-' ? -1n : 1n;
  return message([1, factor * BigInt(seconds)], [2, factor * BigInt(nanos.padEnd(9, '0'))]);
}

function readMask(json: unknown): MessageValue {
  if (typeof json !== 'string' || json.includes('_')) throw refused(json, 'FieldMask');
  const paths = json === '' ? [] : json.split(',');
  return message([1, paths.map((path) => path.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`))]);
}

function readStruct(json: unknown): MessageValue {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw refused(json, 'Struct');
  return message([
    1,
    Object.entries(json).map(([key, held]: [string, unknown]) => message([1, key], [2, readDynamic(held)])),
  ]);
}

/** For `google.protobuf.Value`. */
function readDynamic(json: unknown): MessageValue {
  if (json === null) return message([1, 0n]);
  if (typeof json === 'number') return message([2, json]);
  if (typeof json === 'string') return message([3, json]);
  if (typeof json === 'boolean') return message([4, json]);
  return Array.isArray(json)
    ? message([6, message([1, json.map((one: unknown) => readDynamic(one))])])
    : message([5, readStruct(json)]);
}

function readAny(json: unknown): MessageValue {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw refused(json, 'Any');
  const entries = new Map<string, unknown>(Object.entries(json));
  if (entries.size === 0) return message();
  const text = entries.get('value');
  if (entries.get('@type') !== TYPE_URL || typeof text !== 'string' || entries.size !== 2) throw refused(json, 'Any');
  return message([1, TYPE_URL], [2, asStringValue(text)]);
}

/** For a text of fewer than 128 bytes. */
function asStringValue(text: string): Uint8Array {
  const bytes = new TextEncoder().encode(text);
  return Uint8Array.of(10, bytes.length, ...bytes);
}

function message(...fields: readonly [number, FieldValue][]): MessageValue {
  return { fields: new Map(fields.filter(([, held]) => asList(held).length > 0)) };
}

function refused(json: unknown, name: string): Rejected {
  return new Rejected(`${JSON.stringify(json)} is not a valid ${name}`);
}

/** Values that a parser may accept for the reader's type: text that is a time, keys that are field names. */
export function lookalikes(writer: Message | 'string', reader: Message): readonly Value[] {
  if (writer === 'string') return reader.name === 'Duration' ? ['42s'] : ['1970-01-01T00:00:42Z'];
  const keyed = allFields(reader).flatMap((field) =>
    [message([3, '42']), message([2, 42]), message([4, true])].map((held) =>
      message([1, [message([1, field.jsonName], [2, held])]]),
    ),
  );
  if (writer.name === 'Struct') return keyed;
  return writer.name === 'Value' ? keyed.map((struct) => message([5, struct])) : [];
}

/** Undefined for types whose samples are made field by field. */
export function specialSamples({ fullName }: Message): readonly Value[] | undefined {
  const text = message([3, 'abc']);
  switch (fullName) {
    case 'google.protobuf.Value':
      return [text, message([2, 42]), message([4, true])];
    case 'google.protobuf.ListValue':
      return [message([1, [text]]), message()];
    case 'google.protobuf.Struct':
      return [message([1, [message([1, 'key'], [2, text])]]), message()];
    case 'google.protobuf.Any':
      return [message([1, TYPE_URL], [2, asStringValue('abc')]), message()];
    default:
      return undefined;
  }
}
