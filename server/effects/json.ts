import { allFields } from '../schema/fields.ts';
import type { Field, FieldType } from '../schema/model.ts';
import { JSON_PARSERS, type JsonParser, type Reading } from './effect.ts';
import { formsOf, isText, parsersAcceptingForm, parsersAcceptingType, zeroForm } from './json-forms.ts';
import { contentField, isSpecial, entryTypes, unwrap } from './json-special.ts';
import { readNumber, readValue, spoken } from './json-values.ts';
import type { Nested } from './nested.ts';
import { lossBeyondReader, combine, EXACT, loss, takenBy } from './reading.ts';
import { sendsZero } from './value.ts';

/**
 * How a field reads the values of a field with the same key, for a parser with default options
 * (https://protobuf.dev/programming-guides/json/). For unset fields, see `readUnset`.
 */
export function readValues(writer: Field, reader: Field, nested: Nested): Reading {
  if (writer.type.kind === 'unresolved' || reader.type.kind === 'unresolved') return EXACT;
  if (layout(writer) !== layout(reader)) return readOtherLayout(writer, reader);
  const [from, to] = [entryTypes(writer), entryTypes(reader)];
  return writer.isMap && from !== undefined && to !== undefined
    ? combine(readMapKey(from.key, to.key), readValue(from.value, to.value, nested))
    : readValue(writer.type, reader.type, nested, sendsZero(writer));
}

/** The JSON parsers that accept some of the writer's values, perhaps with another meaning. */
export function parsersAccepting(writer: Field, reader: Field): readonly JsonParser[] {
  if (writer.type.kind === 'unresolved' || reader.type.kind === 'unresolved') return [];
  if (layout(writer) !== layout(reader)) {
    const { worst, parsers } = readOtherLayout(writer, reader);
    return worst === 'rejected' || worst === 'dropped' ? [] : (parsers ?? JSON_PARSERS);
  }
  const [from, to] = [entryTypes(writer), entryTypes(reader)];
  if (!writer.isMap || from === undefined || to === undefined)
    return parsersAcceptingType(writer.type, reader.type, sendsZero(writer));
  return readMapKey(from.key, to.key).onSharedMessages === 'rejected'
    ? []
    : parsersAcceptingType(from.value, to.value, true);
}

/** For a field whose values the reader's field with the same key does not accept. */
export function effectIfNotAccepted(writer: Field, reader: Field): 'rejected' | 'dropped' {
  const isEmptyMap = layout(writer) !== layout(reader) && readOtherLayout(writer, reader).worst === 'dropped';
  return isEmptyMap ? 'dropped' : 'rejected';
}

/** Whether some parser reads the writer's zero or empty message as the reader's zero. */
export function readsAsZero(writer: Field, reader: Field): boolean {
  const [from, to] = [unwrap(writer.type), unwrap(reader.type)];
  if (from.kind === 'unresolved' || to.kind === 'unresolved') return true;
  if (from.kind === 'enum') {
    const zero = from.enum.valuesByNumber.get(0);
    return zero !== undefined && to.kind === 'enum' && to.enum.valuesByName.get(zero.name)?.number === 0;
  }
  const form = zeroForm(from);
  if (form === undefined || parsersAcceptingForm(form, from, to).length === 0) return false;
  // Texts such as "0" are accepted, but they are not empty.
  return form === 'empty text' || !isText(to);
}

type Layout = 'single' | 'list' | 'map';

const WORDS = { single: 'a single value', list: 'a list', map: 'a map' } as const;

function layout(field: Field): Layout {
  if (field.isMap) return 'map';
  return field.repeated ? 'list' : 'single';
}

function readOtherLayout(writer: Field, reader: Field): Reading {
  if (contentField(writer, reader) !== undefined || contentField(reader, writer) !== undefined) return EXACT;
  const [from, to] = [layout(writer), layout(reader)];
  const refused = loss('rejected', `${WORDS[from]} is rejected where ${WORDS[to]} is expected`);
  if (from === 'map' && to === 'single') return readMapAsMessage(writer, reader) ?? refused;
  if (from === 'single' && to === 'map') return readMessageAsMap(writer, reader) ?? refused;
  const isListAccepted =
    from === 'list'
      ? parsersAcceptingForm('list', writer.type, reader.type).length > 0
      : formsOf(writer.type).includes('list');
  return isListAccepted && from !== 'map' && to !== 'map'
    ? loss('altered', `${WORDS[from]} is taken for ${WORDS[to]}`)
    : refused;
}

/** Every key is written as a string. */
function readMapKey(from: FieldType, to: FieldType): Reading {
  if (from.kind !== 'scalar' || to.kind !== 'scalar') return EXACT;
  if (from.scalar === to.scalar || to.scalar === 'string') return EXACT;
  if (from.scalar === 'string')
    return to.scalar === 'bool'
      ? lossBeyondReader('rejected', 'the key "abc" is not a bool')
      : lossBeyondReader('altered', 'the key "012" becomes 12');
  if (from.scalar === 'bool' || to.scalar === 'bool')
    return loss('rejected', `${spoken(from)} key is not a valid ${to.scalar}`);
  return readNumber(from.scalar, to.scalar);
}

/** The reader takes keys for names of fields. Undefined if it rejects the map. */
function readMapAsMessage(writer: Field, reader: Field): Reading | undefined {
  const map = entryTypes(writer);
  if (map === undefined || reader.type.kind !== 'message') return undefined;
  const hasNames = map.key.kind === 'scalar' && map.key.scalar === 'string';
  const forms = formsOf(unwrap(map.value));
  if (isSpecial(reader.type.message) || unwrap(reader.type) !== reader.type) {
    // An Any needs a text under the key "@type".
    const isAny = reader.type.message.fullName === 'google.protobuf.Any';
    const isTyped = hasNames && (forms.includes('text') || (forms.includes('base64') && knowsBase64Url(reader)));
    return parsersAcceptingForm('keys', writer.type, unwrap(reader.type)).length > 0 && (!isAny || isTyped)
      ? loss('altered', `a map is taken for ${spoken(reader.type)}`)
      : undefined;
  }
  const value = writer.type.kind === 'message' ? writer.type.message.fieldsByNumber.get(2) : undefined;
  if (!hasNames || value === undefined) return undefined;
  // A message without set fields and an empty map are both `{}`.
  const isObject = forms.some((form) => form === 'object' || form === 'keys');
  return takenKey(
    allFields(reader.type.message),
    (field) => (field.isMap && isObject ? JSON_PARSERS : parsersAccepting(value, field)),
    'the key',
    'a field',
  );
}

/** Whether base64 can be the URL of a message in the reader's file, such as "abc/Text". Base64 has no dots. */
function knowsBase64Url({ file }: Field): boolean {
  return file.package === '' && file.messages.some(({ name }) => /^[A-Za-z\d]+$/.test(name));
}

/** The reader takes names of fields for keys. Undefined if it rejects the message. */
function readMessageAsMap(writer: Field, reader: Field): Reading | undefined {
  const map = entryTypes(reader);
  if (map === undefined || writer.type.kind !== 'message') return undefined;
  const hasNames = map.key.kind === 'scalar' && map.key.scalar === 'string';
  if (isSpecial(writer.type.message) || unwrap(writer.type) !== writer.type) {
    const forms = formsOf(unwrap(writer.type));
    if (forms.includes('keys')) return loss('altered', `${spoken(writer.type)} is taken for a map`);
    const isTyped = forms.includes('typed') && hasNames;
    const parsers = isTyped ? parsersAcceptingForm('url', writer.type, unwrap(map.value)) : [];
    return parsers.length > 0 ? takenBy(parsers, 'the URL in an Any', spoken(map.value)) : undefined;
  }
  if (allFields(writer.type.message).length === 0)
    return loss('dropped', `an empty ${writer.type.message.name} is taken for a map without entries`);
  const value = reader.type.kind === 'message' ? reader.type.message.fieldsByNumber.get(2) : undefined;
  if (!hasNames || value === undefined) return undefined;
  return takenKey(allFields(writer.type.message), (field) => parsersAccepting(field, value), 'the field', 'a key');
}

/** A key of a map and a field are taken for each other. Undefined if no parser accepts any of the fields. */
function takenKey(
  fields: readonly Field[],
  parsersOf: (field: Field) => readonly JsonParser[],
  what: string,
  as: string,
): Reading | undefined {
  let some: Reading | undefined;
  for (const field of fields) {
    const parsers = parsersOf(field);
    if (parsers.length === 0) continue;
    const taken = takenBy(parsers, `${what} "${field.jsonName}"`, as);
    if (taken.parsers === undefined) return taken;
    some ??= taken;
  }
  return some;
}
