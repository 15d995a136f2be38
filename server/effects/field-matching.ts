import { fieldAt, isExtension } from '../schema/fields.ts';
import type { Field, Message, Scalar } from '../schema/model.ts';
import type { Encoding } from './effect.ts';
import { fieldIndexOf, lookupName } from './field-index.ts';
import type { TypeMatching } from './type-matching.ts';

/**
 * Finds the receiver and the counterpart of a field. They differ if the field's number or JSON key belongs to another element on the other
 * side.
 */
export class FieldMatching {
  readonly writer: Message;
  readonly reader: Message;
  readonly encoding: Encoding;
  readonly types: TypeMatching;

  constructor(writer: Message, reader: Message, encoding: Encoding, types: TypeMatching) {
    this.writer = writer;
    this.reader = reader;
    this.encoding = encoding;
    this.types = types;
  }

  /** The reader's field with the number, or in JSON with the key, of the writer's field. */
  receiver(from: Field): Field | undefined {
    return receivingField(this.reader, from, this.encoding);
  }

  /** The writer's field whose receiver this is. In JSON, several can have the same receiver: then the first of them. */
  sender(to: Field): Field | undefined {
    return firstInOrder(this.writer, this.#senders(to));
  }

  counterpartInReader(from: Field): Field | undefined {
    const receiver = this.receiver(from);
    const candidates = [...withNameOrNumber(this.reader, from), ...(receiver === undefined ? [] : [receiver])];
    return firstInOrder(
      this.reader,
      candidates.filter((to) => this.areCounterparts(from, to)),
    );
  }

  counterpartInWriter(to: Field): Field | undefined {
    const candidates = [...withNameOrNumber(this.writer, to), ...this.#senders(to)];
    return firstInOrder(
      this.writer,
      candidates.filter((from) => this.areCounterparts(from, to)),
    );
  }

  /** Whether two fields are one element: they have the same name (unless it was taken over), or one was renamed. */
  areCounterparts(from: Field, to: Field): boolean {
    const { writer, reader, types } = this;
    if (lookupName(from) === lookupName(to)) return !isNameTakenOver(writer, reader, from, to, types.sameType);
    return (
      (from.number === to.number || this.receiver(from) === to) &&
      !types.switched(writer, reader) &&
      haveCompatibleTypes(from, to, types.sameType) &&
      !isNameKept(writer, reader, from, types.sameType) &&
      !isNameKept(reader, writer, to, types.sameType)
    );
  }

  #senders(to: Field): readonly Field[] {
    const { writer, reader } = this;
    if (this.encoding === 'binary') {
      const sender = writer.messageSet === reader.messageSet ? fieldAt(writer, to.number) : undefined;
      return sender === undefined ? [] : [sender];
    }
    const keys = new Set([lookupName(to), to.jsonName]);
    return [...keys].flatMap((key) => (fieldIndexOf(reader).atKey(key) === to ? fieldIndexOf(writer).keyed(key) : []));
  }
}

/** Message sets and ordinary messages receive nothing from each other in binary. */
export function receivingField(reader: Message, from: Field, encoding: Encoding): Field | undefined {
  if (encoding === 'json') return fieldIndexOf(reader).atKey(from.jsonName);
  return (from.message?.messageSet ?? false) === reader.messageSet ? fieldAt(reader, from.number) : undefined;
}

function withNameOrNumber(message: Message, field: Field): readonly Field[] {
  const fields = fieldIndexOf(message);
  return [...fields.named(lookupName(field)), ...fields.numbered(field.number)];
}

function firstInOrder(message: Message, found: readonly Field[]): Field | undefined {
  const [only, ...more] = found;
  if (only === undefined || more.length === 0) return only;
  const fields = fieldIndexOf(message);
  return found.reduce((a, b) => (fields.position(b) < fields.position(a) ? b : a));
}

type SameType = TypeMatching['sameType'];

/** Whether two fields with the same name are different elements: one was renamed, and an added field got its old name. */
export function isNameTakenOver(a: Message, b: Message, inA: Field, inB: Field, sameType: SameType): boolean {
  return wasRenamed(a, b, inA, inB, sameType) || wasRenamed(b, a, inB, inA, sameType);
}

/** Whether `field` has another name in the other message, and its name belongs to `namesake` there. */
function wasRenamed(message: Message, other: Message, field: Field, namesake: Field, sameType: SameType): boolean {
  if (field.number === namesake.number) return false;
  const renamed = fieldAt(other, field.number);
  if (renamed === undefined || !haveCompatibleTypes(field, renamed, sameType)) return false;
  if (namesakeOf(message, renamed) !== undefined || isReserved(message, renamed)) return false;
  const isMarked = (renamed.deprecated && !field.deprecated) || differInMark(renamed.name, field.name);
  return isMarked || !haveCompatibleTypes(field, namesake, sameType);
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

/** Whether the field's name still belongs to it in the other message, or is reserved there. */
function isNameKept(message: Message, other: Message, field: Field, sameType: SameType): boolean {
  const namesake = namesakeOf(other, field);
  const isSame = namesake !== undefined && !isNameTakenOver(message, other, field, namesake, sameType);
  return isSame || isReserved(other, field);
}

function namesakeOf(message: Message, field: Field): Field | undefined {
  if (!isExtension(field)) return message.fieldsByName.get(field.name);
  return fieldIndexOf(message).named(lookupName(field))[0];
}

function isReserved(message: Message, field: Field): boolean {
  return !isExtension(field) && message.reservedNames.has(field.name);
}

/** Types whose readers accept each other's values in binary (https://protobuf.dev/programming-guides/proto3/#updating). */
const COMPATIBLE: readonly ReadonlySet<Scalar | 'enum'>[] = [
  new Set<Scalar | 'enum'>(['int32', 'int64', 'uint32', 'uint64', 'bool', 'enum']),
  new Set<Scalar>(['sint32', 'sint64']),
  new Set<Scalar>(['fixed32', 'sfixed32']),
  new Set<Scalar>(['fixed64', 'sfixed64']),
  new Set<Scalar>(['string', 'bytes']),
];

export function haveCompatibleTypes(from: Field, to: Field, sameType: SameType): boolean {
  if (sameType(from.type, to.type)) return true;
  const [a, b] = [scalarOrEnum(from), scalarOrEnum(to)];
  return a !== undefined && b !== undefined && COMPATIBLE.some((group) => group.has(a) && group.has(b));
}

function scalarOrEnum({ type }: Field): Scalar | 'enum' | undefined {
  if (type.kind === 'scalar') return type.scalar;
  return type.kind === 'enum' ? 'enum' : undefined;
}
