import { isExtension } from '../schema/fields.ts';
import type { Field, File, Message, Schema, UnknownType } from '../schema/model.ts';
import { canHaveSameName, sameUnknown, typeElsewhere, unknownMessage } from '../schema/unknown.ts';
import { carriersOfUnknown } from './carriers.ts';
import { inPackage } from './declarations.ts';
import { fieldDiffers, type LoneExtensions, matchByNumber } from './members.ts';
import type { FieldPair, MatchedSchemas, MemberMatch, MessagePair, TypeVersions } from './pairs.ts';
import type { ReportedFiles } from './reported-files.ts';
import type { TypePairs } from './type-pairs.ts';

interface ExtensionMatches extends LoneExtensions {
  readonly kept: readonly { readonly old: Field; readonly new: Field; readonly match: MemberMatch }[];
}

/** Matches extensions of one message by full name, then by name in the renamed package, then by number. */
export function matchExtensions({
  old,
  new: edited,
  matches: { files, types },
  sameType,
}: MatchedSchemas): ExtensionMatches {
  const kept: { old: Field; new: Field; match: MemberMatch }[] = [];
  const removed = new Set<Field>();
  const added = new Map(edited.extensions);
  const keep = (field: Field, now: Field, match: MemberMatch): void => {
    removed.delete(field);
    added.delete(now.fullName);
    kept.push({ old: field, new: now, match });
  };
  const extendsSame = (a: Field, b: Field, compareUnknown: typeof sameUnknown): boolean =>
    a.message === undefined || b.message === undefined
      ? a.extendee !== undefined && b.extendee !== undefined && compareUnknown(a.extendee, b.extendee)
      : isVersion(a.message, b.message, types);
  for (const field of old.extensions.values()) {
    const namesake = added.get(field.fullName);
    if (namesake === undefined || !extendsSame(field, namesake, sameUnknown)) removed.add(field);
    else keep(field, namesake, matchOfNamesake(field, namesake));
  }
  for (const field of removed) {
    const file = files.newOf(field.file);
    const namesake = file && added.get(inPackage(field.fullName, field.file.package, file.package));
    if (namesake !== undefined && extendsSame(field, namesake, sameUnknown)) {
      keep(field, namesake, matchOfNamesake(field, namesake));
      continue;
    }
    const renamed = [...added.values()].find(
      (other) => other.number === field.number && extendsSame(field, other, canHaveSameName),
    );
    if (renamed !== undefined) keep(field, renamed, matchByNumber(field, renamed, sameType));
  }
  return { kept, removed, added: new Set(added.values()) };
}

/** A copy counts, but not an unrelated message that has the name of a renamed one. */
function isVersion(old: Message, edited: Message, types: TypeVersions): boolean {
  const [now, before] = [types.newOf(old), types.oldOf(edited)];
  if (now === edited || before === old) return true;
  return (
    [now, before].every((version) => version === undefined || version.fullName === old.fullName) &&
    old.fullName === edited.fullName
  );
}

type ParentOf = (old: Field | undefined, edited: Field | undefined) => FieldPair['parent'];

/** @returns a function that makes the pair of the message that an extension extends */
export function extendedMessages({ old, new: edited, matches: { types } }: MatchedSchemas, pairs: TypePairs): ParentOf {
  const unknown = new Map<string, MessagePair>();
  const unknownParent = (type: UnknownType): MessagePair => {
    const key = type.fullNames.join();
    const pair = unknown.get(key) ?? pairOfUnknown(type, old, edited);
    unknown.set(key, pair);
    return pair;
  };
  return (before, now) => {
    const type = typeElsewhere(now?.extendee) ?? typeElsewhere(before?.extendee);
    if (type !== undefined) return unknownParent(type);
    const oldMessage = before?.message ?? (now?.message && types.oldOf(now.message));
    const newMessage = now?.message ?? (before?.message && types.newOf(before.message));
    return oldMessage === undefined && newMessage === undefined ? undefined : pairs.message(oldMessage, newMessage);
  };
}

/** Leaves out an extension that became a field, or the reverse, if its message is reported: the message's pair contains it. */
export function diffExtensions(
  { kept, removed, added }: ExtensionMatches,
  messages: readonly MessagePair[],
  parentOf: ParentOf,
  { matches: { files }, sameType }: MatchedSchemas,
  reported: ReportedFiles,
): FieldPair[] {
  const converted = messages.flatMap(({ fields }) => fields.filter((pair) => extensionsIn(pair).length > 0));
  const inFields = new Set(converted.flatMap(extensionsIn));
  const pairs: FieldPair[] = kept.map((match) => ({
    status: 'kept',
    ...match,
    parent: parentOf(match.old, match.new),
  }));
  for (const field of removed) {
    if (inFields.has(field) || hasErrors(files.newOf(field.file))) continue;
    pairs.push({ status: 'removed', old: field, new: undefined, match: 'same', parent: parentOf(field, undefined) });
  }
  for (const field of added) {
    if (inFields.has(field) || hasErrors(files.oldOf(field.file))) continue;
    pairs.push({ status: 'added', old: undefined, new: field, match: 'same', parent: parentOf(undefined, field) });
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

function matchOfNamesake(field: Field, namesake: Field): MemberMatch {
  return field.number === namesake.number ? 'same' : 'renumbered';
}

/** A pair with all extensions of a message that was not found. */
function pairOfUnknown(type: UnknownType, old: Schema, edited: Schema): MessagePair {
  const messageIn = ({ extensions }: Schema): Message =>
    unknownMessage(
      type,
      [...extensions.values()].filter(({ extendee }) => extendee !== undefined && canHaveSameName(type, extendee)),
    );
  return {
    status: 'kept',
    old: messageIn(old),
    new: messageIn(edited),
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
