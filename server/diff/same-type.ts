import type { Enum, Message } from '../schema/model.ts';
import { sameUnknown } from '../schema/unknown.ts';
import type { Diff, TypeVersions } from './pairs.ts';
import { sameText } from './same-text.ts';

type Type = Message | Enum;

/** @returns the function `Diff.sameType` */
export function typeComparison(versions: TypeVersions): Diff['sameType'] {
  const sameType: Diff['sameType'] = (a, b) => {
    if (a.kind === 'unresolved' || b.kind === 'unresolved') return sameUnknown(a, b);
    if (a.kind === 'scalar') return b.kind === 'scalar' && a.scalar === b.scalar;
    if (a.kind === 'enum') return b.kind === 'enum' && sameDeclared(a.enum, b.enum, versions);
    if (b.kind !== 'message' || a.message.isMapEntry !== b.message.isMapEntry) return false;
    return a.message.isMapEntry ? sameEntry(a.message, b.message) : sameDeclared(a.message, b.message, versions);
  };
  const sameEntry = (a: Message, b: Message): boolean =>
    a.fields.every((field) => {
      const other = b.fieldsByNumber.get(field.number);
      return other !== undefined && sameType(field.type, other.type);
    });
  return sameType;
}

function sameDeclared(a: Type, b: Type, versions: TypeVersions): boolean {
  const now = versions.newOf(a);
  if (now === b) return true;
  const before = versions.oldOf(b);
  if (before === a) return true;
  if (a.fullName !== b.fullName) return false;
  // An unrelated type may have the name of a renamed one.
  if (isRenamed(now, a) || isRenamed(before, b)) return false;
  // A built-in type has no version. Two declared types with one name are copies, or unrelated types of files without a package.
  return a.file.builtIn || b.file.builtIn || sameText(a, b);
}

function isRenamed(version: Type | undefined, { fullName }: Type): boolean {
  return version !== undefined && version.fullName !== fullName;
}
