import type { Role } from '../effects/effect.ts';
import { allFields, heldType } from '../schema/fields.ts';
import type { Enum, Field, File, Message, Method, Schema } from '../schema/model.ts';
import type { Matching } from './pairs.ts';

export interface Sources {
  readonly old: Schema;
  readonly new: Schema;
  readonly messages: Matching<Message>;
  readonly enums: Matching<Enum>;
  /** Edited messages that differ from the released ones, or that the release does not have. */
  readonly changed: Iterable<Message>;
  /** All methods of both sides, matched. */
  readonly methods: readonly { readonly old: Method | undefined; readonly new: Method | undefined }[];
  /** Full names of messages that are stored, in either schema. */
  readonly stored: readonly string[];
  /** Files that imports link with a service which the schemas may not hold. */
  readonly served?: ReadonlySet<string> | undefined;
}

type Type = Message | Enum;

const REQUEST = 1;
const RESPONSE = 2;
const DATA = 4;
/** By a method that one side lacks. */
const ONE_SIDED = 8;
const TOLD_APART = REQUEST | RESPONSE | DATA;

/**
 * Who writes and reads each type: what methods present on both sides, and data roots, reach in either schema. Both sides of a type
 * are one, the released one where it exists.
 *
 * A keystroke asks this of few types, so it is followed back from them, from each type to those that hold it. The release does
 * not change between two keystrokes: who holds what in it is found once, and the edit adds only what its changed messages hold.
 */
export class Roles {
  readonly #sources: Sources;
  readonly #known = new Map<Type, number>();
  #added: Users | undefined;
  #roots: ReadonlyMap<Type, number> | undefined;

  constructor(sources: Sources) {
    this.#sources = sources;
  }

  /** @param type of either schema. */
  roleOf(type: Type): Role {
    const bits = this.#bitsOf(type);
    return { request: (bits & REQUEST) !== 0, response: (bits & RESPONSE) !== 0, data: (bits & DATA) !== 0 };
  }

  /** Reached, and only by methods that one side lacks. */
  isOneSided(type: Type): boolean {
    return this.#bitsOf(type) === ONE_SIDED;
  }

  #bitsOf(type: Type): number {
    const start = this.#nodeOf(type);
    const known = this.#known.get(start);
    if (known !== undefined) return known;
    this.#roots ??= this.#findRoots();
    this.#added ??= this.#usersInChanged();
    const users = usersIn(this.#sources.old);
    const seen = new Set<Type>([start]);
    let bits = 0;
    // A set visits what is added while it is being visited.
    for (const at of seen) {
      bits |= this.#roots.get(at) ?? 0;
      if ((bits & TOLD_APART) === TOLD_APART) break;
      for (const user of users.get(at) ?? []) seen.add(user);
      for (const user of this.#added.get(at) ?? []) seen.add(user);
    }
    this.#known.set(start, bits);
    return bits;
  }

  #nodeOf(type: Type): Type {
    const { messages, enums } = this.#sources;
    return (type.kind === 'message' ? messages.oldOf(type) : enums.oldOf(type)) ?? type;
  }

  #usersInChanged(): Users {
    const users: Users = new Map();
    for (const message of this.#sources.changed) addUses(users, message, (type) => this.#nodeOf(type));
    // An extension changes what its message holds without a change of the message's text.
    for (const field of this.#sources.new.extensions.values()) {
      const type = typeOf(field);
      if (type !== undefined && field.message !== undefined)
        addUse(users, this.#nodeOf(type), this.#nodeOf(field.message));
    }
    return users;
  }

  #findRoots(): ReadonlyMap<Type, number> {
    const roots = new Map<Type, number>();
    const mark = (type: Type | undefined, bits: number): void => {
      if (type === undefined) return;
      const node = this.#nodeOf(type);
      roots.set(node, (roots.get(node) ?? 0) | bits);
    };
    const { old: released, new: edited, methods, stored } = this.#sources;
    for (const pair of methods) {
      const isShared = pair.old !== undefined && pair.new !== undefined;
      for (const method of [pair.old, pair.new]) {
        mark(method?.input, isShared ? REQUEST : ONE_SIDED);
        mark(method?.output, isShared ? RESPONSE : ONE_SIDED);
      }
    }
    for (const { types } of [released, edited]) for (const name of stored) mark(types.get(name), DATA);
    for (const file of filesWithoutServices(this.#sources))
      for (const message of allMessages(file.messages)) mark(message, DATA);
    return roots;
  }
}

/** The messages that hold a type in a field. */
type Users = Map<Type, Message[]>;

const USERS = new WeakMap<Schema, Users>();

function usersIn(schema: Schema): Users {
  const known = USERS.get(schema);
  if (known !== undefined) return known;
  const users: Users = new Map();
  for (const type of schema.types.values()) if (type.kind === 'message') addUses(users, type, (used) => used);
  USERS.set(schema, users);
  return users;
}

function addUses(users: Users, message: Message, nodeOf: (type: Type) => Type): void {
  const user = nodeOf(message);
  if (user.kind !== 'message') return;
  for (const field of allFields(message)) {
    const type = typeOf(field);
    if (type !== undefined) addUse(users, nodeOf(type), user);
  }
}

function addUse(users: Users, type: Type, user: Type): void {
  if (user.kind !== 'message') return;
  const all = users.get(type);
  if (all === undefined) users.set(type, [user]);
  else if (all.at(-1) !== user) all.push(user);
}

function typeOf(field: Field): Type | undefined {
  const type = heldType(field);
  if (type.kind === 'enum') return type.enum;
  return type.kind === 'message' ? type.message : undefined;
}

function* allMessages(messages: readonly Message[]): Iterable<Message> {
  for (const message of messages) {
    yield message;
    yield* allMessages(message.messages);
  }
}

/** Files that no import, direct or not and on either side, links with a file that defines a service: what they define is stored. */
function filesWithoutServices({ old, new: edited, served }: Sources): File[] {
  const group = new Map<string, string>();
  const root = (path: string): string => {
    let at = path;
    for (let up = group.get(at); up !== undefined; up = group.get(at)) {
      // Chains would grow with the number of files: each walk halves the one it goes.
      const above = group.get(up);
      if (above !== undefined) group.set(at, above);
      at = up;
    }
    return at;
  };
  const files = [...old.files.values(), ...edited.files.values()];
  for (const file of files) {
    for (const { file: imported } of file.imports) {
      if (imported === undefined) continue;
      const a = root(file.path);
      const b = root(imported.path);
      if (a !== b) group.set(a, b);
    }
  }
  const serving = new Set(
    files.filter((file) => file.services.length > 0 || served?.has(file.path)).map((file) => root(file.path)),
  );
  return files.filter((file) => !serving.has(root(file.path)));
}
