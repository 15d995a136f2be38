/** A part of the commit graph. Children have lower numbers than their parents. */
export interface History {
  /** By commit id, also of parents outside the listing, which have the highest numbers. */
  readonly numbers: ReadonlyMap<string, number>;
  /** The parents' numbers, in the order of the commits. */
  readonly parents: Int32Array;
  /** Where each commit's parents start in `parents`; the last entry is its end. */
  readonly starts: Int32Array;
  /** How many commits. */
  readonly listed: number;
}

/** Parses lines of `commit parent parent…`, children before parents. */
export function parseHistory(listing: string): History {
  const numbers = new Map<string, number>();
  for (const [start, end] of lines(listing))
    numbers.set(listing.slice(start, idEnd(listing, start, end)), numbers.size);
  const listed = numbers.size;
  const starts = new Int32Array(listed + 1);
  const parents: number[] = [];
  let line = 0;
  for (const [start, end] of lines(listing)) {
    for (let at = idEnd(listing, start, end) + 1; at < end;) {
      const next = idEnd(listing, at, end);
      const id = listing.slice(at, next);
      let number = numbers.get(id);
      if (number === undefined) {
        number = numbers.size;
        numbers.set(id, number);
      }
      parents.push(number);
      at = next + 1;
    }
    starts[++line] = parents.length;
  }
  return { numbers, parents: Int32Array.from(parents), starts, listed };
}

/** The text is not split, because it can have hundreds of thousands of ids. */
function* lines(text: string): Generator<readonly [start: number, end: number]> {
  for (let start = 0; start < text.length;) {
    const found = text.indexOf('\n', start);
    const end = found < 0 ? text.length : found;
    if (end > start) yield [start, end];
    start = end + 1;
  }
}

function idEnd(text: string, start: number, lineEnd: number): number {
  const space = text.indexOf(' ', start);
  return space < 0 ? lineEnd : Math.min(space, lineEnd);
}

export function parentsOf({ parents, starts, listed }: History, number: number): Int32Array {
  return number < listed ? parents.subarray(starts[number], starts[number + 1]) : NONE;
}

const NONE = new Int32Array();

/** The positions by commit number. */
export function firstParentChain(history: History, commit: string | undefined): ReadonlyMap<number, number> {
  const chain = new Map<number, number>();
  for (
    let number = commit === undefined ? undefined : history.numbers.get(commit);
    number !== undefined;
    number = parentsOf(history, number)[0]
  )
    chain.set(number, chain.size);
  return chain;
}

/** By commit number: the position of the newest commit of the chain that it contains, or `NO_FORK`. */
export function forksFrom(history: History, chain: ReadonlyMap<number, number>): Int32Array {
  const forks = new Int32Array(history.numbers.size).fill(NO_FORK);
  for (let number = history.numbers.size - 1; number >= 0; number--) {
    let nearest = chain.get(number) ?? NO_FORK;
    for (const parent of parentsOf(history, number)) nearest = Math.min(nearest, forks[parent] ?? NO_FORK);
    forks[number] = nearest;
  }
  return forks;
}

const NO_FORK = 0x7fffffff;

/** Which marked commits each commit reaches. Most commits share this set with a parent. */
export class Ancestry {
  readonly #history: History;
  /** By commit number. */
  readonly #bits = new Map<number, number>();
  readonly #sets: Uint32Array[];
  /** By commit number: an index in `sets`. */
  readonly #setOf: Uint32Array;

  constructor(history: History, marked: Iterable<string>) {
    this.#history = history;
    for (const commit of marked) {
      const number = history.numbers.get(commit);
      if (number !== undefined && !this.#bits.has(number)) this.#bits.set(number, this.#bits.size);
    }
    this.#sets = [new Uint32Array((this.#bits.size + 31) >> 5)];
    this.#setOf = new Uint32Array(history.numbers.size);
    for (let number = history.numbers.size - 1; number >= 0; number--) {
      let set = 0;
      for (const parent of parentsOf(history, number)) set = this.#union(set, this.#setOf[parent] ?? 0);
      const bit = this.#bits.get(number);
      this.#setOf[number] = bit === undefined ? set : this.#with(set, bit);
    }
  }

  /** @param ancestor a marked commit, or the commit itself. */
  isAncestor(ancestor: string, commit: string): boolean {
    if (ancestor === commit) return true;
    const { numbers } = this.#history;
    const bit = this.#bits.get(numbers.get(ancestor) ?? -1);
    const set = this.#sets[this.#setOf[numbers.get(commit) ?? -1] ?? 0];
    return bit !== undefined && has(set, bit);
  }

  #union(one: number, other: number): number {
    if (one === other) return one;
    const [a, b] = [this.#sets[one], this.#sets[other]];
    if (a === undefined || b === undefined) return one;
    if (a.every((bits, at) => ((b[at] ?? 0) & ~bits) === 0)) return one;
    if (b.every((bits, at) => ((a[at] ?? 0) & ~bits) === 0)) return other;
    return this.#add(a.map((bits, at) => bits | (b[at] ?? 0)));
  }

  #with(set: number, bit: number): number {
    const made = Uint32Array.from(this.#sets[set] ?? []);
    made[bit >> 5] = (made[bit >> 5] ?? 0) | (1 << (bit & 31));
    return this.#add(made);
  }

  #add(set: Uint32Array): number {
    return this.#sets.push(set) - 1;
  }
}

function has(set: Uint32Array | undefined, bit: number): boolean {
  return ((set?.[bit >> 5] ?? 0) & (1 << (bit & 31))) !== 0;
}
