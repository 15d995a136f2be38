import { Ancestry, forksFrom, type History, firstParentChain, parentsOf } from './history.ts';

export class Lineage {
  /** The trunk's newest commit. */
  readonly trunk: string | undefined;
  /** Set if the ancestors of this commit are not listed. */
  readonly base: string | undefined;
  readonly #history: History;
  readonly #ancestry: Ancestry;
  /** Positions on the trunk's first-parent chain, by commit number. */
  readonly #positions: ReadonlyMap<number, number>;
  /** Positions on this chain, by commit number. See `forkOf`. */
  readonly #forks: Int32Array;
  /** Newest first. */
  readonly #chain: readonly string[];
  /** The parents of those given commits that are merges. */
  readonly #merged = new Map<string, readonly string[]>();
  readonly #equalParents = new Map<string, readonly string[]>();
  readonly #undecided = new Set<string>();

  /**
   * @param history everything that the trunk and `commits` reach.
   * @param commits the commits of releases, and any others that the methods will be called with.
   * @param base a commit from which the trunk descends. Commits that `history` does not list count as its ancestors.
   */
  constructor(history: History, trunk: string | undefined, commits: Iterable<string>, base?: string) {
    const { numbers } = history;
    this.trunk = trunk;
    this.#history = history;
    this.base = base;
    this.#positions = firstParentChain(history, trunk);
    this.#forks = forksFrom(history, this.#positions);
    const names = [...numbers.keys()];
    const named = (number: number): string => names[number] ?? '';
    this.#chain = Array.from(this.#positions.keys(), named);
    const marked = new Set(trunk === undefined ? [] : [trunk]);
    for (const commit of commits) {
      marked.add(commit);
      const fork = this.forkOf(commit);
      if (fork !== undefined) marked.add(fork);
      const parents = Array.from(parentsOf(history, numbers.get(commit) ?? history.listed), named);
      if (parents.length < 2) continue;
      this.#merged.set(commit, parents);
      for (const parent of parents) marked.add(parent);
    }
    this.#ancestry = new Ancestry(history, marked);
  }

  /**
   * True also for the same commit.
   * @param ancestor the trunk, a commit given to the constructor, its fork, or one of its parents if it is a merge.
   */
  isAncestor(ancestor: string, commit: string): boolean {
    return this.#ancestry.isAncestor(ancestor, commit) || (this.base !== undefined && !this.isListed(ancestor));
  }

  isListed(commit: string): boolean {
    const { numbers, listed } = this.#history;
    return (numbers.get(commit) ?? listed) < listed;
  }

  /** On its first-parent chain. */
  isOnTrunk(commit: string): boolean {
    return this.#positions.has(this.#history.numbers.get(commit) ?? -1);
  }

  /** The newest commit of the trunk's first-parent chain that the given commit contains: there its branch left the trunk. */
  forkOf(commit: string): string | undefined {
    return this.#chain[this.#forks[this.#history.numbers.get(commit) ?? -1] ?? -1];
  }

  /**
   * Whether the commit contains the released one. If that is a merge, a parent with the same `.proto` files is enough: some teams tag the
   * merge of a release branch into one branch, and merge the release branch itself into others. No parent is enough if the merge contains
   * the commit. Until the equal parents of a merge are known, this method returns false and `undecided` returns the merge.
   */
  contains(commit: string, released: string): boolean {
    if (this.isAncestor(released, commit)) return true;
    const parents = this.#merged.get(released);
    if (parents === undefined || this.isAncestor(commit, released)) return false;
    const reached = parents.filter((parent) => this.isAncestor(parent, commit));
    if (reached.length === 0) return false;
    const equal = this.#equalParents.get(released);
    if (equal === undefined) this.#undecided.add(released);
    return reached.some((parent) => equal?.includes(parent));
  }

  /** Returns and clears the tagged merges for which `contains` needs `setEqualParents`. */
  undecided(): readonly string[] {
    const found = [...this.#undecided];
    this.#undecided.clear();
    return found;
  }

  /** @param parents the parents of a tagged merge that have the same `.proto` files as the merge. */
  setEqualParents(released: string, parents: readonly string[]): void {
    this.#equalParents.set(released, parents);
  }
}
