import { allFields, heldType } from '../schema/fields.ts';
import type { Enum, Field, Message } from '../schema/model.ts';
import { readDefault } from './defaults.ts';
import type { Effect, Encoding } from './effect.ts';
import { encode } from './encode.ts';
import { namesake, sameEnumValue, valuesOf } from './enums.ts';
import { acceptsForm, parsersAcceptingType } from './json-forms.ts';
import { contentField, wrappedField } from './json-special.ts';
import { FieldMatching } from './field-matching.ts';
import { worse } from './reading.ts';
import type { TypeMatching } from './type-matching.ts';
import { asList, type FieldValue, isMessage, isZero, type MessageValue, sendsZero, type Value } from './value.ts';
import { LENGTH_PREFIXED, wireTypeOf } from './wire-type.ts';

/* A second judgement, which does not use `read.ts`, `binary.ts`, `json.ts` or `json-values.ts`. */

export interface About {
  readonly writer: readonly Field[];
  readonly reader: readonly Field[];
}

/**
 * The worst effect in one message, as sent and as read.
 * @param about by default all fields of both sides
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
  for (const from of about.writer) {
    const held = sent.fields.get(from.number);
    const isSent = isWritten(from, held);
    const to = matching.counterpartInReader(from);
    if (to !== undefined) effects.push(effectOnField({ from, to, encoding, types }, held, read));
    else if (isSent) effects.push('dropped');
    const receiver = matching.receiver(from);
    if (receiver === undefined || receiver === to || !isSent || valueAt(read, receiver) === undefined) continue;
    // The value is from this field, unless the receiver's own counterpart was sent.
    const own = matching.counterpartInWriter(receiver);
    if (own === undefined || !isWritten(own, sent.fields.get(own.number))) effects.push('altered');
  }
  for (const to of about.reader) {
    const from = matching.counterpartInWriter(to);
    if (from !== undefined)
      effects.push(effectOnField({ from, to, encoding, types }, sent.fields.get(from.number), read));
    else effects.push(valueAt(read, to) === undefined ? 'absent' : 'altered');
  }
  return effects.reduce(worse, 'exact');
}

/** Two fields, or what is inside of them: keys, values, contents of a Struct. */
interface Counterparts {
  readonly from: Field;
  readonly to: Field;
  readonly encoding: Encoding;
  readonly types: TypeMatching;
}

function isWritten(field: Field, held: FieldValue | undefined): boolean {
  const [first] = asList(held);
  return first !== undefined && (sendsZero(field) || !isZero(first));
}

/** Undefined if unset, and for a zero in a field without presence. */
function valueAt(read: MessageValue, field: Field): FieldValue | undefined {
  const held = read.fields.get(field.number);
  const [only] = asList(held);
  return only !== undefined && !sendsZero(field) && isZero(only) ? undefined : held;
}

/** @param held the value in the writer's program, which need not be sent */
function effectOnField(pair: Counterparts, held: FieldValue | undefined, read: MessageValue): Effect {
  const { from, to, encoding } = pair;
  if (from.type.kind === 'unresolved' || to.type.kind === 'unresolved') return 'exact';
  const sent = isWritten(from, held) ? held : undefined;
  const seen = valueAt(read, to);
  if (sent !== undefined && seen === undefined && isReplaced(pair, read)) return 'altered';
  const effect = encoding === 'json' ? effectOnContents(pair, sent, seen) : undefined;
  if (effect !== undefined) return effect;
  if (from.repeated || to.repeated) return effectOnList(pair, asList(sent), asList(seen));
  const [[value], [got]] = [asList(sent), asList(seen)];
  if (value === undefined) return worse(effectOnUnset(pair, got), effectOnUnsentZero(pair, asList(held)[0]));
  return got === undefined ? effectOfUnseen(pair, value) : effectOnValue(pair, value, got);
}

/** Whether another member of the oneof replaced the value. In JSON, parsers reject two members of a oneof. */
function isReplaced(pair: Counterparts, read: MessageValue): boolean {
  const { to, encoding } = pair;
  const others = to.oneof?.fields.filter((member) => member !== to) ?? [];
  return encoding === 'binary' && canArrive(pair) && others.some(({ number }) => read.fields.has(number));
}

/** One field is a Struct or ListValue, and the other one a map or list of its contents. Undefined for other fields. */
function effectOnContents(
  pair: Counterparts,
  sent: FieldValue | undefined,
  seen: FieldValue | undefined,
): Effect | undefined {
  const { from, to } = pair;
  const sentContents = contentField(from, to);
  if (sentContents !== undefined) {
    const contents = contentsOf(sent);
    if (sent !== undefined && contents.length === 0 && seen === undefined)
      return from.presence === 'explicit' ? 'absent' : 'exact';
    return effectOnList({ ...pair, from: sentContents }, contents, asList(seen));
  }
  const seenContents = contentField(to, from);
  return seenContents && effectOnList({ ...pair, to: seenContents }, asList(sent), contentsOf(seen));
}

function contentsOf(held: FieldValue | undefined): readonly Value[] {
  const [special] = asList(held);
  return special !== undefined && isMessage(special) ? asList(special.fields.get(1)) : [];
}

function effectOnUnset(pair: Counterparts, got: Value | undefined): Effect {
  const { from, to, encoding, types } = pair;
  if (got === undefined) return effectOfDefault(pair);
  const isDefaulted = to.message?.isMapEntry === true && isEntryDefault(to, got) && encoding === 'binary';
  return isDefaulted && readDefault(from, to, types).worst === 'exact' ? 'exact' : 'altered';
}

/** The effect on a zero that is not sent: altered if one of the names of the writer's zero has another number in the reader. */
function effectOnUnsentZero({ from, to }: Counterparts, held: Value | undefined): Effect {
  if (typeof held !== 'bigint' || from.type.kind !== 'enum' || to.type.kind !== 'enum') return 'exact';
  const [meant, seen] = [from.type.enum, to.type.enum].map((type) => type.valuesByNumber.get(0));
  return meant !== undefined && seen !== undefined && namesake(meant, seen) !== undefined ? 'altered' : 'exact';
}

/** Readers substitute this value for a missing key or value of a map's entry. */
function isEntryDefault({ type }: Field, value: Value): boolean {
  if (type.kind === 'enum') return typeof value === 'bigint' && type.enum.values[0]?.number === Number(value);
  return isMessage(value) ? value.fields.size === 0 : isZero(value);
}

function effectOfUnseen(counterparts: Counterparts, wrapped: Value): Effect {
  const [from, value] = unwrapped(counterparts.from, wrapped, counterparts.encoding);
  const pair = { ...counterparts, from };
  if (pair.to.presence !== 'implicit' || !equalsUnset(pair, value)) return 'dropped';
  return pair.from.presence === 'explicit' ? 'absent' : 'exact';
}

/** Whether a field without presence reads the value as unset: a zero, or an empty message that is read as bytes or text. */
function equalsUnset(pair: Counterparts, value: Value): boolean {
  return isZero(value) || (isMessage(value) && canArrive(pair) && meansSame(pair, value, ''));
}

function effectOfDefault(pair: Counterparts): Effect {
  const { from, to, encoding, types } = pair;
  const isCompared =
    encoding === 'json' ? from.repeated === to.repeated && acceptsForm(from.type, to.type) : canArrive(pair);
  return isCompared ? readDefault(from, to, types).worst : 'exact';
}

/** Whether the reader accepts the wire type, or in JSON the form, of some of the values. */
function canArrive({ from, to, encoding }: Counterparts): boolean {
  if (encoding === 'json')
    return from.repeated === to.repeated && parsersAcceptingType(from.type, to.type, true).length > 0;
  const sent = from.repeated && from.packed ? LENGTH_PREFIXED : wireTypeOf(from);
  return sent === wireTypeOf(to) || (sent === LENGTH_PREFIXED && to.repeated && isNumber(to));
}

function isNumber({ type }: Field): boolean {
  return type.kind === 'enum' || (type.kind === 'scalar' && type.scalar !== 'string' && type.scalar !== 'bytes');
}

function effectOnList(pair: Counterparts, sent: readonly Value[], seen: readonly Value[]): Effect {
  const { from, to } = pair;
  if (sent.length === 0 && seen.length === 0) return from.repeated && to.repeated ? 'exact' : effectOfDefault(pair);
  if (seen.length === 0) {
    const [only, ...others] = sent;
    const isUnset = only !== undefined && others.length === 0 && equalsUnset(pair, only);
    return !to.repeated && to.presence === 'implicit' && isUnset ? 'exact' : 'dropped';
  }
  if (from.isMap && to.isMap) return effectOnMap(pair, sent, seen);
  if (seen.length < sent.length && to.repeated && losesEnums(to) && isPartOf(pair, sent, seen)) return 'dropped';
  if (seen.length !== sent.length) return 'altered';
  return sent
    .map((value, index) => {
      const got = seen[index];
      return got === undefined ? 'dropped' : effectOnValue(pair, value, got);
    })
    .reduce<Effect>(worse, 'exact');
}

/** Whether the read list only lacks some of the sent elements. */
function isPartOf(pair: Counterparts, sent: readonly Value[], seen: readonly Value[]): boolean {
  let at = 0;
  for (const value of sent) {
    const got = seen[at];
    if (got !== undefined && effectOnValue(pair, value, got) === 'exact') at++;
  }
  return at === seen.length;
}

function losesEnums(to: Field): boolean {
  const type = heldType(to);
  return type.kind === 'enum' && type.enum.closed;
}

/** The order of a map's entries does not matter. */
function effectOnMap(pair: Counterparts, sent: readonly Value[], seen: readonly Value[]): Effect {
  const { from, to } = pair;
  if (from.type.kind !== 'message' || to.type.kind !== 'message') return 'exact';
  const [key, value] = from.type.message.fields;
  const [readerKey, readerValue] = to.type.message.fields;
  if (!key || !value || !readerKey || !readerValue) return 'exact';
  const [keys, values] = [
    { ...pair, from: key, to: readerKey },
    { ...pair, from: value, to: readerValue },
  ];
  const left = new Set(seen);
  const effects = sent.map((entry): Effect => {
    const partner = [...left].find((other) => {
      const [a, b] = [part(entry, 1), part(other, 1)];
      return a !== undefined && b !== undefined && effectOnValue(keys, a, b) === 'exact';
    });
    if (partner === undefined) return 'dropped';
    left.delete(partner);
    const [a, b] = [part(entry, 2), part(partner, 2)];
    return a === undefined || b === undefined ? 'dropped' : effectOnValue(values, a, b);
  });
  return left.size > 0 ? 'altered' : effects.reduce<Effect>(worse, 'exact');
}

function part(entry: Value, number: 1 | 2): Value | undefined {
  return isMessage(entry) ? asList(entry.fields.get(number))[0] : undefined;
}

function effectOnValue(counterparts: Counterparts, wrappedSent: Value, wrappedSeen: Value): Effect {
  const { encoding, types } = counterparts;
  const [from, sent] = unwrapped(counterparts.from, wrappedSent, encoding);
  const [to, seen] = unwrapped(counterparts.to, wrappedSeen, encoding);
  const pair = { ...counterparts, from, to };
  if (isMessage(sent) && isMessage(seen) && from.type.kind === 'message' && to.type.kind === 'message')
    return outcome(from.type.message, to.type.message, sent, seen, encoding, types);
  if (meansSame(pair, sent, seen)) return 'exact';
  const isNameless = to.type.kind === 'enum' && typeof seen === 'bigint' && !hasName(to.type.enum, seen);
  return isNameless && sameNumber(sent, seen) ? 'unrecognised' : 'altered';
}

/** JSON contains the value inside a wrapper, not the wrapper. */
function unwrapped(field: Field, value: Value, encoding: Encoding): readonly [Field, Value] {
  const wrapped = encoding === 'json' && field.type.kind === 'message' ? wrappedField(field.type.message) : undefined;
  if (wrapped === undefined || !isMessage(value)) return [field, value];
  const [inner] = asList(value.fields.get(wrapped.number));
  return inner === undefined ? [field, value] : [{ ...field, type: wrapped.type }, inner];
}

function meansSame(pair: Counterparts, sent: Value, seen: Value): boolean {
  const [a, b] = [pair.from.type, pair.to.type];
  if (a.kind === 'enum' && b.kind === 'enum')
    return meansSameEnumValue(a.enum, b.enum, sent, seen, pair.types.switched(a.enum, b.enum));
  if (b.kind === 'enum' && typeof seen === 'bigint' && !hasName(b.enum, seen)) return false;
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
  if (isText(sent) && isText(seen)) return meansSameText(pair, sent, seen);
  if (isText(sent) || isText(seen)) {
    const isSpelled =
      pair.encoding === 'json' &&
      a.kind === 'scalar' &&
      b.kind === 'scalar' &&
      (a.scalar === 'string' || b.scalar === 'string');
    return isSpelled && String(sent) === String(seen);
  }
  return sameNumber(sent, seen);
}

/** In JSON, bytes are base64, so text and bytes never mean the same. */
function meansSameText({ from, to, encoding }: Counterparts, sent: Text, seen: Text): boolean {
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

/** False and true count as 0 and 1. */
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

function hasName(type: Enum, number: bigint): boolean {
  return type.valuesByNumber.has(Number(number));
}

/** An undeclared number means the same only as itself. */
function meansSameEnumValue(from: Enum, to: Enum, sent: Value, seen: Value, isSwitched: boolean): boolean {
  const [meant, got] = [valuesOf(from, Number(sent)), valuesOf(to, Number(seen))];
  const [first] = got;
  if (meant.length === 0) return sent === seen;
  if (first !== undefined && meant.some((value) => namesake(value, first) !== undefined)) return false;
  return meant.some((value) => got.some((other) => sameEnumValue(value, other, isSwitched)));
}
