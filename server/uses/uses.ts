import type { CodeBase } from '../check/project.ts';
import { Repository } from '../git/repository.ts';
import { pathMatcher } from '../policy/patterns.ts';
import { roleCode, roleName } from '../policy/settings.ts';
import { isPrerelease } from '../release/model.ts';
import { Releases } from '../release/releases.ts';
import { CodeSearch, type Found, NOTHING_SEARCHED, onlyIn } from './code-search.ts';
import { Targets } from './code/targets.ts';
import { DeclaredElements } from './declared-elements.ts';
import type { Element } from './element.ts';
import {
  OTHER_CODE,
  type RoleId,
  type SearchedProgram,
  type Usage,
  type UseHistory,
  usesByElement,
  type Version,
  type VersionUsage,
} from './usage.ts';

export interface UsesOptions {
  readonly signal?: AbortSignal | undefined;
}

export interface OpenOptions {
  /** See `CodeSearch`. */
  readonly isWatched?: boolean;
}

export interface HistoryOptions extends UsesOptions {
  /** Called with the number of searched releases. */
  readonly progress?: (done: number, total: number) => void;
}

/** Folders of other repositories. Only the user names them, never a file of the repository. */
export type OtherCode = Readonly<Partial<Record<RoleId, string>>>;

interface OtherRepository {
  readonly directory: string;
  readonly search: CodeSearch;
  readonly releases: Releases;
}

const ROLES: readonly RoleId[] = ['client', 'server'];

/** Git selects the files that contain a name. The code around the name shows whether it means the element. */
export class Uses {
  readonly #base: CodeBase;
  readonly #declared: DeclaredElements;
  readonly #search: CodeSearch;
  readonly #others: ReadonlyMap<RoleId, OtherRepository>;

  private constructor(base: CodeBase, others: ReadonlyMap<RoleId, OtherRepository>, isWatched: boolean) {
    this.#base = base;
    this.#declared = new DeclaredElements(base);
    this.#search = new CodeSearch(base.repository, isWatched);
    this.#others = others;
  }

  /** @throws RangeError with a sentence for the user if a folder of `other` is not a usable repository */
  static async open(base: CodeBase, other: OtherCode = {}, { isWatched = false }: OpenOptions = {}): Promise<Uses> {
    const others = new Map<RoleId, OtherRepository>();
    for (const role of ROLES) {
      const directory = other[role];
      if (directory === undefined) continue;
      const repository = await Repository.open(directory);
      if (!(repository instanceof Repository)) {
        for (const opened of others.values()) opened.search.repository.close();
        throw new RangeError(`The code of the ${role} cannot be searched in ${directory}. ${repository.message}`);
      }
      const releases = new Releases(repository, {});
      others.set(role, { directory: repository.root, search: new CodeSearch(repository), releases });
    }
    return new Uses(base, others, isWatched);
  }

  /** The caller closes the repository of `base`. */
  close(): void {
    for (const { search } of this.#others.values()) search.repository.close();
  }

  /** To be called after changes in this repository's working tree. */
  filesChanged(): void {
    this.#search.filesChanged();
  }

  /**
   * See `DeclaredElements.named`.
   * @param options.at the commit whose elements are preferred.
   */
  async elementsNamed(
    name: string,
    { signal, at }: UsesOptions & { readonly at?: string | undefined } = {},
  ): Promise<readonly Element[]> {
    return await this.#declared.named(name, at, signal);
  }

  /**
   * One usage for each element.
   * @throws GitError, and the signal's reason
   */
  async at(elements: readonly Element[], at: Version, { signal }: UsesOptions = {}): Promise<readonly Usage[]> {
    return await this.#usage(new Targets(elements), at, signal);
  }

  /** @returns for each stable release, lowest version first, one usage for each element. */
  async inReleases(
    elements: readonly Element[],
    { signal, progress }: HistoryOptions = {},
  ): Promise<readonly (readonly Usage[])[]> {
    const releases = await this.#releases();
    const targets = new Targets(elements);
    progress?.(0, releases.length);
    await this.#search.prepare(
      targets,
      releases.map(({ commit }) => commit),
      signal,
    );
    const found: (readonly Usage[])[] = [];
    for (const release of releases) {
      signal?.throwIfAborted();
      found.push(await this.#usage(targets, release, signal, true));
      progress?.(found.length, releases.length);
    }
    return found;
  }

  async history(elements: readonly Element[], options: HistoryOptions = {}): Promise<readonly UseHistory[]> {
    const { signal } = options;
    const found = [...(await this.inReleases(elements, options))];
    if (this.#base.repository.workingTree !== undefined)
      found.push(await this.#usage(new Targets(elements), null, signal, true));
    const isDeclared = await this.#declarations(elements, signal);
    return elements.map((element, index) => ({
      element,
      versions: found.flatMap((usages): VersionUsage[] => {
        const usage = usages[index];
        return usage === undefined ? [] : [{ ...usage, declared: isDeclared(element, usage.at) }];
      }),
    }));
  }

  /** Lowest version first, with one tag for each commit. */
  async #releases(): Promise<readonly NonNullable<Version>[]> {
    const seen = new Set<string>();
    return (await this.#base.releases.all()).filter((release) => {
      if (isPrerelease(release) || seen.has(release.commit)) return false;
      seen.add(release.commit);
      return true;
    });
  }

  async #declarations(
    elements: readonly Element[],
    signal: AbortSignal | undefined,
  ): Promise<(element: Element, version: Version) => boolean> {
    const wanted = new Set(elements.map(({ fullName }) => fullName));
    const isWanted = ({ fullName }: Element): boolean => wanted.has(fullName);
    const names = [...new Set(elements.map(({ name }) => name))];
    const commits = (await this.#releases()).map(({ commit }) => commit);
    const [committed, onDisk] = await Promise.all([
      this.#declared.atCommits(names, isWanted, commits, signal),
      this.#declared.onDisk(names, isWanted, signal),
    ]);
    const declared = new Map([...committed, [undefined, onDisk] as const].map(([at, there]) => [at, fullNames(there)]));
    return ({ fullName }, version) => declared.get(version?.commit)?.has(fullName) ?? false;
  }

  /**
   * @param isExact whether to skip another repository without this version. By default, its last release is searched.
   */
  async #usage(targets: Targets, version: Version, signal: AbortSignal | undefined, isExact = false): Promise<Usage[]> {
    const programs = this.#ownPrograms(await this.#search.search(targets, version?.commit, signal), version);
    for (const role of ROLES) {
      const program = await this.#otherProgram(role, targets, version, signal, isExact);
      if (program !== undefined) programs.push(program);
    }
    programs.sort((a, b) => order(a.role) - order(b.role));
    const usesOf = programs.map(usesByElement);
    return targets.elements.map(({ fullName }) => ({
      element: fullName,
      at: version,
      by: usesOf
        .map((used) => used(fullName))
        .filter(({ name, places, tests }) => name !== OTHER_CODE || places.length + tests.length > 0),
    }));
  }

  #ownPrograms(found: Found, version: Version): SearchedProgram[] {
    const source = {
      repository: null,
      ref: version?.ref ?? null,
      version: version?.version ?? null,
      commit: version?.commit ?? null,
    };
    const configured = ROLES.flatMap((role) => {
      const globs = this.#others.has(role) ? undefined : roleCode(this.#base.settings.roles?.[role]);
      return globs === undefined ? [] : [{ role, globs, matches: pathMatcher(globs) }];
    });
    if (configured.length === 0) return [this.#unconfiguredProgram(found, source)];
    const where = version === null ? 'in the working tree' : `at ${version.ref}`;
    const programs = configured.map(({ role, globs, matches }): SearchedProgram => {
      const name = this.#nameOf(role);
      const unmatched = globs.filter((glob) => !glob.startsWith('!') && !matchesAny(glob, found.all));
      const notes = unmatched.map((glob) => `\`${glob}\`, code of ${name}, matches no file ${where}.`);
      return { ...source, role, name, code: globs, found: onlyIn(found, matches), notes };
    });
    const rest = onlyIn(found, (file) => !configured.some(({ matches }) => matches(file)));
    if (rest.places.length === 0) return programs;
    return [...programs, { ...source, role: null, name: OTHER_CODE, code: [], found: rest, notes: [] }];
  }

  /** All code of the repository, if no role's configured code is in it. */
  #unconfiguredProgram(
    found: Found,
    source: Pick<SearchedProgram, 'repository' | 'ref' | 'version' | 'commit'>,
  ): SearchedProgram {
    const program = { ...source, role: null, name: 'this repository', code: [], found };
    if (this.#others.size > 0) return { ...program, notes: [] };
    const note =
      'Client and server cannot be distinguished. Add their `code` to `roles` in proto-compat.json, as in {"name": "agent", "code": ["src/agent/**"]}.';
    return { ...program, notes: [note] };
  }

  async #otherProgram(
    role: RoleId,
    targets: Targets,
    version: Version,
    signal: AbortSignal | undefined,
    isExact: boolean,
  ): Promise<SearchedProgram | undefined> {
    const other = this.#others.get(role);
    if (other === undefined) return undefined;
    const { directory, search, releases } = other;
    const program = { role, name: this.#nameOf(role), repository: directory, code: [] };
    const noRelease = { ref: null, version: null, commit: null };
    if (version === null) {
      const commit = search.repository.workingTree === undefined ? await search.repository.find('HEAD') : undefined;
      return { ...program, ...noRelease, found: await search.search(targets, commit, signal), notes: [] };
    }
    const all = await releases.all();
    const same = all.find((release) => release.version === version.version);
    const last = all.findLast((release) => !isPrerelease(release)) ?? all.at(-1);
    const searched = same ?? (isExact ? undefined : last);
    if (searched === undefined) {
      const note = isExact
        ? `${directory} has no release ${version.version}.`
        : `${directory} has no release, so it was not searched.`;
      return { ...program, ...noRelease, found: NOTHING_SEARCHED, notes: [note] };
    }
    const { ref, commit } = searched;
    const found = await search.search(targets, commit, signal);
    const notes = same === undefined ? [`${directory} has no release ${version.version}; ${ref} was searched.`] : [];
    return { ...program, ref, version: searched.version, commit, found, notes };
  }

  #nameOf(role: RoleId): string {
    const configured = this.#base.settings.roles?.[role];
    return configured === undefined ? `the ${role}` : roleName(configured);
  }
}

function fullNames(declared: readonly { readonly element: Element }[]): ReadonlySet<string> {
  return new Set(declared.map(({ element }) => element.fullName));
}

function order(role: RoleId | null): number {
  return role === null ? ROLES.length : ROLES.indexOf(role);
}

function matchesAny(glob: string, files: Iterable<string>): boolean {
  const matches = pathMatcher([glob]);
  for (const file of files) if (matches(file)) return true;
  return false;
}
