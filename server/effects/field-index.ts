import { allFields, isExtension, isUnfinished } from '../schema/fields.ts';
import { groupBy } from '../schema/group-by.ts';
import type { Lookup } from '../schema/member-map.ts';
import type { Field, Message } from '../schema/model.ts';

/** Lookups for the fields and extensions of one message. Lists are in the message's order. */
export interface FieldIndex {
  /** The field that a JSON parser finds. JSON names take precedence over original names. */
  atKey(key: string): Field | undefined;
  named(lookupName: string): readonly Field[];
  /** None for NaN. */
  numbered(number: number): readonly Field[];
  keyed(jsonName: string): readonly Field[];
  /** In the message's order; -1 for a field of another message. */
  position(field: Field): number;
  readonly required: readonly Field[];
}

export function fieldIndexOf(message: Message): FieldIndex {
  const overlay = OVERLAYS.get(message);
  if (overlay !== undefined) return overlay;
  const fields = allFields(message);
  const known = INDEXES.get(message.fields);
  if (known?.isOf(fields) === true) return known;
  const made = new Index(fields);
  INDEXES.set(message.fields, made);
  return made;
}

/** The required fields of the message in a field. */
export function requiredFieldsIn({ type }: Field): readonly Field[] {
  return type.kind === 'message' ? fieldIndexOf(type.message).required : [];
}

/** For an extension, its full name in brackets. */
export function lookupName(field: Field): string {
  return isExtension(field) ? field.jsonName : field.name;
}

/** A message in which some fields are replaced by others with the same numbers. It is cheap to create. */
export function replacing(message: Message, replaced: ReadonlyMap<Field, Field>): Message {
  const made: Message = {
    ...message,
    get fields() {
      return message.fields.map((field) => replaced.get(field) ?? field);
    },
    fieldsByName: new ReplacedMap(message.fieldsByName, replaced, (field) => field.name),
    fieldsByNumber: new ReplacedMap(message.fieldsByNumber, replaced, (field) => field.number),
  };
  OVERLAYS.set(made, new ReplacedIndex(fieldIndexOf(message), replaced));
  return made;
}

/** An edit replaces the list, but may keep the message. */
const INDEXES = new WeakMap<Message['fields'], Index>();
const OVERLAYS = new WeakMap<Message, FieldIndex>();

class Index implements FieldIndex {
  readonly #fields: readonly Field[];
  #keys: ReadonlyMap<string, Field> | undefined;
  #named: ReadonlyMap<string, readonly Field[]> | undefined;
  #numbered: ReadonlyMap<number, readonly Field[]> | undefined;
  #keyed: ReadonlyMap<string, readonly Field[]> | undefined;
  #positions: ReadonlyMap<Field, number> | undefined;
  #required: readonly Field[] | undefined;

  constructor(fields: readonly Field[]) {
    this.#fields = fields;
  }

  /** An edited file can add extensions to a message without changing it. */
  isOf(fields: readonly Field[]): boolean {
    return (
      fields === this.#fields ||
      (fields.length === this.#fields.length && fields.every((field, index) => field === this.#fields[index]))
    );
  }

  atKey(key: string): Field | undefined {
    this.#keys ??= keysOf(this.#fields);
    return this.#keys.get(key);
  }

  named(name: string): readonly Field[] {
    this.#named ??= groupBy(this.#fields, lookupName);
    return this.#named.get(name) ?? NONE;
  }

  numbered(number: number): readonly Field[] {
    this.#numbered ??= groupBy(
      this.#fields.filter((field) => !isUnfinished(field)),
      (field) => field.number,
    );
    return this.#numbered.get(number) ?? NONE;
  }

  keyed(jsonName: string): readonly Field[] {
    this.#keyed ??= groupBy(this.#fields, (field) => field.jsonName);
    return this.#keyed.get(jsonName) ?? NONE;
  }

  position(field: Field): number {
    this.#positions ??= new Map(this.#fields.map((each, index) => [each, index]));
    return this.#positions.get(field) ?? -1;
  }

  get required(): readonly Field[] {
    this.#required ??= this.#fields.filter((field) => field.presence === 'required');
    return this.#required;
  }
}

const NONE: readonly Field[] = [];

function keysOf(fields: readonly Field[]): Map<string, Field> {
  const keys = new Map<string, Field>();
  for (const field of fields) keys.set(lookupName(field), field);
  for (const field of fields) keys.set(field.jsonName, field);
  return keys;
}

class ReplacedIndex implements FieldIndex {
  readonly #base: FieldIndex;
  readonly #replaced: ReadonlyMap<Field, Field>;
  readonly #originals: ReadonlyMap<Field, Field>;

  constructor(base: FieldIndex, replaced: ReadonlyMap<Field, Field>) {
    this.#base = base;
    this.#replaced = replaced;
    this.#originals = new Map([...replaced].map(([field, other]) => [other, field]));
  }

  atKey(key: string): Field | undefined {
    // As in `keysOf`, the last field wins.
    return this.keyed(key).at(-1) ?? this.named(key).at(-1);
  }

  named(name: string): readonly Field[] {
    return this.#with(this.#base.named(name), (field) => lookupName(field) === name);
  }

  numbered(number: number): readonly Field[] {
    return this.#base.numbered(number).map((field) => this.#replaced.get(field) ?? field);
  }

  keyed(jsonName: string): readonly Field[] {
    return this.#with(this.#base.keyed(jsonName), (field) => field.jsonName === jsonName);
  }

  position(field: Field): number {
    return this.#base.position(this.#originals.get(field) ?? field);
  }

  get required(): readonly Field[] {
    return this.#with(this.#base.required, (field) => field.presence === 'required');
  }

  #with(found: readonly Field[], isWanted: (field: Field) => boolean): readonly Field[] {
    const others = [...this.#originals.keys()].filter(isWanted);
    const left = found.filter((field) => !this.#replaced.has(field));
    if (others.length === 0) return left;
    return [...left, ...others].sort((a, b) => this.position(a) - this.position(b));
  }
}

class ReplacedMap<K> implements Lookup<K, Field> {
  readonly #base: Lookup<K, Field>;
  readonly #replaced: ReadonlyMap<Field, Field>;
  readonly #keyOf: (field: Field) => K;

  constructor(base: Lookup<K, Field>, replaced: ReadonlyMap<Field, Field>, keyOf: (field: Field) => K) {
    this.#base = base;
    this.#replaced = replaced;
    this.#keyOf = keyOf;
  }

  get(key: K): Field | undefined {
    const found = this.#base.get(key);
    if (found !== undefined && !this.#replaced.has(found)) return found;
    for (const other of this.#replaced.values()) if (this.#keyOf(other) === key) return other;
    return undefined;
  }

  has(key: K): boolean {
    return this.get(key) !== undefined;
  }

  get size(): number {
    return this.#copy().size;
  }

  keys(): MapIterator<K> {
    return this.#copy().keys();
  }

  values(): MapIterator<Field> {
    return this.#copy().values();
  }

  #copy(): Map<K, Field> {
    return new Map(
      [...this.#base.values()].map((field) => {
        const now = this.#replaced.get(field) ?? field;
        return [this.#keyOf(now), now];
      }),
    );
  }
}
