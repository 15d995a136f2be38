import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { CodeBase } from '../check/project.ts';
import { Repository } from '../git/repository.ts';
import { pathMatcher } from '../policy/patterns.ts';
import { roleCode, roleName } from '../policy/settings.ts';
import { parse } from '../proto/parse.ts';
import { isPrerelease, type Release } from '../release/model.ts';
import { Releases } from '../release/releases.ts';
import { Targets } from './analyse.ts';
import { isVendored } from './code-files.ts';
import { CodeSearch, languagesOf, type Place, type Searched } from './code-search.ts';
import { describe, type Element, lastPart } from './element.ts';
import type { Language } from './languages.ts';

export type { Place } from './code-search.ts';
export type { Element } from './element.ts';

/** Which of the two programs. */
export type RoleId = 'client' | 'server';

/** What is searched: a release, or (null) the working tree as it is on disk. */
export type Version = Pick<Release, 'ref' | 'version' | 'commit'> | null;

/** Who uses one element in one version of the code. Evidence, never a verdict: code that is generated at build time is not seen. */
export interface Usage {
  readonly element: string;
  readonly at: Version;
  readonly by: readonly UsedBy[];
}

/** What was found in the code of one program. */
export interface UsedBy {
  /** Null for code of neither program, or where the two cannot be told apart. */
  readonly role: RoleId | null;
  /** "kata-runtime", "the client", "the code", "other code" */
  readonly name: string;
  /** Another repository that the person named, absolute; null for this one. */
  readonly repository: string | null;
  /** What was searched there; null for the working tree. */
  readonly ref: string | null;
  /** The version of the code: that of the release, or of the other repository's release. */
  readonly version: string | null;
  readonly commit: string | null;
  /** Globs, as configured; empty for all code. */
  readonly code: readonly string[];
  readonly languages: readonly Language[];
  /** How many files were searched. */
  readonly files: number;
  /** Uses, exact or likely, outside of tests. */
  readonly places: readonly Place[];
  /** The same in tests. */
  readonly tests: readonly Place[];
  /** Lines that have the name and may mean something else. */
  readonly nameOnly: readonly Place[];
  /** What limits the answer, in sentences: a glob without a file, a release that the other repository lacks, a file too large. */
  readonly notes: readonly string[];
}

export interface UsesOptions {
  readonly signal?: AbortSignal | undefined;
}

export interface HistoryOptions extends UsesOptions {
  /** Hears how many of the releases are done. */
  readonly progress?: (done: number, total: number) => void;
}

/** An element over all releases. */
export interface UseHistory {
  readonly element: Element;
  /** Oldest release first, the working tree last. */
  readonly versions: readonly VersionUsage[];
}

export interface VersionUsage extends Usage {
  /** Whether the schema of that version declares the element. */
  readonly declared: boolean;
}

/** Code in other repositories, by role. */
export type OtherCode = Readonly<Partial<Record<RoleId, string>>>;

/**
 * Finds who uses elements of the schema, in the code of a repository at a release or in its working tree. Git searches, the code around
 * each name decides what it is. What was found is kept by commit and name.
 */
export class Uses {
  readonly #base: CodeBase;
  readonly #search: CodeSearch;
  readonly #others: ReadonlyMap<RoleId, OtherRepository>;

  private constructor(base: CodeBase, others: ReadonlyMap<RoleId, OtherRepository>) {
    this.#base = base;
    this.#search = new CodeSearch(base.repository);
    this.#others = others;
  }

  /**
   * @param other folders in other repositories; only a person names them, never a file of the repository.
   * @throws RangeError with a sentence where there is no repository in one of them
   */
  static async open(base: CodeBase, other: OtherCode = {}): Promise<Uses> {
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
    return new Uses(base, others);
  }

  /** Ends the processes of other repositories; that of the base is its owner's. */
  close(): void {
    for (const { search } of this.#others.values()) search.repository.close();
  }

  /**
   * The elements that a name means: a full name or its last parts, `grpc.AgentService.AddSwapPath`, `AgentService/AddSwapPath`,
   * `fs_group`. Those of the working tree, else of the newest release that has any.
   */
  async elementsNamed(name: string, { signal }: UsesOptions = {}): Promise<readonly Element[]> {
    const wanted = name.replace(/^[./]/, '').replaceAll('/', '.');
    if (!/^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*$/.test(wanted)) return [];
    const isMeant = ({ fullName }: Element): boolean => fullName === wanted || fullName.endsWith(`.${wanted}`);
    const found = await this.#declaredOnDisk(lastPart(wanted), isMeant, signal);
    if (found.length > 0) return unique(found);
    const releases = await this.#base.releases.all();
    const byCommit = await this.#declaredAt(lastPart(wanted), isMeant, releases, signal);
    for (const release of [...releases].reverse()) {
      const there = byCommit.get(release.commit) ?? [];
      if (there.length > 0) return unique(there);
    }
    return [];
  }

  /**
   * Who uses some elements.
   * @param at undefined for the working tree
   * @throws GitError, and the signal's reason
   */
  async at(elements: readonly Element[], at: Version, { signal }: UsesOptions = {}): Promise<readonly Usage[]> {
    return await this.#usage(new Targets(elements), at, signal);
  }

  /** Who uses some elements in each release, pre-releases left out, and in the working tree. */
  async history(elements: readonly Element[], options: HistoryOptions = {}): Promise<readonly UseHistory[]> {
    const { signal, progress } = options;
    const { releases: all, repository } = this.#base;
    const seen = new Set<string>();
    const releases = (await all.all()).filter((release) => {
      if (isPrerelease(release) || seen.has(release.commit)) return false;
      seen.add(release.commit);
      return true;
    });
    const targets = new Targets(elements);
    progress?.(0, releases.length);
    await this.#search.prepare(
      targets,
      releases.map(({ commit }) => commit),
      signal,
    );
    const declared = new Map<string, ReadonlyMap<string, ReadonlySet<string>>>();
    const wanted = new Set(elements.map(({ fullName }) => fullName));
    const isWanted = ({ fullName }: Element): boolean => wanted.has(fullName);
    for (const name of new Set(elements.map((element) => element.name))) {
      const byCommit = await this.#declaredAt(name, isWanted, releases, signal);
      declared.set(name, new Map([...byCommit].map(([commit, there]) => [commit, fullNames(there)])));
    }
    const found = elements.map((element) => ({ element, versions: [] as VersionUsage[] }));
    const versions: Version[] = repository.bare ? releases : [...releases, null];
    for (const [index, version] of versions.entries()) {
      signal?.throwIfAborted();
      const usages = await this.#usage(targets, version, signal, true);
      for (const [at, usage] of usages.entries()) {
        const element = elements[at];
        if (element === undefined) continue;
        const there =
          version === null
            ? fullNames(await this.#declaredOnDisk(element.name, isWanted, signal))
            : declared.get(element.name)?.get(version.commit);
        found[at]?.versions.push({ ...usage, declared: there?.has(element.fullName) ?? false });
      }
      progress?.(index + 1, versions.length);
    }
    return found;
  }

  /** @param exactly take no other release where another repository lacks that version */
  async #usage(targets: Targets, version: Version, signal: AbortSignal | undefined, exactly = false): Promise<Usage[]> {
    const searched = await this.#search.search(targets, version?.commit, signal);
    const parts = this.#parts(searched, version);
    for (const role of ROLES) {
      const part = await this.#otherPart(role, targets, version, signal, exactly);
      if (part !== undefined) parts.push(part);
    }
    // The client before the server, whatever repository it is in.
    parts.sort((a, b) => rank(a.role) - rank(b.role));
    return targets.elements.map(({ fullName }) => ({
      element: fullName,
      at: version,
      // Of code that belongs to neither program only uses are worth a word.
      by: parts
        .map((part) => usedBy(part, fullName))
        .filter(({ name, places, tests }) => name !== OTHER_CODE || places.length + tests.length > 0),
    }));
  }

  /** The code of this repository, by program. */
  #parts(searched: Searched, version: Version): Part[] {
    const { roles } = this.#base.settings;
    const of = {
      repository: null,
      ref: version?.ref ?? null,
      version: version?.version ?? null,
      commit: version?.commit ?? null,
    };
    const configured = ROLES.flatMap((role) => {
      const globs = this.#others.has(role) ? undefined : roleCode(roles?.[role]);
      return globs === undefined ? [] : [{ role, globs, matches: pathMatcher(globs) }];
    });
    const where = version === null ? 'in the working tree' : `at ${version.ref}`;
    const parts = configured.map(({ role, globs, matches }): Part => {
      const empty = globs.filter((glob) => !glob.startsWith('!') && !some(searched.all, pathMatcher([glob])));
      return {
        ...of,
        role,
        name: this.#nameOf(role),
        code: globs,
        searched: only(searched, matches),
        notes: empty.map((glob) => `\`${glob}\`, code of ${this.#nameOf(role)}, matches no file ${where}.`),
      };
    });
    if (configured.length === 0) {
      const isAlone = this.#others.size === 0;
      const note =
        'Client and server cannot be told apart: give `roles` in proto-compat.json their `code`, as in {"name": "agent", "code": ["src/agent/**"]}.';
      return [
        {
          ...of,
          role: null,
          name: isAlone ? 'the code' : 'this repository',
          code: [],
          searched,
          notes: isAlone ? [note] : [],
        },
      ];
    }
    const rest = only(searched, (file) => !configured.some(({ matches }) => matches(file)));
    return rest.places.length === 0
      ? parts
      : [...parts, { ...of, role: null, name: OTHER_CODE, code: [], searched: rest, notes: [] }];
  }

  async #otherPart(
    role: RoleId,
    targets: Targets,
    version: Version,
    signal: AbortSignal | undefined,
    exactly: boolean,
  ): Promise<Part | undefined> {
    const other = this.#others.get(role);
    if (other === undefined) return undefined;
    const of = { role, name: this.#nameOf(role), repository: other.directory, code: [] };
    if (version === null) {
      const { repository } = other.search;
      const commit = repository.bare ? await repository.find('HEAD') : undefined;
      const searched = await other.search.search(targets, commit, signal);
      return { ...of, ref: null, version: null, commit: null, searched, notes: [] };
    }
    const releases = await other.releases.all();
    const same = releases.find((release) => release.version === version.version);
    const last =
      same ?? (exactly ? undefined : (releases.findLast((release) => !isPrerelease(release)) ?? releases.at(-1)));
    if (last === undefined) {
      const note = exactly
        ? `${other.directory} has no release ${version.version}.`
        : `${other.directory} has no release, so it was not searched.`;
      return { ...of, ref: null, version: null, commit: null, searched: NOTHING, notes: [note] };
    }
    const searched = await other.search.search(targets, last.commit, signal);
    const notes =
      same === undefined ? [`${other.directory} has no release ${version.version}; ${last.ref} was searched.`] : [];
    return { ...of, ref: last.ref, version: last.version, commit: last.commit, searched, notes };
  }

  #nameOf(role: RoleId): string {
    const configured = this.#base.settings.roles?.[role];
    return configured === undefined ? `the ${role}` : roleName(configured);
  }

  /** Elements of a name that the working tree declares, those of other people only where there are no others. */
  async #declaredOnDisk(name: string, isMeant: Meant, signal: AbortSignal | undefined): Promise<readonly Element[]> {
    const { repository } = this.#base;
    const files = await repository.filesWith([name], ['.proto'], signal);
    const declared = files.map(async (file) => {
      const text = await readFile(path.join(repository.root, file), 'utf8').catch(() => '');
      return { file, elements: named(text, name) };
    });
    return ownOf(await Promise.all(declared), isMeant);
  }

  /** The same for releases, by commit. Each content is read once. */
  async #declaredAt(
    name: string,
    isMeant: Meant,
    releases: readonly Release[],
    signal: AbortSignal | undefined,
  ): Promise<ReadonlyMap<string, readonly Element[]>> {
    const { repository } = this.#base;
    const listed = new Map<string, ReadonlyMap<string, { readonly id: string }>>();
    for (const { commit } of releases) {
      signal?.throwIfAborted();
      if (!listed.has(commit)) listed.set(commit, await repository.listTree(commit));
    }
    const ids = new Set([...listed.values()].flatMap((files) => [...files.values()].map(({ id }) => id)));
    const declared = new Map<string, readonly Element[]>();
    for (const id of await repository.blobsWith([name], [...ids], signal)) {
      const content = await repository.readBlob(id);
      if (Buffer.isBuffer(content)) declared.set(id, named(content.toString(), name));
    }
    return new Map(
      [...listed].map(([commit, files]) => {
        const there = [...files].map(([file, { id }]) => ({ file, elements: declared.get(id) ?? [] }));
        return [commit, ownOf(there, isMeant)];
      }),
    );
  }
}

type Meant = (element: Element) => boolean;

function ownOf(
  files: readonly { readonly file: string; readonly elements: readonly Element[] }[],
  isMeant: Meant,
): readonly Element[] {
  const found = files.flatMap(({ file, elements }) =>
    elements.filter(isMeant).map((element) => ({ element, own: !isVendored(file) })),
  );
  const own = found.filter((each) => each.own);
  return (own.length > 0 ? own : found).map(({ element }) => element);
}

interface OtherRepository {
  readonly directory: string;
  readonly search: CodeSearch;
  readonly releases: Releases;
}

const ROLES: readonly RoleId[] = ['client', 'server'];

function rank(role: RoleId | null): number {
  return role === null ? ROLES.length : ROLES.indexOf(role);
}

/** The code of one program, with what was found in it for all elements. */
interface Part {
  readonly role: RoleId | null;
  readonly name: string;
  readonly repository: string | null;
  readonly ref: string | null;
  readonly version: string | null;
  readonly commit: string | null;
  readonly code: readonly string[];
  readonly searched: Searched;
  readonly notes: readonly string[];
}

const OTHER_CODE = 'other code';
const NOTHING: Searched = { places: [], files: [], all: new Set(), unread: [] };

function usedBy({ searched, notes, ...part }: Part, element: string): UsedBy {
  const own = searched.places.filter((place) => place.element === element);
  const sure = own.filter(({ certainty }) => certainty !== 'name-only');
  return {
    ...part,
    languages: languagesOf(searched.files),
    files: searched.files.length,
    places: sure.filter(({ test }) => !test),
    tests: sure.filter(({ test }) => test),
    nameOnly: own.filter(({ certainty }) => certainty === 'name-only'),
    notes: [...notes, ...searched.unread.map(({ file, reason }) => `${file}: ${reason}`)],
  };
}

function only({ places, files, all, unread }: Searched, matches: (file: string) => boolean): Searched {
  const isWanted = ({ file }: { readonly file: string }): boolean => matches(file);
  return { places: places.filter(isWanted), files: files.filter(isWanted), all, unread: unread.filter(isWanted) };
}

function some(files: Iterable<string>, matches: (file: string) => boolean): boolean {
  for (const file of files) if (matches(file)) return true;
  return false;
}

function named(text: string, name: string): Element[] {
  return [...describe(parse(text)).values()].filter((element) => element.name === name);
}

function fullNames(elements: readonly Element[]): ReadonlySet<string> {
  return new Set(elements.map(({ fullName }) => fullName));
}

/** Copies of a file declare the same elements. */
function unique(elements: readonly Element[]): readonly Element[] {
  return [...new Map([...elements].reverse().map((element) => [element.fullName, element])).values()].reverse();
}
