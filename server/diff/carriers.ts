import type { Carriers } from '../effects/effect.ts';
import { allFields, heldDeclaration } from '../schema/fields.ts';
import type { Enum, Message, Method, Schema, UnknownType } from '../schema/model.ts';
import { typeElsewhere } from '../schema/unknown.ts';
import { isOfOptions } from '../schema/well-known-packages.ts';
import type { Protocol, TypeVersions } from './pairs.ts';

export interface Sources {
  readonly old: Schema;
  readonly new: Schema;
  readonly types: TypeVersions;
  /** Edited messages that differ. */
  readonly changed: Iterable<Message>;
  /** All methods of both sides. A method that the other side may have in damaged text is paired with itself. */
  readonly methods: readonly { readonly old: Method | undefined; readonly new: Method | undefined }[];
  /** Full names of messages. */
  readonly stored: readonly string[];
  readonly isOwn: (path: string) => boolean;
  readonly protocol: Protocol;
}

type Type = Message | Enum;

// A bit is set if its description is true of the type, or of a message that contains the type.
/** The request of a method that both sides have. */
const REQUEST = 1;
/** The response of a method that both sides have. */
const RESPONSE = 2;
/** Stored, according to the configuration. */
const DATA = 4;
/** Used by a removed method. */
const REMOVED = 8;
/** Used by an added method. */
const ADDED = 16;
/** An options message that an extension extends. */
const OPTIONS = 32;
/** Used by a method of both sides that carries a `google.protobuf.FieldMask`. */
const MASKED = 64;
/** Used by the protocol's own files. */
const OWN = 128;
/** With all of these, the other bits do not matter. */
const ENOUGH = REQUEST | RESPONSE | DATA | MASKED | OWN;
const CALLED = REQUEST | RESPONSE;

/**
 * Finds the requests, responses and stored messages that contain a type in either schema. The search begins at the type, because a
 * keystroke needs the carriers of few types.
 */
export class CarrierFinder {
  readonly #sources: Sources;
  readonly #known = new Map<Type, number>();
  /** By full name. */
  #builtIn: Map<string, Type> | undefined;
  #added: Users | undefined;
  #roots: ReadonlyMap<Type, number> | undefined;

  constructor(sources: Sources) {
    this.#sources = sources;
  }

  /** Takes one or both sides of a type. A type that no method uses counts as data: it would not exist if nobody serialized it. */
  carriersOf(...sides: readonly (Type | undefined)[]): Carriers {
    const types = sides.filter((each) => each !== undefined);
    const bits = types.reduce((all, type) => all | this.#bitsOf(type), 0);
    const { hasServices, usesAny } = this.#sources.protocol;
    // A removed method carried its types. An added method counts only for a type that one side lacks.
    const isUncarried =
      (bits & (CALLED | DATA | OPTIONS | REMOVED)) === 0 && (types.length > 1 || (bits & ADDED) === 0);
    return {
      request: (bits & REQUEST) !== 0,
      response: (bits & RESPONSE) !== 0,
      data: (bits & DATA) !== 0 || isUncarried,
      ...(isUncarried && hasServices && { uncarried: types.at(-1)?.name ?? '' }),
      ...(isUncarried && usesAny && { packed: true }),
      ...((bits & ~OWN) === OPTIONS && { options: true }),
      ...((bits & MASKED) !== 0 && { masked: true }),
    };
  }

  /** Whether only added or removed methods carry the type. */
  isOneSided(type: Type): boolean {
    const bits = this.#bitsOf(type);
    return (bits & (REMOVED | ADDED)) !== 0 && (bits & (CALLED | DATA | OPTIONS)) === 0;
  }

  isHeldByOwn(type: Type): boolean {
    return (this.#bitsOf(type) & OWN) !== 0;
  }

  #bitsOf(type: Type): number {
    const start = this.#nodeOf(type);
    const known = this.#known.get(start);
    if (known !== undefined) return known;
    this.#roots ??= this.#findRoots();
    this.#added ??= this.#usersInChanged();
    const users = usesIn(this.#sources.old).users;
    const seen = new Set<Type>([start]);
    let bits = 0;
    // Also visits the types that are added during the loop.
    for (const at of seen) {
      bits |= this.#roots.get(at) ?? 0;
      if (at !== start && this.#sources.isOwn(at.file.path)) bits |= OWN;
      if ((bits & ENOUGH) === ENOUGH) break;
      for (const user of users.get(at) ?? []) seen.add(user);
      for (const user of this.#added.get(at) ?? []) seen.add(user);
    }
    this.#known.set(start, bits);
    return bits;
  }

  /** One of the two versions of a type: the released one if it exists. */
  #nodeOf(type: Type): Type {
    const node = this.#sources.types.oldOf(type) ?? type;
    if (!node.file.builtIn) return node;
    this.#builtIn ??= new Map(usesIn(this.#sources.old).builtIn);
    const known = this.#builtIn.get(node.fullName) ?? node;
    this.#builtIn.set(node.fullName, known);
    return known;
  }

  #usersInChanged(): Users {
    const users: Users = new Map();
    for (const message of this.#sources.changed) addUses(users, message, (type) => this.#nodeOf(type));
    // An extension adds a field to a message without changing the message's text.
    addExtensions(users, this.#sources.new, (type) => this.#nodeOf(type));
    return users;
  }

  #findRoots(): ReadonlyMap<Type, number> {
    const roots = new Map<Type, number>();
    const mark = (type: Type | undefined, bits: number): void => {
      if (type === undefined) return;
      const node = this.#nodeOf(type);
      roots.set(node, (roots.get(node) ?? 0) | bits);
    };
    const { old: released, new: edited, methods, stored, isOwn } = this.#sources;
    for (const pair of methods) {
      const isShared = pair.old !== undefined && pair.new !== undefined;
      for (const method of [pair.old, pair.new]) {
        if (method === undefined) continue;
        const own = isOwn(method.file.path) ? OWN : 0;
        const oneSided = method === pair.old ? REMOVED : ADDED;
        mark(method.input, own | (isShared ? REQUEST : oneSided));
        mark(method.output, own | (isShared ? RESPONSE : oneSided));
      }
    }
    for (const { types, declared } of [released, edited]) {
      for (const name of stored) mark(types.get(name), DATA);
      for (const field of declared.extensions) {
        if (field.message !== undefined && isOfOptions(field.message.fullName)) mark(field.message, OPTIONS);
        const unknown = typeElsewhere(field.extendee);
        if (unknown !== undefined) mark(heldDeclaration(field), carriersOfUnknown(unknown).data ? DATA : OPTIONS);
      }
    }
    this.#markMasked(roots, mark);
    return roots;
  }

  #markMasked(roots: ReadonlyMap<Type, number>, mark: (type: Type | undefined, bits: number) => void): void {
    const { old: released, new: edited, methods } = this.#sources;
    this.#added ??= this.#usersInChanged();
    const masks = [
      released.types.get(FIELD_MASK),
      edited.types.get(FIELD_MASK),
      this.#builtIn?.get(FIELD_MASK) ?? usesIn(released).builtIn.get(FIELD_MASK),
    ].filter((type) => type !== undefined);
    if (masks.length === 0) return;
    const holders = this.#holdersOf(masks);
    for (const { old, new: now } of methods) {
      const carried = [old?.input, old?.output, now?.input, now?.output].flatMap((type) => type ?? []);
      if (old !== undefined && now !== undefined && carried.some((type) => holders.has(this.#nodeOf(type))))
        for (const type of carried) if (roots.has(this.#nodeOf(type))) mark(type, MASKED);
    }
  }

  /** Includes the types themselves. */
  #holdersOf(types: readonly Type[]): ReadonlySet<Type> {
    const users = usesIn(this.#sources.old).users;
    this.#added ??= this.#usersInChanged();
    const seen = new Set(types.map((type) => this.#nodeOf(type)));
    for (const at of seen) {
      for (const user of users.get(at) ?? []) seen.add(user);
      for (const user of this.#added.get(at) ?? []) seen.add(user);
    }
    return seen;
  }
}

const FIELD_MASK = 'google.protobuf.FieldMask';

/** A message that was not found counts as data, because it may be stored, unless it is in a well-known package of options. */
export function carriersOfUnknown({ name, fullNames }: UnknownType): Carriers {
  const isForOptions = fullNames.some(isOfOptions);
  return {
    request: false,
    response: false,
    data: !isForOptions,
    ...(isForOptions ? { options: true } : { unknown: name }),
  };
}

/** The messages that have a field of a type. */
type Users = Map<Type, Message[]>;

interface Uses {
  readonly users: Users;
  /** By full name. */
  readonly builtIn: ReadonlyMap<string, Type>;
}

const USES = new WeakMap<Schema, Uses>();

function usesIn(schema: Schema): Uses {
  const known = USES.get(schema);
  if (known !== undefined) return known;
  const users: Users = new Map();
  for (const type of schema.declared.types) if (type.kind === 'message') addUses(users, type, (used) => used);
  addExtensions(users, schema, (used) => used);
  const builtIn = new Map<string, Type>();
  for (const type of users.keys()) if (type.file.builtIn) builtIn.set(type.fullName, type);
  const uses = { users, builtIn };
  USES.set(schema, uses);
  return uses;
}

function addExtensions(users: Users, { declared }: Schema, nodeOf: (type: Type) => Type): void {
  for (const field of declared.extensions) {
    const type = heldDeclaration(field);
    if (type !== undefined && field.message !== undefined) addUse(users, nodeOf(type), nodeOf(field.message));
  }
}

function addUses(users: Users, message: Message, nodeOf: (type: Type) => Type): void {
  const user = nodeOf(message);
  if (user.kind !== 'message') return;
  for (const field of allFields(message)) {
    const type = heldDeclaration(field);
    if (type !== undefined) addUse(users, nodeOf(type), user);
  }
}

function addUse(users: Users, type: Type, user: Type): void {
  if (user.kind !== 'message') return;
  const all = users.get(type);
  if (all === undefined) users.set(type, [user]);
  else if (all.at(-1) !== user) all.push(user);
}
