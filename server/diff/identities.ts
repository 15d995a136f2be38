import type { Enum, File, Message, Schema } from '../schema/model.ts';
import type { FileMatches } from './declarations.ts';
import { meaningOf } from './members.ts';

type Type = Message | Enum;

/** Types with the same full name, text and meaning share this object. It is compared by reference and has no content. */
type Identity = object;

interface FileIdentities {
  /** In the order of `Schema.declared`. */
  readonly ofTypes: ReadonlyMap<Type, Identity>;
  readonly types: ReadonlyMap<Identity, Type>;
}

/**
 * Identifies the messages and enums that releases share. A diff of two releases then looks only at the others, although every release
 * has a new version of the file.
 */
export class Identities {
  readonly #known = new Map<string, Identity>();
  #length = 0;

  /** Identifies all types of a schema. Its files must not be edited afterwards. */
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

  /** A type that is identified again later gets another identity, so that it counts as changed until it is compared. */
  clear(): void {
    this.#known.clear();
    this.#length = 0;
  }

  #identify(declared: readonly Type[]): FileIdentities {
    const ofTypes = new Map<Type, Identity>();
    const types = new Map<Identity, Type>();
    for (const type of declared) {
      const found = this.#identityOf(type);
      // If a file declares a name twice, which is an error, only one of the two has an identity that others can have.
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

/** The total length (UTF-16 code units) of the texts that are kept for comparison. */
const LARGEST = 20_000_000;

const FILES = new WeakMap<File, FileIdentities>();

function keyOf(type: Type): string {
  const { kind, fullName, file, node } = type;
  return [kind, fullName, node && file.node.text.slice(node.span.start, node.span.end), meaningIn(type)].join('\n');
}

/** Types with the same text mean the same if this is equal. The names in them and the features around them are resolved elsewhere. */
function meaningIn(type: Type): string {
  if (type.kind === 'enum') return String(type.closed);
  return [...type.fields.map(meaningOf), ...[...type.messages, ...type.enums].map(meaningIn)].join('\n');
}

/** Types of matched files that have the same identity, so that they are versions of each other. Types of shared files are left out. */
export class EqualTypes {
  readonly #files: FileMatches;
  readonly #areAny: boolean;
  /** All other types of the two sides, in the order of `Schema.declared`. */
  readonly others: { readonly old: readonly Type[]; readonly new: readonly Type[] };

  constructor(old: Schema, edited: Schema, files: FileMatches) {
    this.#files = files;
    this.#areAny = [...old.files.values()].some((file) => typesIn(file) && typesIn(files.newOf(file)));
    this.others = {
      old: this.#othersIn(old, (file) => files.newOf(file)),
      new: this.#othersIn(edited, (file) => files.oldOf(file)),
    };
  }

  newOf<T extends Type>(old: T): T | undefined {
    return this.#areAny ? equalIn(this.#files.newOf(old.file), old) : undefined;
  }

  oldOf<T extends Type>(edited: T): T | undefined {
    return this.#areAny ? equalIn(this.#files.oldOf(edited.file), edited) : undefined;
  }

  #othersIn({ files, declared }: Schema, otherOf: (file: File) => File | undefined): readonly Type[] {
    // After most keys this is the same list as before, for which others have indexes.
    if (!this.#areAny && ![...files.values()].some((file) => this.#files.isShared(file))) return declared.types;
    const found: Type[] = [];
    let file: File | undefined;
    let identities: FileIdentities['ofTypes'] | undefined;
    let equal: FileIdentities['types'] | undefined;
    for (const type of declared.types) {
      if (type.file !== file) {
        file = type.file;
        identities = FILES.get(file)?.ofTypes;
        equal = typesIn(otherOf(file));
      }
      if (this.#files.isShared(file)) continue;
      const identity = identities?.get(type);
      if (identity === undefined || equal?.has(identity) !== true) found.push(type);
    }
    return found;
  }
}

function typesIn(file: File | undefined): FileIdentities['types'] | undefined {
  return file && FILES.get(file)?.types;
}

/** The type of a file that has the same identity as a type of another file. */
function equalIn<T extends Type>(file: File | undefined, type: T): T | undefined {
  const identity = FILES.get(type.file)?.ofTypes.get(type);
  // Types with the same identity are of the same kind.
  return identity && (typesIn(file)?.get(identity) as T | undefined);
}
