import { haveCompatibleTypes, isNameTakenOver } from '../effects/field-matching.ts';
import type { Lookup } from '../schema/member-map.ts';
import type { Enum, EnumValue, Field, FieldType, Message, Method, Oneof } from '../schema/model.ts';
import type {
  Diff,
  EnumPair,
  EnumValuePair,
  FieldMatch,
  FieldPair,
  MessagePair,
  MethodPair,
  OneofPair,
  RangePair,
  ReservationPair,
  ServicePair,
} from './pairs.ts';
import { groupBy } from './group-by.ts';
import { subtract } from './numbers.ts';
import { sameText } from './same-text.ts';

type SameType = Diff['sameType'];

/** Extensions that only one side has. */
export interface LoneExtensions {
  readonly removed: ReadonlySet<Field>;
  readonly added: ReadonlySet<Field>;
}

/**
 * Matches the fields of two messages by name, unless another field took the name over (see `isNameTakenOver`), and the remaining ones by
 * number. These can also be matched with extensions. Returns only the pairs that rules could report. If a side is damaged, fields that are
 * missing there get no pair. An edited field without a number gets none either.
 */
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

  // Added fields with the number of a kept field are left out too: the number is usually the first digit of a longer one.
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
  return pairs.filter(fieldDiffers(sameType));
}

function loneOf({ extensionsByNumber }: Message, lone: ReadonlySet<Field>): readonly Field[] {
  return extensionsByNumber.size === 0 ? [] : [...extensionsByNumber.values()].filter((field) => lone.has(field));
}

const NO_NUMBERS: ReadonlySet<number> = new Set();

/** The numbers that several members have. Such text is unfinished, so a change to such a number is not reported. */
function sharedNumbers(members: readonly { readonly number: number }[]): ReadonlySet<number> {
  const seen = new Set<number>();
  const shared = new Set<number>();
  for (const { number } of members) {
    if (seen.has(number)) shared.add(number);
    else seen.add(number);
  }
  return shared;
}

/** The member of the other side with the same name. If there are several (invalid text), the one with the same number or the first one. */
function namesake<T extends Field | EnumValue>(
  member: T,
  others: readonly T[],
  byName: Lookup<string, T>,
): T | undefined {
  const first = byName.get(member.name);
  if (first === undefined || first.number === member.number || others.length === byName.size) return first;
  return others.find(({ name, number }) => name === member.name && number === member.number) ?? first;
}

function isUnfinished({ number }: Field | EnumValue): boolean {
  return Number.isNaN(number);
}

/** For fields with the same number and different names: `reused` if the old name is reserved or the types cannot read each other. */
export function matchByNumber(old: Field, edited: Field, sameType: SameType): FieldMatch {
  const reserved = edited.message?.reservedNames.has(old.name) ?? false;
  return !reserved && haveCompatibleTypes(old, edited, sameType) ? 'renamed' : 'reused';
}

/** Returns a function that decides whether a rule could report a pair. Options are not compared here: a field with an option counts as different. */
export function fieldDiffers(sameType: SameType): (pair: FieldPair) => boolean {
  return (pair) => {
    if (pair.status !== 'kept' || pair.match !== 'same') return true;
    const { old, new: edited } = pair;
    return (
      !sameMeaning(old, edited, sameType) ||
      old.options.size !== 0 ||
      edited.options.size !== 0 ||
      old.oneof?.name !== edited.oneof?.name
    );
  };
}

/**
 * For fields with the same name and number: whether the linker resolved the same type, presence, encoding and JSON name. This can differ
 * for equal texts, because it also depends on other declarations and inherited features.
 */
export function sameMeaning(old: Field, edited: Field, sameType: SameType): boolean {
  return (
    old.repeated === edited.repeated &&
    old.presence === edited.presence &&
    old.packed === edited.packed &&
    old.delimited === edited.delimited &&
    checksSameTexts(old, edited) &&
    old.jsonName === edited.jsonName &&
    sameType(old.type, edited.type)
  );
}

/** Whether UTF-8 is checked in the same places of two fields: in the value, or for a map in the key and in the value. */
export function checksSameTexts(old: Field, edited: Field): boolean {
  const before = entryOf(old);
  const now = entryOf(edited);
  if (before === undefined || now === undefined) return before === now && old.validatesUtf8 === edited.validatesUtf8;
  return before.fields.every(({ validatesUtf8 }, index) => validatesUtf8 === now.fields[index]?.validatesUtf8);
}

/** What `sameMeaning` compares, as text. It contains the full names of types, so it does not depend on how types were matched. */
export function meaningOf(field: Field): string {
  const { repeated, presence, packed, delimited, jsonName, type } = field;
  return [
    repeated,
    presence,
    packed,
    delimited,
    (entryOf(field)?.fields ?? [field]).map(({ validatesUtf8 }) => validatesUtf8),
    JSON.stringify(jsonName),
    nameOf(type),
  ].join(' ');
}

function nameOf(type: FieldType): string {
  switch (type.kind) {
    case 'scalar':
      return type.scalar;
    case 'enum':
      return `enum ${type.enum.fullName}`;
    case 'message':
      return type.message.isMapEntry
        ? `map ${type.message.fields.map((part) => nameOf(part.type)).join(' to ')}`
        : `message ${type.message.fullName}`;
    case 'unresolved':
      return `unresolved ${String(type.isElsewhere)} ${type.fullNames.join(' or ')}`;
  }
}

/** Whether readers check the UTF-8 of a field's values, or of a map's keys or values. */
export function checksTexts(field: Field): boolean {
  return (entryOf(field)?.fields ?? [field]).some(({ validatesUtf8 }) => validatesUtf8);
}

function entryOf({ isMap, type }: Field): Message | undefined {
  return isMap && type.kind === 'message' ? type.message : undefined;
}

/** Matches oneofs by name, then the remaining ones if more than half of the larger one's field numbers are in both. */
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

/** Matches values by name, then the remaining ones by number. Returns only the pairs that rules could report. */
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
  // The released numbers of values that have no number now, because the user is typing it. An added value with such a number may be an
  // alias or a replacement, so it gets no pair yet.
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

/**
 * Matches methods by name. Of the remaining ones, a removed and an added method with the same signature are matched if the removed one has
 * a request of its own or the two names share a word. They are not matched if a second added method would fit, or if a second removed
 * method has the same signature.
 */
export function diffMethods(
  parent: ServicePair,
  old: readonly Method[],
  edited: readonly Method[],
  sameType: SameType,
): MethodPair[] {
  const sameTypes = ({ types }: Method, { types: others }: Method): boolean =>
    sameType(types.input, others.input) && sameType(types.output, others.output);
  const differs = (a: Method, b: Method): boolean => a !== b && !(sameText(a, b) && sameTypes(a, b));
  const pairs: MethodPair[] = [];
  const now = new Map(edited.map((method) => [method.name, method]));
  const removed: Method[] = [];
  for (const method of old) {
    const same = now.get(method.name);
    if (same === undefined) removed.push(method);
    else {
      pairs.push({ status: 'kept', old: method, new: same, parent, match: 'same', differs: differs(method, same) });
      now.delete(method.name);
    }
  }
  const sameSignature = (a: Method, b: Method): boolean =>
    sameTypes(a, b) && a.clientStreaming === b.clientStreaming && a.serverStreaming === b.serverStreaming;
  const added = [...now.values()];
  for (const method of removed) {
    const like = added.filter(
      (other) => sameSignature(method, other) && (hasOwnRequest(method) || shareWord(method.name, other.name)),
    );
    const [found] = like;
    if (
      found !== undefined &&
      like.length === 1 &&
      removed.filter((other) => sameSignature(other, found)).length === 1
    ) {
      added.splice(added.indexOf(found), 1);
      pairs.push({ status: 'kept', old: method, new: found, parent, match: 'renamed', differs: true });
    } else if (!(parent.new?.damaged ?? false)) {
      pairs.push({ status: 'removed', old: method, new: undefined, parent, match: 'same', differs: true });
    }
  }
  if (!(parent.old?.damaged ?? false)) {
    for (const method of added)
      pairs.push({ status: 'added', old: undefined, new: method, parent, match: 'same', differs: true });
  }
  return pairs;
}

/** Whether the request is declared in the service's file, and no other method of the service uses it. */
function hasOwnRequest(method: Method): boolean {
  return (
    method.input?.file === method.file &&
    method.service.methods.every((other) => other === method || other.input !== method.input)
  );
}

function shareWord(a: string, b: string): boolean {
  const words = new Set(wordsOf(a));
  return wordsOf(b).some((word) => words.has(word));
}

/** Splits `GetOOMEvent` into get, oom and event. */
function wordsOf(name: string): string[] {
  return name.split(/(?<=[a-z\d])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|_/).map((word) => word.toLowerCase());
}
