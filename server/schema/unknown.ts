import { parse } from '../proto/parse.ts';
import { isUnfinished } from './fields.ts';
import { link } from './link.ts';
import type { Field, FieldType, Message, UnknownType } from './model.ts';

/** For two types of which at least one is unknown. An undeclared name is an error in the text, not a change of type. */
export function sameUnknown(a: FieldType, b: FieldType): boolean {
  return isUndeclared(a) || isUndeclared(b) || canHaveSameName(a, b);
}

export function canHaveSameName(a: FieldType, b: FieldType): boolean {
  const names = new Set(fullNamesOf(a));
  return fullNamesOf(b).some((name) => names.has(name));
}

export function isUndeclared(type: FieldType): boolean {
  return type.kind === 'unresolved' && !type.isElsewhere;
}

function fullNamesOf(type: FieldType): readonly string[] {
  switch (type.kind) {
    case 'scalar':
      return [];
    case 'message':
      return [type.message.fullName];
    case 'enum':
      return [type.enum.fullName];
    case 'unresolved':
      return type.fullNames;
  }
}

/** Stands for an extended message that was not found: only its extensions are known. */
export function unknownMessage({ name }: UnknownType, extensions: Iterable<Field>): Message {
  const message = unknownTypes().find((type) => type.kind === 'message')?.message;
  if (message === undefined) throw new Error('there is no unknown message');
  const extensionsByNumber = new Map<number, Field>();
  for (const field of extensions)
    if (!isUnfinished(field) && !extensionsByNumber.has(field.number)) extensionsByNumber.set(field.number, field);
  return { ...message, name, fullName: name.replace(/^\./, ''), fields: [], extensionsByNumber };
}

/** Undefined if the type was found, or if it is declared nowhere. */
export function typeElsewhere(type: FieldType | undefined): UnknownType | undefined {
  return type?.kind === 'unresolved' && type.isElsewhere ? type : undefined;
}

/** What an unknown type may be: a message without fields, or an open enum with only a zero value. */
export function unknownTypes(): readonly FieldType[] {
  return (placeholders ??= linkPlaceholders());
}

let placeholders: readonly FieldType[] | undefined;

function linkPlaceholders(): FieldType[] {
  const text = 'syntax = "proto3"; message UnknownMessage {} enum UnknownEnum { UNKNOWN = 0; }';
  const { types } = link(new Map([['unknown.proto', parse(text)]]));
  return [...types.values()].map((type) =>
    type.kind === 'message' ? { kind: 'message', message: type } : { kind: 'enum', enum: type },
  );
}
