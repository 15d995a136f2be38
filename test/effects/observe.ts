import { EFFECTS, type Effect, type Encoding } from '../../server/effects/effect.ts';
import type { Enum, EnumValue, Field, Message, Scalar } from '../../server/schema/model.ts';
import type { TypeMatching } from '../../server/effects/type-matching.ts';
import { BY_NAME } from './by-name.ts';
import { asInJson, contentField, contentsOf, haveSameJson, isSpecial } from './well-known.ts';
import {
  decode,
  encode,
  fieldsOf,
  isSameNumber,
  isZero,
  listOf,
  Rejected,
  wireOf,
  zero,
  type FieldValue,
  type MessageValue,
  type Value,
} from './wire.ts';

/** Finds the effect on one message by comparing what was sent with what was read, element by element. */
export function observe(
  writer: Message,
  reader: Message,
  sent: MessageValue,
  seen: MessageValue,
  encoding: Encoding,
  types: TypeMatching = BY_NAME,
): Effect {
  let effect: Effect = 'exact';
  const note = (found: Effect): void => {
    effect = worse(effect, found);
  };
  const matched = new Set<Field>();
  for (const field of fieldsOf(writer)) {
    const counterpart = fieldsOf(reader).find((other) =>
      areCounterparts(writer, reader, field, other, encoding, types),
    );
    const value = sent.get(field.number);
    if (counterpart === undefined) {
      if (isSent(field, value)) note('dropped');
      continue;
    }
    matched.add(counterpart);
    // A value was replaced if the counterpart accepts its wire type, and another member of the counterpart's oneof was read.
    const isReplaced =
      encoding === 'binary' &&
      isAccepted(field, counterpart, encoding) &&
      counterpart.oneof?.fields.some((rival) => rival !== counterpart && seen.has(rival.number)) === true;
    if (isSent(field, value) && !seen.has(counterpart.number) && isReplaced) note('altered');
    else
      note(
        compare(
          field,
          counterpart,
          isSent(field, value) ? value : undefined,
          value,
          seen.get(counterpart.number),
          encoding,
          types,
        ),
      );
  }
  for (const field of fieldsOf(reader)) if (!matched.has(field)) note(seen.has(field.number) ? 'altered' : 'absent');
  return effect;
}

export function worse(a: Effect, b: Effect): Effect {
  return EFFECTS.indexOf(a) > EFFECTS.indexOf(b) ? a : b;
}

function isSent(field: Field, held: FieldValue | undefined): boolean {
  const [first] = listOf(held);
  if (first === undefined) return false;
  return field.repeated || field.presence !== 'implicit' || field.message?.isMapEntry === true || !isZero(first);
}

/** Whether the reader's field accepts some values of the writer's. In binary, this depends only on the wire types. */
function isAccepted(from: Field, to: Field, encoding: Encoding): boolean {
  if (from.number !== to.number) return false;
  if (encoding === 'json') return from.repeated === to.repeated && isAcceptedInJson(from, to);
  const isPacked = from.repeated && from.packed;
  const isPackable = to.repeated && wireOf(to) !== 2 && wireOf(to) !== 3;
  const sent = isPacked ? 2 : wireOf(from);
  return sent === wireOf(to) || (sent === 2 && isPackable);
}

/** Whether some JSON parser reads some values of the writer's scalar or enum as the reader's. */
function isAcceptedInJson({ type: from }: Field, { type: to }: Field): boolean {
  if (from.kind === 'message' || to.kind === 'message') throw new Error('messages have no defaults');
  const [sent, wanted] = [from, to].map((type) => (type.kind === 'scalar' ? type.scalar : type.kind));
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

/** Whether two fields are the same element: they have the same name (unless it was taken over), or one was renamed to the other. */
export function areCounterparts(
  writer: Message,
  reader: Message,
  from: Field,
  to: Field,
  encoding: Encoding,
  types: TypeMatching = BY_NAME,
): boolean {
  if (hasOneName(from, to))
    return !wasRenamed(writer, reader, from, to, types) && !wasRenamed(reader, writer, to, from, types);
  if (isExtension(from) !== isExtension(to) || types.switched(writer, reader) || !haveCompatibleTypes(from, to, types))
    return false;
  const samePlace =
    from.number === to.number || (encoding === 'json' && (from.jsonName === to.jsonName || from.jsonName === to.name));
  return samePlace && !isNameKept(reader, writer, from, types) && !isNameKept(writer, reader, to, types);
}

function hasOneName(from: Field, to: Field): boolean {
  return from.fullName === to.fullName || (from.name === to.name && !isExtension(from) && !isExtension(to));
}

/** Whether this field has another name on the other side, where its old name belongs to `namesake`. */
function wasRenamed(mine: Message, others: Message, field: Field, namesake: Field, types: TypeMatching): boolean {
  if (field.number === namesake.number) return false;
  const renamed = fieldsOf(others).find((other) => other.number === field.number);
  if (renamed === undefined || !haveCompatibleTypes(field, renamed, types)) return false;
  if (mine.reservedNames.has(renamed.name) || fieldsOf(mine).some((other) => hasOneName(other, renamed))) return false;
  const hasFormerName = [`${field.name}_deprecated`, `old_${field.name}`].includes(renamed.name);
  return !haveCompatibleTypes(field, namesake, types) || (renamed.deprecated && !field.deprecated) || hasFormerName;
}

const COMPATIBLE: readonly (readonly (Scalar | 'enum')[])[] = [
  ['int32', 'int64', 'uint32', 'uint64', 'bool', 'enum'],
  ['sint32', 'sint64'],
  ['fixed32', 'sfixed32'],
  ['fixed64', 'sfixed64'],
  ['string', 'bytes'],
];

function haveCompatibleTypes(from: Field, to: Field, types: TypeMatching): boolean {
  if (types.sameType(from.type, to.type)) return true;
  const [a, b] = [from.type, to.type].map((type) => (type.kind === 'scalar' ? type.scalar : type.kind));
  return COMPATIBLE.some((kind) => [a, b].every((one) => kind.some((each) => each === one)));
}

function isExtension(field: Field): boolean {
  return field.extensionScope !== undefined;
}

function isNameKept(message: Message, home: Message, field: Field, types: TypeMatching): boolean {
  if (!isExtension(field) && message.reservedNames.has(field.name)) return true;
  return fieldsOf(message).some(
    (other) =>
      hasOneName(other, field) &&
      !wasRenamed(home, message, field, other, types) &&
      !wasRenamed(message, home, other, field, types),
  );
}

/** @param sent what was encoded. @param meant what the writer stores, including what the encoding leaves out. */
function compare(
  from: Field,
  to: Field,
  sent: FieldValue | undefined,
  meant: FieldValue | undefined,
  seen: FieldValue | undefined,
  encoding: Encoding,
  types: TypeMatching,
): Effect {
  if (from.type.kind === 'unresolved' || to.type.kind === 'unresolved') return 'exact';
  const list = listOf(meant);
  if (encoding === 'json' && haveSameJson(from, to)) {
    const [struct] = listOf(sent);
    if (struct === undefined) return seen === undefined ? 'exact' : 'altered';
    const inner = contentsOf(struct);
    // An empty list reads as unset.
    if (inner.length === 0 && seen === undefined) return from.presence === 'required' ? 'exact' : 'absent';
    return compareLists(contentField(from), to, inner, listOf(seen), encoding, types);
  }
  if (encoding === 'json' && haveSameJson(to, from)) {
    const [struct] = listOf(seen);
    return compareLists(
      from,
      contentField(to),
      sent === undefined ? [] : list,
      struct === undefined ? [] : contentsOf(struct),
      encoding,
      types,
    );
  }
  if (from.repeated || to.repeated)
    return compareLists(from, to, sent === undefined ? [] : list, listOf(seen), encoding, types);
  if (sent === undefined && to.message?.isMapEntry === true && seen !== undefined) {
    // A map entry without a value gets a default one.
    return compareValues(from, to, unsetValue(from), seen as Value, encoding, types);
  }
  if (sent === undefined) return compareUnset(from, to, seen, encoding, types);
  // Both fields are singular.
  const [sender, value] = asInJson(from, list[0] as Value, encoding);
  if (seen === undefined && to.presence === 'implicit') {
    // A value that reads as zero is indistinguishable from unset. If it does not mean zero, it was dropped or altered.
    const isEnum = from.type.kind === 'enum' && to.type.kind === 'enum';
    const asZero = isZero(value) && !isEnum ? 'exact' : compareValues(sender, to, value, zero(to), encoding, types);
    // An entry of a map always has a value.
    const hasPresence = from.presence === 'explicit' && from.message?.isMapEntry !== true;
    if (asZero === 'exact') return hasPresence ? 'absent' : 'exact';
    return asZero === 'altered' && !isZero(value) ? 'dropped' : asZero;
  }
  if (seen === undefined) return 'dropped';
  return compareValues(sender, to, value, seen as Value, encoding, types);
}

function compareUnset(
  from: Field,
  to: Field,
  seen: FieldValue | undefined,
  encoding: Encoding,
  types: TypeMatching,
): Effect {
  if (seen !== undefined) return 'altered';
  if (from.type.kind === 'message' || to.type.kind === 'message') return 'exact';
  // If the reader does not accept the type, its default does not matter.
  if (!isAccepted({ ...from, number: to.number }, to, encoding)) return 'exact';
  const unset = unsetValue(from);
  const readerUnset = unsetValue(to);
  if (isBlank(unset) && isBlank(readerUnset) && !(from.type.kind === 'enum' && to.type.kind === 'enum')) return 'exact';
  if (from.type.kind === 'enum' && to.type.kind === 'enum' && from.presence !== 'implicit') {
    const isSwitched = types.switched(from.type.enum, to.type.enum);
    return isSharedEnumValue(from.type.enum, to.type.enum, unset, readerUnset, isSwitched) ? 'exact' : 'altered';
  }
  return isMeant(from, to, unset, readerUnset, encoding, types) ? 'exact' : 'altered';
}

function isBlank(value: Value): boolean {
  return isZero(value) || (value instanceof Map && value.size === 0);
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
  if (type.kind === 'scalar' && isFloating(type.scalar)) return Number(text.replace('inf', 'Infinity'));
  return BigInt(text.replace(/^0(?=\d)/, '0o'));
}

function compareLists(
  from: Field,
  to: Field,
  sent: readonly Value[],
  seen: readonly Value[],
  encoding: Encoding,
  types: TypeMatching,
): Effect {
  if (sent.length === 0 && seen.length === 0)
    return from.repeated && to.repeated ? 'exact' : compareUnset(from, to, undefined, encoding, types);
  // A single zero in a field with implicit presence is indistinguishable from unset.
  if (
    !to.repeated &&
    to.presence === 'implicit' &&
    seen.length === 0 &&
    sent.length === 1 &&
    sent[0] !== undefined &&
    (isBlank(sent[0]) || isWithoutBytes(from, sent[0], encoding))
  )
    return 'exact';
  if (seen.length === 0) return 'dropped';
  // In JSON, a map, a list and a single value are written differently.
  if (encoding === 'json' && (to.isMap !== from.isMap || to.repeated !== from.repeated)) return 'altered';
  if (to.isMap && from.isMap) return compareMaps(from, to, sent, seen, encoding, types);
  if (seen.length < sent.length && to.repeated && isSubset(from, to, sent, seen, encoding, types)) return 'dropped';
  if (seen.length !== sent.length) return 'altered';
  // Writers may write the entries of a map in any order.
  const inOrder = from.isMap ? inBestOrder(from, to, sent, seen, encoding, types) : seen;
  return sent
    .map((value, index) => compareValues(from, to, value, inOrder[index] as Value, encoding, types))
    .reduce(worse);
}

/** Whether a message is encoded as zero bytes, because all its fields are zero and without presence. */
function isWithoutBytes({ type }: Field, value: Value, encoding: Encoding): boolean {
  return (
    encoding === 'binary' &&
    value instanceof Map &&
    type.kind === 'message' &&
    encode(type.message, value as MessageValue).length === 0
  );
}

/** The values that were read, each moved to the position of the sent value that it matches best. */
function inBestOrder(
  from: Field,
  to: Field,
  sent: readonly Value[],
  seen: readonly Value[],
  encoding: Encoding,
  types: TypeMatching,
): Value[] {
  const left = [...seen];
  return sent.map((value) => {
    const effects = left.map((other) => compareValues(from, to, value, other, encoding, types));
    const best = effects.reduce((found, effect, index) => {
      const known = effects[found];
      return known !== undefined && worse(known, effect) === known && known !== effect ? index : found;
    }, 0);
    return left.splice(best, 1)[0] as Value;
  });
}

/** Whether the reader lost only unknown numbers of a closed enum. It drops such a number from a list, and its whole entry from a map. */
function isSubset(
  from: Field,
  to: Field,
  sent: readonly Value[],
  seen: readonly Value[],
  encoding: Encoding,
  types: TypeMatching,
): boolean {
  if (!losesEnums(to)) return false;
  let at = 0;
  for (const value of sent)
    if (at < seen.length && compareValues(from, to, value, seen[at] as Value, encoding, types) === 'exact') at++;
  return at === seen.length;
}

function losesEnums(to: Field): boolean {
  const type = to.isMap && to.type.kind === 'message' ? to.type.message.fieldsByNumber.get(2)?.type : to.type;
  return type?.kind === 'enum' && type.enum.closed;
}

/** Compares without regard to the order of a map's entries. */
function compareMaps(
  from: Field,
  to: Field,
  sent: readonly Value[],
  seen: readonly Value[],
  encoding: Encoding,
  types: TypeMatching,
): Effect {
  if (from.type.kind !== 'message' || to.type.kind !== 'message') return 'exact';
  const [keyFrom, valueFrom] = from.type.message.fields;
  const [keyTo, valueTo] = to.type.message.fields;
  if (!keyFrom || !valueFrom || !keyTo || !valueTo) throw new Error('no entries');
  let effect: Effect = 'exact';
  let matched = 0;
  for (const entry of sent) {
    const partner = seen.find((other) => isMeant(keyFrom, keyTo, part(entry, 1), part(other, 1), encoding, types));
    if (partner !== undefined) matched++;
    effect = worse(
      effect,
      partner === undefined
        ? 'dropped'
        : compareValues(valueFrom, valueTo, part(entry, 2), part(partner, 2), encoding, types),
    );
  }
  return matched < seen.length ? 'altered' : effect;
}

function part(entry: Value, number: number): Value {
  const value = entry instanceof Map ? (entry.get(number) as Value | undefined) : undefined;
  if (value === undefined) throw new Error('half an entry');
  return value;
}

function compareValues(
  from: Field,
  to: Field,
  sent: Value,
  seen: Value,
  encoding: Encoding,
  types: TypeMatching,
): Effect {
  const [sender, value] = asInJson(from, sent, encoding);
  const [receiver, got] = asInJson(to, seen, encoding);
  if (sender !== from || receiver !== to) return compareValues(sender, receiver, value, got, encoding, types);
  if (sent instanceof Map && seen instanceof Map && from.type.kind === 'message' && to.type.kind === 'message') {
    const isOther = from.type.message.fullName !== to.type.message.fullName;
    // The JSON form of a special type does not contain its fields.
    if (encoding === 'json' && isOther && (isSpecial(from.type.message) || isSpecial(to.type.message)))
      return isEmptyObject(sent, from.type.message) && seen.size === 0 ? 'exact' : 'altered';
    return observe(from.type.message, to.type.message, sent, seen, encoding, types);
  }
  if (isMeant(from, to, sent, seen, encoding, types)) return 'exact';
  if (to.type.kind === 'enum' && !to.type.enum.valuesByNumber.has(Number(seen)) && isEqual(sent, seen))
    return 'unrecognised';
  return 'altered';
}

/** Whether a message is `{}` in JSON: nothing is sent, or it is a Value with an empty Struct. */
function isEmptyObject(value: MessageValue, message: Message): boolean {
  const struct = message.fullName === 'google.protobuf.Value' ? value.get(5) : undefined;
  const isUnset = fieldsOf(message).every((field) => !isSent(field, value.get(field.number)));
  return isUnset || (struct instanceof Map && struct.size === 0);
}

/** Whether the two values mean the same. */
function isMeant(from: Field, to: Field, sent: Value, seen: Value, encoding: Encoding, types: TypeMatching): boolean {
  if (from.type.kind === 'enum' && to.type.kind === 'enum')
    return isSameEnumValue(from.type.enum, to.type.enum, sent, seen, types.switched(from.type.enum, to.type.enum));
  // A number without a name has no meaning.
  if (to.type.kind === 'enum' && !to.type.enum.valuesByNumber.has(Number(seen))) return false;
  if (typeof sent === 'object' || typeof seen === 'object') return isEmbedded(from, to, sent, seen);
  if (typeof sent === 'string' && typeof seen === 'string') {
    if (scalarOf(from) === 'bytes' && scalarOf(to) === 'string' && !isText(sent)) return false;
    return sent === seen && (encoding === 'binary' || scalarOf(from) === scalarOf(to));
  }
  // In JSON, a string of digits means the same as the number.
  if (typeof sent === 'string' || typeof seen === 'string') {
    return (
      encoding === 'json' &&
      [scalarOf(from), scalarOf(to)].includes('string') &&
      from.type.kind !== 'enum' &&
      to.type.kind !== 'enum' &&
      spell(sent, from) === spell(seen, to)
    );
  }
  // JSON writers print a float with the fewest digits that identify it. As a double, these digits are another number.
  const isRounded = encoding === 'json' && scalarOf(from) === 'float' && scalarOf(to) === 'double';
  return isSameNumber(sent, isRounded ? Math.fround(Number(seen)) : seen);
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

/** Whether one of the values is a message, and the other one its encoded bytes. */
function isEmbedded(from: Field, to: Field, sent: Value, seen: Value): boolean {
  if (typeof sent === 'object' && typeof seen === 'string' && from.type.kind === 'message') {
    return isEncoded(from.type.message, sent, seen) && (scalarOf(to) === 'bytes' || isText(seen));
  }
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
    const decoded = decode(
      message,
      Uint8Array.from(bytes, (char) => char.charCodeAt(0)),
    );
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

export function isText(bytes: string): boolean {
  return !Buffer.from(bytes, 'latin1').toString('utf8').includes('\ufffd');
}

function spell(value: bigint | number | string, field: Field): string {
  return scalarOf(field) === 'bool' ? String(value === 1n) : String(value);
}

function scalarOf(field: Field): Scalar | undefined {
  return field.type.kind === 'scalar' ? field.type.scalar : undefined;
}

function isFloating(scalar: Scalar): boolean {
  return scalar === 'float' || scalar === 'double';
}

/** Whether the reader sees what a program meant that has set the value: it may have used any of the value's names. */
function isSameEnumValue(from: Enum, to: Enum, sent: Value, seen: Value, isSwitched: boolean): boolean {
  const isMisread = from.values.some(
    ({ name, number }) =>
      number === Number(sent) && to.values.some((other) => other.name === name && other.number !== Number(seen)),
  );
  return !isMisread && isSharedEnumValue(from, to, sent, seen, isSwitched);
}

/** Matches by name, or by number if the name is new and the other side does not know the old one. */
function isSharedEnumValue(from: Enum, to: Enum, sent: Value, seen: Value, isSwitched: boolean): boolean {
  const sentValues = from.values.filter((value) => value.number === Number(sent));
  const seenValues = to.values.filter((value) => value.number === Number(seen));
  if (sentValues.length === 0) return sent === seen;
  if (seenValues.length === 0) return false;
  if (sentValues.some((value) => seenValues.some((other) => other.name === value.name))) return true;
  if (isSwitched) return sentValues.some((value) => seenValues.some((other) => ownName(value) === ownName(other)));
  return (
    sent === seen &&
    !sentValues.some((value) => knowsValue(to, value)) &&
    !seenValues.some((value) => knowsValue(from, value))
  );
}

/** Removes the enum's prefix: `STATE_ON` of `State` becomes `on`. */
function ownName({ name, enum: type }: EnumValue): string {
  const [whole, prefix] = [name, type.name].map((text) => text.toLowerCase().replaceAll('_', ''));
  return whole !== prefix && whole?.startsWith(prefix ?? '') === true ? whole.slice(prefix?.length) : (whole ?? name);
}

function knowsValue(type: Enum, value: EnumValue): boolean {
  return type.valuesByName.has(value.name) || type.reservedNames.has(value.name);
}
