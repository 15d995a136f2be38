import semver from 'semver';
import type { Commit } from '../git/commit.ts';
import { Once } from '../git/once.ts';
import type { Repository, Tag } from '../git/repository.ts';
import { type History, lineOf, parseHistory } from './history.ts';
import {
  existedAt,
  lastRelease,
  type LineSince,
  obviousRelease,
  releaseAt,
  type ReleaseChoice,
  type Target,
  wanted,
} from './last-release.ts';
import { Lineage } from './lineage.ts';
import { type Baseline, type NoBaseline, parentOf, prefixOf, type Release } from './model.ts';
import {
  badPattern,
  itselfNote,
  NO_COMMITS,
  NO_COMMITS_HERE,
  NO_TAGS,
  NO_TRUNK_NOTE,
  noBaselineOf,
  noRelease,
  SHALLOW,
  SHALLOW_NOTE,
} from './no-baseline.ts';
import { releasesForSkew } from './skew.ts';
import { parseByPattern, parseRelease, type ReleaseName } from './tags.ts';

export interface ReleaseOptions extends ReleaseChoice {
  /** A regular expression with a group `version`; undefined for the built-in rule. */
  readonly tagPattern?: string | undefined;
}

export interface BaselineOptions {
  /** Of the module whose baseline is wanted: its releases. Those of the whole repository by default. */
  readonly module?: ReleaseModule;
  /** A ref to compare with, instead of the last release. */
  readonly from?: string | undefined;
  /** A ref that takes HEAD's place. */
  readonly to?: string | undefined;
  /** The version that what is checked will have. Where that is the release at its commit, the release before it is wanted. */
  readonly declared?: string | undefined;
}

/** A folder with versions of its own. */
export interface ReleaseModule {
  /** With its slash: "api/", "api/v2/". Empty for the repository's own. */
  readonly prefix: string;
  /** Lowest version first, pre-releases included. */
  readonly releases: readonly Release[];
  /** Of the files that were given, those that belong to it. */
  readonly files: readonly string[];
}

/** The releases of one repository. Everything is kept until `invalidate`, and what is expensive until HEAD, tags or trunk differ. */
export class Releases {
  readonly #repository: Repository;
  readonly #options: ReleaseOptions;
  readonly #refs = new Once<Refs>();
  /** What was read before the last `invalidate`: most of it still holds. */
  #lastRefs: Refs | undefined;
  /** Commits by the object that a tag points to. */
  readonly #tagged = new Map<string, NonNullable<Awaited<ReturnType<Repository['tagged']>>>>();

  /** Listings that are about to start. */
  readonly #asked = new Map<string, { readonly commits: Set<string>; readonly history: Promise<History> }>();

  constructor(repository: Repository, options: ReleaseOptions = {}) {
    this.#repository = repository;
    this.#options = options;
  }

  /** HEAD, branches or tags may have changed. */
  invalidate(): void {
    this.#refs.clear();
  }

  /**
   * Every release with its commit, pre-releases included, lowest version first.
   * @throws GitError
   */
  async all(): Promise<readonly Release[]> {
    return (await this.#readRefs()).releases;
  }

  /**
   * Sorts files into the modules that they belong to: the longest prefix of a release that is a folder above the file. In a folder
   * `…/v2/` below such a prefix the prefix's releases 2.x.y count, and nowhere else.
   * @param files paths relative to the repository.
   * @throws GitError
   */
  async modules(files: Iterable<string>): Promise<readonly ReleaseModule[]> {
    const releases = await this.all();
    const given = [...files];
    const folders = foldersOf(given);
    const byModule = new Map<string, Release[]>([['', []]]);
    for (const release of releases) {
      const major = release.version.slice(0, release.version.indexOf('.'));
      const own = `${release.prefix}v${major}/`;
      const module = release.prefix !== '' && Number(major) >= 2 && folders.has(own) ? own : release.prefix;
      if (module !== '' && !folders.has(module)) continue;
      const found = byModule.get(module);
      if (found === undefined) byModule.set(module, [release]);
      else found.push(release);
    }
    const filesOf = new Map<string, string[]>();
    for (const file of given) {
      const prefix = prefixOf(file, byModule);
      const found = filesOf.get(prefix);
      if (found === undefined) filesOf.set(prefix, [file]);
      else found.push(file);
    }
    return [...byModule]
      .map(([prefix, releases]) => ({ prefix, releases, files: filesOf.get(prefix) ?? [] }))
      .filter(({ prefix, files }) => prefix === '' || files.length > 0);
  }

  /** What to compare with. Never rejects: what git cannot answer becomes a reason. */
  async baseline(options: BaselineOptions = {}): Promise<Baseline | NoBaseline> {
    try {
      return await this.#findBaseline(options);
    } catch (error) {
      return noBaselineOf(error);
    }
  }

  /**
   * The releases that a peer may still run: of each of the highest minor lines at or below the baseline the newest release that existed
   * when what is checked was released.
   * @param lines how many.
   * @returns highest version first, the baseline's own line included; empty where the baseline is no release.
   * @throws GitError
   */
  async peers(baseline: Baseline, { module, to }: BaselineOptions, lines: number): Promise<readonly Release[]> {
    const refs = await this.#readRefs();
    const releases = releasesOf(refs, module);
    const release = to === undefined ? undefined : releaseNamed(refs, module, to);
    // One line is that of the baseline.
    if (release === undefined || lines === 1) return releasesForSkew(releases, baseline, lines);
    const lineage = await this.#lineage(refs, release.commit);
    return releasesForSkew(
      releases.filter((each) => existedAt(release, each, lineage)),
      baseline,
      lines,
    );
  }

  async #findBaseline(options: BaselineOptions): Promise<Baseline | NoBaseline> {
    const { module, from, to, declared } = options;
    const refs = await this.#readRefs();
    const prefix = module?.prefix ?? '';
    if (from !== undefined) {
      const commit = await this.#commitOf(from, refs);
      return { ref: from, version: releaseNamed(refs, module, from)?.version, commit, prefix, note: undefined };
    }
    const commit = to === undefined ? refs.head : await this.#commitOf(to, refs);
    if (commit === undefined) return refs.tags.length === 0 ? NO_COMMITS : NO_COMMITS_HERE;
    if (refs.trouble !== undefined) return refs.trouble;
    const release =
      (to === undefined ? undefined : releaseNamed(refs, module, to)) ??
      releasesOf(refs, module).findLast((each) => each.commit === commit && each.version === declared);
    const found = await refs.found.get(JSON.stringify([commit, release?.ref, prefix]), () =>
      this.#search(refs, releasesOf(refs, module), { commit, release }),
    );
    const name = to ?? release?.ref ?? 'HEAD';
    if (found === undefined) return this.#none(refs, releasesOf(refs, module), release, name);
    const { ref, version } = found;
    const notes = [
      ...(found.commit === commit ? [itselfNote(name, ref)] : []),
      ...(refs.shallowSince !== undefined ? [SHALLOW_NOTE] : refs.trunk === undefined ? [NO_TRUNK_NOTE] : []),
    ];
    return { ref, version, commit: found.commit, prefix, note: notes.length === 0 ? undefined : notes.join(' ') };
  }

  async #commitOf(ref: string, { byTag }: Refs): Promise<string> {
    return byTag.get(tagName(ref))?.commit ?? (await this.#repository.resolve(ref));
  }

  /** Why there is nothing to compare with. */
  #none(refs: Refs, releases: readonly Release[], checked: Release | undefined, name: string): NoBaseline {
    if (refs.shallowSince !== undefined) return SHALLOW;
    if (refs.tags.length === 0) return NO_TAGS;
    return noRelease(refs.tags.length, releases, checked, name);
  }

  async #search(refs: Refs, releases: readonly Release[], target: Target): Promise<Release | undefined> {
    const { commit, release } = target;
    if (release === undefined) {
      const known = wanted(releases, undefined, this.#options);
      const here = releaseAt(commit, known);
      if (here !== undefined) return here;
      const found = this.#hasLineage(refs, commit) ? 'unclear' : await this.#searchFromAbove(refs, commit, known);
      if (found !== 'unclear') return found;
    }
    const lineage = await this.#lineage(refs, commit);
    for (;;) {
      const found = lastRelease(target, releases, lineage, this.#options);
      const undecided = lineage.undecided();
      if (undecided.length === 0) return found;
      const parents = undecided.map(async (each) => [each, await this.#equalParents(refs, each)] as const);
      for (const [released, equal] of await Promise.all(parents)) lineage.setEqualParents(released, equal);
    }
  }

  /**
   * The highest releases are looked at first and the history is listed only as far as they need it: it is seldom that more than the first
   * few have to be.
   */
  async #searchFromAbove(
    refs: Refs,
    commit: string,
    releases: readonly Release[],
  ): Promise<Release | undefined | 'unclear'> {
    if (releases.length === 0) return undefined;
    const { trunk, trunkDate, commits } = refs;
    const highest = releases.slice(-FIRST_LOOK);
    const oldest = Math.min(...highest.map(({ date }) => date));
    const parentsIn = ({ commit: released }: Release) => commits.get(released)?.parents ?? [];
    const needed = releases.filter(
      (release) =>
        release.date > oldest ||
        (parentsIn(release).length > 1 && (commits.get(release.commit)?.date ?? 0) >= trunkDate),
    );
    const history = await this.#shortHistory(
      // What both reach need not be listed, so that git stops where they meet.
      trunk === undefined ? [commit, `^${commit}`] : [`${commit}...${trunk}`],
      [...highest, ...needed].map((release) => release.commit),
    );
    const lines = new Map<string, LineSince>();
    for (;;) {
      const found = obviousRelease(history, { commit, trunk }, releases, highest.length, parentsIn, lines);
      if (typeof found !== 'object' || !('leftLine' in found)) return found;
      const released = found.leftLine.commit;
      lines.set(released, await this.#lineSince(refs, released));
    }
  }

  /** The trunk's line down to where a release left it. */
  #lineSince({ trunk, lines }: Refs, released: string): Promise<LineSince> {
    return lines.get(released, async () => {
      const history = await this.#listHistory([trunk, `^${released}`], { firstParent: true });
      const names = [...history.numbers.keys()];
      const line = Array.from(lineOf(history, trunk).keys());
      // Where nothing is listed, the release contains all of the line.
      const fork = history.listed === 0 ? trunk : names[line.find((number) => number >= history.listed) ?? -1];
      return { fork, commits: new Set(names.slice(0, history.listed)) };
    });
  }

  /** All modules of a repository ask at the same time, and one listing serves them all. */
  #shortHistory(from: readonly string[], commits: readonly string[]): Promise<History> {
    const key = from.join(' ');
    let asked = this.#asked.get(key);
    if (asked === undefined) {
      const all = new Set<string>();
      const history = new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
        this.#asked.delete(key);
        return this.#listHistory([...from, ...all]);
      });
      asked = { commits: all, history };
      this.#asked.set(key, asked);
    }
    for (const commit of commits) asked.commits.add(commit);
    return asked.history;
  }

  /** Of all releases, with one commit more. One listing of the history serves all commits that are in it. */
  #lineage(refs: Refs, commit: string): Promise<Lineage> {
    return refs.lineages.get(lineageKey(refs, commit), async () => {
      const commits = new Set([...refs.commits.keys(), commit]);
      return new Lineage(await this.#listHistory([refs.trunk, ...commits]), refs.trunk, commits);
    });
  }

  #hasLineage(refs: Refs, commit: string): boolean {
    return refs.lineages.has(lineageKey(refs, commit));
  }

  /** The parents of a merge that was released which have the same `.proto` files. */
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

  async #listHistory(
    revisions: readonly (string | undefined)[],
    options?: { readonly firstParent: boolean },
  ): Promise<History> {
    const given = revisions.filter((revision) => revision !== undefined);
    return parseHistory(await this.#repository.history(given, options));
  }

  #readRefs(): Promise<Refs> {
    return this.#refs.get('refs', () => this.#readRefsNow());
  }

  async #readRefsNow(): Promise<Refs> {
    const [head, trunk, tags] = await Promise.all([
      this.#repository.find('HEAD'),
      this.#repository.trunk(),
      this.#repository.tags(),
    ]);
    const last = this.#lastRefs;
    const shallowSince = this.#repository.shallowSince();
    const key = JSON.stringify([trunk?.commit, shallowSince, tags]);
    if (last?.key === key) return (this.#lastRefs = { ...last, head });
    const names = this.#names(tags.map(({ name }) => name));
    const releases: Release[] = [];
    const commits = new Map<string, Commit>();
    const trunkCommit = trunk === undefined ? undefined : this.#repository.commit(trunk.commit);
    if (typeof names !== 'string') {
      await Promise.all(
        tags.map(async ({ name, object }) => {
          const parsed = names.get(name);
          if (parsed === undefined) return;
          const tagged = this.#tagged.get(object) ?? (await this.#repository.tagged(object));
          // A tag of something other than a commit, or of one that is missing.
          if (tagged === undefined) return;
          this.#tagged.set(object, tagged);
          commits.set(tagged.commit.id, tagged.commit);
          releases.push({ ref: name, ...parsed, commit: tagged.commit.id, date: tagged.date });
        }),
      );
      sortByVersion(releases);
    }
    this.#lastRefs = {
      // What is missing now may still be fetched.
      key: typeof names !== 'string' && releases.length < names.size ? undefined : key,
      head,
      trunk: trunk?.commit,
      trunkDate: (await trunkCommit)?.date ?? Infinity,
      tags,
      releases: withoutTwins(releases),
      byTag: new Map(releases.map((release) => [release.ref, release])),
      commits,
      trouble: typeof names === 'string' ? badPattern(names) : undefined,
      shallowSince,
      found: new Once(),
      lines: new Once(),
      lineages: new Once(),
      equalParents: new Once(),
    };
    return this.#lastRefs;
  }

  #names(tags: readonly string[]): ReadonlyMap<string, ReleaseName> | string {
    if (this.#options.tagPattern !== undefined) return parseByPattern(tags, this.#options.tagPattern);
    const names = new Map<string, ReleaseName>();
    for (const tag of tags) {
      const parsed = parseRelease(tag);
      if (parsed !== undefined) names.set(tag, parsed);
    }
    return names;
  }
}

interface Refs {
  /** Equal where everything below but `head` would be read again in vain; undefined where it would not. */
  readonly key: string | undefined;
  readonly head: string | undefined;
  readonly trunk: string | undefined;
  /** When the trunk's commit was made, in seconds since the epoch. */
  readonly trunkDate: number;
  readonly tags: readonly Tag[];
  readonly releases: readonly Release[];
  readonly byTag: ReadonlyMap<string, Release>;
  /** Those of the releases, by id. */
  readonly commits: ReadonlyMap<string, Commit>;
  readonly trouble: NoBaseline | undefined;
  readonly shallowSince: number | undefined;
  /** What was found, by all that it depends on besides. */
  readonly found: Once<Release | undefined>;
  /** Of releases on the side. */
  readonly lines: Once<LineSince>;
  /** Of all releases, and of one commit more, by that. */
  readonly lineages: Once<Lineage>;
  /** Of merges that were released, the parents with the same `.proto` files. */
  readonly equalParents: Once<readonly string[]>;
}

/** Enough where the highest releases are ancestors, as they nearly always are. */
const FIRST_LOOK = 8;

/** Lowest version first. */
function sortByVersion(releases: Release[]): void {
  const parsed = new Map(releases.map(({ version }) => [version, new semver.SemVer(version)]));
  const versionOf = ({ version }: Release): semver.SemVer => parsed.get(version) ?? new semver.SemVer(version);
  releases.sort((a, b) => versionOf(a).compare(versionOf(b)) || (a.ref < b.ref ? -1 : 1));
}

/** `1.30.0` and `v1.30.0` at one commit are one release. */
function withoutTwins(releases: readonly Release[]): readonly Release[] {
  const known = new Set<string>();
  return releases.filter(({ prefix, version, commit }) => {
    const key = `${prefix} ${version} ${commit}`;
    return !known.has(key) && known.add(key);
  });
}

/** Empty for the commits that the history of all releases holds anyway. */
function lineageKey({ trunk, commits }: Refs, commit: string): string {
  return commit === trunk || commits.has(commit) ? '' : commit;
}

/** A ref as a person writes it -> the tag's name, where it is one. */
function tagName(ref: string): string {
  return ref.replace(/^(refs\/)?tags\//, '');
}

function releasesOf({ releases }: Refs, module: ReleaseModule | undefined): readonly Release[] {
  return module?.releases ?? releases.filter(({ prefix }) => prefix === '');
}

/** The module's release that a ref names, also by the tag that another module has at the same commit. */
function releaseNamed(refs: Refs, module: ReleaseModule | undefined, ref: string): Release | undefined {
  const named = refs.byTag.get(tagName(ref));
  if (named === undefined) return undefined;
  const releases = releasesOf(refs, module);
  return (
    releases.find(({ ref: tag }) => tag === named.ref) ?? releases.findLast(({ commit }) => commit === named.commit)
  );
}

/** Every folder above one of the files, with its slash; the top is ''. */
function foldersOf(files: readonly string[]): ReadonlySet<string> {
  const folders = new Set<string>();
  for (const file of files) {
    for (let folder = parentOf(file); folder !== '' && !folders.has(folder); folder = parentOf(folder))
      folders.add(folder);
  }
  return folders;
}
