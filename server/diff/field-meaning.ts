import type { Field, FieldType, Message } from '../schema/model.ts';
import type { Diff } from './pairs.ts';

/**
 * Whether two fields with the same name and number have the same type, presence, encoding and JSON name. Equal texts can differ in these,
 * because they depend on other declarations and on inherited features.
 */
export function sameMeaning(old: Field, edited: Field, sameType: Diff['sameType']): boolean {
  return (
    old.repeated === edited.repeated &&
    old.presence === edited.presence &&
    old.packed === edited.packed &&
    old.delimited === edited.delimited &&
    haveSameUtf8Checks(old, edited) &&
    old.jsonName === edited.jsonName &&
    sameType(old.type, edited.type)
  );
}

/** What `sameMeaning` compares, as text with the full names of types. */
export function meaningOf(field: Field): string {
  const { repeated, presence, packed, delimited, jsonName, type } = field;
  return [
    repeated,
    presence,
    packed,
    delimited,
    (entryOf(field)?.fields ?? [field]).map(({ validatesUtf8 }) => validatesUtf8),
    JSON.stringify(jsonName),
    nameOf(type),
  ].join(' ');
}

function nameOf(type: FieldType): string {
  switch (type.kind) {
    case 'scalar':
      return type.scalar;
    case 'enum':
      return `enum ${type.enum.fullName}`;
    case 'message':
      return type.message.isMapEntry
        ? `map ${type.message.fields.map((part) => nameOf(part.type)).join(' to ')}`
        : `message ${type.message.fullName}`;
    case 'unresolved':
      return `unresolved ${String(type.isElsewhere)} ${type.fullNames.join(' or ')}`;
  }
}

/** In a map, keys and values are compared separately. */
export function haveSameUtf8Checks(old: Field, edited: Field): boolean {
  const before = entryOf(old);
  const now = entryOf(edited);
  if (before === undefined || now === undefined) return before === now && old.validatesUtf8 === edited.validatesUtf8;
  return before.fields.every(({ validatesUtf8 }, index) => validatesUtf8 === now.fields[index]?.validatesUtf8);
}

/** Whether readers check the field's value, or in a map the keys or the values. */
export function checksUtf8(field: Field): boolean {
  return (entryOf(field)?.fields ?? [field]).some(({ validatesUtf8 }) => validatesUtf8);
}

function entryOf({ isMap, type }: Field): Message | undefined {
  return isMap && type.kind === 'message' ? type.message : undefined;
}
