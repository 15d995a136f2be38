import type { TypeMatching } from '../../server/effects/type-matching.ts';
import type { Enum, FieldType, Message } from '../../server/schema/model.ts';

type Type = Message | Enum;

/** Types with the same full name are the same. An unresolved type is the same as any other. */
export const BY_NAME: TypeMatching = {
  apart: () => false,
  sameType: (writer, reader) => sameByName(writer, reader),
  switched: (writer, reader) => !isEntry(writer) && !isEntry(reader) && writer.fullName !== reader.fullName,
};

function sameByName(writer: FieldType, reader: FieldType): boolean {
  if (writer.kind === 'unresolved' || reader.kind === 'unresolved') return true;
  if (writer.kind === 'scalar') return reader.kind === 'scalar' && writer.scalar === reader.scalar;
  if (writer.kind === 'enum') return reader.kind === 'enum' && writer.enum.fullName === reader.enum.fullName;
  if (reader.kind !== 'message' || isEntry(writer.message) !== isEntry(reader.message)) return false;
  if (!isEntry(writer.message)) return writer.message.fullName === reader.message.fullName;
  // An entry is named after its field.
  return writer.message.fields.every((field) => {
    const other = reader.message.fieldsByNumber.get(field.number);
    return other !== undefined && sameByName(field.type, other.type);
  });
}

function isEntry(type: Type): boolean {
  return type.kind === 'message' && type.isMapEntry;
}
