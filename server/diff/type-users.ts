import { allFields, heldDeclaration } from '../schema/fields.ts';
import type { Enum, Message, Schema } from '../schema/model.ts';
import type { TypeVersions } from './pairs.ts';

export interface Sides {
  readonly old: Schema;
  readonly new: Schema;
  readonly types: TypeVersions;
  /** Edited messages that differ. */
  readonly changed: Iterable<Message>;
}

type Type = Message | Enum;

type Users = Map<Type, Message[]>;

/** The messages that use a type in either schema. The two versions of a type are one node. */
export class TypeUsers {
  readonly #types: TypeVersions;
  readonly #released: Users;
  readonly #edited: Users = new Map();
  /** By full name. */
  readonly #builtIn: Map<string, Type>;

  constructor({ old, new: edited, types, changed }: Sides) {
    const { users, builtIn } = usesIn(old);
    this.#types = types;
    this.#released = users;
    this.#builtIn = new Map(builtIn);
    const nodeOf = (type: Type): Type => this.nodeOf(type);
    for (const message of changed) addUses(this.#edited, message, nodeOf);
    // An extension adds a field to a message without changing the message's text.
    addExtensions(this.#edited, edited, nodeOf);
  }

  /** One of the two versions of a type: the released one if it exists. */
  nodeOf(type: Type): Type {
    const node = this.#types.oldOf(type) ?? type;
    if (!node.file.builtIn) return node;
    const known = this.#builtIn.get(node.fullName) ?? node;
    this.#builtIn.set(node.fullName, known);
    return known;
  }

  /** Undefined if no field has the type and `nodeOf` has not seen it. */
  builtIn(fullName: string): Type | undefined {
    return this.#builtIn.get(fullName);
  }

  /** The nodes themselves, then the messages that contain them, directly or in another message. */
  *holdersOf(nodes: readonly Type[]): Iterable<Type> {
    const seen = new Set(nodes);
    // Also visits the types that are added during the loop.
    for (const at of seen) {
      yield at;
      for (const user of this.#released.get(at) ?? []) seen.add(user);
      for (const user of this.#edited.get(at) ?? []) seen.add(user);
    }
  }
}

interface Uses {
  readonly users: Users;
  /** By full name. */
  readonly builtIn: ReadonlyMap<string, Type>;
}

/** The messages that have a field of a type. */
export function usersIn(schema: Schema): ReadonlyMap<Type, readonly Message[]> {
  return usesIn(schema).users;
}

const USES = new WeakMap<Schema, Uses>();

function usesIn(schema: Schema): Uses {
  const known = USES.get(schema);
  if (known !== undefined) return known;
  const users: Users = new Map();
  for (const type of schema.declared.types) if (type.kind === 'message') addUses(users, type, (used) => used);
  addExtensions(users, schema, (used) => used);
  const builtIn = new Map<string, Type>();
  for (const [type, usedBy] of users)
    for (const each of [type, ...usedBy]) if (each.file.builtIn) builtIn.set(each.fullName, each);
  const uses = { users, builtIn };
  USES.set(schema, uses);
  return uses;
}

function addUses(users: Users, message: Message, nodeOf: (type: Type) => Type): void {
  const user = nodeOf(message);
  for (const field of allFields(message)) {
    const type = heldDeclaration(field);
    if (type !== undefined) addUse(users, nodeOf(type), user);
  }
}

function addExtensions(users: Users, { declared }: Schema, nodeOf: (type: Type) => Type): void {
  for (const field of declared.extensions) {
    const type = heldDeclaration(field);
    if (type !== undefined && field.message !== undefined) addUse(users, nodeOf(type), nodeOf(field.message));
  }
}

function addUse(users: Users, type: Type, user: Type): void {
  if (user.kind !== 'message') return;
  const all = users.get(type);
  if (all === undefined) users.set(type, [user]);
  else if (all.at(-1) !== user) all.push(user);
}
