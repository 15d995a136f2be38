import { haveCompatibleTypes, isNameTakenOver } from '../effects/field-matching.ts';
import { isUnfinished } from '../schema/fields.ts';
import type { Lookup } from '../schema/member-map.ts';
import type { Enum, EnumValue, Field, Message, Oneof } from '../schema/model.ts';
import type {
  Diff,
  EnumPair,
  EnumValuePair,
  FieldPair,
  MemberMatch,
  MessagePair,
  OneofPair,
  RangePair,
  ReservationPair,
} from './pairs.ts';
import { sameMeaning } from './field-meaning.ts';
import { groupBy } from '../schema/group-by.ts';
import { subtract } from './numbers.ts';

type SameType = Diff['sameType'];

/** Extensions that only one side has. */
export interface LoneExtensions {
  readonly removed: ReadonlySet<Field>;
  readonly added: ReadonlySet<Field>;
}

/** Matches fields by name, then the remaining fields and extensions by number. Leaves out unchanged fields without options. */
export function diffFields(
  parent: MessagePair,
  old: Message,
  edited: Message,
  sameType: SameType,
  extensions: LoneExtensions,
): FieldPair[] {
  const pairs: FieldPair[] = [];
  const left: Field[] = [];
  const names = new Set<string>();
  const shared = sharedNumbers(edited.fields);
  for (const field of old.fields) {
    const now = namesake(field, edited.fields, edited.fieldsByName);
    if (now === undefined || isNameTakenOver(old, edited, field, now, sameType)) {
      left.push(field);
      continue;
    }
    names.add(field.name);
    const isSame = field.number === now.number;
    if (!isUnfinished(field) && !isUnfinished(now) && (isSame || !shared.has(now.number)))
      pairs.push({ status: 'kept', old: field, new: now, parent, match: isSame ? 'same' : 'renumbered' });
  }

  // An added field with the number of a kept one is half typed: the number is the first digit of a longer one.
  const held = new Set(edited.fields.filter(({ name }) => names.has(name)).map(({ number }) => number));
  const added = edited.fields.filter(
    (field) => !names.has(field.name) && !isUnfinished(field) && !held.has(field.number),
  );
  const byNumber = new Map([...loneOf(edited, extensions.added), ...added].map((field) => [field.number, field]));
  for (const field of left) {
    const now = byNumber.get(field.number);
    if (now !== undefined) {
      byNumber.delete(field.number);
      pairs.push({ status: 'kept', old: field, new: now, parent, match: matchByNumber(field, now, sameType) });
    } else if (!edited.damaged) {
      pairs.push({ status: 'removed', old: field, new: undefined, parent, match: 'same' });
    }
  }
  const oldExtensions = new Map(loneOf(old, extensions.removed).map((field) => [field.number, field]));
  for (const field of byNumber.values()) {
    if (field.extensionScope !== undefined) continue;
    const before = oldExtensions.get(field.number);
    if (before !== undefined)
      pairs.push({ status: 'kept', old: before, new: field, parent, match: matchByNumber(before, field, sameType) });
    else if (!old.damaged) pairs.push({ status: 'added', old: undefined, new: field, parent, match: 'same' });
  }
  return pairs.filter((pair) => fieldDiffers(pair, sameType));
}

function loneOf({ extensionsByNumber }: Message, lone: ReadonlySet<Field>): readonly Field[] {
  return extensionsByNumber.size === 0 ? [] : [...extensionsByNumber.values()].filter((field) => lone.has(field));
}

const NO_NUMBERS: ReadonlySet<number> = new Set();

/** Numbers of several members. The text is unfinished, so a change to such a number is not reported. */
function sharedNumbers(members: readonly { readonly number: number }[]): ReadonlySet<number> {
  const seen = new Set<number>();
  const shared = new Set<number>();
  for (const { number } of members) {
    if (seen.has(number)) shared.add(number);
    else seen.add(number);
  }
  return shared;
}

/** If invalid text has several members of this name, the one with the same number, else the first. */
function namesake<T extends Field | EnumValue>(
  member: T,
  others: readonly T[],
  byName: Lookup<string, T>,
): T | undefined {
  const first = byName.get(member.name);
  if (first === undefined || first.number === member.number || others.length === byName.size) return first;
  return others.find(({ name, number }) => name === member.name && number === member.number) ?? first;
}

/** For two fields with the same number and different names. */
export function matchByNumber(old: Field, edited: Field, sameType: SameType): MemberMatch {
  const reserved = edited.message?.reservedNames.has(old.name) ?? false;
  return !reserved && haveCompatibleTypes(old, edited, sameType) ? 'renamed' : 'reused';
}

/** Options are compared later, so a field with an option counts as different. */
export function fieldDiffers({ status, match, old, new: edited }: FieldPair, sameType: SameType): boolean {
  if (status !== 'kept' || match !== 'same') return true;
  return (
    !sameMeaning(old, edited, sameType) ||
    old.options.size !== 0 ||
    edited.options.size !== 0 ||
    old.oneof?.name !== edited.oneof?.name
  );
}

/** Matches oneofs by name, then the remaining ones by the numbers of their fields. */
export function diffOneofs(parent: MessagePair, old: Message, edited: Message): OneofPair[] {
  const pairs: OneofPair[] = [];
  const before = new Set(old.oneofs.map(({ name }) => name));
  const now = new Map(edited.oneofs.toReversed().map((oneof) => [oneof.name, oneof]));
  const added = new Set(edited.oneofs.filter(({ name }) => !before.has(name)));
  const holders = new Map([...added].flatMap((oneof) => oneof.fields.map(({ number }) => [number, oneof] as const)));
  for (const oneof of old.oneofs) {
    const renamed = (): Oneof | undefined =>
      oneof.fields
        .map(({ number }) => holders.get(number))
        .find((other) => other !== undefined && added.has(other) && mostlySame(oneof, other));
    const other = now.get(oneof.name) ?? renamed();
    if (other !== undefined) {
      added.delete(other);
      pairs.push({ status: 'kept', old: oneof, new: other, parent });
    } else if (!edited.damaged) {
      pairs.push({ status: 'removed', old: oneof, new: undefined, parent });
    }
  }
  if (!old.damaged) for (const oneof of added) pairs.push({ status: 'added', old: undefined, new: oneof, parent });
  return pairs;
}

function mostlySame(a: Oneof, b: Oneof): boolean {
  const numbers = new Set(b.fields.map(({ number }) => number));
  const shared = a.fields.filter(({ number }) => numbers.has(number));
  return 2 * shared.length > Math.max(a.fields.length, b.fields.length);
}

/** Matches values by name, then the remaining ones by number. Leaves out unchanged values without options. */
export function diffEnumValues(parent: EnumPair, old: Enum, edited: Enum): EnumValuePair[] {
  const pairs: EnumValuePair[] = [];
  const removed: EnumValue[] = [];
  const shared = edited.options.has('allow_alias') ? NO_NUMBERS : sharedNumbers(edited.values);
  for (const value of old.values) {
    const now = namesake(value, edited.values, edited.valuesByName);
    if (now === undefined) removed.push(value);
    else if (isUnfinished(value) || isUnfinished(now)) continue;
    else if (now.number !== value.number && shared.has(now.number)) continue;
    else if (now.number !== value.number)
      pairs.push({ status: 'kept', old: value, new: now, parent, match: 'renumbered' });
    else if (value.options.size > 0 || now.options.size > 0)
      pairs.push({ status: 'kept', old: value, new: now, parent, match: 'same' });
  }
  // The released numbers of values whose number is being typed. An added value with such a number gets no pair yet.
  const open = new Set(edited.values.filter(isUnfinished).map(({ name }) => old.valuesByName.get(name)?.number));
  const added = new Set(
    edited.values.filter(
      (value) => !old.valuesByName.has(value.name) && !isUnfinished(value) && !open.has(value.number),
    ),
  );
  const addedByNumber = groupBy(added, ({ number }) => number);
  const named = groupBy(removed.length === 0 ? [] : old.values, ({ number }) => number);
  for (const value of removed) {
    const names = isUnfinished(value) ? [] : (named.get(value.number) ?? []).map(({ name }) => name);
    const isKept = names.some((name) => edited.valuesByName.get(name)?.number === value.number);
    const isAlias = isKept && edited.reservedNames.has(value.name);
    const isReused = !isKept && names.some((name) => edited.reservedNames.has(name) || edited.valuesByName.has(name));
    const now = isAlias ? undefined : addedByNumber.get(value.number)?.shift();
    if (now !== undefined) {
      added.delete(now);
      pairs.push({ status: 'kept', old: value, new: now, parent, match: isReused ? 'reused' : 'renamed' });
    } else if (!edited.damaged) {
      pairs.push({ status: 'removed', old: value, new: undefined, parent, match: 'same' });
    }
  }
  if (!old.damaged)
    for (const value of added) pairs.push({ status: 'added', old: undefined, new: value, parent, match: 'same' });
  return pairs;
}

export function diffReservations(
  parent: MessagePair | EnumPair,
  old: Message | Enum,
  edited: Message | Enum,
): ReservationPair[] {
  const pairs: ReservationPair[] = [];
  if (!edited.damaged) {
    for (const range of subtract(old.reservedRanges, edited.reservedRanges))
      pairs.push({ status: 'removed', old: { range }, new: undefined, parent });
    for (const name of old.reservedNames.keys())
      if (!edited.reservedNames.has(name)) pairs.push({ status: 'removed', old: { name }, new: undefined, parent });
  }
  if (!old.damaged) {
    for (const range of subtract(edited.reservedRanges, old.reservedRanges))
      pairs.push({ status: 'added', old: undefined, new: { range }, parent });
    for (const name of edited.reservedNames.keys())
      if (!old.reservedNames.has(name)) pairs.push({ status: 'added', old: undefined, new: { name }, parent });
  }
  return pairs;
}

export function diffExtensionRanges(parent: MessagePair, old: Message, edited: Message): RangePair[] {
  const pairs: RangePair[] = [];
  if (!edited.damaged) {
    // An extension may become a field, so its number does not count as removed (https://protobuf.dev/programming-guides/proto2/#updating).
    const taken = edited.fields
      .filter(({ number }) => old.extensionsByNumber.has(number))
      .map(({ number, node: { span } }) => ({ start: number, end: number, span }));
    for (const range of subtract(old.extensionRanges, [...edited.extensionRanges, ...taken]))
      pairs.push({ status: 'removed', old: range, new: undefined, parent });
  }
  if (!old.damaged) {
    for (const range of subtract(edited.extensionRanges, old.extensionRanges))
      pairs.push({ status: 'added', old: undefined, new: range, parent });
  }
  return pairs;
}
