import type { Enum, Message } from '../schema/model.ts';
import type { FileMatches, NameMatches } from './declarations.ts';
import type { EqualTypes } from './identities.ts';
import type { TypeMatch, TypeVersions } from './pairs.ts';

type Type = Message | Enum;
type How = Exclude<TypeMatch, 'same'>;

/** Types with the same full name. Never changes. */
export class VersionsByName implements TypeVersions {
  readonly #named: NameMatches<Type>;
  readonly #files: FileMatches;
  readonly #equal: EqualTypes;
  /** Types of both sides that are not versions in spite of their name. */
  readonly #without: ReadonlySet<Type>;

  constructor(named: NameMatches<Type>, files: FileMatches, equal: EqualTypes, without: ReadonlySet<Type> = new Set()) {
    this.#named = named;
    this.#files = files;
    this.#equal = equal;
    this.#without = without;
  }

  newOf<T extends Type>(old: T): T | undefined;
  newOf(old: Type): Type | undefined {
    if (this.#without.size > 0 && this.#without.has(old)) return undefined;
    const named = this.#named.kept.get(old) ?? this.#named.survivors.get(old);
    return named ?? (this.#files.isShared(old.file) ? old : this.#equal.newOf(old));
  }

  oldOf<T extends Type>(edited: T): T | undefined;
  oldOf(edited: Type): Type | undefined {
    if (this.#without.size > 0 && this.#without.has(edited)) return undefined;
    const named = this.#named.before.get(edited) ?? this.#named.copies.get(edited);
    return named ?? (this.#files.isShared(edited.file) ? edited : this.#equal.oldOf(edited));
  }

  /** Separates released types, and the types inside them, from their versions. */
  without(types: Iterable<Message | Enum>): VersionsByName {
    const without = new Set(this.#without);
    for (const outer of types) {
      for (const type of withInner(outer)) {
        const edited = this.newOf(type);
        without.add(type);
        // The edited type can be the version of another released type, of which it is a copy.
        if (edited !== undefined && this.oldOf(edited) === type) without.add(edited);
      }
    }
    return new VersionsByName(this.#named, this.#files, this.#equal, without);
  }
}

export class VersionsBySteps implements TypeVersions {
  readonly #byName: TypeVersions;
  readonly #successors: ReadonlyMap<Type, Type>;
  readonly #newOf = new Map<Type, Type>();
  readonly #oldOf = new Map<Type, Type>();
  readonly #how = new Map<Type, How>();

  constructor(byName: TypeVersions, successors: ReadonlyMap<Type, Type>) {
    this.#byName = byName;
    this.#successors = successors;
  }

  /** By edited type. */
  get how(): ReadonlyMap<Type, How> {
    return this.#how;
  }

  newOf<T extends Type>(old: T): T | undefined;
  newOf(old: Type): Type | undefined {
    return this.#newOf.get(old) ?? this.#byName.newOf(old);
  }

  oldOf<T extends Type>(edited: T): T | undefined;
  oldOf(edited: Type): Type | undefined {
    return this.#oldOf.get(edited) ?? this.#byName.oldOf(edited);
  }

  /** Also links the types of the same name inside them. Does nothing if their kinds differ, or one of them has a version. */
  link(old: Type, edited: Type, how: How): void {
    if (old.kind !== edited.kind || this.newOf(old) !== undefined || this.oldOf(edited) !== undefined) return;
    this.#newOf.set(old, edited);
    this.#oldOf.set(edited, old);
    this.#how.set(edited, how);
    if (old.kind === 'enum' || edited.kind === 'enum') return;
    this.#linkInner(old.messages, edited.messages);
    this.#linkInner(old.enums, edited.enums);
  }

  #linkInner(old: readonly Type[], edited: readonly Type[]): void {
    for (const inner of old) {
      const now = edited.find(({ name }) => name === inner.name);
      const successor = this.#successors.get(inner) ?? now;
      if (now !== undefined && now === successor) this.link(inner, now, 'renamedWithParent');
    }
  }
}

function* withInner(type: Type): Iterable<Type> {
  yield type;
  if (type.kind === 'message') for (const inner of [...type.messages, ...type.enums]) yield* withInner(inner);
}
