/**
 * Fields or enum values by name or by number. Of members with the same key, the first one counts; NaN is not a key.
 *
 * Most declarations have few members. A search in their list is then as fast as a map, which would take more memory than the members. So
 * there is a map only if there are many members, or for an iteration. Members may be appended to the list, but not removed from it.
 */
export class MemberMap<K extends string | number, T> implements ReadonlyMap<K, T> {
  readonly #members: readonly T[];
  readonly #keyOf: (member: T) => K;
  #map: Map<K, T> | undefined;
  /** How many members of the list are in the map, or were left out of it. */
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

  entries(): MapIterator<[K, T]> {
    return this.#all().entries();
  }

  keys(): MapIterator<K> {
    return this.#all().keys();
  }

  values(): MapIterator<T> {
    return this.#all().values();
  }

  [Symbol.iterator](): MapIterator<[K, T]> {
    return this.entries();
  }

  forEach(visit: (member: T, key: K, map: ReadonlyMap<K, T>) => void): void {
    for (const [key, member] of this.#all()) visit(member, key, this);
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

/** Up to this many members, a search is as fast as a map. */
const FEW = 8;

export function nameOf({ name }: { readonly name: string }): string {
  return name;
}

export function numberOf({ number }: { readonly number: number }): number {
  return number;
}
