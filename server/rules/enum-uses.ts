import type { Diff } from '../diff/pairs.ts';
import type { Enum, Field, Schema } from '../schema/model.ts';

/** A field that holds an enum in the release and still does, or a map whose values do. */
export interface EnumUse {
  readonly old: Field;
  readonly new: Field;
}

/** What a value of an enum does depends on the fields that carry it. */
export function usesOf(old: Enum, edited: Enum, { old: released, matches }: Diff): EnumUse[] {
  return (holdersIn(released).get(old) ?? []).flatMap((field) => {
    const now = field.message && matches.messages.newOf(field.message);
    const other = now?.fieldsByNumber.get(field.number) ?? now?.extensionsByNumber.get(field.number);
    return other !== undefined && enumOf(other) === edited ? [{ old: field, new: other }] : [];
  });
}

/** The release stays the same between two keystrokes. */
const HOLDERS = new WeakMap<Schema, ReadonlyMap<Enum, readonly Field[]>>();

function holdersIn(schema: Schema): ReadonlyMap<Enum, readonly Field[]> {
  const known = HOLDERS.get(schema);
  if (known !== undefined) return known;
  const holders = new Map<Enum, Field[]>();
  for (const type of schema.types.values()) {
    if (type.kind !== 'message') continue;
    for (const field of [...type.fields, ...type.extensionsByNumber.values()]) {
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

function enumOf({ type, isMap }: Field): Enum | undefined {
  if (type.kind === 'enum') return type.enum;
  const value = isMap && type.kind === 'message' ? type.message.fieldsByNumber.get(2)?.type : undefined;
  return value?.kind === 'enum' ? value.enum : undefined;
}
