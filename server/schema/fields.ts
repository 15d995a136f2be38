import type { Enum, Field, FieldType, Message } from './model.ts';

/** The field or extension with this number. */
export function fieldAt(message: Message, number: number): Field | undefined {
  return message.fieldsByNumber.get(number) ?? message.extensionsByNumber.get(number);
}

/** Fields, followed by extensions. */
export function allFields(message: Message): readonly Field[] {
  // This is called for every message, and most have no extensions.
  if (message.extensionsByNumber.size === 0) return message.fields;
  return [...message.fields, ...message.extensionsByNumber.values()];
}

export function isExtension(field: Field): boolean {
  return field.extensionScope !== undefined;
}

/** For a map, the type of its values. */
export function heldType({ type, isMap }: Field): FieldType {
  const value = isMap && type.kind === 'message' ? type.message.fieldsByNumber.get(2) : undefined;
  return value?.type ?? type;
}

/** Undefined for a scalar or a type that was not found. */
export function heldDeclaration(field: Field): Message | Enum | undefined {
  const type = heldType(field);
  if (type.kind === 'enum') return type.enum;
  return type.kind === 'message' ? type.message : undefined;
}
