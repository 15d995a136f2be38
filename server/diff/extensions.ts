import { isExtension } from '../schema/fields.ts';
import type { Field, File, Message, Schema } from '../schema/model.ts';
import { canHaveSameName, sameUnknown } from '../schema/unknown.ts';
import { type FileMatches, inPackage } from './declarations.ts';
import { fieldDiffers, type LoneExtensions, matchByNumber } from './members.ts';
import { type Diff, type FieldPair, type MessagePair, pairOf, type TypeVersions } from './pairs.ts';
import type { ReportedFiles } from './reported-files.ts';
import type { TypePairs } from './type-pairs.ts';

interface ExtensionMatches extends LoneExtensions {
  readonly kept: readonly { readonly old: Field; readonly new: Field; readonly sameName: boolean }[];
}

/** Matches extensions of one message by full name, then by name in the renamed package, then by number. */
export function matchExtensions(
  old: Schema,
  edited: Schema,
  files: FileMatches,
  types: TypeVersions,
): ExtensionMatches {
  const kept: { old: Field; new: Field; sameName: boolean }[] = [];
  const removed = new Set<Field>();
  const added = new Map(edited.extensions);
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

/** Leaves out extensions that became fields, or the reverse, if their message is reported. */
export function diffExtensions(
  { kept, removed, added }: ExtensionMatches,
  messages: readonly MessagePair[],
  files: FileMatches,
  types: TypeVersions,
  make: TypePairs,
  sameType: Diff['sameType'],
  reported: ReportedFiles,
): FieldPair[] {
  const parentOf = (before: Message | undefined, now: Message | undefined): MessagePair | undefined =>
    before === undefined && now === undefined ? undefined : make.message(before, now);
  const converted = messages.flatMap(({ fields }) => fields.filter((pair) => extensionsIn(pair).length > 0));
  const inFields = new Set(converted.flatMap(extensionsIn));
  const pairs: FieldPair[] = kept.map(({ old, new: edited, sameName }) => ({
    ...pairOf(old, edited),
    match: !sameName ? matchByNumber(old, edited, sameType) : old.number === edited.number ? 'same' : 'renumbered',
    parent: parentOf(old.message, edited.message),
  }));
  for (const field of removed) {
    if (inFields.has(field) || hasErrors(files.newOf(field.file))) continue;
    const extendee = field.message && types.newOf(field.message);
    pairs.push({ ...pairOf<Field>(field, undefined), match: 'same', parent: parentOf(field.message, extendee) });
  }
  for (const field of added) {
    if (inFields.has(field) || hasErrors(files.oldOf(field.file))) continue;
    const extendee = field.message && types.oldOf(field.message);
    pairs.push({ ...pairOf<Field>(undefined, field), match: 'same', parent: parentOf(extendee, field.message) });
  }
  return [
    ...converted.filter(
      (pair) => pair.parent?.reports === 'nothing' && extensionsIn(pair).some(({ file }) => reported.includes(file)),
    ),
    ...pairs
      .filter((pair) => fieldDiffers(pair, sameType))
      .filter((pair) => reported.reportsOnVersions(pair.old?.file, pair.new?.file) === 'changes'),
  ];
}

function extensionsIn(pair: FieldPair): readonly Field[] {
  return [pair.old, pair.new].filter((field) => field !== undefined).filter(isExtension);
}

/** An `extend` block can be anywhere in a file. */
function hasErrors(file: File | undefined): boolean {
  if (file === undefined) return false;
  return file.node.damage.members || file.node.damage.header || file.node.problems.length > 0;
}
