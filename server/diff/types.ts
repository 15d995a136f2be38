import type { Enum, Field, File, Message, Schema } from '../schema/model.ts';
import type { Matching, TypeMatch } from './pairs.ts';

/** A type of the same simple name elsewhere is the moved one if at least this share of their members is the same. */
const MOVED_AT_LEAST = 0.5;
/** A type of another name in the same place is the renamed one if at least this share of their members is the same. */
const RENAMED_AT_LEAST = 0.75;

type Type = Message | Enum;

/** Which released message or enum is which edited one. */
export interface TypeMatches {
  readonly messages: Matching<Message>;
  readonly enums: Matching<Enum>;
  /** How an edited type was matched. Types of the same full name are left out. */
  readonly how: ReadonlyMap<Type, Exclude<TypeMatch, 'same'>>;
}

/** A place where one side uses a type and the other side, in the same role, perhaps the same type under another name. */
export interface SameUse {
  readonly old: Message;
  readonly new: Message;
}

/**
 * Matches types by full name, then by package where a file's package was renamed, then by content.
 * @param files pairs of files: a released one and what it is now.
 * @param uses requests and responses of methods that kept their name.
 */
export function matchTypes(
  old: Schema,
  edited: Schema,
  files: ReadonlyMap<File, File>,
  uses: readonly SameUse[],
): TypeMatches {
  const how = new Map<Type, Exclude<TypeMatch, 'same'>>();
  const messages = new Matches<Message>(old.types, edited.types, isMessage);
  const enums = new Matches<Enum>(old.types, edited.types, isEnum);
  const gone = leftovers(old, edited);
  if (gone.length === 0) return { messages, enums, how };
  const come = leftovers(edited, old);
  if (come.length === 0) return { messages, enums, how };

  const link = (a: Type, b: Type, reason: Exclude<TypeMatch, 'same'>): boolean => {
    if (a.kind === 'message' && b.kind === 'message') {
      if (!messages.link(a, b)) return false;
      how.set(b, reason);
      for (const [inner, now] of nested(a, b)) link(inner, now, 'carried');
      return true;
    }
    if (a.kind === 'enum' && b.kind === 'enum' && enums.link(a, b)) {
      how.set(b, reason);
      return true;
    }
    return false;
  };
  const isOld = (type: Type): boolean =>
    type.kind === 'message' ? messages.newOf(type) === undefined : enums.newOf(type) === undefined;
  const isNew = (type: Type): boolean =>
    type.kind === 'message' ? messages.oldOf(type) === undefined : enums.oldOf(type) === undefined;

  const byName = new Map(come.map((type) => [type.fullName, type]));
  for (const type of gone) {
    const file = files.get(type.file);
    if (file === undefined || file.package === type.file.package) continue;
    const now = byName.get(inPackage(type.fullName, type.file.package, file.package));
    if (now !== undefined) link(type, now, 'carried');
  }

  const candidates = new Candidates(come);
  const linkMoved = (type: Type): void => {
    const found = candidates.best(type, (other) => other.name === type.name && isNew(other), MOVED_AT_LEAST);
    if (found !== undefined) link(type, found, 'moved');
  };
  // Inner types go with the message around them, and only what that leaves behind may have moved by itself.
  const isOuter = ({ parent }: Type): boolean => parent.kind === 'file' || messages.newOf(parent) !== undefined;
  const outer = gone.filter((type) => isOld(type) && isOuter(type));
  outer.forEach(linkMoved);

  const sameScope = (a: Type, b: Type): boolean =>
    a.parent.kind === 'file' || b.parent.kind === 'file'
      ? a.parent.kind === b.parent.kind && (a.file.package === b.file.package || files.get(a.file) === b.file)
      : messages.newOf(a.parent) === b.parent;
  for (const { old: type, new: now } of uses) {
    if (isOld(type) && isNew(now) && sameScope(type, now) && similarity(type, now) >= MOVED_AT_LEAST) {
      link(type, now, 'renamed');
    }
  }
  for (const type of outer) {
    if (!isOld(type) || memberKeys(type).length === 0) continue;
    const found = candidates.best(type, (other) => isNew(other) && sameScope(type, other), RENAMED_AT_LEAST);
    if (found !== undefined) link(type, found, 'renamed');
  }
  for (const type of gone) if (isOld(type)) linkMoved(type);
  return { messages, enums, how };
}

/** Where a full name of one package stands in another. */
export function inPackage(fullName: string, from: string, to: string): string {
  const rest = from === '' ? fullName : fullName.slice(from.length + 1);
  return to === '' ? rest : `${to}.${rest}`;
}

class Matches<T extends Type> implements Matching<T> {
  readonly #oldTypes: ReadonlyMap<string, Type>;
  readonly #newTypes: ReadonlyMap<string, Type>;
  readonly #is: (type: Type | undefined) => type is T;
  readonly #newOf = new Map<T, T>();
  readonly #oldOf = new Map<T, T>();

  constructor(
    old: ReadonlyMap<string, Type>,
    edited: ReadonlyMap<string, Type>,
    is: (type: Type | undefined) => type is T,
  ) {
    this.#oldTypes = old;
    this.#newTypes = edited;
    this.#is = is;
  }

  newOf(old: T): T | undefined {
    const same = this.#newTypes.get(old.fullName);
    return this.#is(same) ? same : this.#newOf.get(old);
  }

  oldOf(edited: T): T | undefined {
    const same = this.#oldTypes.get(edited.fullName);
    return this.#is(same) ? same : this.#oldOf.get(edited);
  }

  /** False where one of the two already has its counterpart. */
  link(old: T, edited: T): boolean {
    if (this.newOf(old) !== undefined || this.oldOf(edited) !== undefined) return false;
    this.#newOf.set(old, edited);
    this.#oldOf.set(edited, old);
    return true;
  }
}

/** Types that may be the counterpart of another by content, found by the members that they share. */
class Candidates {
  readonly #byMember = new Map<string, Type[]>();
  readonly #empty: Type[] = [];

  constructor(types: readonly Type[]) {
    for (const type of types) {
      const keys = memberKeys(type);
      if (keys.length === 0) this.#empty.push(type);
      for (const key of keys) {
        const holders = this.#byMember.get(key);
        if (holders === undefined) this.#byMember.set(key, [type]);
        else holders.push(type);
      }
    }
  }

  /** The one type that resembles most; undefined where two resemble equally, because a guess would be no better than none. */
  best(type: Type, fits: (other: Type) => boolean, atLeast: number): Type | undefined {
    const keys = memberKeys(type);
    const others = keys.length === 0 ? this.#empty : new Set(keys.flatMap((key) => this.#byMember.get(key) ?? []));
    let best: Type | undefined;
    let score = 0;
    let tied = false;
    for (const other of others) {
      if (other.kind !== type.kind || !fits(other)) continue;
      const similar = similarity(type, other);
      tied = similar === score ? true : similar > score ? false : tied;
      if (similar > score) {
        score = similar;
        best = other;
      }
    }
    return score >= atLeast && !tied ? best : undefined;
  }
}

/** The share of members that two types have in common, from 0 to 1; two types without members are alike. */
function similarity(a: Type, b: Type): number {
  const ours = memberKeys(a);
  const theirs = new Set(memberKeys(b));
  const total = ours.length + theirs.size;
  return total === 0 ? 1 : (2 * ours.filter((key) => theirs.has(key)).length) / total;
}

/** What makes a member the same one in another type. Names of message and enum types do not count: they may be renamed as well. */
function memberKeys(type: Type): string[] {
  return type.kind === 'message'
    ? type.fields.map((field) => `${String(field.number)} ${field.name} ${String(field.repeated)} ${typeKey(field)}`)
    : type.values.map((value) => `${String(value.number)} ${value.name}`);
}

function typeKey({ type }: Field): string {
  return type.kind === 'scalar' ? type.scalar : 'type';
}

/** Types without a counterpart of the same full name and kind, outer ones before inner ones. */
function leftovers(schema: Schema, other: Schema): Type[] {
  const left: Type[] = [];
  for (const [fullName, type] of schema.types) {
    if (other.types.get(fullName)?.kind !== type.kind && !isBuiltIn(type)) left.push(type);
  }
  return left.sort((a, b) => depth(a) - depth(b));
}

function depth(type: Type): number {
  let levels = 0;
  for (let scope = type.parent; scope.kind !== 'file'; scope = scope.parent) levels += 1;
  return levels;
}

function* nested(a: Message, b: Message): Iterable<[Type, Type]> {
  for (const inner of a.messages) {
    const now = b.messages.find((other) => other.name === inner.name);
    if (now !== undefined) yield [inner, now];
  }
  for (const inner of a.enums) {
    const now = b.enums.find((other) => other.name === inner.name);
    if (now !== undefined) yield [inner, now];
  }
}

/** Well-known types that the repository does not hold, and map entries, which are their field's business. */
export function isBuiltIn(type: Type): boolean {
  return type.node === undefined;
}

function isMessage(type: Type | undefined): type is Message {
  return type?.kind === 'message';
}
function isEnum(type: Type | undefined): type is Enum {
  return type?.kind === 'enum';
}
