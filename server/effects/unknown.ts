import type { Field, FieldType } from '../schema/model.ts';
import type { Reading } from './effect.ts';
import { loss } from './reading.ts';
import { isUndeclared, sameUnknown, unknownTypes } from '../schema/unknown.ts';

/**
 * The possible pairs of fields if at least one has a type whose declaration is missing: it is a message or an enum. Undefined if both
 * types are known, or if one is declared nowhere, so that nothing can be said.
 */
export function possibilities(writer: Field, reader: Field): readonly (readonly [Field, Field])[] | undefined {
  if (writer.type.kind !== 'unresolved' && reader.type.kind !== 'unresolved') return undefined;
  if (isUndeclared(writer.type) || isUndeclared(reader.type)) return undefined;
  const [from, to] = [typesOf(writer.type), typesOf(reader.type)];
  // Types with the same name count as the same type.
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

/** The reading of a message with a missing declaration. */
export const UNKNOWN: Reading = { ...loss('altered', 'a type that was not found may contain anything'), assumed: true };

/** Whether the type substitutes for one whose declaration is missing. */
export function isUnknown(type: FieldType): boolean {
  return standIns?.includes(type) === true;
}

function typesOf(type: FieldType): readonly FieldType[] {
  return type.kind === 'unresolved' ? (standIns ??= unknownTypes()) : [type];
}

/** Created on first use, because most schemas do not need them. */
let standIns: readonly FieldType[] | undefined;
