import { fieldAt, isUnfinished } from '../schema/fields.ts';
import type { Enum, Field, Message, Scalar } from '../schema/model.ts';
import { Rejected } from './decode.ts';
import { fieldIndexOf } from './field-index.ts';
import { isSpecial, wrappedField } from './json-special.ts';
import { readSpecial, writeSpecial } from './json-special-text.ts';
import { range } from './numbers.ts';
import { asList, type FieldValue, isMessage, isZero, type MessageValue, sendsZero, type Value } from './value.ts';

/* JSON as in https://protobuf.dev/programming-guides/json/, for writers and parsers with default options. */

/** @returns undefined if the value has no JSON form, such as text that is not valid UTF-8 */
export function writeJson(message: Message, value: MessageValue): string | undefined {
  try {
    return writeMessage(message, value);
  } catch (error) {
    if (error instanceof Unwritable) return undefined;
    throw error;
  }
}

/** Python's parser accepts digits in a string, fractions and booleans for an enum. */
export type Parser = 'default' | 'python';

/**
 * @param text valid JSON
 * @throws Rejected if the parser fails.
 */
export function readJson(message: Message, text: string, parser: Parser = 'default'): MessageValue {
  return parseMessage(message, JSON.parse(text), parser);
}

class Unwritable extends Error {}

function writeMessage(message: Message, value: MessageValue): string {
  const wrapped = wrappedField(message);
  if (wrapped !== undefined) {
    const [inner] = asList(value.fields.get(wrapped.number));
    if (inner === undefined) throw new Unwritable();
    return writeValue(wrapped, inner);
  }
  if (!isSpecial(message)) return writeObject(message, value);
  const text = writeSpecial(message, value);
  if (text === undefined) throw new Unwritable();
  return text;
}

function writeObject(message: Message, { fields }: MessageValue): string {
  const members: string[] = [];
  for (const [number, held] of fields) {
    const field = fieldAt(message, number);
    const values = asList(held);
    const [first] = values;
    if (field === undefined || first === undefined) continue;
    if (!sendsZero(field) && isZero(first)) continue;
    members.push(`${JSON.stringify(field.jsonName)}: ${writeField(field, values)}`);
  }
  return `{${members.join(', ')}}`;
}

function writeField(field: Field, values: readonly Value[]): string {
  if (field.isMap) return `{${values.map((entry) => writeEntry(field, entry)).join(', ')}}`;
  const written = values.map((value) => writeValue(field, value));
  return field.repeated ? `[${written.join(', ')}]` : (written[0] ?? 'null');
}

function writeEntry(field: Field, entry: Value): string {
  const parts = field.type.kind === 'message' ? field.type.message.fields : [];
  const [key, value] = parts;
  if (key === undefined || value === undefined || !isMessage(entry)) throw new Unwritable();
  const [name] = asList(entry.fields.get(key.number));
  const [held] = asList(entry.fields.get(value.number));
  if (name === undefined || held === undefined || name instanceof Uint8Array || isMessage(name)) throw new Unwritable();
  return `${JSON.stringify(String(name))}: ${writeValue(value, held)}`;
}

function writeValue(field: Field, value: Value): string {
  const { type } = field;
  if (isMessage(value)) {
    if (type.kind !== 'message') throw new Unwritable();
    return writeMessage(type.message, value);
  }
  if (type.kind === 'enum' && typeof value === 'bigint') {
    const name = type.enum.valuesByNumber.get(Number(value))?.name;
    return name === undefined ? String(value) : JSON.stringify(name);
  }
  const scalar = type.kind === 'scalar' ? type.scalar : undefined;
  if (value instanceof Uint8Array) {
    if (scalar !== 'bytes') throw new Unwritable();
    return JSON.stringify(Buffer.from(value).toString('base64'));
  }
  if (typeof value === 'bigint') return scalar?.endsWith('64') === true ? `"${String(value)}"` : String(value);
  if (typeof value === 'number' && !Number.isFinite(value)) return JSON.stringify(String(value));
  return Object.is(value, -0) ? '-0' : JSON.stringify(value);
}

function parseMessage(message: Message, json: unknown, parser: Parser): MessageValue {
  const wrapped = wrappedField(message);
  if (wrapped !== undefined) return { fields: new Map([[wrapped.number, parseValue(wrapped, json, parser)]]) };
  return isSpecial(message) ? readSpecial(message, json) : parseObject(message, json, parser);
}

function parseObject(message: Message, json: unknown, parser: Parser): MessageValue {
  const fields = new Map<number, FieldValue>();
  for (const [key, held] of entriesOf(json, message.name)) {
    const field = fieldIndexOf(message).atKey(key);
    if (field === undefined) throw new Rejected(`unknown key "${key}"`);
    if (held === null && !isNullable(field)) continue;
    const rival = field.oneof?.fields.find((other) => other !== field && fields.has(other.number));
    if (rival !== undefined) throw new Rejected(`"${rival.name}" and "${field.name}" of one oneof are both set`);
    const value = parseField(field, held, parser);
    if (value !== undefined) fields.set(field.number, value);
  }
  for (const field of message.fields) {
    if (field.presence === 'required' && !fields.has(field.number)) {
      throw new Rejected(`required field ${field.name} (${field.number}) is missing`);
    }
  }
  return { fields };
}

/** In other fields, null means unset. */
function isNullable({ type, repeated }: Field): boolean {
  return !repeated && type.kind === 'message' && type.message.fullName === 'google.protobuf.Value';
}

/** Undefined for an empty list, and for a zero in a field without presence. */
function parseField(field: Field, json: unknown, parser: Parser): FieldValue | undefined {
  if (field.isMap)
    return nonEmpty(entriesOf(json, field.name).map(([key, value]) => parseEntry(field, key, value, parser)));
  if (!field.repeated) {
    const value = parseValue(field, json, parser);
    return !sendsZero(field) && isZero(value) ? undefined : value;
  }
  if (!Array.isArray(json)) throw refused(field, json);
  return nonEmpty(json.map((each: unknown) => parseValue(field, each, parser)));
}

function nonEmpty(values: readonly Value[]): readonly Value[] | undefined {
  return values.length === 0 ? undefined : values;
}

function parseEntry(field: Field, key: string, json: unknown, parser: Parser): MessageValue {
  const [ofKey, ofValue] = field.type.kind === 'message' ? field.type.message.fields : [];
  if (ofKey === undefined || ofValue === undefined) throw refused(field, json);
  const isBool = ofKey.type.kind === 'scalar' && ofKey.type.scalar === 'bool' && (key === 'true' || key === 'false');
  return {
    fields: new Map([
      [1, parseValue(ofKey, isBool ? key === 'true' : key, parser)],
      [2, parseValue(ofValue, json, parser)],
    ]),
  };
}

function parseValue(field: Field, json: unknown, parser: Parser): Value {
  switch (field.type.kind) {
    case 'message': {
      return parseMessage(field.type.message, json, parser);
    }
    case 'enum':
      return parseEnum(field, field.type.enum, json, parser);
    case 'scalar':
      return parseScalar(field, field.type.scalar, json);
    case 'unresolved':
      throw refused(field, json);
  }
}

function parseEnum(field: Field, type: Enum, json: unknown, parser: Parser): bigint {
  if (parser === 'python') return parseEnumAsPython(field, type, json);
  if (typeof json === 'string') {
    const value = type.valuesByName.get(json);
    if (value === undefined || isUnfinished(value)) throw new Rejected(`unknown name "${json}" of ${type.name}`);
    return BigInt(value.number);
  }
  if (typeof json !== 'number' || json !== (json | 0) || (type.closed && !type.valuesByNumber.has(json)))
    throw refused(field, json);
  return BigInt(json);
}

function parseEnumAsPython(field: Field, type: Enum, json: unknown): bigint {
  const value = typeof json === 'string' ? type.valuesByName.get(json) : undefined;
  if (value !== undefined && !isUnfinished(value)) return BigInt(value.number);
  const isWhole = typeof json === 'string' && /^\s*[-+]?\d+\s*$/.test(json);
  if (!isWhole && typeof json !== 'number' && typeof json !== 'boolean') throw refused(field, json);
  const number = isWhole ? BigInt(json) : BigInt(Math.trunc(Number(json)));
  // Python finds a declared value by the lower 32 bits.
  const low = BigInt.asIntN(32, number);
  if (type.valuesByNumber.has(Number(low))) return low;
  if (type.closed || low !== number) throw refused(field, json);
  return number;
}

function parseScalar(field: Field, scalar: Scalar, json: unknown): Value {
  switch (scalar) {
    case 'bool':
      if (typeof json === 'boolean') return json;
      break;
    case 'string':
      if (typeof json === 'string') return json;
      break;
    case 'bytes':
      // Both base64 alphabets are valid, with or without padding.
      if (typeof json === 'string' && /^[\w+/-]*={0,2}$/.test(json) && json.replace(/={1,2}$/, '').length % 4 !== 1) {
        return Uint8Array.from(Buffer.from(json, 'base64'));
      }
      break;
    case 'double':
    case 'float': {
      const value = typeof json === 'string' && json.trim() === json && json !== '' ? Number(json) : json;
      if (typeof value === 'number' && (!Number.isNaN(value) || json === 'NaN'))
        return scalar === 'float' ? Math.fround(value) : value;
      break;
    }
    default: {
      const value = typeof json === 'number' || typeof json === 'string' ? integer(json) : undefined;
      const limits = range(scalar);
      if (value !== undefined && limits !== undefined && limits.min <= value && value <= limits.max) return value;
    }
  }
  throw refused(field, json);
}

function integer(json: number | string): bigint | undefined {
  if (typeof json === 'string') return /^-?\d+$/.test(json) ? BigInt(json) : undefined;
  return Number.isInteger(json) ? BigInt(json) : undefined;
}

function entriesOf(json: unknown, what: string): [string, unknown][] {
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw new Rejected(`${spelled(json)} is not ${what}`);
  return Object.entries(json);
}

function refused(field: Field, json: unknown): Rejected {
  return new Rejected(`${spelled(json)} is rejected for "${field.jsonName}"`);
}

function spelled(json: unknown): string {
  const text = JSON.stringify(json);
  return text.length > MAX_SPELLED ? `${text.slice(0, MAX_SPELLED)}…` : text;
}

/** In characters. */
const MAX_SPELLED = 60;
