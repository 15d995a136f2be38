import { allFields, heldType } from '../schema/fields.ts';
import type { Enum, Field, Message } from '../schema/model.ts';
import { readDefault } from './defaults.ts';
import type { Effect, Encoding } from './effect.ts';
import { encode } from './encode.ts';
import { sameEnumValue, valuesOf } from './enums.ts';
import { parsersAcceptingType } from './json-forms.ts';
import { contentField } from './json-special.ts';
import { FieldMatching } from './field-matching.ts';
import { worse } from './reading.ts';
import type { TypeMatching } from './type-matching.ts';
import { asList, type FieldValue, isMessage, isZero, type MessageValue, sendsZero, type Value } from './value.ts';
import { LENGTH_PREFIXED, wireTypeOf } from './wire-type.ts';

export interface About {
  readonly writer: readonly Field[];
  readonly reader: readonly Field[];
}

/* A second judgement, which does not use `read.ts`, `binary.ts`, `json.ts` or `json-values.ts`. */

/**
 * Compares one message as sent and as read: each field with the same element on the other side.
 * @param about the fields to compare. By default all fields of both sides.
 * @returns the worst effect
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
  const matching = new FieldMatching(writer, reader, encoding, types);
  const effects: Effect[] = [];
  for (const field of about.writer) {
    const counterpart = matching.counterpartInReader(field);
    const held = sent.fields.get(field.number);
    const isSent = isWritten(field, held);
    if (counterpart !== undefined) effects.push(effectOnField(field, counterpart, held, read, encoding, types));
    else if (isSent) effects.push('dropped');
    const receiver = matching.receiver(field);
    if (receiver === undefined || receiver === counterpart || !isSent) continue;
    if (valueAt(read, receiver) === undefined) continue;
    // The receiver's value may come from its own counterpart. If that was not sent, the reader took this field's value for it.
    const own = matching.counterpartInWriter(receiver);
    if (own === undefined || !isWritten(own, sent.fields.get(own.number))) effects.push('altered');
  }
  for (const field of about.reader) {
    const counterpart = matching.counterpartInWriter(field);
    if (counterpart !== undefined)
      effects.push(effectOnField(counterpart, field, sent.fields.get(counterpart.number), read, encoding, types));
    else effects.push(valueAt(read, field) === undefined ? 'absent' : 'altered');
  }
  return effects.reduce(worse, 'exact');
}

function isWritten(field: Field, held: FieldValue | undefined): boolean {
  const [first] = asList(held);
  return first !== undefined && (sendsZero(field) || !isZero(first));
}

/** The value that the reader's program sees. Undefined if unset, and for a zero in a field without presence. */
function valueAt(read: MessageValue, field: Field): FieldValue | undefined {
  const held = read.fields.get(field.number);
  const [only] = asList(held);
  return only !== undefined && !sendsZero(field) && isZero(only) ? undefined : held;
}

function effectOnField(
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
  // JSON parsers reject two members of one oneof.
  const isReplaced =
    encoding === 'binary' &&
    canArrive(from, to, encoding) &&
    (to.oneof?.fields.some((rival) => rival !== to && read.fields.has(rival.number)) ?? false);
  if (isSent && seen === undefined && isReplaced) return 'altered';
  if (encoding === 'json') {
    const [sentContent, readContent] = [contentField(from, to), contentField(to, from)];
    const contents = contentsOf(isSent ? held : undefined);
    if (sentContent !== undefined && isSent && contents.length === 0 && seen === undefined)
      return from.presence === 'explicit' ? 'absent' : 'exact';
    if (sentContent !== undefined) return effectOfList(sentContent, to, contents, asList(seen), encoding, types);
    if (readContent !== undefined)
      return effectOfList(from, readContent, isSent ? asList(held) : [], contentsOf(seen), encoding, types);
  }
  if (from.repeated || to.repeated)
    return effectOfList(from, to, isSent ? asList(held) : [], asList(seen), encoding, types);
  if (!isSent) return effectOfUnset(from, to, seen, encoding, types);
  const [value] = asList(held);
  const [got] = asList(seen);
  if (value === undefined) return 'exact';
  if (got !== undefined) return effectOfValue(from, to, value, got, encoding, types);
  if (to.presence !== 'implicit') return 'dropped';
  // Zero is indistinguishable from unset, and so is an empty message that is read as bytes.
  const isEmpty =
    isZero(value) ||
    (isMessage(value) && canArrive(from, to, encoding) && isMeant(from, to, value, '', encoding, types));
  if (!isEmpty) return 'dropped';
  return from.presence === 'explicit' ? 'absent' : 'exact';
}

/** The contents of a Struct or ListValue. */
function contentsOf(held: FieldValue | undefined): readonly Value[] {
  const [special] = asList(held);
  return special !== undefined && isMessage(special) ? asList(special.fields.get(1)) : [];
}

function effectOfUnset(
  from: Field,
  to: Field,
  seen: FieldValue | undefined,
  encoding: Encoding,
  types: TypeMatching,
): Effect {
  if (seen === undefined) return effectOfDefault(from, to, encoding, types);
  // A map entry without a value gets a default one.
  const [got] = asList(seen);
  const isDefaulted = to.message?.isMapEntry === true && got !== undefined;
  return isDefaulted && isZero(got) && readDefault(from, to, types).worst === 'exact' && encoding === 'binary'
    ? 'exact'
    : 'altered';
}

/** Defaults of enums are compared even if the reader's field cannot get the writer's values. */
function effectOfDefault(from: Field, to: Field, encoding: Encoding, types: TypeMatching): Effect {
  const areEnums = from.type.kind === 'enum' && to.type.kind === 'enum' && from.repeated === to.repeated;
  return areEnums || canArrive(from, to, encoding) ? readDefault(from, to, types).worst : 'exact';
}

/** Whether the reader's field accepts the wire type, or in JSON the form, of some of the writer's values. */
function canArrive(from: Field, to: Field, encoding: Encoding): boolean {
  if (encoding === 'json')
    return from.repeated === to.repeated && parsersAcceptingType(from.type, to.type, true).length > 0;
  const sent = from.repeated && from.packed ? LENGTH_PREFIXED : wireTypeOf(from);
  return sent === wireTypeOf(to) || (sent === LENGTH_PREFIXED && to.repeated && isNumber(to));
}

function isNumber({ type }: Field): boolean {
  return type.kind === 'enum' || (type.kind === 'scalar' && type.scalar !== 'string' && type.scalar !== 'bytes');
}

function effectOfList(
  from: Field,
  to: Field,
  sent: readonly Value[],
  seen: readonly Value[],
  encoding: Encoding,
  types: TypeMatching,
): Effect {
  if (sent.length === 0 && seen.length === 0)
    return from.repeated && to.repeated ? 'exact' : effectOfDefault(from, to, encoding, types);
  const [only] = sent;
  const isZeroAlone = sent.length === 1 && only !== undefined && isZero(only);
  if (!to.repeated && to.presence === 'implicit' && seen.length === 0 && isZeroAlone) return 'exact';
  if (seen.length === 0) return 'dropped';
  if (from.isMap && to.isMap) return effectOfMap(from, to, sent, seen, encoding, types);
  if (seen.length < sent.length && to.repeated && losesEnums(to) && isWithout(from, to, sent, seen, encoding, types))
    return 'dropped';
  if (seen.length !== sent.length) return 'altered';
  return sent
    .map((value, index) => {
      const got = seen[index];
      return got === undefined ? 'dropped' : effectOfValue(from, to, value, got, encoding, types);
    })
    .reduce<Effect>(worse, 'exact');
}

/** Whether the read list is the sent one without some elements. */
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
    if (got !== undefined && effectOfValue(from, to, value, got, encoding, types) === 'exact') at++;
  }
  return at === seen.length;
}

/** A closed enum drops unknown numbers. */
function losesEnums(to: Field): boolean {
  const type = heldType(to);
  return type.kind === 'enum' && type.enum.closed;
}

/** The order of a map's entries does not matter. */
function effectOfMap(
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
      return a !== undefined && b !== undefined && effectOfValue(key, readerKey, a, b, encoding, types) === 'exact';
    });
    if (partner === undefined) return 'dropped';
    left.delete(partner);
    const [a, b] = [part(entry, 2), part(partner, 2)];
    return a === undefined || b === undefined ? 'dropped' : effectOfValue(value, readerValue, a, b, encoding, types);
  });
  return left.size > 0 ? 'altered' : effects.reduce<Effect>(worse, 'exact');
}

function part(entry: Value, number: number): Value | undefined {
  return isMessage(entry) ? asList(entry.fields.get(number))[0] : undefined;
}

function effectOfValue(
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

/** Whether the two values mean the same. */
function isMeant(from: Field, to: Field, sent: Value, seen: Value, encoding: Encoding, types: TypeMatching): boolean {
  const [a, b] = [from.type, to.type];
  if (a.kind === 'enum' && b.kind === 'enum')
    return isSameEnumValue(a.enum, b.enum, sent, seen, types.switched(a.enum, b.enum));
  if (b.kind === 'enum' && typeof seen === 'bigint' && !isNamed(b.enum, seen)) return false;
  if (isMessage(sent)) return a.kind === 'message' && isText(seen) && sameBytes(encode(a.message, sent), seen);
  // Text that happens to parse was never meant as a message, but bytes may have been.
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

/** Invalid UTF-8 has no meaning as a string. In JSON, bytes are base64, so text and bytes never mean the same. */
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

/** Compares numbers of any kind. False and true count as 0 and 1. */
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
