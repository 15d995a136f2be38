import { EFFECTS, type Effect, type Encoding } from '../../server/effects/effect.ts';
import type { Enum, EnumValue, Field, Message, Scalar } from '../../server/schema/model.ts';
import {
  encode,
  fieldsOf,
  isSameNumber,
  isZero,
  listOf,
  zero,
  type Held,
  type MessageValue,
  type Value,
} from './wire.ts';

/**
 * What became of one message: compares what was sent with what was read, element by element. It knows which elements are the
 * same (by the rule below) and what their values mean, and nothing about encodings except how they tell enum values apart.
 */
export function observe(
  writer: Message,
  reader: Message,
  sent: MessageValue,
  seen: MessageValue,
  encoding: Encoding,
): Effect {
  let effect: Effect = 'exact';
  const note = (found: Effect): void => {
    effect = worse(effect, found);
  };
  const matched = new Set<Field>();
  for (const field of fieldsOf(writer)) {
    const counterpart = fieldsOf(reader).find((other) => isSame(writer, reader, field, other, encoding));
    const value = sent.get(field.number);
    if (counterpart === undefined) {
      if (isSent(field, value)) note(encoding === 'json' ? 'rejected' : 'dropped');
      continue;
    }
    matched.add(counterpart);
    // A value that arrives under the counterpart's number was pushed out by another member of its oneof; one that does not is lost.
    const isPushedOut =
      counterpart.number === field.number &&
      counterpart.oneof?.fields.some((rival) => rival !== counterpart && seen.has(rival.number)) === true;
    if (isSent(field, value) && !seen.has(counterpart.number) && isPushedOut) note('altered');
    else
      note(
        compare(
          field,
          counterpart,
          isSent(field, value) ? value : undefined,
          value,
          seen.get(counterpart.number),
          encoding,
        ),
      );
  }
  for (const field of fieldsOf(reader)) if (!matched.has(field)) note(seen.has(field.number) ? 'altered' : 'absent');
  return effect;
}

export function worse(a: Effect, b: Effect): Effect {
  return EFFECTS.indexOf(a) > EFFECTS.indexOf(b) ? a : b;
}

function isSent(field: Field, held: Held | undefined): boolean {
  const [first] = listOf(held);
  if (first === undefined) return false;
  return field.repeated || field.presence !== 'implicit' || field.message?.isMapEntry === true || !isZero(first);
}

/**
 * Two fields are one element if they have one name, or one number or key under a new name while nobody knows the old one.
 */
export function isSame(writer: Message, reader: Message, from: Field, to: Field, encoding: Encoding): boolean {
  if (from.fullName === to.fullName || (from.name === to.name && !isExtension(from) && !isExtension(to))) return true;
  if (isExtension(from) !== isExtension(to)) return false;
  const samePlace =
    from.number === to.number || (encoding === 'json' && (from.jsonName === to.jsonName || from.jsonName === to.name));
  return samePlace && !knows(reader, from) && !knows(writer, to);
}

function isExtension(field: Field): boolean {
  return field.extensionScope !== undefined;
}

function knows(message: Message, field: Field): boolean {
  if (isExtension(field)) return fieldsOf(message).some((other) => other.fullName === field.fullName);
  return message.fields.some((other) => other.name === field.name) || message.reservedNames.has(field.name);
}

/** @param sent what was put on the wire @param meant what the writer holds, also where the encoding leaves it out */
function compare(
  from: Field,
  to: Field,
  sent: Held | undefined,
  meant: Held | undefined,
  seen: Held | undefined,
  encoding: Encoding,
): Effect {
  if (from.type.kind === 'unresolved' || to.type.kind === 'unresolved') return 'exact';
  const list = listOf(meant);
  if (from.repeated || to.repeated)
    return compareLists(from, to, sent === undefined ? [] : list, listOf(seen), encoding);
  if (sent === undefined && to.message?.isMapEntry === true && seen !== undefined) {
    // A map makes up what its entry lacks.
    return compareValues(from, to, unsetValue(from), seen as Value, encoding);
  }
  if (sent === undefined) return compareUnset(from, to, seen, encoding);
  // Both are singular.
  const value = list[0] as Value;
  if (seen === undefined && to.presence === 'implicit') {
    // A value that reads as zero leaves no trace. If it is not zero by meaning, nobody can say whether it was dropped or altered.
    const isEnum = from.type.kind === 'enum' && to.type.kind === 'enum';
    const asZero = isZero(value) && !isEnum ? 'exact' : compareValues(from, to, value, zero(to), encoding);
    if (asZero === 'exact') return from.presence === 'explicit' ? 'absent' : 'exact';
    return asZero === 'altered' && !isZero(value) ? 'dropped' : asZero;
  }
  if (seen === undefined) return 'dropped';
  return compareValues(from, to, value, seen as Value, encoding);
}

function compareUnset(from: Field, to: Field, seen: Held | undefined, encoding: Encoding): Effect {
  if (seen !== undefined) return 'altered';
  if (from.type.kind === 'message' || to.type.kind === 'message') return 'exact';
  const unset = unsetValue(from);
  const readerUnset = unsetValue(to);
  if (isBlank(unset) && isBlank(readerUnset) && !(from.type.kind === 'enum' && to.type.kind === 'enum')) return 'exact';
  return isMeant(from, to, unset, readerUnset, encoding) ? 'exact' : 'altered';
}

function isBlank(value: Value): boolean {
  return isZero(value) || (value instanceof Map && value.size === 0);
}

/** What a field that nobody set returns. */
function unsetValue(field: Field): Value {
  const { default: declared, type } = field;
  if (declared?.kind === 'number')
    return type.kind === 'scalar' && isFloating(type.scalar) ? Number(declared.text) : BigInt(declared.text);
  if (declared?.kind === 'string') return String.fromCharCode(...declared.bytes);
  if (declared?.kind === 'identifier') {
    if (type.kind === 'enum') return BigInt(type.enum.valuesByName.get(declared.text)?.number ?? 0);
    return declared.text === 'true' ? 1n : 0n;
  }
  return zero(field);
}

function compareLists(
  from: Field,
  to: Field,
  sent: readonly Value[],
  seen: readonly Value[],
  encoding: Encoding,
): Effect {
  if (sent.length === 0 && seen.length === 0)
    return from.repeated && to.repeated ? 'exact' : compareUnset(from, to, undefined, encoding);
  // One zero in a singular field of implicit presence leaves no trace, and need not.
  if (
    !to.repeated &&
    to.presence === 'implicit' &&
    seen.length === 0 &&
    sent.length === 1 &&
    sent[0] !== undefined &&
    isZero(sent[0])
  )
    return 'exact';
  if (seen.length === 0) return 'dropped';
  // Keys are the names of fields then, whatever numbers an entry and a message have in common.
  if (encoding === 'json' && to.isMap !== from.isMap) return 'altered';
  if (to.isMap && from.isMap) return compareMaps(from, to, sent, seen, encoding);
  if (seen.length < sent.length && to.repeated && isSubset(from, to, sent, seen, encoding)) return 'dropped';
  if (seen.length !== sent.length) return 'altered';
  return sent.map((value, index) => compareValues(from, to, value, seen[index] as Value, encoding)).reduce(worse);
}

/** An unknown number of a closed enum is taken out of a list, and takes its entry out of a map. */
function isSubset(from: Field, to: Field, sent: readonly Value[], seen: readonly Value[], encoding: Encoding): boolean {
  if (!losesEnums(to)) return false;
  let at = 0;
  for (const value of sent)
    if (at < seen.length && compareValues(from, to, value, seen[at] as Value, encoding) === 'exact') at++;
  return at === seen.length;
}

function losesEnums(to: Field): boolean {
  const type = to.isMap && to.type.kind === 'message' ? to.type.message.fieldsByNumber.get(2)?.type : to.type;
  return type?.kind === 'enum' && type.enum.closed;
}

/** The order of a map means nothing. */
function compareMaps(
  from: Field,
  to: Field,
  sent: readonly Value[],
  seen: readonly Value[],
  encoding: Encoding,
): Effect {
  if (from.type.kind !== 'message' || to.type.kind !== 'message') return 'exact';
  const [keyFrom, valueFrom] = from.type.message.fields;
  const [keyTo, valueTo] = to.type.message.fields;
  if (!keyFrom || !valueFrom || !keyTo || !valueTo) throw new Error('no entries');
  let effect: Effect = 'exact';
  let matched = 0;
  for (const entry of sent) {
    const partner = seen.find((other) => isMeant(keyFrom, keyTo, part(entry, 1), part(other, 1), encoding));
    if (partner !== undefined) matched++;
    effect = worse(
      effect,
      partner === undefined ? 'dropped' : compareValues(valueFrom, valueTo, part(entry, 2), part(partner, 2), encoding),
    );
  }
  return matched < seen.length ? 'altered' : effect;
}

function part(entry: Value, number: number): Value {
  const value = entry instanceof Map ? (entry.get(number) as Value | undefined) : undefined;
  if (value === undefined) throw new Error('half an entry');
  return value;
}

function compareValues(from: Field, to: Field, sent: Value, seen: Value, encoding: Encoding): Effect {
  if (sent instanceof Map && seen instanceof Map && from.type.kind === 'message' && to.type.kind === 'message') {
    return observe(from.type.message, to.type.message, sent, seen, encoding);
  }
  if (isMeant(from, to, sent, seen, encoding)) return 'exact';
  if (to.type.kind === 'enum' && !to.type.enum.valuesByNumber.has(Number(seen)) && isEqual(sent, seen))
    return 'unrecognised';
  return 'altered';
}

/** Whether the reader's value is what the writer's means. */
function isMeant(from: Field, to: Field, sent: Value, seen: Value, encoding: Encoding): boolean {
  if (from.type.kind === 'enum' && to.type.kind === 'enum')
    return isSameEnumValue(from.type.enum, to.type.enum, sent, seen);
  // A number that the writer has no name for means nothing to begin with.
  if (from.type.kind === 'enum' && !from.type.enum.valuesByNumber.has(Number(sent))) return true;
  // A name is no text, and a text is no name.
  if (to.type.kind === 'enum' && !to.type.enum.valuesByNumber.has(Number(seen))) return false;
  if (typeof sent === 'object' || typeof seen === 'object') return isEmbedded(from, to, sent, seen);
  if (typeof sent === 'string' && typeof seen === 'string') {
    if (scalarOf(from) === 'bytes' && scalarOf(to) === 'string' && !isText(sent)) return false;
    return sent === seen && (encoding === 'binary' || scalarOf(from) === scalarOf(to));
  }
  // The digits of a 64-bit integer and the integer are one thing in JSON, for those who read text.
  if (typeof sent === 'string' || typeof seen === 'string') {
    return (
      encoding === 'json' &&
      [scalarOf(from), scalarOf(to)].includes('string') &&
      from.type.kind !== 'enum' &&
      to.type.kind !== 'enum' &&
      spell(sent, from) === spell(seen, to)
    );
  }
  return isSameNumber(sent, seen);
}

function isEqual(sent: Value, seen: Value): boolean {
  return (
    typeof sent !== 'string' &&
    typeof seen !== 'string' &&
    typeof sent !== 'object' &&
    typeof seen !== 'object' &&
    isSameNumber(sent, seen)
  );
}

/** A message and the bytes that it encodes to mean the same. */
function isEmbedded(from: Field, to: Field, sent: Value, seen: Value): boolean {
  if (typeof sent === 'object' && typeof seen === 'string' && from.type.kind === 'message') {
    return bytesOf(from.type.message, sent) === seen && (scalarOf(to) === 'bytes' || isText(seen));
  }
  if (typeof sent === 'string' && typeof seen === 'object' && to.type.kind === 'message')
    return bytesOf(to.type.message, seen) === sent;
  return false;
}

function bytesOf(message: Message, value: MessageValue): string {
  return String.fromCharCode(...encode(message, value));
}

export function isText(bytes: string): boolean {
  return !Buffer.from(bytes, 'latin1').toString('utf8').includes('\ufffd');
}

/** The text of a number or of a key. */
function spell(value: bigint | number | string, field: Field): string {
  return scalarOf(field) === 'bool' ? String(value === 1n) : String(value);
}

function scalarOf(field: Field): Scalar | undefined {
  return field.type.kind === 'scalar' ? field.type.scalar : undefined;
}

function isFloating(scalar: Scalar): boolean {
  return scalar === 'float' || scalar === 'double';
}

/** By name; or by number where the name is new and nobody knows the old one. */
function isSameEnumValue(from: Enum, to: Enum, sent: Value, seen: Value): boolean {
  const sentValues = from.values.filter((value) => value.number === Number(sent));
  const seenValues = to.values.filter((value) => value.number === Number(seen));
  if (sentValues.length === 0) return sent === seen;
  if (seenValues.length === 0) return false;
  if (sentValues.some((value) => seenValues.some((other) => other.name === value.name))) return true;
  return (
    sent === seen &&
    !sentValues.some((value) => knowsValue(to, value)) &&
    !seenValues.some((value) => knowsValue(from, value))
  );
}

function knowsValue(type: Enum, value: EnumValue): boolean {
  return type.valuesByName.has(value.name) || type.reservedNames.has(value.name);
}
