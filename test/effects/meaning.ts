import type { Encoding } from '../../server/effects/effect.ts';
import type { Enum, EnumValue, Field, FieldType, Message, Scalar } from '../../server/schema/model.ts';
import { BY_NAME } from './by-name.ts';
import {
  decode,
  encode,
  fieldsOf,
  isSameNumber,
  listOf,
  Rejected,
  type FieldValue,
  type MessageValue,
  type Value,
} from './wire.ts';

/** Whether a sent value and the value that was read mean the same. At most one of them may be a message. */
export function haveSameMeaning(from: Field, to: Field, sent: Value, seen: Value, encoding: Encoding): boolean {
  if (from.type.kind === 'enum' && to.type.kind === 'enum')
    return (
      !isMisread(from.type.enum, to.type.enum, sent, seen) && haveSameName(from.type.enum, to.type.enum, sent, seen)
    );
  // A number without a name has no meaning.
  if (to.type.kind === 'enum' && !to.type.enum.valuesByNumber.has(Number(seen))) return false;
  if (typeof sent === 'object' || typeof seen === 'object') return isEmbedded(from, to, sent, seen);
  if (typeof sent === 'string' && typeof seen === 'string') {
    if (scalarOf(from) === 'bytes' && scalarOf(to) === 'string' && !isText(sent)) return false;
    return sent === seen && (encoding === 'binary' || scalarOf(from) === scalarOf(to));
  }
  if (typeof sent === 'string' || typeof seen === 'string')
    return encoding === 'json' && haveSameDigits(from, to, sent, seen);
  // JSON writers print a float with the fewest digits that identify it. As a double, these digits are another number.
  const isRounded = encoding === 'json' && scalarOf(from) === 'float' && scalarOf(to) === 'double';
  return isSameNumber(sent, isRounded ? Math.fround(Number(seen)) : seen);
}

export function kindOf(type: FieldType): Scalar | Exclude<FieldType['kind'], 'scalar'> {
  return type.kind === 'scalar' ? type.scalar : type.kind;
}

export function scalarOf({ type }: Field): Scalar | undefined {
  return type.kind === 'scalar' ? type.scalar : undefined;
}

/** Whether the bytes are valid UTF-8. */
export function isText(bytes: string): boolean {
  return !Buffer.from(bytes, 'latin1').toString('utf8').includes('\ufffd');
}

/** Whether one value is a string, and the other one a number or boolean that JSON writes with the same characters. */
function haveSameDigits(from: Field, to: Field, sent: bigint | number | string, seen: bigint | number | string) {
  if (from.type.kind === 'enum' || to.type.kind === 'enum') return false;
  if (scalarOf(from) !== 'string' && scalarOf(to) !== 'string') return false;
  const spell = (field: Field, value: bigint | number | string): string =>
    scalarOf(field) === 'bool' ? String(value === 1n) : String(value);
  return spell(from, sent) === spell(to, seen);
}

/** Whether the writer may have meant a name that has another number for the reader. */
function isMisread(from: Enum, to: Enum, sent: Value, seen: Value): boolean {
  return from.values.some(
    ({ name, number }) =>
      number === Number(sent) && to.values.some((other) => other.name === name && other.number !== Number(seen)),
  );
}

/** Whether two enum values share a name, or have the same number if one was renamed. */
export function haveSameName(from: Enum, to: Enum, sent: Value, seen: Value): boolean {
  const sentValues = from.values.filter((value) => value.number === Number(sent));
  const seenValues = to.values.filter((value) => value.number === Number(seen));
  if (sentValues.length === 0) return sent === seen;
  if (seenValues.length === 0) return false;
  if (sentValues.some((value) => seenValues.some((other) => other.name === value.name))) return true;
  if (BY_NAME.switched(from, to))
    return sentValues.some((value) => seenValues.some((other) => nameInEnum(value) === nameInEnum(other)));
  return (
    sent === seen &&
    !sentValues.some((value) => knowsName(to, value)) &&
    !seenValues.some((value) => knowsName(from, value))
  );
}

/** The name without the enum's prefix: `STATE_ON` of `State` becomes `on`. */
function nameInEnum({ name, enum: { name: enumName } }: EnumValue): string {
  const [whole = '', prefix = ''] = [name, enumName].map((text) => text.toLowerCase().replaceAll('_', ''));
  return whole !== prefix && whole.startsWith(prefix) ? whole.slice(prefix.length) : whole;
}

function knowsName(type: Enum, { name }: EnumValue): boolean {
  return type.valuesByName.has(name) || type.reservedNames.has(name);
}

/** Whether one value is a message, and the other one its encoded bytes. */
function isEmbedded(from: Field, to: Field, sent: Value, seen: Value): boolean {
  if (typeof sent === 'object' && typeof seen === 'string' && from.type.kind === 'message')
    return isEncoded(from.type.message, sent, seen) && (scalarOf(to) === 'bytes' || isText(seen));
  if (typeof sent === 'string' && typeof seen === 'object' && to.type.kind === 'message')
    return isEncoded(to.type.message, seen, sent);
  return false;
}

/** Whether the bytes are the encoded message, with map entries in any order. */
function isEncoded(message: Message, value: MessageValue, bytes: string): boolean {
  const expected = bytesOf(message, value);
  if (expected === bytes) return true;
  if (expected.length !== bytes.length) return false;
  try {
    const decoded = decode(message, Buffer.from(bytes, 'latin1'));
    return bytesOf(message, withSortedMaps(message, decoded)) === bytesOf(message, withSortedMaps(message, value));
  } catch (error) {
    if (error instanceof Rejected) return false;
    throw error;
  }
}

function withSortedMaps(message: Message, value: MessageValue): MessageValue {
  const sorted = new Map<number, FieldValue>();
  for (const { number, type, repeated, isMap } of fieldsOf(message)) {
    const held = value.get(number);
    if (held === undefined) continue;
    if (type.kind !== 'message') {
      sorted.set(number, held);
      continue;
    }
    const inner = listOf(held).map((one) => (typeof one === 'object' ? withSortedMaps(type.message, one) : one));
    const bytes = (one: Value): string => (typeof one === 'object' ? bytesOf(type.message, one) : '');
    if (isMap) inner.sort((a, b) => (bytes(a) < bytes(b) ? -1 : 1));
    sorted.set(number, repeated || isMap ? inner : (inner[0] ?? held));
  }
  return sorted;
}

function bytesOf(message: Message, value: MessageValue): string {
  return String.fromCharCode(...encode(message, value));
}
