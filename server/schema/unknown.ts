import { parse } from '../proto/parse.ts';
import { link } from './link.ts';
import type { FieldType } from './model.ts';

/**
 * Whether two types of which at least one cannot be found are the same one, which is known by their full names alone. A name as it is
 * written may mean a full name in several scopes (https://protobuf.dev/programming-guides/proto3/#name-resolution).
 */
export function sameUnknown(a: FieldType, b: FieldType): boolean {
  // What is declared nowhere is no type yet: the text says so itself.
  if (isUndeclared(a) || isUndeclared(b)) return true;
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

/** What stands for a type that cannot be found: a message and an open enum, of which nothing else is known. */
export function unknownTypes(): FieldType[] {
  const text = 'syntax = "proto3"; message UnknownMessage {} enum UnknownEnum { UNKNOWN = 0; }';
  const { types } = link(new Map([['unknown.proto', parse(text)]]));
  return [...types.values()].map((type) =>
    type.kind === 'message' ? { kind: 'message', message: type } : { kind: 'enum', enum: type },
  );
}
