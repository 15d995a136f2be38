import type { Field, FieldType } from '../schema/model.ts';
import { loss } from './reading.ts';
import { isUndeclared, sameUnknown, unknownTypes } from '../schema/unknown.ts';

/**
 * The pairs of fields that two can be of which at least one has a type that cannot be found: it is a message or an enum. Undefined
 * where both types are known, or where one is declared nowhere, so that nothing can be said.
 */
export function possibilities(writer: Field, reader: Field): readonly (readonly [Field, Field])[] | undefined {
  if (writer.type.kind !== 'unresolved' && reader.type.kind !== 'unresolved') return undefined;
  if (isUndeclared(writer.type) || isUndeclared(reader.type)) return undefined;
  const [from, to] = [typesOf(writer.type), typesOf(reader.type)];
  // The same name is taken for the same type.
  if (sameUnknown(writer.type, reader.type)) {
    const types =
      writer.type.kind === 'unresolved' && reader.type.kind === 'unresolved'
        ? from
        : [...from, ...to].filter((type) => !isUnknown(type));
    return types.map((type) => [
      { ...writer, type },
      { ...reader, type },
    ]);
  }
  return from.flatMap((a) =>
    to.map(
      (b) =>
        [
          { ...writer, type: a },
          { ...reader, type: b },
        ] as const,
    ),
  );
}

/** What is made of a message of a type that was not found, or read as one. */
export const UNKNOWN = loss('altered', 'a type that was not found may hold anything');

/** Whether the type stands for one that cannot be found. */
export function isUnknown(type: FieldType): boolean {
  return standIns?.includes(type) === true;
}

function typesOf(type: FieldType): readonly FieldType[] {
  return type.kind === 'unresolved' ? (standIns ??= unknownTypes()) : [type];
}

/** Made on first use: most schemas have no need of them. */
let standIns: readonly FieldType[] | undefined;
