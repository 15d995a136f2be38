import type { Diff } from '../../diff/pairs.ts';
import { allFields, fieldAt, heldType } from '../../schema/fields.ts';
import type { Enum, Field, Schema } from '../../schema/model.ts';

/** The two versions of a field of the enum's type, or of a map with such values. */
export interface EnumUse {
  readonly old: Field;
  readonly new: Field;
}

export function usesOf(old: Enum, edited: Enum, { old: released, matches }: Diff): EnumUse[] {
  return (holdersIn(released).get(old) ?? []).flatMap((field) => {
    const newMessage = field.message && matches.types.newOf(field.message);
    const other = newMessage && fieldAt(newMessage, field.number);
    return other !== undefined && enumOf(other) === edited ? [{ old: field, new: other }] : [];
  });
}

/** Cached, because each edit is compared with the same release. */
const HOLDERS = new WeakMap<Schema, ReadonlyMap<Enum, readonly Field[]>>();

function holdersIn(schema: Schema): ReadonlyMap<Enum, readonly Field[]> {
  const known = HOLDERS.get(schema);
  if (known !== undefined) return known;
  const holders = new Map<Enum, Field[]>();
  for (const type of schema.types.values()) {
    if (type.kind !== 'message') continue;
    for (const field of allFields(type)) {
      const held = enumOf(field);
      if (held === undefined) continue;
      const fields = holders.get(held);
      if (fields === undefined) holders.set(held, [field]);
      else fields.push(field);
    }
  }
  HOLDERS.set(schema, holders);
  return holders;
}

function enumOf(field: Field): Enum | undefined {
  const type = heldType(field);
  return type.kind === 'enum' ? type.enum : undefined;
}
