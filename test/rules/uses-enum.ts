import { allFields, heldType } from '../../server/schema/fields.ts';
import type { Schema } from '../../server/schema/model.ts';

/** @param element full name of the enum or of one of its values */
export function usesEnum(schema: Schema, element: string): boolean {
  return [...schema.types.values()].some(
    (type) =>
      type.kind === 'message' &&
      allFields(type).some((field) => {
        const held = heldType(field);
        if (held.kind !== 'enum') return false;
        return held.enum.fullName === element || held.enum.values.some(({ fullName }) => fullName === element);
      }),
  );
}
