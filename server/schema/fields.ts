import type { Enum, EnumValue, Field, FieldType, Message } from './model.ts';

export function fieldAt(message: Message, number: number): Field | undefined {
  return message.fieldsByNumber.get(number) ?? message.extensionsByNumber.get(number);
}

export function allFields(message: Message): readonly Field[] {
  // Most messages have no extensions, and a copy takes time.
  if (message.extensionsByNumber.size === 0) return message.fields;
  return [...message.fields, ...message.extensionsByNumber.values()];
}

/** Its number is still being typed. */
export function isUnfinished({ number }: Field | EnumValue): boolean {
  return Number.isNaN(number);
}

export function isExtension(field: Field): boolean {
  return field.extensionScope !== undefined;
}

/** For a map, the type of the values. */
export function heldType({ type, isMap }: Field): FieldType {
  const value = isMap && type.kind === 'message' ? type.message.fieldsByNumber.get(2) : undefined;
  return value?.type ?? type;
}

/** Undefined for a scalar or unknown type. */
export function heldDeclaration(field: Field): Message | Enum | undefined {
  const type = heldType(field);
  if (type.kind === 'enum') return type.enum;
  return type.kind === 'message' ? type.message : undefined;
}
