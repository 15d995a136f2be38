import { Ancestry, forksFrom, type History, firstParentChain, parentsOf } from './history.ts';

export class Lineage {
  readonly trunk: string | undefined;
  /** Its ancestors are not listed. */
  readonly base: string | undefined;
  readonly #history: History;
  readonly #ancestry: Ancestry;
  /** By commit number: the position on the trunk's first-parent chain. */
  readonly #positions: ReadonlyMap<number, number>;
  /** By commit number: the position of `forkOf`. */
  readonly #forks: Int32Array;
  /** The trunk's first-parent chain, newest first. */
  readonly #chain: readonly string[];
  /** Parents of merges among the constructor's commits. */
  readonly #merged = new Map<string, readonly string[]>();
  readonly #equalParents = new Map<string, readonly string[]>();
  readonly #undecided = new Set<string>();

  /**
   * @param history everything that the trunk and `commits` reach, or that part of it that descends from `base`.
   * @param commits all that the methods will be called with.
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
   * True for the commit itself.
   * @param ancestor one of the constructor's commits, its fork, or its parent if it is a merge. If it is not listed, it
   * counts as an ancestor of all.
   */
  isAncestor(ancestor: string, commit: string): boolean {
    return this.#ancestry.isAncestor(ancestor, commit) || (this.base !== undefined && !this.isListed(ancestor));
  }

  isListed(commit: string): boolean {
    const { numbers, listed } = this.#history;
    return (numbers.get(commit) ?? listed) < listed;
  }

  isOnTrunk(commit: string): boolean {
    return this.#positions.has(this.#history.numbers.get(commit) ?? -1);
  }

  /** Where the commit's branch left the trunk: the newest commit of the trunk's first-parent chain that it contains. */
  forkOf(commit: string): string | undefined {
    return this.#chain[this.#forks[this.#history.numbers.get(commit) ?? -1] ?? -1];
  }

  /**
   * Whether the commit contains the released one. If that is a merge, a parent with the same `.proto` files is enough:
   * some teams tag the merge of a release branch into one branch, and merge the release branch itself into others. No
   * parent is enough if the merge contains the commit.
   *
   * False until `setEqualParents` was called for a merge that `undecided` returns.
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

  /** Returns and clears the merges that need `setEqualParents`. */
  undecided(): readonly string[] {
    const found = [...this.#undecided];
    this.#undecided.clear();
    return found;
  }

  /** @param parents those with the same `.proto` files as the merge. */
  setEqualParents(released: string, parents: readonly string[]): void {
    this.#equalParents.set(released, parents);
  }
}
