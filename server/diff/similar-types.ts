import type { Enum, Field, Message } from '../schema/model.ts';
import { groupBy } from '../schema/group-by.ts';

/** The lowest similarity of a moved or renamed type. */
const ALIKE = 0.75;
/** The lowest similarity of two types that the same method uses. */
export const ALIKE_IN_USE = 0.5;

type Type = Message | Enum;

/** Finds the similar type in a group. It shares one of the type's rarest members, so few types are compared. */
export class Candidates<K> {
  readonly #groups: ReadonlyMap<K, readonly Type[]>;
  readonly #byMember = new Map<K, Map<string, Type[]>>();

  constructor(types: readonly Type[], keyOf: (type: Type) => K) {
    this.#groups = groupBy(types, keyOf);
  }

  /** Undefined if several types are similar: the choice would be a guess. */
  onlySimilar(type: Type, key: K, isFree: (type: Type) => boolean): Type | undefined {
    let found: Type | undefined;
    for (const other of this.#sharing(type, key)) {
      if (other.kind !== type.kind || !isFree(other) || similarity(type, other) < ALIKE) continue;
      if (found !== undefined) return undefined;
      found = other;
    }
    return found;
  }

  /** The types that may be similar, each once. */
  *#sharing(type: Type, key: K): Iterable<Type> {
    const group = this.#groups.get(key) ?? [];
    if (group.length <= FEW) {
      yield* group;
      return;
    }
    let byMember = this.#byMember.get(key);
    if (byMember === undefined) this.#byMember.set(key, (byMember = byMembers(group)));
    const members = [...memberKeys(type)];
    if (members.length === 0) members.push(NO_MEMBER);
    const lists = members.map((member) => byMember.get(member) ?? []).sort((a, b) => a.length - b.length);
    // Similar types have at least this many members in common.
    const common = Math.ceil((ALIKE / (2 - ALIKE)) * lists.length - 1e-9);
    const seen = new Set<Type>();
    for (const list of lists.slice(0, lists.length - common + 1)) {
      for (const other of list) {
        if (seen.has(other)) continue;
        seen.add(other);
        yield other;
      }
    }
  }
}

/** In a group of this size, every type is compared. */
const FEW = 8;
const NO_MEMBER = '';

function byMembers(types: readonly Type[]): Map<string, Type[]> {
  const found = new Map<string, Type[]>();
  for (const type of types) {
    const members = memberKeys(type);
    for (const member of members.size === 0 ? [NO_MEMBER] : members) {
      const list = found.get(member);
      if (list === undefined) found.set(member, [type]);
      else list.push(type);
    }
  }
  return found;
}

/** From 0 to 1; 1 for two types without members. Below `ALIKE_IN_USE`, it may be 0 instead. */
export function similarity(a: Type, b: Type): number {
  const ours = memberKeys(a);
  const theirs = memberKeys(b);
  const total = ours.size + theirs.size;
  if (total === 0) return 1;
  if ((2 * Math.min(ours.size, theirs.size)) / total < ALIKE_IN_USE) return 0;
  let common = 0;
  for (const key of ours) if (theirs.has(key)) common += 1;
  return (2 * common) / total;
}

/** An edit may replace the list and keep the type. */
const MEMBER_KEYS = new WeakMap<Message['fields'] | Enum['values'], ReadonlySet<string>>();

/** All message and enum types of fields count as equal, because they may be renamed, too. So do the names `taskList` and `task_list`. */
export function memberKeys(type: Type): ReadonlySet<string> {
  const members = type.kind === 'message' ? type.fields : type.values;
  // The list does not show an edit of what is declared inside.
  if (type.kind === 'message' && members.length === 0) return new Set(keysInside(type));
  const known = MEMBER_KEYS.get(members);
  if (known !== undefined) return known;
  const keys = new Set(
    type.kind === 'message'
      ? type.fields.map(fieldKey)
      : type.values.map((value) => `${String(value.number)} ${value.name}`),
  );
  MEMBER_KEYS.set(members, keys);
  return keys;
}

/** A message without fields may exist only for what it declares. */
function keysInside({ messages, enums, extensions }: Message): string[] {
  return [
    ...[...messages, ...enums].flatMap((inner) => [...memberKeys(inner)].map((key) => `${inner.name} ${key}`)),
    ...extensions.map(fieldKey),
  ];
}

function fieldKey(field: Field): string {
  return `${String(field.number)} ${wordsOnly(field.name)} ${String(field.repeated)} ${typeKey(field)}`;
}

function wordsOnly(name: string): string {
  return name.replaceAll('_', '').toLowerCase();
}

function typeKey({ type }: Field): string {
  return type.kind === 'scalar' ? type.scalar : 'type';
}
