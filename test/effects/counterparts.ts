import type { Field, FieldType, Message, Scalar } from '../../server/schema/model.ts';
import type { Encoding } from '../../server/effects/effect.ts';
import { BY_NAME } from './by-name.ts';
import { kindOf } from './meaning.ts';
import { fieldsOf } from './wire.ts';

/** Whether two fields are the same element: both have the same name, or one was renamed to the other. */
export function areCounterparts(writer: Message, reader: Message, from: Field, to: Field, encoding: Encoding): boolean {
  if (haveSameName(from, to)) return areSame(writer, reader, from, to);
  if (isExtension(from) !== isExtension(to)) return false;
  if (BY_NAME.switched(writer, reader) || !haveCompatibleTypes(from.type, to.type)) return false;
  const haveSameNumber = from.number === to.number;
  const haveSameKey = encoding === 'json' && (from.jsonName === to.jsonName || from.jsonName === to.name);
  if (!haveSameNumber && !haveSameKey) return false;
  return !keepsName(reader, writer, from) && !keepsName(writer, reader, to);
}

function haveSameName(from: Field, to: Field): boolean {
  return from.fullName === to.fullName || (from.name === to.name && !isExtension(from) && !isExtension(to));
}

function isExtension(field: Field): boolean {
  return field.extensionScope !== undefined;
}

/** Whether two fields of this name are the same element, on both sides. */
function areSame(message: Message, other: Message, field: Field, namesake: Field): boolean {
  return !wasRenamed(message, other, field, namesake) && !wasRenamed(other, message, namesake, field);
}

/** Whether the other side renamed the field, and gave its name to `namesake`. */
function wasRenamed(message: Message, other: Message, field: Field, namesake: Field): boolean {
  if (field.number === namesake.number) return false;
  const renamed = fieldsOf(other).find(({ number }) => number === field.number);
  if (renamed === undefined || !haveCompatibleTypes(field.type, renamed.type)) return false;
  if (message.reservedNames.has(renamed.name)) return false;
  if (fieldsOf(message).some((each) => haveSameName(each, renamed))) return false;
  return (
    !haveCompatibleTypes(field.type, namesake.type) ||
    (renamed.deprecated && !field.deprecated) ||
    [`${field.name}_deprecated`, `old_${field.name}`].includes(renamed.name)
  );
}

/** Whether the other side has the field under its name, or reserves the name. */
function keepsName(other: Message, message: Message, field: Field): boolean {
  if (!isExtension(field) && other.reservedNames.has(field.name)) return true;
  return fieldsOf(other).some((namesake) => haveSameName(field, namesake) && areSame(message, other, field, namesake));
}

const COMPATIBLE: readonly (readonly (Scalar | 'enum')[])[] = [
  ['int32', 'int64', 'uint32', 'uint64', 'bool', 'enum'],
  ['sint32', 'sint64'],
  ['fixed32', 'sfixed32'],
  ['fixed64', 'sfixed64'],
  ['string', 'bytes'],
];

function haveCompatibleTypes(from: FieldType, to: FieldType): boolean {
  if (BY_NAME.sameType(from, to)) return true;
  const names = [from, to].map(kindOf);
  return COMPATIBLE.some((group) => names.every((name) => group.some((each) => each === name)));
}
