import { allFields, heldType } from '../schema/fields.ts';
import type { Enum, Field, Message } from '../schema/model.ts';
import { readDefault } from './defaults.ts';
import type { Effect, Encoding } from './effect.ts';
import { encode } from './encode.ts';
import { sameEnumValue, valuesOf } from './enums.ts';
import { counterpartInReader, counterpartInWriter, landing } from './match.ts';
import { sendsZero } from './nested.ts';
import { accepts } from './read.ts';
import { worse } from './reading.ts';
import type { TypeMatching } from './type-matching.ts';
import { asList, type FieldValue, isMessage, isZero, type MessageValue, skipsZero, type Value } from './value.ts';

/** The fields that a question is about, on either side. */
export interface About {
  readonly writer: readonly Field[];
  readonly reader: readonly Field[];
}

/**
 * What became of some elements of one message that was sent and read, each compared with its own counterpart: the field of the
 * same name, or the one that took its place under a new name.
 * @param about without it all fields of both sides.
 */
export function outcome(
  writer: Message,
  reader: Message,
  sent: MessageValue,
  read: MessageValue,
  encoding: Encoding,
  types: TypeMatching,
  about: About = { writer: allFields(writer), reader: allFields(reader) },
): Effect {
  const effects: Effect[] = [];
  for (const field of about.writer) {
    const counterpart = counterpartInReader(writer, reader, field, encoding, types);
    const held = sent.fields.get(field.number);
    const isSent = isWritten(field, held);
    if (counterpart !== undefined) effects.push(fate(field, counterpart, held, read, encoding, types));
    else if (isSent) effects.push(encoding === 'json' ? 'rejected' : 'dropped');
    const target = landing(reader, field, encoding);
    if (target === undefined || target === counterpart || !isSent) continue;
    if (valueAt(read, target) === undefined) continue;
    // Whatever the target holds may be its own. Without a value of its own it is this field that it was taken for.
    const own = counterpartInWriter(writer, reader, target, encoding, types);
    if (own === undefined || !isWritten(own, sent.fields.get(own.number))) effects.push('altered');
  }
  for (const field of about.reader) {
    const source = counterpartInWriter(writer, reader, field, encoding, types);
    if (source !== undefined) effects.push(fate(source, field, sent.fields.get(source.number), read, encoding, types));
    else effects.push(valueAt(read, field) === undefined ? 'absent' : 'altered');
  }
  return effects.reduce(worse, 'exact');
}

/** Whether the value leaves a trace on the wire. */
function isWritten(field: Field, held: FieldValue | undefined): boolean {
  const [first] = asList(held);
  return first !== undefined && (field.repeated || sendsZero(field) || !isZero(first));
}

/** What the reader's program sees: a zero in a field without presence is the same as nothing. */
function valueAt(read: MessageValue, field: Field): FieldValue | undefined {
  const held = read.fields.get(field.number);
  const [only] = asList(held);
  return only !== undefined && skipsZero(field) && isZero(only) ? undefined : held;
}

function fate(
  from: Field,
  to: Field,
  held: FieldValue | undefined,
  read: MessageValue,
  encoding: Encoding,
  types: TypeMatching,
): Effect {
  if (from.type.kind === 'unresolved' || to.type.kind === 'unresolved') return 'exact';
  const seen = valueAt(read, to);
  const isSent = isWritten(from, held);
  const isPushedOut =
    accepts(from, to, encoding) &&
    (to.oneof?.fields.some((rival) => rival !== to && read.fields.has(rival.number)) ?? false);
  if (isSent && seen === undefined && isPushedOut) return 'altered';
  if (from.repeated || to.repeated)
    return fateOfList(from, to, isSent ? asList(held) : [], asList(seen), encoding, types);
  if (!isSent) return fateOfUnset(from, to, seen, encoding, types);
  const [value] = asList(held);
  const [got] = asList(seen);
  if (value === undefined) return 'exact';
  if (got !== undefined) return fateOfValue(from, to, value, got, encoding, types);
  if (to.presence !== 'implicit') return 'dropped';
  // A value that reads as zero leaves no trace.
  if (!isZero(value)) return 'dropped';
  return from.presence === 'explicit' ? 'absent' : 'exact';
}

function fateOfUnset(
  from: Field,
  to: Field,
  seen: FieldValue | undefined,
  encoding: Encoding,
  types: TypeMatching,
): Effect {
  if (seen === undefined) return fateOfDefault(from, to, encoding, types);
  // A map makes up what its entry lacks.
  const [got] = asList(seen);
  const isMadeUp = to.message?.isMapEntry === true && got !== undefined;
  return isMadeUp && isZero(got) && readDefault(from, to, types).worst === 'exact' && encoding === 'binary'
    ? 'exact'
    : 'altered';
}

/** A default of a type that the reader does not accept says nothing about its field. */
function fateOfDefault(from: Field, to: Field, encoding: Encoding, types: TypeMatching): Effect {
  return accepts(from, to, encoding) ? readDefault(from, to, types).worst : 'exact';
}

function fateOfList(
  from: Field,
  to: Field,
  sent: readonly Value[],
  seen: readonly Value[],
  encoding: Encoding,
  types: TypeMatching,
): Effect {
  if (sent.length === 0 && seen.length === 0)
    return from.repeated && to.repeated ? 'exact' : fateOfDefault(from, to, encoding, types);
  const [only] = sent;
  const isZeroAlone = sent.length === 1 && only !== undefined && isZero(only);
  if (!to.repeated && to.presence === 'implicit' && seen.length === 0 && isZeroAlone) return 'exact';
  if (seen.length === 0) return 'dropped';
  if (from.isMap && to.isMap) return fateOfMap(from, to, sent, seen, encoding, types);
  if (seen.length < sent.length && to.repeated && losesEnums(to) && isWithout(from, to, sent, seen, encoding, types))
    return 'dropped';
  if (seen.length !== sent.length) return 'altered';
  return sent
    .map((value, index) => {
      const got = seen[index];
      return got === undefined ? 'dropped' : fateOfValue(from, to, value, got, encoding, types);
    })
    .reduce<Effect>(worse, 'exact');
}

/** A closed enum takes unknown numbers out of a list and leaves the rest in order. */
function isWithout(
  from: Field,
  to: Field,
  sent: readonly Value[],
  seen: readonly Value[],
  encoding: Encoding,
  types: TypeMatching,
): boolean {
  let at = 0;
  for (const value of sent) {
    const got = seen[at];
    if (got !== undefined && fateOfValue(from, to, value, got, encoding, types) === 'exact') at++;
  }
  return at === seen.length;
}

function losesEnums(to: Field): boolean {
  const type = heldType(to);
  return type.kind === 'enum' && type.enum.closed;
}

/** The order of a map means nothing. */
function fateOfMap(
  from: Field,
  to: Field,
  sent: readonly Value[],
  seen: readonly Value[],
  encoding: Encoding,
  types: TypeMatching,
): Effect {
  if (from.type.kind !== 'message' || to.type.kind !== 'message') return 'exact';
  const [key, value] = from.type.message.fields;
  const [readerKey, readerValue] = to.type.message.fields;
  if (!key || !value || !readerKey || !readerValue) return 'exact';
  const left = new Set(seen);
  const effects = sent.map((entry): Effect => {
    const partner = [...left].find((other) => {
      const [a, b] = [part(entry, 1), part(other, 1)];
      return a !== undefined && b !== undefined && fateOfValue(key, readerKey, a, b, encoding, types) === 'exact';
    });
    if (partner === undefined) return 'dropped';
    left.delete(partner);
    const [a, b] = [part(entry, 2), part(partner, 2)];
    return a === undefined || b === undefined ? 'dropped' : fateOfValue(value, readerValue, a, b, encoding, types);
  });
  return left.size > 0 ? 'altered' : effects.reduce<Effect>(worse, 'exact');
}

function part(entry: Value, number: number): Value | undefined {
  return isMessage(entry) ? asList(entry.fields.get(number))[0] : undefined;
}

function fateOfValue(
  from: Field,
  to: Field,
  sent: Value,
  seen: Value,
  encoding: Encoding,
  types: TypeMatching,
): Effect {
  if (isMessage(sent) && isMessage(seen) && from.type.kind === 'message' && to.type.kind === 'message') {
    return outcome(from.type.message, to.type.message, sent, seen, encoding, types);
  }
  if (isMeant(from, to, sent, seen, encoding, types)) return 'exact';
  const isNameless = to.type.kind === 'enum' && typeof seen === 'bigint' && !isNamed(to.type.enum, seen);
  return isNameless && sameNumber(sent, seen) ? 'unrecognised' : 'altered';
}

/** Whether the reader's value is what the writer's means. */
function isMeant(from: Field, to: Field, sent: Value, seen: Value, encoding: Encoding, types: TypeMatching): boolean {
  const [a, b] = [from.type, to.type];
  if (a.kind === 'enum' && b.kind === 'enum')
    return isSameEnumValue(a.enum, b.enum, sent, seen, types.switched(a.enum, b.enum));
  if (b.kind === 'enum' && typeof seen === 'bigint' && !isNamed(b.enum, seen)) return false;
  if (isMessage(sent)) return a.kind === 'message' && isText(seen) && sameBytes(encode(a.message, sent), seen);
  // Text that happens to parse was never meant as a message; bytes may have been.
  if (isMessage(seen)) {
    return (
      b.kind === 'message' &&
      sent instanceof Uint8Array &&
      seen.unknown === undefined &&
      sameBytes(encode(b.message, seen), sent)
    );
  }
  if (isText(sent) && isText(seen)) return isSameText(from, to, sent, seen, encoding);
  if (isText(sent) || isText(seen)) {
    const isSpelled =
      encoding === 'json' &&
      a.kind === 'scalar' &&
      b.kind === 'scalar' &&
      (a.scalar === 'string' || b.scalar === 'string');
    return isSpelled && String(sent) === String(seen);
  }
  return sameNumber(sent, seen);
}

/** Bytes that are no text mean nothing as a string; in JSON bytes are base64, so text and bytes are never the same. */
function isSameText(from: Field, to: Field, sent: Text, seen: Text, encoding: Encoding): boolean {
  const [a, b] = [from.type, to.type].map((type) => (type.kind === 'scalar' ? type.scalar : undefined));
  if (encoding === 'json' && a !== b) return false;
  if (a === 'bytes' && b === 'string' && seen instanceof Uint8Array) return false;
  return sameBytes(sent, seen);
}

type Text = string | Uint8Array;

function isText(value: Value): value is Text {
  return typeof value === 'string' || value instanceof Uint8Array;
}

function sameBytes(a: Text, b: Text): boolean {
  const [left, right] = [bytesOf(a), bytesOf(b)];
  return left.length === right.length && left.every((byte, index) => byte === right[index]);
}

function bytesOf(value: Text): Uint8Array {
  return typeof value === 'string' ? new TextEncoder().encode(value) : value;
}

/** Numbers of any kind; false and true are 0 and 1. */
function sameNumber(a: Value, b: Value): boolean {
  const [left, right] = [numberOf(a), numberOf(b)];
  if (left === undefined || right === undefined) return false;
  if (typeof left === typeof right) return Object.is(left, right);
  return Number.isInteger(Number(left)) && Number.isInteger(Number(right)) && BigInt(left) === BigInt(right);
}

function numberOf(value: Value): bigint | number | undefined {
  if (typeof value === 'boolean') return value ? 1n : 0n;
  return typeof value === 'bigint' || typeof value === 'number' ? value : undefined;
}

function isNamed(type: Enum, number: bigint): boolean {
  return type.valuesByNumber.has(Number(number));
}

function isSameEnumValue(from: Enum, to: Enum, sent: Value, seen: Value, isSwitched: boolean): boolean {
  const [meant, got] = [from, to].map((type, index) => {
    const number = index === 0 ? sent : seen;
    return valuesOf(type, Number(number));
  });
  if (meant === undefined || meant.length === 0) return sent === seen;
  return meant.some((value) => got?.some((other) => sameEnumValue(value, other, isSwitched)) ?? false);
}
