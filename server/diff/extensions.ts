import type { Field, File, Message, Schema } from '../schema/model.ts';
import { canHaveSameName, sameUnknown } from '../schema/unknown.ts';
import { type FileMatches, inPackage } from './declarations.ts';
import { fieldDiffers, type LoneExtensions, matchByNumber } from './members.ts';
import { type Diff, type FieldPair, type MessagePair, pairOf, type TypeVersions } from './pairs.ts';
import type { TypePairs } from './type-pairs.ts';

interface ExtensionMatches extends LoneExtensions {
  readonly kept: readonly { readonly old: Field; readonly new: Field; readonly sameName: boolean }[];
}

/** Matches extensions of the same message by full name, then by name if their file's package was renamed, then by number. */
export function matchExtensions(
  old: Schema,
  edited: Schema,
  files: FileMatches,
  types: TypeVersions,
): ExtensionMatches {
  const kept: { old: Field; new: Field; sameName: boolean }[] = [];
  const removed = new Set<Field>();
  const added = new Map(edited.extensions);
  // An extension of another message is a different extension, even if it has the same name.
  const extendsSame = (a: Field, b: Field, compareUnknown: typeof sameUnknown): boolean =>
    a.message === undefined || b.message === undefined
      ? a.extendee !== undefined && b.extendee !== undefined && compareUnknown(a.extendee, b.extendee)
      : a.message.fullName === b.message.fullName || types.newOf(a.message) === b.message;
  for (const [fullName, field] of old.extensions) {
    const same = added.get(fullName);
    if (same === undefined || !extendsSame(field, same, sameUnknown)) removed.add(field);
    else if (added.delete(fullName)) kept.push({ old: field, new: same, sameName: true });
  }
  for (const field of removed) {
    const file = files.newOf(field.file);
    const namesake = file && added.get(inPackage(field.fullName, field.file.package, file.package));
    const inRenamedPackage = namesake !== undefined && extendsSame(field, namesake, sameUnknown) ? namesake : undefined;
    const renamed = [...added.values()].find(
      (other) => other.number === field.number && extendsSame(field, other, canHaveSameName),
    );
    const now = inRenamedPackage ?? renamed;
    if (now === undefined) continue;
    removed.delete(field);
    added.delete(now.fullName);
    kept.push({ old: field, new: now, sameName: inRenamedPackage !== undefined });
  }
  return { kept, removed, added: new Set(added.values()) };
}

/** @param paired extensions that are left out, because they are matched with a field */
export function diffExtensions(
  { kept, removed, added }: ExtensionMatches,
  paired: ReadonlySet<Field | undefined>,
  files: FileMatches,
  types: TypeVersions,
  make: TypePairs,
  sameType: Diff['sameType'],
): FieldPair[] {
  const parentOf = (before: Message | undefined, now: Message | undefined): MessagePair | undefined =>
    before === undefined && now === undefined ? undefined : make.message(before, now);
  const pairs: FieldPair[] = kept.map(({ old, new: edited, sameName }) => ({
    ...pairOf(old, edited),
    match: !sameName ? matchByNumber(old, edited, sameType) : old.number === edited.number ? 'same' : 'renumbered',
    parent: parentOf(old.message, edited.message),
  }));
  for (const field of removed) {
    if (paired.has(field) || hasErrors(files.newOf(field.file))) continue;
    const extendee = field.message && types.newOf(field.message);
    pairs.push({ ...pairOf<Field>(field, undefined), match: 'same', parent: parentOf(field.message, extendee) });
  }
  for (const field of added) {
    if (paired.has(field) || hasErrors(files.oldOf(field.file))) continue;
    const extendee = field.message && types.oldOf(field.message);
    pairs.push({ ...pairOf<Field>(undefined, field), match: 'same', parent: parentOf(extendee, field.message) });
  }
  return pairs.filter(fieldDiffers(sameType));
}

/** Whether there is a syntax error anywhere in a file. An `extend` block can be at its top or in any message. */
function hasErrors(file: File | undefined): boolean {
  if (file === undefined) return false;
  return file.node.damage.members || file.node.damage.header || file.node.problems.length > 0;
}
