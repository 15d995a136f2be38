import { isExtension } from '../schema/fields.ts';
import type { Field, File, Schema, UnknownType } from '../schema/model.ts';
import { canHaveSameName, sameUnknown, typeElsewhere, unknownMessage } from '../schema/unknown.ts';
import { carriersOfUnknown } from './carriers.ts';
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
  old: Schema,
  edited: Schema,
  { kept, removed, added }: ExtensionMatches,
  messages: readonly MessagePair[],
  files: FileMatches,
  types: TypeVersions,
  make: TypePairs,
  sameType: Diff['sameType'],
  reported: ReportedFiles,
): FieldPair[] {
  const unknownParents = new Map<string, MessagePair>();
  const unknownParent = (type: UnknownType): MessagePair => {
    const key = type.fullNames.join();
    const known = unknownParents.get(key) ?? pairOfUnknown(type, old, edited);
    unknownParents.set(key, known);
    return known;
  };
  const parentOf = (before: Field | undefined, now: Field | undefined): MessagePair | undefined => {
    const unknown = typeElsewhere(now?.extendee) ?? typeElsewhere(before?.extendee);
    if (unknown !== undefined) return unknownParent(unknown);
    const oldMessage = before?.message ?? (now?.message && types.oldOf(now.message));
    const newMessage = now?.message ?? (before?.message && types.newOf(before.message));
    return oldMessage === undefined && newMessage === undefined ? undefined : make.message(oldMessage, newMessage);
  };
  const converted = messages.flatMap(({ fields }) => fields.filter((pair) => extensionsIn(pair).length > 0));
  const inFields = new Set(converted.flatMap(extensionsIn));
  const pairs: FieldPair[] = kept.map(({ old: before, new: now, sameName }) => ({
    ...pairOf(before, now),
    match: !sameName ? matchByNumber(before, now, sameType) : before.number === now.number ? 'same' : 'renumbered',
    parent: parentOf(before, now),
  }));
  for (const field of removed) {
    if (inFields.has(field) || hasErrors(files.newOf(field.file))) continue;
    pairs.push({ ...pairOf<Field>(field, undefined), match: 'same', parent: parentOf(field, undefined) });
  }
  for (const field of added) {
    if (inFields.has(field) || hasErrors(files.oldOf(field.file))) continue;
    pairs.push({ ...pairOf<Field>(undefined, field), match: 'same', parent: parentOf(undefined, field) });
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

/** A pair with all extensions of a message that was not found. */
function pairOfUnknown(type: UnknownType, old: Schema, edited: Schema): MessagePair {
  const [before, now] = [old, edited].map(({ extensions }) =>
    unknownMessage(
      type,
      [...extensions.values()].filter(({ extendee }) => extendee !== undefined && canHaveSameName(type, extendee)),
    ),
  );
  if (before === undefined || now === undefined) throw new Error('a side is missing');
  return {
    status: 'kept',
    old: before,
    new: now,
    match: 'same',
    covered: false,
    folded: false,
    reports: 'nothing',
    carriers: carriersOfUnknown(type),
    fields: [],
    oneofs: [],
    reservations: [],
    extensionRanges: [],
  };
}

function extensionsIn(pair: FieldPair): readonly Field[] {
  return [pair.old, pair.new].filter((field) => field !== undefined).filter(isExtension);
}

/** An `extend` block can be anywhere in a file. */
function hasErrors(file: File | undefined): boolean {
  if (file === undefined) return false;
  return file.node.damage.members || file.node.damage.header || file.node.problems.length > 0;
}
