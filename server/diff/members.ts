import { isInherited, readEachOther } from '../effects/match.ts';
import type { Enum, EnumValue, Field, Message, Method, Oneof } from '../schema/model.ts';
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

/** Extensions that only one side has. Matching one with a field of the other side removes it from its set. */
export interface LoneExtensions {
  readonly gone: Set<Field>;
  readonly come: Set<Field>;
}

/**
 * Matches the fields of two messages: by name, then by number among those that are left, extensions included. Where the field of the
 * old number has a new name, and another field has the old name now, the fields are matched by number.
 * Where text is damaged, a member missing on that side may still be there. A field that has no number yet gives no pair.
 */
export function diffFields(
  parent: MessagePair,
  old: Message,
  edited: Message,
  sameType: SameType,
  extensions: LoneExtensions,
): FieldPair[] {
  const pairs: FieldPair[] = [];
  const gone: Field[] = [];
  const keptNames = new Set<string>();
  const shared = sharedNumbers(edited.fields);
  for (const field of old.fields) {
    const now = namesake(field, edited.fields, edited.fieldsByName);
    const isKept = now !== undefined && !isInherited(old, edited, field, now, sameType);
    if (isKept) keptNames.add(field.name);
    if (!isKept) gone.push(field);
    else if (!isUnfinished(field) && !isUnfinished(now) && (field.number === now.number || !shared.has(now.number))) {
      pairs.push({
        status: 'kept',
        old: field,
        new: now,
        parent,
        match: field.number === now.number ? 'same' : 'renumbered',
      });
    }
  }
  // Fields at a number that a kept field has are left out, as above: most often it is the first digit of a longer number.
  const held = new Set(edited.fields.filter((field) => keptNames.has(field.name)).map((field) => field.number));
  const fresh = edited.fields.filter(
    (field) => !keptNames.has(field.name) && !isUnfinished(field) && !held.has(field.number),
  );
  const come = new Map(fresh.map((field) => [field.number, field]));
  for (const field of gone) {
    const now = come.get(field.number) ?? lone(edited, field.number, extensions.come);
    if (now !== undefined) {
      come.delete(field.number);
      const match = matchByNumber(field, now, sameType);
      pairs.push({ status: 'kept', old: field, new: now, parent, match });
    } else if (!edited.damaged) {
      pairs.push({ status: 'removed', old: field, new: undefined, parent, match: 'same' });
    }
  }
  for (const field of come.values()) {
    const before = lone(old, field.number, extensions.gone);
    if (before !== undefined)
      pairs.push({ status: 'kept', old: before, new: field, parent, match: matchByNumber(before, field, sameType) });
    else if (!old.damaged) pairs.push({ status: 'added', old: undefined, new: field, parent, match: 'same' });
  }
  return pairs.filter(fieldDiffers(sameType));
}

const NO_NUMBERS: ReadonlySet<number> = new Set();

/** Two members with one number are unfinished text, so the one that was changed to that number is not reported. */
function sharedNumbers(members: readonly { readonly number: number }[]): ReadonlySet<number> {
  const seen = new Set<number>();
  const shared = new Set<number>();
  for (const { number } of members) {
    if (seen.has(number)) shared.add(number);
    else seen.add(number);
  }
  return shared;
}

/** The member of that name; if there are several, which is invalid as well, the one with the same number. */
function namesake<T extends Field | EnumValue>(
  member: T,
  others: readonly T[],
  byName: ReadonlyMap<string, T>,
): T | undefined {
  const first = byName.get(member.name);
  if (first === undefined || first.number === member.number || others.length === byName.size) return first;
  return others.find(({ name, number }) => name === member.name && number === member.number) ?? first;
}

function lone(message: Message, number: number, extensions: Set<Field>): Field | undefined {
  const extension = message.extensionsByNumber.get(number);
  return extension !== undefined && extensions.delete(extension) ? extension : undefined;
}

/** The text has no number for it. */
function isUnfinished({ number }: Field | EnumValue): boolean {
  return Number.isNaN(number);
}

/** Two fields of one number and different names: renamed, unless the old name is reserved or the types cannot read each other. */
export function matchByNumber(old: Field, edited: Field, sameType: SameType): FieldMatch {
  const reserved = edited.message?.reservedNames.has(old.name) ?? false;
  return !reserved && readEachOther(old, edited, sameType) ? 'renamed' : 'reused';
}

/** Whether a pair is worth keeping: everything that any rule looks at, cheapest first. */
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

/** Whether two fields of one name and number mean the same on the wire: equal text can differ in meaning, because names and features are resolved elsewhere. */
export function sameMeaning(old: Field, edited: Field, sameType: SameType): boolean {
  return (
    old.repeated === edited.repeated &&
    old.presence === edited.presence &&
    old.packed === edited.packed &&
    old.delimited === edited.delimited &&
    checksTexts(old) === checksTexts(edited) &&
    old.jsonName === edited.jsonName &&
    sameType(old.type, edited.type)
  );
}

/** Which strings of a field must be valid UTF-8: its own, or a map's keys and values. */
export function checksTexts({ isMap, type, validatesUtf8 }: Field): string {
  if (!isMap || type.kind !== 'message') return String(validatesUtf8);
  return type.message.fields.map((part) => part.validatesUtf8).join();
}

/** Matches oneofs by name, then those that share more than half of their fields. */
export function diffOneofs(parent: MessagePair, old: Message, edited: Message): OneofPair[] {
  const pairs: OneofPair[] = [];
  const before = new Set(old.oneofs.map(({ name }) => name));
  const now = new Map(edited.oneofs.toReversed().map((oneof) => [oneof.name, oneof]));
  const come = new Set(edited.oneofs.filter(({ name }) => !before.has(name)));
  const holders = new Map([...come].flatMap((oneof) => oneof.fields.map(({ number }) => [number, oneof] as const)));
  for (const oneof of old.oneofs) {
    const renamed = (): Oneof | undefined =>
      oneof.fields
        .map(({ number }) => holders.get(number))
        .find((other) => other !== undefined && come.has(other) && mostlySame(oneof, other));
    const other = now.get(oneof.name) ?? renamed();
    if (other !== undefined) {
      come.delete(other);
      pairs.push({ status: 'kept', old: oneof, new: other, parent });
    } else if (!edited.damaged) {
      pairs.push({ status: 'removed', old: oneof, new: undefined, parent });
    }
  }
  if (!old.damaged) for (const oneof of come) pairs.push({ status: 'added', old: undefined, new: oneof, parent });
  return pairs;
}

function mostlySame(a: Oneof, b: Oneof): boolean {
  const numbers = new Set(b.fields.map(({ number }) => number));
  const shared = a.fields.filter(({ number }) => numbers.has(number));
  return 2 * shared.length > Math.max(a.fields.length, b.fields.length);
}

/** Matches values by name, then the rest by number. Adding or removing an alias is not a rename. */
export function diffEnumValues(parent: EnumPair, old: Enum, edited: Enum): EnumValuePair[] {
  const pairs: EnumValuePair[] = [];
  const gone: EnumValue[] = [];
  const shared = edited.options.has('allow_alias') ? NO_NUMBERS : sharedNumbers(edited.values);
  for (const value of old.values) {
    const now = namesake(value, edited.values, edited.valuesByName);
    if (now === undefined) gone.push(value);
    else if (isUnfinished(value) || isUnfinished(now)) continue;
    else if (now.number !== value.number && shared.has(now.number)) continue;
    else if (now.number !== value.number)
      pairs.push({ status: 'kept', old: value, new: now, parent, match: 'renumbered' });
    else if (value.options.size > 0 || now.options.size > 0)
      pairs.push({ status: 'kept', old: value, new: now, parent, match: 'same' });
  }
  const come = new Set(edited.values.filter((value) => !old.valuesByName.has(value.name) && !isUnfinished(value)));
  const comeByNumber = groupBy(come, ({ number }) => number);
  const named = groupBy(gone.length === 0 ? [] : old.values, ({ number }) => number);
  for (const value of gone) {
    const names = isUnfinished(value) ? [] : (named.get(value.number) ?? []).map(({ name }) => name);
    const isKept = names.some((name) => edited.valuesByName.get(name)?.number === value.number);
    const isAlias = isKept && edited.reservedNames.has(value.name);
    const isReused = !isKept && names.some((name) => edited.reservedNames.has(name) || edited.valuesByName.has(name));
    const now = isAlias ? undefined : comeByNumber.get(value.number)?.shift();
    if (now !== undefined) {
      come.delete(now);
      pairs.push({ status: 'kept', old: value, new: now, parent, match: isReused ? 'reused' : 'renamed' });
    } else if (!edited.damaged) {
      pairs.push({ status: 'removed', old: value, new: undefined, parent, match: 'same' });
    }
  }
  if (!old.damaged)
    for (const value of come) pairs.push({ status: 'added', old: undefined, new: value, parent, match: 'same' });
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
    // An extension that became a field is safe, so its number does not count as removed from the range (https://protobuf.dev/programming-guides/proto2/#updating).
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
 * Matches methods by name, then the rest where exactly one candidate has the same signature and either a request of its own or a word of
 * the name in common.
 */
export function diffMethods(
  parent: ServicePair,
  old: readonly Method[],
  edited: readonly Method[],
  sameMessage: (a: Message | undefined, b: Message | undefined) => boolean,
): MethodPair[] {
  const differs = (a: Method, b: Method): boolean =>
    !sameText(a, b) || !sameMessage(a.input, b.input) || !sameMessage(a.output, b.output);
  const pairs: MethodPair[] = [];
  const now = new Map(edited.map((method) => [method.name, method]));
  const gone: Method[] = [];
  for (const method of old) {
    const same = now.get(method.name);
    if (same === undefined) gone.push(method);
    else {
      pairs.push({ status: 'kept', old: method, new: same, parent, match: 'same', differs: differs(method, same) });
      now.delete(method.name);
    }
  }
  const sameSignature = (a: Method, b: Method): boolean =>
    sameMessage(a.input, b.input) &&
    sameMessage(a.output, b.output) &&
    a.clientStreaming === b.clientStreaming &&
    a.serverStreaming === b.serverStreaming;
  const come = [...now.values()];
  for (const method of gone) {
    const like = come.filter(
      (other) => sameSignature(method, other) && (hasOwnRequest(method) || shareWord(method.name, other.name)),
    );
    const [found] = like;
    if (found !== undefined && like.length === 1 && gone.filter((other) => sameSignature(other, found)).length === 1) {
      come.splice(come.indexOf(found), 1);
      pairs.push({ status: 'kept', old: method, new: found, parent, match: 'renamed', differs: true });
    } else if (!(parent.new?.damaged ?? false)) {
      pairs.push({ status: 'removed', old: method, new: undefined, parent, match: 'same', differs: true });
    }
  }
  if (!(parent.old?.damaged ?? false)) {
    for (const method of come)
      pairs.push({ status: 'added', old: undefined, new: method, parent, match: 'same', differs: true });
  }
  return pairs;
}

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

/** `GetOOMEvent` is get, oom, event. */
function wordsOf(name: string): string[] {
  return name.split(/(?<=[a-z\d])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|_/).map((word) => word.toLowerCase());
}
