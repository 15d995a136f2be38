/**
 * Keeps what is asked for again and again. What is used lives in the newer of two halves, and what has not been used for as long as
 * the newer half took to become the older one is let go: nothing has to be sorted by its last use.
 */
export class Recent<V> {
  readonly #most: number;
  readonly #weigh: (value: V) => number;
  #older: ReadonlyMap<string, V> = new Map();
  #newer = new Map<string, V>();
  /** Of the newer half. */
  #weight = 0;

  /** @param most the weight of a half, beyond which it becomes the older one. */
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

  /** What has not been used since the last time is let go. */
  age(): void {
    this.#older = this.#newer;
    this.#newer = new Map();
    this.#weight = 0;
  }
}
