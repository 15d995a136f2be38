/**
 * An approximate least-recently-used cache. Entries that are used move to the newer half. When that is full, the older
 * half is dropped.
 */
export class Recent<V> {
  readonly #most: number;
  readonly #weigh: (value: V) => number;
  #older: ReadonlyMap<string, V> = new Map();
  #newer = new Map<string, V>();
  #weight = 0;

  /** @param most weight of the newer half. */
  constructor(most = Infinity, weigh: (value: V) => number = () => 1) {
    this.#most = most;
    this.#weigh = weigh;
  }

  get(key: string): V | undefined {
    const known = this.#newer.get(key);
    if (known !== undefined) return known;
    const old = this.#older.get(key);
    if (old !== undefined) this.set(key, old);
    return old;
  }

  set(key: string, value: V): void {
    this.#weight += this.#weigh(value);
    if (this.#weight > this.#most) {
      this.age();
      this.#weight = this.#weigh(value);
    }
    this.#newer.set(key, value);
  }

  age(): void {
    this.#older = this.#newer;
    this.#newer = new Map();
    this.#weight = 0;
  }
}
