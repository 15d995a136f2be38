import { heldDeclaration } from '../schema/fields.ts';
import type { Enum, File, Message, Schema } from '../schema/model.ts';
import { type FileMatches, matchByName, type NameMatches } from './declarations.ts';
import { groupBy } from './group-by.ts';
import { EqualTypes } from './identities.ts';
import type { Matching, TypeMatch } from './pairs.ts';
import { sameText } from './same-text.ts';
import type { ServiceMatch } from './services.ts';
import { ALIKE_IN_USE, Candidates, memberKeys, similarity } from './similar-types.ts';

type Type = Message | Enum;

export interface TypeMatches {
  readonly messages: Matching<Message>;
  readonly enums: Matching<Enum>;
  /** Without types that kept their full name. */
  readonly how: ReadonlyMap<Type, Exclude<TypeMatch, 'same'>>;
  /** Removed types, each with a copy that still exists. */
  readonly survivors: ReadonlyMap<Type, Type>;
  /** Added types, each with the released one that it copies. */
  readonly copies: ReadonlyMap<Type, Type>;
  /** At least all released types that were changed or removed. */
  readonly differing: readonly Type[];
  /** Edited types that are neither a version nor a copy of a released type. */
  readonly added: readonly Type[];
}

/** The requests (or responses) of two versions of a method. */
interface SameUse {
  readonly old: Message;
  readonly new: Message;
}

/**
 * By full name, then by package if a file's package was renamed, then by simple name or scope and members.
 * @param areCopies whether declarations of an edited file can replace those of a released one
 * @param services if a service moved to another package, the types of its file are matched there too
 * @param stored full names of stored messages, which readers find by name
 */
export function matchTypes(
  old: Schema,
  edited: Schema,
  files: FileMatches,
  areCopies: (old: File, edited: File) => boolean,
  services: readonly ServiceMatch[],
  stored: readonly string[],
): TypeMatches {
  const how = new Map<Type, Exclude<TypeMatch, 'same'>>();
  const equal = new EqualTypes(old, edited, files);
  const isTaken = (type: Type): boolean => files.isShared(type.file) || equal.oldOf(type) !== undefined;
  const unmatched = { old: byKind(equal.others.old), new: byKind(equal.others.new) };
  const [before, now] = [byKind(old.declared.types), byKind(edited.declared.types)];
  const match = <K extends 'messages' | 'enums'>(kind: K): NameMatches<ByKind[K][number]> => {
    const toMatch = { old: unmatched.old[kind], new: unmatched.new[kind], isTaken };
    return matchByName<ByKind[K][number]>(before[kind], now[kind], toMatch, files, similarity, areCopies);
  };
  const named = [match('messages'), match('enums')] as const;
  const messages = new Matches<Message>(named[0], files, equal);
  const enums = new Matches<Enum>(named[1], files, equal);
  const survivors = new Map<Type, Type>([...named[0].survivors, ...named[1].survivors]);
  const copies = new Map<Type, Type>([...named[0].copies, ...named[1].copies]);
  const hasNoNew = (type: Type): boolean =>
    type.kind === 'message' ? messages.newOf(type) === undefined : enums.newOf(type) === undefined;
  const hasNoOld = (type: Type): boolean =>
    type.kind === 'message' ? messages.oldOf(type) === undefined : enums.oldOf(type) === undefined;
  const unlink = (type: Type): void => {
    if (type.kind === 'enum') {
      enums.unlink(type);
      return;
    }
    for (const inner of [...type.messages, ...type.enums]) unlink(inner);
    messages.unlink(type);
  };
  const successors = findSuccessors(old, equal.others, messages, enums, services);
  const renamed = [...successors].filter(([type]) => !stored.includes(type.fullName));
  for (const [type] of renamed) unlink(type);
  // `unlink` also unmatched the types inside, even equal ones, so the candidates are all types.
  const rest = renamed.length === 0 ? equal.others : { old: old.declared.types, new: edited.declared.types };
  // If all types kept their names, each declared once, equal types are unchanged.
  const hasCopies = edited.types.size < edited.declared.types.length;
  const matched = (): TypeMatches => ({
    messages,
    enums,
    how,
    survivors,
    copies,
    differing:
      how.size > 0 || hasCopies ? old.declared.types.filter(({ file }) => !files.isShared(file)) : equal.others.old,
    added: rest.new.filter(hasNoOld),
  });
  const removed = outerFirst(rest.old.filter(hasNoNew));
  if (removed.length === 0) return matched();
  const added = outerFirst(rest.new.filter(hasNoOld));
  if (added.length === 0) return matched();

  const link = (a: Type, b: Type, reason: Exclude<TypeMatch, 'same'>): boolean => {
    if (a.kind === 'message' && b.kind === 'message') {
      if (!messages.link(a, b)) return false;
      how.set(b, reason);
      for (const [inner, now] of nested(a, b)) link(inner, now, 'renamedWithParent');
      return true;
    }
    if (a.kind === 'enum' && b.kind === 'enum' && enums.link(a, b)) {
      how.set(b, reason);
      return true;
    }
    return false;
  };

  for (const [type, successor] of renamed) link(type, successor, 'renamed');

  const byFullName = groupBy(added, ({ fullName }) => fullName);
  const moved = new Map(services.map(({ old: before, new: now }) => [before.file, now.file]));
  for (const type of removed) {
    for (const file of [files.newOf(type.file), moved.get(type.file)]) {
      if (file === undefined || file.package === type.file.package) continue;
      const namesakes = byFullName.get(inPackage(type.fullName, type.file.package, file.package)) ?? [];
      const now = namesakes.find((other) => other.file === file) ?? namesakes[0];
      if (now !== undefined && hasNoNew(type)) link(type, now, 'renamedWithParent');
    }
  }

  const byName = new Candidates(added, ({ name }) => name);
  const linkMoved = (type: Type): void => {
    const only = byName.onlySimilar(type, type.name, hasNoOld);
    if (only !== undefined) link(type, only, 'moved');
  };
  // Nested types are matched with their parents, so those of unmatched parents come last.
  const hasScope = ({ parent }: Type): boolean => parent.kind === 'file' || messages.newOf(parent) !== undefined;
  const scopedTypes = removed.filter((type) => hasNoNew(type) && hasScope(type));
  scopedTypes.forEach(linkMoved);

  const sameScope = (a: Type, b: Type): boolean =>
    a.parent.kind === 'file' || b.parent.kind === 'file'
      ? a.parent.kind === b.parent.kind && (a.file.package === b.file.package || files.newOf(a.file) === b.file)
      : messages.newOf(a.parent) === b.parent;
  for (const { old: type, new: now } of services.flatMap(sameUses)) {
    if (!hasNoNew(type) || !hasNoOld(now) || similarity(type, now) < ALIKE_IN_USE) continue;
    if (sameScope(type, now)) link(type, now, 'renamed');
    else if (type.name === now.name) link(type, now, 'moved');
  }
  const scopeOf = ({ parent, file }: Type): Message | string | undefined =>
    parent.kind === 'file' ? file.package : parent;
  const byScope = new Candidates(added, scopeOf);
  for (const type of scopedTypes) {
    if (!hasNoNew(type) || memberKeys(type).size === 0) continue;
    const { parent, file } = type;
    const scope = parent.kind === 'message' ? messages.newOf(parent) : (files.newOf(file)?.package ?? file.package);
    const only = byScope.onlySimilar(type, scope, hasNoOld);
    if (only !== undefined) link(type, only, 'renamed');
  }
  for (const type of removed) if (hasNoNew(type)) linkMoved(type);
  return matched();
}

/**
 * An unrelated type may take the name of a renamed type. If all remaining users of the renamed type now use another type, that is its
 * successor.
 * @param others the types of both sides that are not known to be equal
 */
function findSuccessors(
  old: Schema,
  others: EqualTypes['others'],
  messages: Matching<Message>,
  enums: Matching<Enum>,
  services: readonly ServiceMatch[],
): ReadonlyMap<Type, Type> {
  const found = new Map<Type, Type>();
  const added = others.new.filter((type) =>
    type.kind === 'message' ? messages.oldOf(type) === undefined : enums.oldOf(type) === undefined,
  );
  if (added.length === 0) return found;
  const isReplaced = (type: Type): boolean => {
    const namesake = type.kind === 'message' ? onlyVersion(type, messages) : onlyVersion(type, enums);
    if (namesake === undefined || sameText(type, namesake)) return false;
    return memberKeys(type).size > 0 && similarity(type, namesake) < ALIKE_IN_USE;
  };
  const replaced = new Set(others.old.filter(isReplaced));
  if (replaced.size === 0) return found;
  const candidates = new Candidates(added, ({ parent, file }) =>
    parent.kind === 'file' ? file.package : messages.oldOf(parent),
  );
  const nowUsed = usedInstead(replaced, old, messages, services);
  for (const [type, types] of nowUsed) {
    const [only, another] = types;
    const scope = type.parent.kind === 'file' ? type.file.package : type.parent;
    const successor = candidates.onlySimilar(type, scope, () => true);
    if (successor !== undefined && successor === only && another === undefined) found.set(type, successor);
  }
  // If two released types were merged into one, neither was only renamed.
  const claims = groupBy(found.keys(), (type) => found.get(type));
  return new Map([...found].filter(([, successor]) => claims.get(successor)?.length === 1));
}

/** The types that the former users of each replaced type use now. Undefined is among them for a scalar or a type that was not found. */
function usedInstead(
  replaced: ReadonlySet<Type>,
  { declared }: Schema,
  messages: Matching<Message>,
  services: readonly ServiceMatch[],
): ReadonlyMap<Type, ReadonlySet<Type | undefined>> {
  const found = new Map<Type, Set<Type | undefined>>();
  const add = (type: Type | undefined, now: Type | undefined): void => {
    if (type === undefined || !replaced.has(type)) return;
    const types = found.get(type);
    if (types === undefined) found.set(type, new Set([now]));
    else types.add(now);
  };
  for (const message of declared.types) {
    // If an unrelated type took the message's name, the fields of the two are unrelated too.
    const now = message.kind === 'enum' || replaced.has(message) ? undefined : messages.newOf(message);
    if (message.kind === 'enum' || now === undefined) continue;
    for (const field of message.fields) {
      const edited = now.fieldsByNumber.get(field.number);
      if (edited !== undefined) add(heldDeclaration(field), heldDeclaration(edited));
    }
  }
  for (const use of services.flatMap(sameUses)) add(use.old, use.new);
  return found;
}

/** Undefined if the type was removed, even if a copy is left. */
function onlyVersion<T extends Type>(type: T, matching: Matching<T>): T | undefined {
  const now = matching.newOf(type);
  return now !== undefined && matching.oldOf(now) === type ? now : undefined;
}

/** Only methods that kept their name count. */
function sameUses({ old, new: edited }: ServiceMatch): SameUse[] {
  const now = new Map(edited.methods.map((method) => [method.name, method]));
  const uses: SameUse[] = [];
  for (const a of old.methods) {
    const b = now.get(a.name);
    if (a.input !== undefined && b?.input !== undefined) uses.push({ old: a.input, new: b.input });
    if (a.output !== undefined && b?.output !== undefined) uses.push({ old: a.output, new: b.output });
  }
  return uses;
}

/** A full name in another package. */
export function inPackage(fullName: string, from: string, to: string): string {
  const rest = from === '' ? fullName : fullName.slice(from.length + 1);
  return to === '' ? rest : `${to}.${rest}`;
}

class Matches<T extends Type> implements Matching<T> {
  readonly #newOf: Map<T, T>;
  readonly #oldOf: Map<T, T>;
  /** They stay unmatched even if they are equal. */
  readonly #unlinked = new Set<T>();
  readonly #files: FileMatches;
  readonly #equal: EqualTypes;

  constructor({ kept, before, survivors, copies }: NameMatches<T>, files: FileMatches, equal: EqualTypes) {
    this.#files = files;
    this.#equal = equal;
    this.#newOf = kept;
    for (const [old, edited] of survivors) this.#newOf.set(old, edited);
    this.#oldOf = before;
    for (const [edited, old] of copies) this.#oldOf.set(edited, old);
  }

  newOf(old: T): T | undefined {
    const linked = this.#newOf.get(old);
    if (linked !== undefined) return linked;
    if (this.#files.isShared(old.file)) return old;
    return this.#unlinked.size > 0 && this.#unlinked.has(old) ? undefined : this.#equal.newOf(old);
  }

  oldOf(edited: T): T | undefined {
    const linked = this.#oldOf.get(edited);
    if (linked !== undefined) return linked;
    if (this.#files.isShared(edited.file)) return edited;
    return this.#unlinked.size > 0 && this.#unlinked.has(edited) ? undefined : this.#equal.oldOf(edited);
  }

  unlink(old: T): void {
    const edited = this.newOf(old);
    this.#newOf.delete(old);
    this.#unlinked.add(old);
    if (edited === undefined || this.oldOf(edited) !== old) return;
    this.#oldOf.delete(edited);
    this.#unlinked.add(edited);
  }

  /** Returns false if one of the two is already matched. */
  link(old: T, edited: T): boolean {
    if (this.newOf(old) !== undefined || this.oldOf(edited) !== undefined) return false;
    this.#newOf.set(old, edited);
    this.#oldOf.set(edited, old);
    return true;
  }
}

/** Parents before nested types. */
function outerFirst(types: readonly Type[]): readonly Type[] {
  return types.toSorted((a, b) => depth(a) - depth(b));
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

interface ByKind {
  readonly messages: readonly Message[];
  readonly enums: readonly Enum[];
}

/** A release is compared with many others, and an edit inside a declaration keeps the list of types. */
const BY_KIND = new WeakMap<readonly Type[], ByKind>();

function byKind(types: readonly Type[]): ByKind {
  let known = BY_KIND.get(types);
  if (known === undefined) {
    known = {
      messages: types.filter((type) => type.kind === 'message'),
      enums: types.filter((type) => type.kind === 'enum'),
    };
    BY_KIND.set(types, known);
  }
  return known;
}
