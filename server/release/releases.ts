import gt from 'semver/functions/gt.js';
import lt from 'semver/functions/lt.js';
import type { Repository } from '../git/repository.ts';
import { type History, parseHistory } from './history.ts';
import {
  eligibleReleases,
  existedAt,
  lastRelease,
  patchBefore,
  type PrereleaseOptions,
  releaseAt,
  type Target,
} from './last-release.ts';
import { Lineage } from './lineage.ts';
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
import { lastOfHighest, mergesToList } from './short-history.ts';
import { releasesForSkew } from './skew.ts';
import type { TagFamily } from './tag-family.ts';

export interface ReleaseOptions extends PrereleaseOptions {
  /** A regular expression with a group `version`. Without it, `parseRelease` parses the tags. */
  readonly tagPattern?: string | undefined;
}

export interface BaselineOptions {
  /** The module whose releases are searched, by default that of the whole repository. */
  readonly module?: ReleaseModule;
  /** A ref to use as the baseline instead of the last release. */
  readonly from?: string | undefined;
  /** A ref to check instead of HEAD. */
  readonly to?: string | undefined;
  /** If the checked commit is already tagged with this version, the baseline is the release before it. */
  readonly declared?: string | undefined;
}

/** The releases of one repository, cached until `invalidate`. */
export class Releases {
  readonly #repository: Repository;
  readonly #options: ReleaseOptions;
  readonly #refReader: RefReader;
  /** Until the end of this turn of the event loop, callers can add releases. */
  readonly #pendingLineages = new Map<
    string,
    { readonly highest: Set<Release>; readonly lineage: Promise<Lineage | undefined> }
  >();

  constructor(repository: Repository, options: ReleaseOptions = {}) {
    this.#repository = repository;
    this.#options = options;
    this.#refReader = new RefReader(repository, options.tagPattern);
  }

  invalidate(): void {
    this.#refReader.invalidate();
  }

  /**
   * Lowest version first, including pre-releases. Of several tags with one commit and version, one is included.
   * @throws GitError
   */
  async all(): Promise<readonly Release[]> {
    return (await this.#refReader.read()).releases;
  }

  /**
   * Every module that a tag names and that has files, and the one of the whole repository. See also `modulesAt`.
   * @throws GitError
   */
  async modules(files: Iterable<string>): Promise<readonly ReleaseModule[]> {
    const refs = await this.#refReader.read();
    return refs.modules.assign(files);
  }

  /**
   * The modules of a commit. A module that has no release to compare with, or that has lost its `go.mod`, is left out if a module around it
   * has such a release. Its files then belong to the module around it.
   * @param options.to a ref, by default HEAD. A module that has this tag keeps its files in any case.
   * @param options.module the prefix of a module that keeps its files in any case.
   * @throws GitError
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

  /** Whether the folder had a `go.mod` in one of its releases, and has none at the commit. */
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

  /**
   * Like `releasesForSkew`. If `to` is a release, only releases count that already existed then.
   * @throws GitError
   */
  async peers(baseline: Baseline, { module, to }: BaselineOptions, minorLines: number): Promise<readonly Release[]> {
    const refs = await this.#refReader.read();
    const releases = releasesOf(refs, module);
    const release = to === undefined ? undefined : releaseNamed(refs, module, to);
    // A single minor line is always the baseline's own.
    if (release === undefined || minorLines === 1) return releasesForSkew(releases, baseline, minorLines);
    const lineage = await this.#lineage(refs, release.commit);
    return releasesForSkew(
      releases.filter((each) => existedAt(release, each, lineage)),
      baseline,
      minorLines,
    );
  }

  async #findBaseline(options: BaselineOptions): Promise<Baseline | NoBaseline> {
    const { module, from, to, declared } = options;
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
    const tagged = to === undefined ? undefined : refs.byTag.get(tagName(to));
    const release =
      (to === undefined ? undefined : releaseNamed(refs, module, to)) ??
      releases.findLast((each) => each.commit === commit && each.version === declared);
    const target = { commit, release, tagged };
    const found = await refs.found.get(JSON.stringify([commit, tagged?.ref, release?.ref, prefix]), () =>
      this.#search(refs, releases, target),
    );
    const name = to ?? release?.ref ?? 'HEAD';
    const unreadable = refs.unreadable.filter((tag) => tag.prefix === prefix && isBetween(tag, found, release));
    const otherTags = prefix === '' && release === undefined ? await this.#otherTagsAt(commit, refs) : undefined;
    if (found === undefined)
      return unreadable.length > 0
        ? unreadableTags(unreadable)
        : await this.#noBaseline(refs, releases, target, name, otherTags);
    const { ref, version } = found;
    const isByMinorLine = release !== undefined && patchBefore(release, [found]) === found;
    const needsTrunk = refs.trunk === undefined && !isByMinorLine;
    const notes = [
      ...(unreadable.length > 0 ? [unreadableTagsNote(unreadable)] : []),
      ...(found.commit === commit ? [sameReleaseNote(to, ref)] : []),
      ...(otherTags === undefined ? [] : [otherTagsNote(otherTags)]),
      ...(refs.shallowSince !== undefined ? [SHALLOW_NOTE] : needsTrunk ? [NO_TRUNK_NOTE] : []),
    ];
    return { ref, version, commit: found.commit, prefix, note: notes.length === 0 ? undefined : notes.join(' ') };
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
    const prerelease = release === undefined ? undefined : await this.#searchPrereleases(refs, releases, target);
    return noRelease(refs.tags.length, releases, release, name, prerelease, this.#options.tagPattern, otherTags);
  }

  async #searchPrereleases(refs: Refs, releases: readonly Release[], target: Target): Promise<Release | undefined> {
    const lineage = await this.#lineage(refs, target.commit);
    return await this.#decided(refs, lineage, () =>
      lastRelease(target, releases, lineage, { includePrereleases: true }),
    );
  }

  async #search(refs: Refs, releases: readonly Release[], target: Target): Promise<Release | undefined> {
    const { commit, release, tagged } = target;
    if (release === undefined && tagged === undefined) {
      const known = eligibleReleases(releases, undefined, this.#options);
      const here = releaseAt(commit, known);
      if (here !== undefined || known.length === 0) return here;
      const found = await this.#searchHighest(refs, commit, known);
      if (found !== 'unclear') return found;
    }
    const lineage = await this.#lineage(refs, commit);
    return await this.#decided(refs, lineage, () => lastRelease(target, releases, lineage, this.#options));
  }

  /** See `lastOfHighest`. */
  async #searchHighest(
    refs: Refs,
    commit: string,
    releases: readonly Release[],
  ): Promise<Release | undefined | 'unclear'> {
    if (refs.lineages.has(lineageKey(refs, commit))) return 'unclear';
    const parentsOf = (id: string) => refs.commits.get(id)?.parents ?? [];
    for (const count of TRIED_FIRST) {
      const highest = releases.slice(-count);
      const lineage = await this.#shortLineage(refs, commit, highest);
      if (lineage === undefined) return 'unclear';
      const found = await this.#decided(refs, lineage, () =>
        lastOfHighest(commit, releases, highest, lineage, parentsOf, this.#options),
      );
      if (found !== 'unclear' || highest.length === releases.length) return found;
    }
    return 'unclear';
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

  /**
   * Starts at the common ancestor of the target, the trunk and the highest releases. All modules of a repository ask at the same time, so
   * their calls share one lineage.
   * @returns undefined if there is no common ancestor.
   */
  #shortLineage(refs: Refs, target: string, highest: readonly Release[]): Promise<Lineage | undefined> {
    const { trunk, commits } = refs;
    const key = `${target} ${trunk ?? ''}`;
    let pending = this.#pendingLineages.get(key);
    if (pending === undefined) {
      const all = new Set<Release>();
      const lineage = new Promise<void>((resolve) => setImmediate(resolve)).then(async () => {
        this.#pendingLineages.delete(key);
        const tips = [...new Set([target, trunk ?? target, ...[...all].map(({ commit }) => commit)])];
        const base = tips.length > MAX_TIPS ? undefined : await this.#repository.commonAncestor(tips);
        if (base === undefined) return undefined;
        const history = await this.#listHistory([...tips, ...mergesToList(all, refs.releases, refs), `^${base}^@`]);
        return new Lineage(history, trunk, new Set([...commits.keys(), target]), base);
      });
      pending = { highest: all, lineage };
      this.#pendingLineages.set(key, pending);
    }
    for (const release of highest) pending.highest.add(release);
    return pending.lineage;
  }

  /** The lineage of the trunk, all releases and one more commit. */
  #lineage(refs: Refs, commit: string): Promise<Lineage> {
    return refs.lineages.get(lineageKey(refs, commit), async () => {
      const commits = new Set([...refs.commits.keys(), commit]);
      return new Lineage(await this.#listHistory([refs.trunk ?? commit, ...commits]), refs.trunk, commits);
    });
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

  async #listHistory(revisions: readonly string[]): Promise<History> {
    return parseHistory(await this.#repository.history(revisions));
  }
}

const TRIED_FIRST = [2, 8];
/** For more commits, finding their common ancestor takes longer than listing the whole history. */
const MAX_TIPS = 30;

function lineageKey({ trunk, commits }: Refs, commit: string): string {
  return commit === trunk || commits.has(commit) ? '' : commit;
}

/** Undefined is no limit. */
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
