export type Lookup<K, T> = Pick<ReadonlyMap<K, T>, 'get' | 'has' | 'keys' | 'size' | 'values'>;

/**
 * A view of a list, to which members may be appended. Of members with the same key, the first one counts; NaN is not a key. `get` makes no
 * map for a short list, because a search is faster.
 */
export class MemberMap<K extends string | number, T> implements Lookup<K, T> {
  readonly #members: readonly T[];
  readonly #keyOf: (member: T) => K;
  #map: Map<K, T> | undefined;
  /** How many members of the list are in the map or left out. */
  #seen = 0;

  constructor(members: readonly T[], keyOf: (member: T) => K) {
    this.#members = members;
    this.#keyOf = keyOf;
  }

  get(key: K): T | undefined {
    const members = this.#members;
    if (members.length > FEW) return this.#all().get(key);
    for (const member of members) if (this.#keyOf(member) === key) return member;
    return undefined;
  }

  has(key: K): boolean {
    return this.get(key) !== undefined;
  }

  get size(): number {
    return this.#all().size;
  }

  keys(): MapIterator<K> {
    return this.#all().keys();
  }

  values(): MapIterator<T> {
    return this.#all().values();
  }

  #all(): Map<K, T> {
    const map = (this.#map ??= new Map<K, T>());
    for (; this.#seen < this.#members.length; this.#seen++) {
      const member = this.#members[this.#seen] as T;
      const key = this.#keyOf(member);
      if (!Number.isNaN(key) && !map.has(key)) map.set(key, member);
    }
    return map;
  }
}

const FEW = 8;

export function nameOf({ name }: { readonly name: string }): string {
  return name;
}

export function numberOf({ number }: { readonly number: number }): number {
  return number;
}
