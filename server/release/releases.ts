import gt from 'semver/functions/gt.js';
import lt from 'semver/functions/lt.js';
import type { Repository } from '../git/repository.ts';
import { existedAt, patchBefore, type PrereleaseOptions, type Target } from './last-release.ts';
import type { Baseline, NoBaseline, Release } from './model.ts';
import type { ReleaseModule } from './modules.ts';
import {
  sameReleaseNote,
  NO_COMMITS,
  NO_COMMITS_HERE,
  NO_TAGS,
  NO_TRUNK_NOTE,
  noBaselineOf,
  noRelease,
  otherTagsNote,
  SHALLOW,
  SHALLOW_NOTE,
  unreadableTags,
  unreadableTagsNote,
} from './no-baseline.ts';
import { RefReader, type Refs } from './refs.ts';
import { ReleaseSearch } from './release-search.ts';
import { releasesForSkew } from './skew.ts';
import type { TagFamily } from './tag-family.ts';

export interface ReleaseOptions extends PrereleaseOptions {
  /** See `parseByPattern`; by default, `parseRelease` reads the tags. */
  readonly tagPattern?: string | undefined;
}

export interface BaselineOptions {
  /** By default, that of the whole repository. */
  readonly module?: ReleaseModule;
  /** A ref, by default the last release. */
  readonly from?: string | undefined;
  /** A ref, by default HEAD. */
  readonly to?: string | undefined;
  /** If the checked commit has this version's tag, its baseline is the release before it. */
  readonly declared?: string | undefined;
}

/** The releases of one repository, cached until `invalidate`. Methods reject with a GitError if git fails. */
export class Releases {
  readonly #repository: Repository;
  readonly #options: ReleaseOptions;
  readonly #refReader: RefReader;
  readonly #search: ReleaseSearch;

  constructor(repository: Repository, options: ReleaseOptions = {}) {
    this.#repository = repository;
    this.#options = options;
    this.#refReader = new RefReader(repository, options.tagPattern);
    this.#search = new ReleaseSearch(repository);
  }

  invalidate(): void {
    this.#refReader.invalidate();
  }

  /** Lowest version first, including pre-releases. */
  async all(): Promise<readonly Release[]> {
    return (await this.#refReader.read()).releases;
  }

  /** With those that are left out by `modulesAt`. */
  async modules(files: Iterable<string>): Promise<readonly ReleaseModule[]> {
    const refs = await this.#refReader.read();
    return refs.modules.assign(files);
  }

  /**
   * At a commit. A module that has no release to compare with, or that has lost its `go.mod`, is left out if a module
   * around it has such a release: its files then belong to that one.
   * @param options.to A module that has this tag keeps its files, like the one in `options.module`.
   */
  async modulesAt(
    files: Iterable<string>,
    { to, declared, module: kept }: Pick<BaselineOptions, 'to' | 'declared'> & { readonly module?: string | undefined },
  ): Promise<readonly ReleaseModule[]> {
    const refs = await this.#refReader.read();
    const given = [...files];
    const modules = refs.modules.assign(given);
    if (modules.length === 1) return modules;
    const commit = to === undefined ? refs.head : await this.#commitOf(to, refs);
    const tag = to === undefined ? undefined : tagName(to);
    const alive = new Set<string>();
    const searches = modules.map(async (module) => {
      const baseline = await this.baseline({ module, to, declared });
      const hasBaseline = !('reason' in baseline && baseline.reason === 'no-release');
      const isTagged = module.releases.some(({ ref }) => ref === tag);
      if (isTagged || (hasBaseline && !(await this.#lostGoModule(refs, module, commit)))) alive.add(module.prefix);
    });
    await Promise.all(searches);
    const isReleasedAround = ({ prefix }: ReleaseModule) =>
      prefix !== kept && !alive.has(prefix) && [...alive].some((around) => prefix.startsWith(around));
    return refs.modules.assign(given, new Set(modules.filter(isReleasedAround).map(({ prefix }) => prefix)));
  }

  /** Whether a release of the folder had a `go.mod`, and the commit has none. */
  async #lostGoModule({ wasGoModule }: Refs, module: ReleaseModule, commit: string | undefined): Promise<boolean> {
    const { prefix, releases } = module;
    if (prefix === '' || commit === undefined) return false;
    const folders = new Set([prefix, ...releases.map((release) => release.prefix)]);
    const isGoModule = async (at: string) => {
      const read = [...folders].map((folder) => this.#repository.readFile(at, `${folder}go.mod`));
      return (await Promise.all(read)).some((file) => file !== undefined);
    };
    if (await isGoModule(commit)) return false;
    return await wasGoModule.get(prefix, async () => {
      const found = await Promise.all(releases.map((release) => isGoModule(release.commit)));
      return found.includes(true);
    });
  }

  /** A GitError becomes a reason. */
  async baseline(options: BaselineOptions = {}): Promise<Baseline | NoBaseline> {
    try {
      return await this.#findBaseline(options);
    } catch (error) {
      return noBaselineOf(error);
    }
  }

  /** See `releasesForSkew`. If `to` is a release, only releases count that already existed then. */
  async peers(baseline: Baseline, { module, to }: BaselineOptions, minorLines: number): Promise<readonly Release[]> {
    const refs = await this.#refReader.read();
    const releases = releasesOf(refs, module);
    const release = to === undefined ? undefined : releaseNamed(refs, module, to);
    // Skips the lineage: a single minor line is the baseline's own.
    if (release === undefined || minorLines === 1) return releasesForSkew(releases, baseline, minorLines);
    const lineage = await this.#search.lineage(refs, release.commit);
    return releasesForSkew(
      releases.filter((each) => existedAt(release, each, lineage)),
      baseline,
      minorLines,
    );
  }

  async #findBaseline(options: BaselineOptions): Promise<Baseline | NoBaseline> {
    const { module, from, to } = options;
    const refs = await this.#refReader.read();
    const prefix = module?.prefix ?? '';
    if (from !== undefined) {
      const commit = await this.#commitOf(from, refs);
      return { ref: from, version: releaseNamed(refs, module, from)?.version, commit, prefix, note: undefined };
    }
    const commit = to === undefined ? refs.head : await this.#commitOf(to, refs);
    if (commit === undefined) return refs.tags.length === 0 ? NO_COMMITS : NO_COMMITS_HERE;
    if (refs.trouble !== undefined) return refs.trouble;
    const releases = releasesOf(refs, module);
    const target = targetOf(refs, commit, options);
    const { release, tagged } = target;
    const found = await refs.found.get(JSON.stringify([commit, tagged?.ref, release?.ref, prefix]), () =>
      this.#search.last(refs, releases, target, this.#options),
    );
    const unreadable = refs.unreadable.filter((tag) => tag.prefix === prefix && isBetween(tag, found, release));
    const otherTags = prefix === '' && release === undefined ? await this.#otherTagsAt(commit, refs) : undefined;
    if (found === undefined) {
      if (unreadable.length > 0) return unreadableTags(unreadable);
      return await this.#noBaseline(refs, releases, target, to ?? release?.ref ?? 'HEAD', otherTags);
    }
    const notes = [
      ...(unreadable.length > 0 ? [unreadableTagsNote(unreadable)] : []),
      ...(found.commit === commit ? [sameReleaseNote(to, found.ref)] : []),
      ...(otherTags === undefined ? [] : [otherTagsNote(otherTags)]),
      ...historyNotes(refs, release, found),
    ];
    const note = notes.length === 0 ? undefined : notes.join(' ');
    return { ref: found.ref, version: found.version, commit: found.commit, prefix, note };
  }

  async #commitOf(ref: string, { byTag }: Refs): Promise<string> {
    return byTag.get(tagName(ref))?.commit ?? (await this.#repository.resolve(ref));
  }

  /** `refs.otherTags`, unless they count for a module that has files in the commit. */
  async #otherTagsAt(commit: string, { otherTags }: Refs): Promise<TagFamily | undefined> {
    const folder = otherTags?.folder;
    if (folder === undefined) return otherTags;
    const files = await this.#repository.listTree(commit);
    return [...files.keys()].some((file) => file.startsWith(folder)) ? undefined : otherTags;
  }

  async #noBaseline(
    refs: Refs,
    releases: readonly Release[],
    target: Target,
    name: string,
    otherTags: TagFamily | undefined,
  ): Promise<NoBaseline> {
    if (refs.shallowSince !== undefined) return SHALLOW;
    if (refs.tags.length === 0) return NO_TAGS;
    const { release } = target;
    const prerelease =
      release === undefined ? undefined : await this.#search.last(refs, releases, target, { includePrereleases: true });
    return noRelease({
      tagCount: refs.tags.length,
      releases,
      checked: release,
      name,
      prerelease,
      tagPattern: this.#options.tagPattern,
      otherTags,
    });
  }
}

function targetOf(refs: Refs, commit: string, { module, to, declared }: BaselineOptions): Target {
  const isDeclared = (each: Release): boolean => each.commit === commit && each.version === declared;
  const named = to === undefined ? undefined : releaseNamed(refs, module, to);
  return {
    commit,
    release: named ?? releasesOf(refs, module).findLast(isDeclared),
    tagged: to === undefined ? undefined : refs.byTag.get(tagName(to)),
  };
}

function historyNotes({ shallowSince, trunk }: Refs, release: Release | undefined, found: Release): readonly string[] {
  if (shallowSince !== undefined) return [SHALLOW_NOTE];
  const isByMinorLine = release !== undefined && patchBefore(release, [found]) === found;
  return trunk === undefined && !isByMinorLine ? [NO_TRUNK_NOTE] : [];
}

function isBetween(
  { version }: Pick<Release, 'version'>,
  lower: Release | undefined,
  higher: Release | undefined,
): boolean {
  return (lower === undefined || gt(version, lower.version)) && (higher === undefined || lt(version, higher.version));
}

function tagName(ref: string): string {
  return ref.replace(/^(refs\/)?tags\//, '');
}

function releasesOf({ releases }: Refs, module: ReleaseModule | undefined): readonly Release[] {
  return module?.releases ?? releases.filter(({ prefix }) => prefix === '');
}

/** Another module's tag names the release at the same commit. */
function releaseNamed(refs: Refs, module: ReleaseModule | undefined, ref: string): Release | undefined {
  const named = refs.byTag.get(tagName(ref));
  if (named === undefined) return undefined;
  const releases = releasesOf(refs, module);
  return (
    releases.find(({ ref: tag }) => tag === named.ref) ?? releases.findLast(({ commit }) => commit === named.commit)
  );
}
