import { fieldAt } from '../schema/fields.ts';
import type { Field, Message, Scalar } from '../schema/model.ts';
import type { Encoding } from './effect.ts';
import { type FieldIndex, identity, indexOf, isExtension } from './field-index.ts';
import type { TypeMatching } from './type-matching.ts';

/**
 * The reader's field that receives what the writer's field sends: by number in binary, by key in JSON. In binary, message sets and
 * ordinary messages receive nothing from each other.
 */
export function receivingField(reader: Message, field: Field, encoding: Encoding): Field | undefined {
  if (encoding === 'json') return indexOf(reader).atKey(field.jsonName);
  return field.message?.messageSet === reader.messageSet ? fieldAt(reader, field.number) : undefined;
}

/** The writer's field from which the reader's field gets its values. In JSON, the first one if there are several. */
export function sendingField(writer: Message, reader: Message, field: Field, encoding: Encoding): Field | undefined {
  if (encoding === 'binary') return writer.messageSet === reader.messageSet ? fieldAt(writer, field.number) : undefined;
  const fields = indexOf(writer);
  return first(fields, landingOn(fields, indexOf(reader), field));
}

/** Whether two fields are the same element: they have the same name (unless `isInherited`), or one is the other one renamed. */
export function sameElement(
  writer: Message,
  reader: Message,
  from: Field,
  to: Field,
  encoding: Encoding,
  types: TypeMatching,
): boolean {
  if (identity(from) === identity(to)) return !isInherited(writer, reader, from, to, types.sameType);
  const samePlace = from.number === to.number || receivingField(reader, from, encoding) === to;
  return (
    samePlace &&
    !types.switched(writer, reader) &&
    readEachOther(from, to, types.sameType) &&
    !knowsName(writer, reader, from, types.sameType) &&
    !knowsName(reader, writer, to, types.sameType)
  );
}

/** The reader's field that is the same element as the writer's field. */
export function counterpartInReader(
  writer: Message,
  reader: Message,
  from: Field,
  encoding: Encoding,
  types: TypeMatching,
): Field | undefined {
  const fields = indexOf(reader);
  const landed = receivingField(reader, from, encoding);
  const candidates = new Set([
    ...fields.named(identity(from)),
    ...fields.numbered(from.number),
    ...(landed === undefined ? [] : [landed]),
  ]);
  return first(
    fields,
    [...candidates].filter((to) => sameElement(writer, reader, from, to, encoding, types)),
  );
}

/** The writer's field that is the same element as the reader's field. */
export function counterpartInWriter(
  writer: Message,
  reader: Message,
  to: Field,
  encoding: Encoding,
  types: TypeMatching,
): Field | undefined {
  const fields = indexOf(writer);
  const candidates = new Set([
    ...fields.named(identity(to)),
    ...fields.numbered(to.number),
    ...(encoding === 'json' ? landingOn(fields, indexOf(reader), to) : []),
  ]);
  return first(
    fields,
    [...candidates].filter((from) => sameElement(writer, reader, from, to, encoding, types)),
  );
}

/** Whether two fields with the same name are different elements: one was renamed, and an added field got its old name. */
export function isInherited(a: Message, b: Message, from: Field, to: Field, sameType: SameType): boolean {
  return hasHeir(a, b, from, to, sameType) || hasHeir(b, a, to, from, sameType);
}

function hasHeir(message: Message, other: Message, field: Field, namesake: Field, sameType: SameType): boolean {
  if (field.number === namesake.number) return false;
  const heir = fieldAt(other, field.number);
  if (heir === undefined || !readEachOther(field, heir, sameType)) return false;
  if (namesakeOf(message, heir) !== undefined || isReserved(message, heir)) return false;
  const isMarked = (heir.deprecated && !field.deprecated) || differInMark(heir.name, field.name);
  return isMarked || !readEachOther(field, namesake, sameType);
}

/** Whether one name is the other one with a mark: `old_ref`, `ref_deprecated` or `refV1` for `ref`, but not `first_ref`. */
function differInMark(name: string, other: string): boolean {
  const [longer, shorter] = [name, other].map((each) => each.replaceAll('_', '').toLowerCase());
  if (longer === undefined || shorter === undefined || longer === shorter) return false;
  const rest = longer.startsWith(shorter)
    ? longer.slice(shorter.length)
    : longer.endsWith(shorter)
      ? longer.slice(0, -shorter.length)
      : '';
  return /^(?:old|deprecated|legacy|obsolete|former|previous|prev|unused|v\d+)$/.test(rest);
}

type SameType = TypeMatching['sameType'];

/** Types whose readers accept each other's values in binary (https://protobuf.dev/programming-guides/proto3/#updating). */
const READ_EACH_OTHER: readonly ReadonlySet<Scalar | 'enum'>[] = [
  new Set<Scalar | 'enum'>(['int32', 'int64', 'uint32', 'uint64', 'bool', 'enum']),
  new Set<Scalar>(['sint32', 'sint64']),
  new Set<Scalar>(['fixed32', 'sfixed32']),
  new Set<Scalar>(['fixed64', 'sfixed64']),
  new Set<Scalar>(['string', 'bytes']),
];

/** Whether the types of two fields are the same, or accept each other's values in binary. */
export function readEachOther(from: Field, to: Field, sameType: SameType): boolean {
  if (sameType(from.type, to.type)) return true;
  const [a, b] = [wireKind(from), wireKind(to)];
  return a !== undefined && b !== undefined && READ_EACH_OTHER.some((group) => group.has(a) && group.has(b));
}

function wireKind({ type }: Field): Scalar | 'enum' | undefined {
  if (type.kind === 'scalar') return type.scalar;
  return type.kind === 'enum' ? 'enum' : undefined;
}

/**
 * The field of `message` that has the same name as `field` and is the same element, regardless of number and key.
 * @param other the message of `field`
 */
export function namesake(message: Message, other: Message, field: Field, sameType: SameType): Field | undefined {
  const found = namesakeOf(message, field);
  return found === undefined || isInherited(other, message, field, found, sameType) ? undefined : found;
}

function namesakeOf(message: Message, field: Field): Field | undefined {
  if (!isExtension(field)) return message.fieldsByName.get(field.name);
  return indexOf(message).named(identity(field))[0];
}

/** Whether the other side still has the element under the field's name, or reserves the name. */
function knowsName(message: Message, other: Message, field: Field, sameType: SameType): boolean {
  return namesake(other, message, field, sameType) !== undefined || isReserved(other, field);
}

function isReserved(message: Message, field: Field): boolean {
  return !isExtension(field) && message.reservedNames.has(field.name);
}

/**
 * The writer's fields whose values a JSON reader stores in this field.
 * @param fields the writer's fields
 */
function landingOn(fields: FieldIndex, reader: FieldIndex, field: Field): Field[] {
  const keys = new Set([identity(field), field.jsonName]);
  return [...keys].flatMap((key) => (reader.atKey(key) === field ? fields.keyed(key) : []));
}

/** The first field in the message's order. */
function first(fields: FieldIndex, found: readonly Field[]): Field | undefined {
  const [only, ...more] = found;
  if (only === undefined || more.length === 0) return only;
  return found.reduce((a, b) => (fields.position(b) < fields.position(a) ? b : a));
}
