import { allFields } from '../schema/fields.ts';
import type { Field, FieldType, Message } from '../schema/model.ts';
import type { JsonParser } from './effect.ts';

/*
 * Types of google.protobuf whose JSON is not an object of their fields (https://protobuf.dev/programming-guides/json/).
 */

const SPECIAL = new Set(
  ['Any', 'Duration', 'FieldMask', 'ListValue', 'Struct', 'Timestamp', 'Value'].map(
    (name) => `google.protobuf.${name}`,
  ),
);

export function isSpecial(message: Message): boolean {
  return SPECIAL.has(message.fullName);
}

/** The `value` field of a wrapper type (google/protobuf/wrappers.proto). JSON contains only this value, not the message. */
export function wrappedField(message: Message): Field | undefined {
  if (!/^google\.protobuf\.\w+Value$/.test(message.fullName)) return undefined;
  const value = message.fields.length === 1 ? message.fieldsByName.get('value') : undefined;
  return value === undefined || value.repeated ? undefined : value;
}

export function unwrap(type: FieldType): FieldType {
  const wrapped = type.kind === 'message' ? wrappedField(type.message) : undefined;
  return wrapped?.type ?? type;
}

/**
 * The field of a Struct or ListValue that has its contents, if `special` and `field` look the same in JSON: a Struct is written like a map of
 * Values, and a ListValue like a list of Values.
 */
export function contentField(special: Field, field: Field): Field | undefined {
  if (special.repeated || special.type.kind !== 'message') return undefined;
  const { fullName, fields } = special.type.message;
  const map = field.isMap ? mapEntry(field) : undefined;
  const isWrittenOut =
    (fullName === 'google.protobuf.Struct' &&
      map?.key.kind === 'scalar' &&
      map.key.scalar === 'string' &&
      isValue(map.value)) ||
    (fullName === 'google.protobuf.ListValue' && field.repeated && !field.isMap && isValue(field.type));
  return isWrittenOut ? fields[0] : undefined;
}

function isValue(type: FieldType): boolean {
  return type.kind === 'message' && type.message.fullName === 'google.protobuf.Value';
}

/** The types of a map's keys and values. */
export function mapEntry(field: Field): { readonly key: FieldType; readonly value: FieldType } | undefined {
  if (field.type.kind !== 'message') return undefined;
  const key = field.type.message.fieldsByNumber.get(1)?.type;
  const value = field.type.message.fieldsByNumber.get(2)?.type;
  return key === undefined || value === undefined ? undefined : { key, value };
}

/** The JSON form of a value. `keys` is an object with any keys, `typed` one with `@type`. All forms after `number` are strings. */
export type Form =
  | 'object'
  | 'keys'
  | 'typed'
  | 'list'
  | 'boolean'
  | 'number'
  | 'text'
  | 'base64'
  | 'digits'
  | 'word'
  | 'name'
  | 'timestamp'
  | 'url'
  | 'duration'
  | 'mask';

/** The forms in which values of a type are written. */
export function formsOf(type: FieldType): readonly Form[] {
  switch (type.kind) {
    case 'unresolved':
      return [];
    case 'message':
      return FORMS.get(type.message.fullName) ?? ['object'];
    case 'enum':
      return type.enum.closed ? ['name'] : ['name', 'number'];
    case 'scalar':
      if (type.scalar === 'string') return ['text'];
      if (type.scalar === 'bytes') return ['base64'];
      if (type.scalar === 'bool') return ['boolean'];
      if (type.scalar === 'float' || type.scalar === 'double') return ['number', 'word'];
      return type.scalar.endsWith('64') ? ['digits'] : ['number'];
  }
}

const FORMS: ReadonlyMap<string, readonly Form[]> = new Map([
  ['google.protobuf.Any', ['typed']],
  ['google.protobuf.Duration', ['duration']],
  ['google.protobuf.FieldMask', ['mask']],
  ['google.protobuf.ListValue', ['list']],
  ['google.protobuf.Struct', ['keys']],
  ['google.protobuf.Timestamp', ['timestamp']],
  ['google.protobuf.Value', ['keys', 'list', 'boolean', 'number', 'text']],
]);

/** Whether a parser of this type accepts some values in this form. */
export function takes(type: FieldType, form: Form): boolean {
  switch (type.kind) {
    case 'unresolved':
      return false;
    case 'message':
      return takenAsMessage(type.message, form);
    case 'enum':
      return ['number', 'text', 'name', 'base64'].includes(form);
    case 'scalar':
      if (type.scalar === 'string') return isText(form);
      if (type.scalar === 'bytes') return isText(form) && lenientParsers(type, [form]) === undefined;
      if (type.scalar === 'bool') return form === 'boolean';
      if (form === 'word') return type.scalar === 'float' || type.scalar === 'double';
      return ['number', 'digits', 'text', 'base64'].includes(form);
  }
}

/** The parsers that accept some values in one of these forms, which all others reject. */
export function lenientParsers(type: FieldType, forms: readonly Form[]): readonly JsonParser[] | undefined {
  // Base64 has no colon, which every timestamp contains, and no dot, which every URL contains. Python skips both.
  if (type.kind === 'scalar' && type.scalar === 'bytes')
    return forms.includes('timestamp') || forms.includes('url') ? ['Python'] : undefined;
  return type.kind === 'message' && isMask(type.message) && forms.some(isNoName)
    ? ['Python', 'protobuf-es']
    : undefined;
}

export function isMask(message: Message): boolean {
  return message.fullName === 'google.protobuf.FieldMask';
}

/** Whether this text is never a name, as Go requires of the paths in a FieldMask. */
function isNoName(form: Form): boolean {
  return ['digits', 'timestamp', 'url', 'duration'].includes(form);
}

function takenAsMessage(message: Message, form: Form): boolean {
  switch (message.fullName) {
    case 'google.protobuf.Any':
      return form === 'typed' || form === 'keys';
    case 'google.protobuf.Duration':
      return form === 'duration' || form === 'text';
    case 'google.protobuf.FieldMask':
      return isText(form) && !isNoName(form);
    case 'google.protobuf.ListValue':
      return form === 'list';
    case 'google.protobuf.Struct':
      return form === 'keys' || form === 'object' || form === 'typed';
    case 'google.protobuf.Timestamp':
      return form === 'timestamp' || form === 'text';
    case 'google.protobuf.Value':
      return true;
    default:
      return form === 'object' || (form === 'keys' && allFields(message).length > 0);
  }
}

function isText(form: Form): boolean {
  return !['object', 'keys', 'typed', 'list', 'boolean', 'number'].includes(form);
}
