import type { Enum, FieldType, Message } from '../schema/model.ts';

type Type = Message | Enum;

/**
 * What is known about the types of the two sides besides their structure. Whoever compares two releases knows it from matching
 * them. Each question is asked with the writer's type first, whichever of the two is the old one.
 */
export interface TypeMatching {
  /** Whether the difference between two types is reported where they are declared, so that it is not reported again at each use. */
  apart(writer: Type, reader: Type): boolean;
  /** Whether two types are one type, perhaps under another name. */
  readonly sameType: (writer: FieldType, reader: FieldType) => boolean;
  /**
   * Whether a field that has one type on the one side and the other on the other side went from one type to another one, which
   * both exist on both sides. Then nothing was renamed: their members mean the same only where they have the same name.
   */
  switched(writer: Type, reader: Type): boolean;
}

/** For two schemas that nobody matched: a type is its full name. */
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
  // The entry of a map is named after its field.
  return writer.message.fields.every((field) => {
    const other = reader.message.fieldsByNumber.get(field.number);
    return other !== undefined && sameByName(field.type, other.type);
  });
}

function isEntry(type: Type): boolean {
  return type.kind === 'message' && type.isMapEntry;
}
