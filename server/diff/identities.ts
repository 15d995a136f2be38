import type { Enum, File, Message, Schema } from '../schema/model.ts';
import type { FileMatches } from './declarations.ts';
import { meaningOf } from './field-meaning.ts';

type Type = Message | Enum;

/** Equal types share this object. */
type Identity = object;

interface FileIdentities {
  readonly ofTypes: ReadonlyMap<Type, Identity>;
  readonly types: ReadonlyMap<Identity, Type>;
}

/** Equal types of several releases get one identity, so a diff can skip them. */
export class Identities {
  readonly #known = new Map<string, Identity>();
  #length = 0;

  /** The schema must not be edited afterwards. */
  add(schema: Schema): void {
    const fresh = new Map<File, Type[]>();
    for (const type of schema.declared.types) {
      if (FILES.has(type.file)) continue;
      const others = fresh.get(type.file);
      if (others === undefined) fresh.set(type.file, [type]);
      else others.push(type);
    }
    for (const file of schema.files.values())
      if (!FILES.has(file)) FILES.set(file, this.#identify(fresh.get(file) ?? []));
  }

  /** Later types do not share identities with earlier ones. */
  clear(): void {
    this.#known.clear();
    this.#length = 0;
  }

  #identify(declared: readonly Type[]): FileIdentities {
    const ofTypes = new Map<Type, Identity>();
    const types = new Map<Identity, Type>();
    for (const type of declared) {
      const found = this.#identityOf(type);
      // In invalid text, a file may declare a type twice.
      const identity = types.has(found) ? {} : found;
      ofTypes.set(type, identity);
      types.set(identity, type);
    }
    return { ofTypes, types };
  }

  #identityOf(type: Type): Identity {
    const key = keyOf(type);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    this.#length += key.length;
    if (this.#length > LARGEST) this.clear();
    const identity = {};
    this.#known.set(key, identity);
    return identity;
  }
}

/** The length of all keys together, in UTF-16 code units. */
const LARGEST = 20_000_000;

const FILES = new WeakMap<File, FileIdentities>();

function keyOf(type: Type): string {
  const { kind, fullName, file, node } = type;
  return [kind, fullName, node && file.node.text.slice(node.span.start, node.span.end), meaningIn(type)].join('\n');
}

function meaningIn(type: Type): string {
  if (type.kind === 'enum') return String(type.closed);
  return [...type.fields.map(meaningOf), ...[...type.messages, ...type.enums].map(meaningIn)].join('\n');
}

/** A file's identities, and the types of its version on the other side. */
interface Versions {
  readonly ofTypes: FileIdentities['ofTypes'];
  readonly others: FileIdentities['types'];
}

/** Matches equal types in the two versions of a file. */
export class EqualTypes {
  readonly #files: FileMatches;
  readonly #old = new Map<File, Versions>();
  readonly #new = new Map<File, Versions>();
  /** The types that are neither equal nor in a shared file, in the order of `Schema.declared`. */
  readonly others: { readonly old: readonly Type[]; readonly new: readonly Type[] };

  constructor(old: Schema, edited: Schema, files: FileMatches) {
    this.#files = files;
    for (const file of old.files.values()) {
      const now = files.newOf(file);
      const before = FILES.get(file);
      const after = now && FILES.get(now);
      if (now === undefined || before === undefined || after === undefined) continue;
      this.#old.set(file, { ofTypes: before.ofTypes, others: after.types });
      this.#new.set(now, { ofTypes: after.ofTypes, others: before.types });
    }
    this.others = { old: this.#othersIn(old, this.#old), new: this.#othersIn(edited, this.#new) };
  }

  newOf<T extends Type>(old: T): T | undefined {
    return equalOf(old, this.#old.get(old.file));
  }

  oldOf<T extends Type>(edited: T): T | undefined {
    return equalOf(edited, this.#new.get(edited.file));
  }

  #othersIn({ files, declared }: Schema, versions: ReadonlyMap<File, Versions>): readonly Type[] {
    // Other code caches by this array, so it is copied only if it has to be.
    if (versions.size === 0 && ![...files.values()].some((file) => this.#files.isShared(file))) return declared.types;
    return declared.types.filter(
      (type) => !this.#files.isShared(type.file) && equalOf(type, versions.get(type.file)) === undefined,
    );
  }
}

function equalOf<T extends Type>(type: T, versions: Versions | undefined): T | undefined {
  const identity = versions?.ofTypes.get(type);
  // Types with the same identity are of the same kind.
  return identity && (versions?.others.get(identity) as T | undefined);
}
