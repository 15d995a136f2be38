import type { Field, FieldType, Message } from '../schema/model.ts';

/* Types whose JSON is not an object of their fields (https://protobuf.dev/programming-guides/json/). */

const SPECIAL = new Set(
  ['Any', 'Duration', 'FieldMask', 'ListValue', 'Struct', 'Timestamp', 'Value'].map(
    (name) => `google.protobuf.${name}`,
  ),
);

export function isSpecial(message: Message): boolean {
  return SPECIAL.has(message.fullName);
}

/** The `value` field of a wrapper type (google/protobuf/wrappers.proto), whose JSON is only this value. */
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
 * A map of Values is written like a Struct, and a list of Values like a ListValue.
 * @returns the field with the contents of the Struct or ListValue, if `field` is written in the same way
 */
export function contentField(special: Field, field: Field): Field | undefined {
  if (special.repeated || special.type.kind !== 'message') return undefined;
  const { fullName, fields } = special.type.message;
  const map = field.isMap ? entryTypes(field) : undefined;
  const isWrittenOut =
    (fullName === 'google.protobuf.Struct' &&
      map?.key.kind === 'scalar' &&
      map.key.scalar === 'string' &&
      isValueType(map.value)) ||
    (fullName === 'google.protobuf.ListValue' && field.repeated && !field.isMap && isValueType(field.type));
  return isWrittenOut ? fields[0] : undefined;
}

function isValueType(type: FieldType): boolean {
  return type.kind === 'message' && isDynamicValue(type.message);
}

export function isDynamicValue(message: Message): boolean {
  return message.fullName === 'google.protobuf.Value';
}

/** Undefined if the map is incomplete. */
export function entryTypes(field: Field): { readonly key: FieldType; readonly value: FieldType } | undefined {
  if (field.type.kind !== 'message') return undefined;
  const key = field.type.message.fieldsByNumber.get(1)?.type;
  const value = field.type.message.fieldsByNumber.get(2)?.type;
  return key === undefined || value === undefined ? undefined : { key, value };
}

export function isFieldMask(message: Message): boolean {
  return message.fullName === 'google.protobuf.FieldMask';
}
