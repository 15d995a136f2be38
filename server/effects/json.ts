import { allFields } from '../schema/fields.ts';
import type { Enum, Field, FieldType, Message } from '../schema/model.ts';
import type { JsonParser, Reading } from './effect.ts';
import { readEnums } from './enums.ts';
import {
  base64Name,
  isFloating,
  readAsEnum,
  readEnumName,
  readNumber,
  readScalar,
  spoken,
  takesNumber,
  withArticle,
} from './json-scalars.ts';
import { contentField, formsOf, isMask, isSpecial, lenientParsers, mapEntry, takes, unwrap } from './json-special.ts';
import { sendsZero, type Nested } from './nested.ts';
import { beyond, combine, EXACT, loss, takenBy } from './reading.ts';
import { BY_NAME } from './type-matching.ts';

/**
 * How the reader's field reads the values of the writer's field with the same key. For unset fields, see `readUnset`.
 * Facts: https://protobuf.dev/programming-guides/json/, for a parser with default options.
 */
export function readValues(writer: Field, reader: Field, nested: Nested): Reading {
  if (writer.type.kind === 'unresolved' || reader.type.kind === 'unresolved') return EXACT;
  if (contentField(writer, reader) !== undefined || contentField(reader, writer) !== undefined) return EXACT;
  const from = layout(writer);
  const to = layout(reader);
  if (from === 'map' && to === 'map') return readMap(writer, reader, nested);
  if (from === 'map' && to === 'single') return readMapAsMessage(writer, reader);
  if (from === 'single' && to === 'map') return readMessageAsMap(writer, reader);
  const isDynamic =
    (from === 'list' && to === 'single' && takes(reader.type, 'list')) ||
    (from === 'single' && to === 'list' && formsOf(writer.type).includes('list'));
  if (isDynamic) return loss('altered', `${WORDS[from]} is taken for ${WORDS[to]}`);
  if (from !== to) return loss('rejected', `${WORDS[from]} is rejected where ${WORDS[to]} is expected`);
  return readElement(writer.type, reader.type, nested, sendsZero(writer));
}

/** Whether the reader sees the writer's zero as a value: the zero of a 64-bit integer is the text "0". */
export function readsZero(writer: Field, reader: Field): boolean {
  return (
    reader.type.kind === 'scalar' && reader.type.scalar === 'string' && formsOf(unwrap(writer.type)).includes('digits')
  );
}

/** Whether a parser accepts some of what the writer's field sends for the reader's field, even if it reads a wrong value. */
export function accepts(writer: Field, reader: Field): boolean {
  if (writer.type.kind === 'unresolved' || reader.type.kind === 'unresolved') return false;
  const [from, to] = [mapEntry(writer), mapEntry(reader)];
  if (writer.isMap && reader.isMap && from !== undefined && to !== undefined)
    return takesSome(readKey(from.key, to.key)) && takesValue(from.value, to.value, true);
  return layout(writer) === layout(reader)
    ? takesValue(writer.type, reader.type, sendsZero(writer))
    : takesSome(readValues(writer, reader, SHALLOW));
}

function takesValue(from: FieldType, to: FieldType, isZeroSent: boolean): boolean {
  const [sent, wanted] = [unwrap(from), unwrap(to)];
  if (sent.kind === 'enum' && wanted.kind === 'enum') return sharesValue(sent.enum, wanted.enum, isZeroSent);
  return acceptsUnusual(from, to, isZeroSent) || takesSome(readElement(from, to, SHALLOW, isZeroSent));
}

/** The parsers that accept some of what the writer's field sends, if all others reject all of it. */
export function acceptedOnlyBy(writer: Field, reader: Field): readonly JsonParser[] | undefined {
  const [from, to] = [mapEntry(writer), mapEntry(reader)];
  if (writer.isMap && reader.isMap && from !== undefined && to !== undefined)
    return takenOnlyBy(from.value, to.value, true);
  return layout(writer) === layout(reader)
    ? takenOnlyBy(writer.type, reader.type, sendsZero(writer))
    : readValues(writer, reader, SHALLOW).parsers;
}

/** Whether the reader knows some of the values that the writer sends. A value without a name in the writer's enum is sent as its number. */
function sharesValue(sent: Enum, wanted: Enum, isZeroSent: boolean): boolean {
  const isNamed = sent.values.some(({ name, number }) => (isZeroSent || number !== 0) && wanted.valuesByName.has(name));
  const isNumbered =
    !wanted.closed || [...wanted.valuesByNumber.keys()].some((number) => !sent.valuesByNumber.has(number));
  return isNamed || (!sent.closed && isNumbered);
}

/** Whether the reader accepts some values. It accepts none if it rejects or drops even those that both sides can express, and alters none. */
function takesSome({ shared, worst }: Reading): boolean {
  return (shared !== 'rejected' && shared !== 'dropped') || worst === 'altered';
}

/** The effect on the writer's field if the reader's field with the same key accepts none of its values. */
export function effectIfNotAccepted(writer: Field, reader: Field): 'rejected' | 'dropped' {
  return readValues(writer, reader, SHALLOW).shared === 'dropped' ? 'dropped' : 'rejected';
}

/** Whether the reader accepts a few unusual values: values with a special form, or values that some lenient parsers accept. */
function acceptsUnusual(from: FieldType, to: FieldType, isZeroSent: boolean): boolean {
  if (takenOnlyBy(from, to, isZeroSent) !== undefined) return true;
  const [sent, wanted] = [unwrap(from), unwrap(to)];
  const isNumber = wanted.kind === 'scalar' && !['bool', 'string', 'bytes'].includes(wanted.scalar);
  // A number without a name in the enum is written as a number.
  if (sent.kind === 'enum') return !sent.enum.closed && isNumber;
  if (sent.kind === 'message' && wanted.kind === 'message') return areEmptyAlike(sent.message, wanted.message);
  // Infinity is written as a string.
  return sent.kind === 'scalar' && isFloating(sent.scalar) && wanted.kind === 'scalar' && wanted.scalar === 'string';
}

/** The parsers that accept some of the values, if others reject all of them. */
function takenOnlyBy(from: FieldType, to: FieldType, isZeroSent: boolean): readonly JsonParser[] | undefined {
  const [sent, wanted] = [unwrap(from), unwrap(to)];
  if (isTakenByPython(sent, wanted, isZeroSent)) return ['Python'];
  const forms = formsOf(sent);
  return forms.some((form) => takes(wanted, form)) ? undefined : lenientParsers(wanted, forms);
}

/** Whether Python's parser accepts values that others reject. It reads an empty text or list as an empty message. */
function isTakenByPython(sent: FieldType, wanted: FieldType, isZeroSent: boolean): boolean {
  const isOrdinary = wanted.kind === 'message' && !isSpecial(wanted.message);
  if (sent.kind === 'message')
    return isOrdinary && (isMask(sent.message) || sent.message.fullName === 'google.protobuf.ListValue');
  if (sent.kind !== 'scalar') return false;
  const { scalar } = sent;
  if (wanted.kind === 'enum') {
    if (scalar === 'bytes')
      return base64Name(wanted.enum) === undefined && takesNumber(wanted.enum, (number) => number >= 0);
    // Python reads true as 1.
    if (scalar === 'bool') return takesNumber(wanted.enum, (number) => number === 1 || (number === 0 && isZeroSent));
    // Python reads the digits of a 64-bit integer as the number of an enum value, and ignores the upper 32 bits.
    return scalar.endsWith('64');
  }
  // Python reads true as 1 where it expects a floating-point number.
  if (scalar === 'bool') return wanted.kind === 'scalar' && isFloating(wanted.scalar);
  return (scalar === 'string' || scalar === 'bytes') && isZeroSent && isOrdinary;
}

/**
 * Whether one of the two messages, if it is empty, is written like an empty message of the other type: an empty Any, Struct, or Struct in
 * a Value is `{}`, like an ordinary message.
 */
function areEmptyAlike(sent: Message, wanted: Message): boolean {
  const [special, other] = isSpecial(sent) ? [sent, wanted] : [wanted, sent];
  if (isSpecial(other) || other.fields.some(({ presence }) => presence === 'required')) return false;
  return (
    special.fullName === 'google.protobuf.Any' || (special === sent && /\.(?:Struct|Value)$/.test(special.fullName))
  );
}

/**
 * Treats all messages inside a field as equal. Whether a parser accepts *some* values of a message does not depend on the message's fields,
 * because an empty message is valid for every type (unless the parser rejects a missing required field).
 */
const SHALLOW: Nested = { message: () => EXACT, types: { ...BY_NAME, apart: () => true } };

type Layout = 'single' | 'list' | 'map';

const WORDS = { single: 'a single value', list: 'a list', map: 'a map' } as const;

function layout(field: Field): Layout {
  if (field.isMap) return 'map';
  return field.repeated ? 'list' : 'single';
}

function readElement(writer: FieldType, reader: FieldType, nested: Nested, isZeroSent = true): Reading {
  const from = unwrap(writer);
  const to = unwrap(reader);
  if (from.kind === 'unresolved' || to.kind === 'unresolved') return EXACT;
  if (from.kind === 'message' || to.kind === 'message') return readMessages(from, to, nested);
  if (from.kind === 'enum' && to.kind === 'enum')
    return readEnums(from.enum, to.enum, 'json', isZeroSent, nested.types);
  if (from.kind === 'enum') return readEnumName(from, to);
  if (to.kind === 'enum') return readAsEnum(from, to);
  return readScalar(from.scalar, to.scalar);
}

function readMessages(from: FieldType, to: FieldType, nested: Nested): Reading {
  if (from.kind === 'message' && to.kind === 'message') {
    const areSpecial = [from, to].map(({ message }) => isSpecial(message));
    if (areSpecial[0] === true && from.message.fullName === to.message.fullName) return EXACT;
    if (!areSpecial.includes(true)) return nested.message(from.message, to.message);
    // An empty object is valid for every type that is written as an object.
    if (allFields(from.message).length === 0 && /\.(?:Any|Struct)$/.test(to.message.fullName)) return EXACT;
  }
  // The forms of the two types may overlap.
  const [sent, wanted] = distinctNames(from, to);
  const forms = formsOf(from);
  if (forms.some((form) => takes(to, form)) && !isNeverMask(from, to))
    return loss('altered', `${sent} is taken for ${wanted}`);
  const parsers = lenientParsers(to, forms);
  if (parsers !== undefined) return takenBy(parsers, sent, wanted);
  // Python reads an empty text as an empty message. Only a Value holds a text that is set, but empty.
  if (from.kind === 'message' && from.message.fullName === 'google.protobuf.Value' && isWithoutFields(to))
    return takenBy(['Python'], `the empty text in ${sent}`, wanted);
  return loss('rejected', `${sent} is rejected where ${wanted} is expected`);
}

function isWithoutFields(type: FieldType): boolean {
  return type.kind === 'message' && !isSpecial(type.message) && allFields(type.message).length === 0;
}

/** Whether no name of an enum is valid as a FieldMask, whose JSON form does not allow underscores. */
function isNeverMask(from: FieldType, to: FieldType): boolean {
  return (
    from.kind === 'enum' &&
    to.kind === 'message' &&
    isMask(to.message) &&
    from.enum.values.every(({ name }) => name.includes('_'))
  );
}

/** The names of two types for one sentence: full names if the short names are equal. */
function distinctNames(from: FieldType, to: FieldType): readonly [string, string] {
  const isSame = from.kind === 'message' && to.kind === 'message' && from.message.name === to.message.name;
  return isSame ? [withArticle(from.message.fullName), withArticle(to.message.fullName)] : [spoken(from), spoken(to)];
}

function readMap(writer: Field, reader: Field, nested: Nested): Reading {
  const from = mapEntry(writer);
  const to = mapEntry(reader);
  if (from === undefined || to === undefined) return EXACT;
  return combine(readKey(from.key, to.key), readElement(from.value, to.value, nested));
}

/** Every key is written as a string. The reader parses it as its own type. */
function readKey(from: FieldType, to: FieldType): Reading {
  if (from.kind !== 'scalar' || to.kind !== 'scalar') return EXACT;
  if (from.scalar === to.scalar || to.scalar === 'string') return EXACT;
  if (from.scalar === 'string')
    return to.scalar === 'bool'
      ? beyond('rejected', 'the key "abc" is not a bool')
      : beyond('altered', 'the key "012" becomes 12');
  if (from.scalar === 'bool' || to.scalar === 'bool')
    return loss('rejected', `a ${from.scalar} key is not a valid ${to.scalar}`);
  return readNumber(from.scalar, to.scalar);
}

/** The reader takes the map's keys for field names. */
function readMapAsMessage(writer: Field, reader: Field): Reading {
  const refused = loss('rejected', 'a map is rejected where a single value is expected');
  const map = mapEntry(writer);
  if (map === undefined || reader.type.kind !== 'message') return refused;
  const hasNames = map.key.kind === 'scalar' && map.key.scalar === 'string';
  if (isSpecial(reader.type.message) || unwrap(reader.type) !== reader.type) {
    // An Any is read from a map only if the map has the key "@type" with a text as its value.
    const isAny = reader.type.message.fullName === 'google.protobuf.Any';
    const forms = formsOf(unwrap(map.value));
    const isTyped = hasNames && (forms.includes('text') || (forms.includes('base64') && knowsBase64Url(reader)));
    return takes(unwrap(reader.type), 'keys') && (!isAny || isTyped)
      ? loss('altered', `a map is taken for ${spoken(reader.type)}`)
      : refused;
  }
  if (!hasNames) return refused;
  // A message without set fields is `{}`, which is also an empty map.
  const isObject = formsOf(unwrap(map.value)).some((form) => form === 'object' || form === 'keys');
  const value = writer.type.kind === 'message' ? writer.type.message.fieldsByNumber.get(2) : undefined;
  const taken = allFields(reader.type.message).filter(
    (field) => (layout(field) === 'map' && isObject) || (value !== undefined && accepts(value, field)),
  );
  const parsersOf = (field: Field): readonly JsonParser[] | undefined =>
    layout(field) === 'single' ? takenOnlyBy(map.value, field.type, true) : undefined;
  return takenKey(taken, refused, parsersOf, 'the key', 'a field');
}

/** Whether base64 can be the URL of a message in the reader's file: "abc/Text". It has no dot, so the message has no package. */
function knowsBase64Url({ file }: Field): boolean {
  return file.package === '' && file.messages.some(({ name }) => /^[A-Za-z\d]+$/.test(name));
}

/** The reader takes the message's field names for keys. */
function readMessageAsMap(writer: Field, reader: Field): Reading {
  const refused = loss('rejected', 'a single value is rejected where a map is expected');
  const map = mapEntry(reader);
  if (map === undefined || writer.type.kind !== 'message') return refused;
  const hasNames = map.key.kind === 'scalar' && map.key.scalar === 'string';
  if (isSpecial(writer.type.message) || unwrap(writer.type) !== writer.type) {
    const forms = formsOf(unwrap(writer.type));
    // The key "@type" of an Any has a URL as its value.
    const isTyped = forms.includes('typed') && hasNames;
    if (forms.includes('keys') || (isTyped && takes(unwrap(map.value), 'url')))
      return loss('altered', `${spoken(writer.type)} is taken for a map`);
    const parsers = isTyped ? lenientParsers(unwrap(map.value), ['url']) : undefined;
    return parsers === undefined ? refused : takenBy(parsers, 'the URL in an Any', spoken(map.value));
  }
  if (allFields(writer.type.message).length === 0)
    return loss('dropped', `an empty ${writer.type.message.name} is taken for a map without entries`);
  if (!hasNames) return refused;
  const value = reader.type.kind === 'message' ? reader.type.message.fieldsByNumber.get(2) : undefined;
  const taken = allFields(writer.type.message).filter((field) => value !== undefined && accepts(field, value));
  const parsersOf = (field: Field): readonly JsonParser[] | undefined => {
    if (layout(field) === 'single') return takenOnlyBy(field.type, map.value, sendsZero(field));
    return field.isMap && value !== undefined ? readMapAsMessage(field, value).parsers : undefined;
  };
  return takenKey(taken, refused, parsersOf, 'the field', 'a key');
}

/** The loss if a key of a map and a field are taken for each other. The reason names the parsers if only some do so. */
function takenKey(
  taken: readonly Field[],
  refused: Reading,
  parsersOf: (field: Field) => readonly JsonParser[] | undefined,
  what: string,
  as: string,
): Reading {
  const byAll = taken.find((field) => parsersOf(field) === undefined);
  if (byAll !== undefined) return loss('altered', `${what} "${byAll.jsonName}" is taken for ${as}`);
  const [bySome] = taken;
  const parsers = bySome && parsersOf(bySome);
  return bySome === undefined || parsers === undefined ? refused : takenBy(parsers, `${what} "${bySome.jsonName}"`, as);
}
