import type { Diff } from '../../diff/pairs.ts';
import type { File, Message, Schema } from '../../schema/model.ts';

/** Types, services, extensions, enum values, fields and oneofs share one namespace. */
export function isNameTaken(name: string, scope: Message | File, { new: edited }: Diff): boolean {
  const outer = scope.kind === 'file' ? scope.package : scope.fullName;
  const fullName = outer === '' ? name : `${outer}.${name}`;
  if (edited.types.has(fullName) || edited.services.has(fullName) || edited.extensions.has(fullName)) return true;
  if (scope.kind === 'message' && (scope.fieldsByName.has(name) || scope.oneofs.some((oneof) => oneof.name === name)))
    return true;
  return valueNamesIn(edited).has(fullName);
}

function valueNamesIn(schema: Schema): ReadonlySet<string> {
  let known = VALUE_NAMES.get(schema);
  if (known === undefined) {
    const enums = [...schema.types.values()].filter((type) => type.kind === 'enum');
    known = new Set(enums.flatMap(({ valuesByName }) => [...valuesByName.values()].map(({ fullName }) => fullName)));
    VALUE_NAMES.set(schema, known);
  }
  return known;
}

const VALUE_NAMES = new WeakMap<Schema, ReadonlySet<string>>();
