import type { Repository } from '../git/repository.ts';
import { parseHistory } from './history.ts';
import { eligibleReleases, lastRelease, type PrereleaseOptions, releaseAt, type Target } from './last-release.ts';
import { Lineage } from './lineage.ts';
import type { Release } from './model.ts';
import type { Refs } from './refs.ts';
import { lastOfHighest, mergesToList } from './short-history.ts';

/** Finds last releases, and reads only as much of the history as they need. */
export class ReleaseSearch {
  readonly #repository: Repository;
  /** Until the end of this turn of the event loop, callers can add releases. */
  readonly #pending = new Map<
    string,
    { readonly highest: Set<Release>; readonly lineage: Promise<Lineage | undefined> }
  >();

  constructor(repository: Repository) {
    this.#repository = repository;
  }

  /** See `lastRelease`. */
  async last(
    refs: Refs,
    releases: readonly Release[],
    target: Target,
    options: PrereleaseOptions,
  ): Promise<Release | undefined> {
    const { commit, release, tagged } = target;
    if (release === undefined && tagged === undefined) {
      const known = eligibleReleases(releases, undefined, options);
      const here = releaseAt(commit, known);
      if (here !== undefined || known.length === 0) return here;
      const found = await this.#lastOfHighest(refs, commit, known);
      if (found !== 'unclear') return found;
    }
    const lineage = await this.lineage(refs, commit);
    return await this.#decided(refs, lineage, () => lastRelease(target, releases, lineage, options));
  }

  /** Of the trunk, all releases and one more commit. */
  lineage(refs: Refs, commit: string): Promise<Lineage> {
    return refs.lineages.get(lineageKey(refs, commit), async () => {
      const commits = new Set([...refs.commits.keys(), commit]);
      return await this.#read([refs.trunk ?? commit, ...commits], refs.trunk, commits);
    });
  }

  async #lastOfHighest(
    refs: Refs,
    commit: string,
    releases: readonly Release[],
  ): Promise<Release | undefined | 'unclear'> {
    if (refs.lineages.has(lineageKey(refs, commit))) return 'unclear';
    for (const count of TRIED_FIRST) {
      const highest = releases.slice(-count);
      const lineage = await this.#shortLineage(refs, commit, highest);
      if (lineage === undefined) return 'unclear';
      const history = { lineage, highest, commits: refs.commits };
      const found = await this.#decided(refs, lineage, () => lastOfHighest(commit, releases, history));
      if (found !== 'unclear' || highest.length === releases.length) return found;
    }
    return 'unclear';
  }

  /**
   * All modules of a repository ask at the same time, so their calls share one lineage.
   * @returns undefined if the target, the trunk and the releases have no common ancestor.
   */
  #shortLineage(refs: Refs, target: string, highest: readonly Release[]): Promise<Lineage | undefined> {
    const key = `${target} ${refs.trunk ?? ''}`;
    let pending = this.#pending.get(key);
    if (pending === undefined) {
      const all = new Set<Release>();
      const endOfTurn = new Promise<void>((resolve) => setImmediate(resolve));
      const lineage = endOfTurn.then(() => {
        this.#pending.delete(key);
        return this.#readShort(refs, target, all);
      });
      pending = { highest: all, lineage };
      this.#pending.set(key, pending);
    }
    for (const release of highest) pending.highest.add(release);
    return pending.lineage;
  }

  async #readShort(refs: Refs, target: string, highest: ReadonlySet<Release>): Promise<Lineage | undefined> {
    const { trunk, commits } = refs;
    const tips = [...new Set([target, trunk ?? target, ...[...highest].map(({ commit }) => commit)])];
    const base = tips.length > MAX_TIPS ? undefined : await this.#repository.commonAncestor(tips);
    if (base === undefined) return undefined;
    const listed = [...tips, ...mergesToList(highest, refs.releases, refs), `^${base}^@`];
    return await this.#read(listed, trunk, new Set([...commits.keys(), target]), base);
  }

  async #read(
    revisions: readonly string[],
    trunk: string | undefined,
    commits: ReadonlySet<string>,
    base?: string,
  ): Promise<Lineage> {
    return new Lineage(parseHistory(await this.#repository.history(revisions)), trunk, commits, base);
  }

  /** Repeats a search until it knows the equal parents of all merges. See `Lineage.contains`. */
  async #decided<T>(refs: Refs, lineage: Lineage, search: () => T): Promise<T> {
    for (;;) {
      const found = search();
      const undecided = lineage.undecided();
      if (undecided.length === 0) return found;
      const parents = undecided.map(async (each) => [each, await this.#equalParents(refs, each)] as const);
      for (const [released, equal] of await Promise.all(parents)) lineage.setEqualParents(released, equal);
    }
  }

  #equalParents({ commits, equalParents }: Refs, released: string): Promise<readonly string[]> {
    return equalParents.get(released, async () => {
      const own = commits.get(released);
      if (own === undefined) return [];
      const listed = await this.#repository.listTree(released);
      const isEqual = async (parent: string): Promise<boolean> => {
        if ((await this.#repository.commit(parent))?.tree === own.tree) return true;
        const files = await this.#repository.listTree(parent);
        return files.size === listed.size && [...files].every(([file, { id }]) => listed.get(file)?.id === id);
      };
      const equal = await Promise.all(own.parents.map(isEqual));
      return own.parents.filter((_, at) => equal[at]);
    });
  }
}

const TRIED_FIRST = [2, 8];
/** For more commits, finding their common ancestor takes longer than listing the whole history. */
const MAX_TIPS = 30;

function lineageKey({ trunk, commits }: Refs, commit: string): string {
  return commit === trunk || commits.has(commit) ? '' : commit;
}
