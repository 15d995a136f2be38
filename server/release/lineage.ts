import { Ancestry, forksFrom, type History, lineOf, parentsOf } from './history.ts';

/** What the rule for the last release asks about the commits of releases. Made in a few passes over the history, then each answer is instant. */
export class Lineage {
  /** The commit that the trunk is at; undefined where there is no trunk. */
  readonly trunk: string | undefined;
  readonly #numbers: ReadonlyMap<string, number>;
  readonly #ancestry: Ancestry;
  /** The trunk's first-parent chain. */
  readonly #line: ReadonlyMap<number, number>;
  /** By number of a commit, the place on that chain where it left. */
  readonly #forks: Int32Array;
  readonly #chain: readonly string[];
  /** Parents of the merges among the commits. */
  readonly #merged = new Map<string, readonly string[]>();
  readonly #equalParents = new Map<string, readonly string[]>();
  readonly #undecided = new Set<string>();

  /**
   * @param history of the trunk and of all `commits`, with everything that they reach.
   * @param commits of releases, and whatever else is asked about.
   */
  constructor(history: History, trunk: string | undefined, commits: Iterable<string>) {
    const { numbers } = history;
    this.trunk = trunk;
    this.#numbers = numbers;
    this.#line = lineOf(history, trunk);
    this.#forks = forksFrom(history, this.#line);
    const names = [...numbers.keys()];
    const named = (number: number): string => names[number] ?? '';
    this.#chain = Array.from(this.#line.keys(), named);
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
   * Whether a commit is another one, or one of its ancestors.
   * @param ancestor the trunk, one of the commits, or the fork or a parent of one.
   */
  isAncestor(ancestor: string, commit: string): boolean {
    return this.#ancestry.isAncestor(ancestor, commit);
  }

  /** Whether the trunk's branch itself was at this commit: it is on the first-parent chain. */
  isOnLine(commit: string): boolean {
    return this.#line.has(this.#numbers.get(commit) ?? -1);
  }

  /** Where a commit's branch left the trunk's line: the last commit there that it contains. Undefined where they share none. */
  forkOf(commit: string): string | undefined {
    return this.#chain[this.#forks[this.#numbers.get(commit) ?? -1] ?? -1];
  }

  /**
   * Whether what was released is in a commit. So it is if the release's commit is, and also if a parent of that with the same `.proto`
   * files is: some teams merge a release branch into one branch, tag there, and merge the same branch back into another. Where that has to
   * be known and is not, the answer is no for the time being, and `undecided` has the release.
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

  /** The tagged merges of which `contains` had to know since the last time which parents have the same `.proto` files. */
  undecided(): readonly string[] {
    const found = [...this.#undecided];
    this.#undecided.clear();
    return found;
  }

  /** @param parents those of a tagged merge that have the same `.proto` files. */
  setEqualParents(released: string, parents: readonly string[]): void {
    this.#equalParents.set(released, parents);
  }
}
