import { EFFECTS, type Effect, type Encoding } from '../../server/effects/effect.ts';
import type { Field, Message, Scalar } from '../../server/schema/model.ts';
import { areCounterparts } from './counterparts.ts';
import { haveSameMeaning, haveSameName, kindOf, scalarOf } from './meaning.ts';
import { asInJson, contentField, contentsOf, haveSameJson, isSpecial } from './well-known.ts';
import {
  encode,
  fieldsOf,
  isSameNumber,
  isZero,
  listOf,
  wireOf,
  zero,
  type FieldValue,
  type MessageValue,
  type Value,
} from './wire.ts';

export interface Fields {
  readonly writer: readonly Field[];
  readonly reader: readonly Field[];
}

/**
 * The effect on one message, from a comparison of each sent field with the same element as read.
 * @param about compares only these fields
 */
export function observe(
  writer: Message,
  reader: Message,
  sent: MessageValue,
  seen: MessageValue,
  encoding: Encoding,
  about: Fields = { writer: fieldsOf(writer), reader: fieldsOf(reader) },
): Effect {
  const effects: Effect[] = [];
  const matched = new Set<Field>();
  for (const from of fieldsOf(writer)) {
    const value = sent.get(from.number);
    const to = fieldsOf(reader).find((other) => areCounterparts(writer, reader, from, other, encoding));
    if (to !== undefined) matched.add(to);
    const isCompared = about.writer.includes(from) || (to !== undefined && about.reader.includes(to));
    if (!isCompared) continue;
    if (to !== undefined) {
      effects.push(
        isReplaced(from, to, value, seen, encoding)
          ? 'altered'
          : compareFields(from, to, value, seen.get(to.number), encoding),
      );
    } else if (isSent(from, value)) {
      effects.push('dropped');
    }
  }
  for (const to of about.reader) if (!matched.has(to)) effects.push(seen.has(to.number) ? 'altered' : 'absent');
  return effects.reduce(worse, 'exact');
}

export function worse(a: Effect, b: Effect): Effect {
  return EFFECTS.indexOf(a) > EFFECTS.indexOf(b) ? a : b;
}

function isSent(field: Field, held: FieldValue | undefined): boolean {
  const [first] = listOf(held);
  if (first === undefined) return false;
  return field.repeated || field.presence !== 'implicit' || field.message?.isMapEntry === true || !isZero(first);
}

/** Whether the reader accepted the value, but another member of the oneof replaced it. */
function isReplaced(
  from: Field,
  to: Field,
  value: FieldValue | undefined,
  seen: MessageValue,
  encoding: Encoding,
): boolean {
  if (encoding !== 'binary' || !isSent(from, value) || seen.has(to.number) || !isAcceptedInBinary(from, to))
    return false;
  return to.oneof?.fields.some((rival) => rival !== to && seen.has(rival.number)) === true;
}

/** Whether the reader's field has the number of the writer's, and accepts its wire type. */
function isAcceptedInBinary(from: Field, to: Field): boolean {
  if (from.number !== to.number) return false;
  const isPacked = from.repeated && from.packed;
  const isPackable = to.repeated && wireOf(to) !== 2 && wireOf(to) !== 3;
  const sent = isPacked ? 2 : wireOf(from);
  return sent === wireOf(to) || (sent === 2 && isPackable);
}

/** Whether some JSON parser reads some values of the writer's scalar or enum as the reader's. */
function isAcceptedInJson({ type: from }: Field, { type: to }: Field): boolean {
  if (from.kind === 'message' || to.kind === 'message') throw new Error('messages have no defaults');
  const [sent, wanted] = [from, to].map(kindOf);
  // Two enums without a common name count as well, because their defaults matter.
  if (sent === undefined || wanted === undefined || sent === wanted) return true;
  const isFloatingPoint = (name: string): boolean => name === 'double' || name === 'float';
  // Text is also the form of other values: "12", "Infinity", the name of an enum value, base64.
  if (sent === 'string' || sent === 'bytes') return wanted !== 'bool';
  // Only Python reads a boolean as a number.
  if (sent === 'bool') return wanted === 'enum' || isFloatingPoint(wanted);
  if (wanted === 'bool') return false;
  const isText = wanted === 'string' || wanted === 'bytes';
  if (from.kind === 'enum') return isText || !from.enum.closed;
  return !isText || sent.endsWith('64') || isFloatingPoint(sent);
}

/** @param meant what the writer stores. The encoding may leave it out. */
function compareFields(
  from: Field,
  to: Field,
  meant: FieldValue | undefined,
  seen: FieldValue | undefined,
  encoding: Encoding,
): Effect {
  if (from.type.kind === 'unresolved' || to.type.kind === 'unresolved') return 'exact';
  const sent = isSent(from, meant) ? listOf(meant) : [];
  const read = listOf(seen);
  if (encoding === 'json' && haveSameJson(from, to)) return compareWithContents(from, to, sent[0], seen, encoding);
  if (encoding === 'json' && haveSameJson(to, from))
    return compareLists(from, contentField(to), sent, read[0] === undefined ? [] : contentsOf(read[0]), encoding);
  if (from.repeated || to.repeated) return compareLists(from, to, sent, read, encoding);
  if (sent[0] !== undefined) return compareSingle(from, to, sent[0], read[0], encoding);
  // A map entry without a value gets a default one.
  if (to.message?.isMapEntry === true && read[0] !== undefined)
    return compareValues(from, to, unsetValue(from), read[0], encoding);
  return compareUnset(from, to, seen, encoding);
}

/** Compares a sent Struct with a map, or a sent ListValue with a list. */
function compareWithContents(
  from: Field,
  to: Field,
  sent: Value | undefined,
  seen: FieldValue | undefined,
  encoding: Encoding,
): Effect {
  if (sent === undefined) return seen === undefined ? 'exact' : 'altered';
  const contents = contentsOf(sent);
  // An empty list reads as unset.
  if (contents.length === 0 && seen === undefined) return from.presence === 'required' ? 'exact' : 'absent';
  return compareLists(contentField(from), to, contents, listOf(seen), encoding);
}

function compareSingle(wrapper: Field, to: Field, wrapped: Value, seen: Value | undefined, encoding: Encoding): Effect {
  const [from, value] = asInJson(wrapper, wrapped, encoding);
  if (seen !== undefined) return compareValues(from, to, value, seen, encoding);
  if (to.presence !== 'implicit') return 'dropped';
  // The reader's program gets zero. It cannot tell it from an unset field.
  const areEnums = from.type.kind === 'enum' && to.type.kind === 'enum';
  const asZero = compareValues(from, to, value, zero(to), encoding);
  if (asZero === 'exact' || (isZero(value) && !areEnums)) {
    const hasPresence = from.presence === 'explicit' && from.message?.isMapEntry !== true;
    return hasPresence ? 'absent' : 'exact';
  }
  return asZero === 'altered' && !isZero(value) ? 'dropped' : asZero;
}

function compareUnset(from: Field, to: Field, seen: FieldValue | undefined, encoding: Encoding): Effect {
  if (seen !== undefined) return 'altered';
  if (from.type.kind === 'message' || to.type.kind === 'message') return 'exact';
  // If the reader does not accept the type, its default does not matter.
  const isAccepted =
    encoding === 'json'
      ? from.repeated === to.repeated && isAcceptedInJson(from, to)
      : isAcceptedInBinary({ ...from, number: to.number }, to);
  if (!isAccepted) return 'exact';
  return haveSameDefault(from, to, encoding) ? 'exact' : 'altered';
}

function haveSameDefault(from: Field, to: Field, encoding: Encoding): boolean {
  // If one field is a float and the other one a double, 0.1 is the same default for both.
  const unset = rounded(unsetValue(from), to);
  const readerUnset = rounded(unsetValue(to), from);
  if (from.type.kind === 'enum' && to.type.kind === 'enum')
    return from.presence === 'implicit'
      ? haveSameMeaning(from, to, unset, readerUnset, encoding)
      : haveSameName(from.type.enum, to.type.enum, unset, readerUnset);
  return (isBlank(unset) && isBlank(readerUnset)) || haveSameMeaning(from, to, unset, readerUnset, encoding);
}

function isBlank(value: Value): boolean {
  return isZero(value) || (value instanceof Map && value.size === 0);
}

function rounded(value: Value, other: Field): Value {
  return typeof value === 'number' && scalarOf(other) === 'float' ? Math.fround(value) : value;
}

function unsetValue(field: Field): Value {
  const { default: declared, type } = field;
  if (declared?.kind === 'number') return numberOf(field, declared.text);
  if (declared?.kind === 'string') return String.fromCharCode(...declared.bytes);
  if (declared?.kind === 'identifier') {
    if (type.kind === 'enum') return BigInt(type.enum.valuesByName.get(declared.text)?.number ?? 0);
    return scalarOf(field) === 'bool' ? BigInt(declared.text === 'true') : numberOf(field, declared.text);
  }
  return zero(field);
}

/** Reads a number as protoc does: a leading zero makes it octal. */
function numberOf({ type }: Field, text: string): bigint | number {
  const size = text.replace(/^-/, '').replace(/^0(?=\d)/, '0o');
  const sign = text.startsWith('-') ? -1 : 1;
  if (type.kind !== 'scalar' || !isFloating(type.scalar)) return BigInt(sign) * BigInt(size);
  const number = sign * Number(size.replace('inf', 'Infinity'));
  return type.scalar === 'float' ? Math.fround(number) : number;
}

function isFloating(scalar: Scalar): boolean {
  return scalar === 'float' || scalar === 'double';
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
  if (seen.length === 0) return isZeroWithoutPresence(from, to, sent, encoding) ? 'exact' : 'dropped';
  // In JSON, a map, a list and a single value are written differently.
  if (encoding === 'json' && (to.isMap !== from.isMap || to.repeated !== from.repeated)) return 'altered';
  if (to.isMap && from.isMap) return compareMaps(from, to, sent, seen, encoding);
  if (seen.length < sent.length && to.repeated && hasOnlyLostEnums(from, to, sent, seen, encoding)) return 'dropped';
  if (seen.length !== sent.length) return 'altered';
  // Writers may write the entries of a map in any order.
  const inOrder = from.isMap ? inBestOrder(from, to, sent, seen, encoding) : seen;
  return sent.map((value, index) => compareValues(from, to, value, inOrder[index] as Value, encoding)).reduce(worse);
}

/** Whether the reader cannot tell the one sent value from an unset field. */
function isZeroWithoutPresence(from: Field, to: Field, sent: readonly Value[], encoding: Encoding): boolean {
  const [value] = sent;
  if (to.repeated || to.presence !== 'implicit' || sent.length !== 1 || value === undefined) return false;
  return isBlank(value) || (encoding === 'binary' && isWithoutBytes(from, value));
}

/** Whether a message is encoded as zero bytes, because all its fields are zero and without presence. */
function isWithoutBytes({ type }: Field, value: Value): boolean {
  return typeof value === 'object' && type.kind === 'message' && encode(type.message, value).length === 0;
}

/** Moves each value that was read to the position of the sent value that it matches best. */
function inBestOrder(
  from: Field,
  to: Field,
  sent: readonly Value[],
  seen: readonly Value[],
  encoding: Encoding,
): Value[] {
  const left = [...seen];
  return sent.map((value) => {
    const ranks = left.map((other) => EFFECTS.indexOf(compareValues(from, to, value, other, encoding)));
    return left.splice(ranks.indexOf(Math.min(...ranks)), 1)[0] as Value;
  });
}

/** Whether the reader lost only numbers that its closed enum does not declare. In a map, it loses their entries. */
function hasOnlyLostEnums(
  from: Field,
  to: Field,
  sent: readonly Value[],
  seen: readonly Value[],
  encoding: Encoding,
): boolean {
  const type = to.isMap && to.type.kind === 'message' ? to.type.message.fieldsByNumber.get(2)?.type : to.type;
  if (type?.kind !== 'enum' || !type.enum.closed) return false;
  let at = 0;
  for (const value of sent)
    if (at < seen.length && compareValues(from, to, value, seen[at] as Value, encoding) === 'exact') at++;
  return at === seen.length;
}

/** Compares entries in any order. */
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
  const effects: Effect[] = [];
  let matched = 0;
  for (const entry of sent) {
    const partner = seen.find((other) => haveSameMeaning(keyFrom, keyTo, part(entry, 1), part(other, 1), encoding));
    if (partner !== undefined) matched++;
    effects.push(
      partner === undefined ? 'dropped' : compareValues(valueFrom, valueTo, part(entry, 2), part(partner, 2), encoding),
    );
  }
  return matched < seen.length ? 'altered' : effects.reduce(worse, 'exact');
}

function part(entry: Value, number: number): Value {
  const value = entry instanceof Map ? (entry.get(number) as Value | undefined) : undefined;
  if (value === undefined) throw new Error('half an entry');
  return value;
}

function compareValues(from: Field, to: Field, sent: Value, seen: Value, encoding: Encoding): Effect {
  const [sender, value] = asInJson(from, sent, encoding);
  const [receiver, got] = asInJson(to, seen, encoding);
  if (sender !== from || receiver !== to) return compareValues(sender, receiver, value, got, encoding);
  if (
    typeof sent === 'object' &&
    typeof seen === 'object' &&
    from.type.kind === 'message' &&
    to.type.kind === 'message'
  )
    return compareMessages(from.type.message, to.type.message, sent, seen, encoding);
  if (haveSameMeaning(from, to, sent, seen, encoding)) return 'exact';
  if (to.type.kind === 'enum' && !to.type.enum.valuesByNumber.has(Number(seen)) && areEqualNumbers(sent, seen))
    return 'unrecognised';
  return 'altered';
}

function compareMessages(
  writer: Message,
  reader: Message,
  sent: MessageValue,
  seen: MessageValue,
  encoding: Encoding,
): Effect {
  // The JSON form of a special type does not contain its fields.
  if (encoding === 'json' && writer.fullName !== reader.fullName && (isSpecial(writer) || isSpecial(reader)))
    return isEmptyObject(sent, writer) && seen.size === 0 ? 'exact' : 'altered';
  return observe(writer, reader, sent, seen, encoding);
}

/** Whether a message is `{}` in JSON: nothing is sent, or the message is a Value with an empty Struct. */
function isEmptyObject(value: MessageValue, message: Message): boolean {
  const struct = message.fullName === 'google.protobuf.Value' ? value.get(5) : undefined;
  const isUnset = fieldsOf(message).every((field) => !isSent(field, value.get(field.number)));
  return isUnset || (struct instanceof Map && struct.size === 0);
}

function areEqualNumbers(a: Value, b: Value): boolean {
  const isNumber = (value: Value): value is bigint | number => typeof value === 'bigint' || typeof value === 'number';
  return isNumber(a) && isNumber(b) && isSameNumber(a, b);
}
