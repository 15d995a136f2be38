import type { Field, FieldType } from '../schema/model.ts';
import type { Reading } from './effect.ts';
import { loss } from './reading.ts';
import { isUndeclared, sameUnknown, unknownTypes } from '../schema/unknown.ts';

/**
 * A type that was not found may be a message or an enum. Returns each possible combination.
 * @returns undefined if both types are known, or if a name is declared nowhere
 */
export function possibilities(writer: Field, reader: Field): readonly (readonly [Field, Field])[] | undefined {
  if (writer.type.kind !== 'unresolved' && reader.type.kind !== 'unresolved') return undefined;
  if (isUndeclared(writer.type) || isUndeclared(reader.type)) return undefined;
  const [from, to] = [possibleTypes(writer.type), possibleTypes(reader.type)];
  if (sameUnknown(writer.type, reader.type)) {
    const types =
      writer.type.kind === 'unresolved' && reader.type.kind === 'unresolved'
        ? from
        : [...from, ...to].filter((type) => !isPlaceholder(type));
    return types.map((type) => [withType(writer, type), withType(reader, type)]);
  }
  return from.flatMap((a) => to.map((b) => [withType(writer, a), withType(reader, b)] as const));
}

function withType(field: Field, type: FieldType): Field {
  return { ...field, type, packed: field.packed && type.kind !== 'message' };
}

export const UNKNOWN: Reading = { ...loss('altered', 'a type that was not found may contain anything'), assumed: true };

/** Whether `possibilities` uses this type instead of one that was not found. */
export function isPlaceholder(type: FieldType): boolean {
  return unknownTypes().includes(type);
}

function possibleTypes(type: FieldType): readonly FieldType[] {
  return type.kind === 'unresolved' ? unknownTypes() : [type];
}
