import SemVer from 'semver/classes/semver.js';
import type { Commit } from '../git/commit.ts';
import { PromiseCache } from '../git/promise-cache.ts';
import type { Repository } from '../git/repository.ts';
import type { Tag } from '../git/tag-list.ts';
import type { Lineage } from './lineage.ts';
import type { NoBaseline, Release } from './model.ts';
import { Modules } from './modules.ts';
import { badPattern } from './no-baseline.ts';
import { largestFamily, type TagFamily } from './tag-family.ts';
import { parseByPattern, parseRelease, type ReleaseName } from './tags.ts';

/** The refs at one time, and what is computed from them. */
export interface Refs {
  /** Refs with equal keys differ at most in `head`. Undefined if they must not be reused. */
  readonly key: string | undefined;
  readonly head: string | undefined;
  readonly trunk: string | undefined;
  /** Seconds since the epoch; infinite if unknown. */
  readonly trunkDate: number;
  readonly tags: readonly Tag[];
  /** Lowest version first. */
  readonly releases: readonly Release[];
  /** Tags that are named like releases but cannot be followed to a commit. */
  readonly unreadable: readonly UnreadableTag[];
  /** Including duplicates. */
  readonly byTag: ReadonlyMap<string, Release>;
  readonly modules: Modules;
  /** Of the releases, by id. */
  readonly commits: ReadonlyMap<string, Commit>;
  /** If it is newer and more than twice as large as the releases of the whole repository. */
  readonly otherTags: TagFamily | undefined;
  readonly trouble: NoBaseline | undefined;
  readonly shallowSince: number | undefined;
  /** Last releases, by target and module. */
  readonly found: PromiseCache<Release | undefined>;
  /** By `lineageKey`. */
  readonly lineages: PromiseCache<Lineage>;
  /** By released merge: the parents with the same `.proto` files. */
  readonly equalParents: PromiseCache<readonly string[]>;
  /** By prefix. */
  readonly wasGoModule: PromiseCache<boolean>;
}

export type UnreadableTag = Pick<Release, 'ref' | 'version' | 'prefix'>;

/** Keeps what it read until `invalidate`, and then what was computed if only HEAD changed. */
export class RefReader {
  readonly #repository: Repository;
  readonly #tagPattern: string | undefined;
  readonly #refs = new PromiseCache<Refs>();
  #lastRefs: Refs | undefined;
  /** By `Tag.object`. */
  readonly #tagged = new Map<string, Exclude<Awaited<ReturnType<Repository['tagged']>>, 'missing'>>();

  constructor(repository: Repository, tagPattern: string | undefined) {
    this.#repository = repository;
    this.#tagPattern = tagPattern;
  }

  invalidate(): void {
    this.#refs.clear();
  }

  /** @throws GitError */
  read(): Promise<Refs> {
    return this.#refs.get('refs', () => this.#readNow());
  }

  async #readNow(): Promise<Refs> {
    const [head, trunk, tags] = await Promise.all([
      this.#repository.find('HEAD'),
      this.#repository.trunk(),
      this.#repository.tags(),
    ]);
    const shallowSince = this.#repository.shallowSince();
    const key = JSON.stringify([trunk?.commit, shallowSince, tags]);
    if (this.#lastRefs?.key === key) return (this.#lastRefs = { ...this.#lastRefs, head });
    const [tagged, trunkCommit] = await Promise.all([
      this.#readReleases(tags),
      trunk && this.#repository.commit(trunk.commit),
    ]);
    const releases = withoutDuplicates(tagged.releases);
    this.#lastRefs = {
      // A missing object may be fetched later.
      key: tagged.unreadable.length > 0 ? undefined : key,
      head,
      trunk: trunk?.commit,
      trunkDate: trunkCommit?.date ?? Infinity,
      tags,
      releases,
      modules: new Modules(releases),
      unreadable: tagged.unreadable,
      byTag: new Map(tagged.releases.map((release) => [release.ref, release])),
      commits: tagged.commits,
      otherTags: await this.#otherTags(tags, releases),
      trouble: tagged.trouble,
      shallowSince,
      found: new PromiseCache(),
      lineages: new PromiseCache(),
      equalParents: new PromiseCache(),
      wasGoModule: new PromiseCache(),
    };
    return this.#lastRefs;
  }

  async #readReleases(tags: readonly Tag[]): Promise<Pick<Refs, 'releases' | 'unreadable' | 'commits' | 'trouble'>> {
    const names = this.#names(tags.map(({ name }) => name));
    const releases: Release[] = [];
    const unreadable: UnreadableTag[] = [];
    const commits = new Map<string, Commit>();
    if (typeof names === 'string') return { releases, unreadable, commits, trouble: badPattern(names) };
    await Promise.all(
      tags.map(async ({ name, object }) => {
        const parsed = names.get(name);
        if (parsed === undefined) return;
        const tagged = await this.#follow(object);
        if (tagged === 'missing') unreadable.push({ ref: name, ...parsed });
        // Such a tag leads to no commit.
        if (tagged === 'missing' || tagged === undefined) return;
        commits.set(tagged.commit.id, tagged.commit);
        releases.push({ ref: name, ...parsed, commit: tagged.commit.id, date: tagged.date });
      }),
    );
    return { releases: sortedByVersion(releases), unreadable, commits, trouble: undefined };
  }

  async #follow(object: string | undefined): ReturnType<Repository['tagged']> {
    if (object === undefined) return 'missing';
    if (this.#tagged.has(object)) return this.#tagged.get(object);
    const tagged = await this.#repository.tagged(object);
    if (tagged !== 'missing') this.#tagged.set(object, tagged);
    return tagged;
  }

  async #otherTags(tags: readonly Tag[], releases: readonly Release[]): Promise<TagFamily | undefined> {
    const family = this.#tagPattern === undefined ? largestFamily(tags) : undefined;
    const ofRepository = releases.filter(({ prefix }) => prefix === '');
    if (family === undefined || family.count <= 2 * ofRepository.length) return undefined;
    const highest = await this.#follow(family.highest.object).catch(() => undefined);
    if (highest === undefined || highest === 'missing') return undefined;
    return ofRepository.every(({ date }) => date < highest.date) ? family : undefined;
  }

  #names(tags: readonly string[]): ReadonlyMap<string, ReleaseName> | string {
    if (this.#tagPattern !== undefined) return parseByPattern(tags, this.#tagPattern);
    const names = new Map<string, ReleaseName>();
    for (const tag of tags) {
      const parsed = parseRelease(tag);
      if (parsed !== undefined) names.set(tag, parsed);
    }
    return names;
  }
}

function sortedByVersion(releases: readonly Release[]): readonly Release[] {
  const parsed = new Map(releases.map(({ version }) => [version, new SemVer(version)]));
  const versionOf = ({ version }: Release): SemVer => parsed.get(version) ?? new SemVer(version);
  return releases.toSorted((a, b) => versionOf(a).compare(versionOf(b)) || (a.ref < b.ref ? -1 : 1));
}

/** Keeps one of `1.30.0` and `v1.30.0` at the same commit. */
function withoutDuplicates(releases: readonly Release[]): readonly Release[] {
  const known = new Set<string>();
  return releases.filter(({ prefix, version, commit }) => {
    const key = `${prefix} ${version} ${commit}`;
    return !known.has(key) && known.add(key);
  });
}
