import { allFields, fieldAt } from '../schema/fields.ts';
import type { Field, Message } from '../schema/model.ts';
import type { Encoding } from './effect.ts';

/** The reader's field that takes what the writer's field sends: by number in binary, by key in JSON. */
export function landing(reader: Message, field: Field, encoding: Encoding): Field | undefined {
  if (encoding === 'json') return keysOf(reader).get(field.jsonName);
  return field.message?.messageSet === reader.messageSet ? fieldAt(reader, field.number) : undefined;
}

/** The writer's field that the reader's field gets its values from. */
export function origin(writer: Message, reader: Message, field: Field, encoding: Encoding): Field | undefined {
  if (encoding === 'binary') return writer.messageSet === reader.messageSet ? fieldAt(writer, field.number) : undefined;
  return allFields(writer).find((other) => landing(reader, other, encoding) === field);
}

/**
 * Whether two fields are one element: one name, or one place (number or key) whose old name nobody uses or reserves any more,
 * which is a rename.
 */
export function sameElement(writer: Message, reader: Message, from: Field, to: Field, encoding: Encoding): boolean {
  if (identity(from) === identity(to)) return true;
  const samePlace = from.number === to.number || landing(reader, from, encoding) === to;
  return samePlace && !knowsName(reader, from) && !knowsName(writer, to);
}

/** The field that bears the other one's name, wherever it lands. */
export function namesake(message: Message, field: Field): Field | undefined {
  if (!isExtension(field)) return message.fieldsByName.get(field.name);
  return allFields(message).find((other) => identity(other) === identity(field));
}

function knowsName(message: Message, field: Field): boolean {
  return namesake(message, field) !== undefined || (!isExtension(field) && message.reservedNames.has(field.name));
}

function identity(field: Field): string {
  return isExtension(field) ? field.jsonName : field.name;
}

function isExtension(field: Field): boolean {
  return field.extensionScope !== undefined;
}

/** What a JSON parser looks up: every field under its original name and, before that, its JSON name; extensions in brackets. */
export function keysOf(message: Message): ReadonlyMap<string, Field> {
  const known = keys.get(message.fields);
  if (known !== undefined) return known;
  const fields = allFields(message);
  const made = new Map<string, Field>();
  for (const field of fields) made.set(identity(field), field);
  for (const field of fields) made.set(field.jsonName, field);
  keys.set(message.fields, made);
  return made;
}

/** By a message's list of fields, which is another one after an edit, though the message may be the same. */
const keys = new WeakMap<Message['fields'], ReadonlyMap<string, Field>>();
