import semver from 'semver';
import { Once } from '../git/once.ts';
import type { Repository, Tag } from '../git/repository.ts';
import { type History, parseHistory, placesFrom } from './history.ts';
import { type Baseline, isPrerelease, type NoBaseline, parentOf, prefixOf, type Release } from './model.ts';
import {
  badPattern,
  NO_COMMITS,
  NO_TAGS,
  NO_TRUNK_NOTE,
  noBaselineOf,
  noRelease,
  SHALLOW,
  SHALLOW_NOTE,
} from './no-baseline.ts';
import { parseByPattern, parseRelease, type ReleaseName } from './tags.ts';

export interface ReleaseOptions {
  /** A regular expression with a group `version`; undefined for the built-in rule. */
  readonly tagPattern?: string | undefined;
  readonly includePrereleases?: boolean;
}

export interface BaselineOptions {
  /** Of the module whose baseline is wanted: its releases. Those of the whole repository by default. */
  readonly module?: ReleaseModule;
  /** A ref to compare with, instead of the last release. */
  readonly from?: string | undefined;
  /** A ref that takes HEAD's place. */
  readonly to?: string | undefined;
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
  readonly #peeled = new Map<string, string>();

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
      const major = semver.major(release.version);
      const own = `${release.prefix}v${major}/`;
      const module = release.prefix !== '' && major >= 2 && folders.has(own) ? own : release.prefix;
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

  /** What a release has to be compared with: the rule of `baseline`, seen from that release. Quick for all releases one after another. */
  async baselineOf(release: Release, module?: ReleaseModule): Promise<Baseline | NoBaseline> {
    try {
      const refs = await this.#readRefs();
      const { trunk } = refs;
      const placeOf = placesFrom(await this.#wholeHistory(refs), release.commit, trunk);
      return await this.#highest(
        refs,
        module,
        release.ref,
        (releases) =>
          releases.findLast(({ commit }) => placeOf(commit) === 'own') ??
          releases.findLast(({ commit }) => placeOf(commit) !== undefined),
      );
    } catch (error) {
      return noBaselineOf(error);
    }
  }

  async #findBaseline({ module, from, to }: BaselineOptions): Promise<Baseline | NoBaseline> {
    const refs = await this.#readRefs();
    const commitOf = async (ref: string) =>
      refs.byTag.get(tagName(ref))?.commit ?? (await this.#repository.resolve(ref));
    if (from !== undefined) {
      const commit = await commitOf(from);
      return {
        ref: from,
        version: releaseNamed(refs, module, from)?.version,
        commit,
        prefix: module?.prefix ?? '',
        note: undefined,
      };
    }
    const head = to === undefined ? refs.head : await commitOf(to);
    if (head === undefined) return NO_COMMITS;
    const key = JSON.stringify([head, to, module?.prefix]);
    if (to !== undefined && !refs.baselines.has(key) && refs.baselines.size > 1) {
      const release = releaseNamed(refs, module, to);
      // Who asks for one release after another is better served by a single listing for all of them.
      if (release !== undefined) return await this.baselineOf(release, module);
    }
    return await refs.baselines.get(key, () =>
      this.#highest(refs, module, to, (releases) => this.#searchFromAbove(refs, head, releases)),
    );
  }

  /** Says which of the releases that come into question is the baseline, or why there is none. */
  async #highest(
    refs: Refs,
    module: ReleaseModule | undefined,
    to: string | undefined,
    search: (releases: readonly Release[]) => Release | undefined | Promise<Release | undefined>,
  ): Promise<Baseline | NoBaseline> {
    if (refs.trouble !== undefined) return refs.trouble;
    const ofModule = releasesOf(refs, module);
    const limit = to === undefined ? undefined : releaseNamed(refs, module, to)?.version;
    const lower =
      limit === undefined
        ? ofModule
        : ofModule.slice(
            0,
            ofModule.findIndex(({ version }) => version === limit),
          );
    const isWanted = (release: Release) => this.#options.includePrereleases === true || !isPrerelease(release);
    const found = await search(lower.filter(isWanted));
    const shallow = refs.shallowSince !== undefined;
    if (found !== undefined) {
      const note = shallow ? SHALLOW_NOTE : refs.trunk === undefined ? NO_TRUNK_NOTE : undefined;
      return { ref: found.ref, version: found.version, commit: found.commit, prefix: module?.prefix ?? '', note };
    }
    if (shallow) return SHALLOW;
    if (refs.tags.length === 0) return NO_TAGS;
    return noRelease(refs.tags.length, ofModule.length, ofModule.filter(isWanted).length, to ?? 'HEAD');
  }

  /**
   * The rule for one commit. The highest releases are looked at first and the history is listed only as far as they need it: it is
   * seldom that more than the first few have to be.
   */
  async #searchFromAbove({ trunk }: Refs, head: string, releases: readonly Release[]): Promise<Release | undefined> {
    // What HEAD and trunk both reach need not be listed, so that git stops where they meet.
    const common = trunk === undefined ? [head, `^${head}`] : [`${head}...${trunk}`];
    for (let end = releases.length, size = 8; end > 0; end -= size, size *= 4) {
      const highest = releases.slice(Math.max(0, end - size), end);
      const history = await this.#listHistory([...common, ...highest.map(({ commit }) => commit)]);
      const placeOf = placesFrom(history, head, trunk);
      // A line of its own is listed whole at once, whatever releases were asked for.
      const found =
        releases.findLast(({ commit }) => placeOf(commit) === 'own') ??
        highest.findLast(({ commit }) => placeOf(commit) !== undefined);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #wholeHistory(refs: Refs): Promise<History> {
    return refs.whole.get('history', () =>
      this.#listHistory([refs.trunk, ...refs.releases.map(({ commit }) => commit)]),
    );
  }

  async #listHistory(revisions: readonly (string | undefined)[]): Promise<History> {
    return parseHistory(await this.#repository.history(revisions.filter((revision) => revision !== undefined)));
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
    if (typeof names !== 'string') {
      await Promise.all(
        tags.map(async ({ name, object }) => {
          const parsed = names.get(name);
          if (parsed === undefined) return;
          const commit = this.#peeled.get(object) ?? (await this.#repository.find(object));
          // A tag of something other than a commit, or of one that is missing.
          if (commit === undefined) return;
          this.#peeled.set(object, commit);
          releases.push({ ref: name, ...parsed, commit });
        }),
      );
      releases.sort((a, b) => semver.compare(a.version, b.version) || (a.ref < b.ref ? -1 : 1));
    }
    this.#lastRefs = {
      // What is missing now may still be fetched.
      key: typeof names !== 'string' && releases.length < names.size ? undefined : key,
      head,
      trunk: trunk?.commit,
      tags,
      releases,
      byTag: new Map(releases.map((release) => [release.ref, release])),
      trouble: typeof names === 'string' ? badPattern(names) : undefined,
      shallowSince,
      baselines: new Once(),
      whole: new Once(),
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
  readonly tags: readonly Tag[];
  readonly releases: readonly Release[];
  readonly byTag: ReadonlyMap<string, Release>;
  readonly trouble: NoBaseline | undefined;
  readonly shallowSince: number | undefined;
  /** What was found, by all that it depends on besides. */
  readonly baselines: Once<Baseline | NoBaseline>;
  /** The history of all releases. */
  readonly whole: Once<History>;
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
