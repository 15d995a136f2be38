import type { Repository } from '../git/repository.ts';
import type { Submodules } from '../git/submodules.ts';
import { CommitSnapshot } from './commit-snapshot.ts';
import type { Snapshot } from './model.ts';

/** Adds the files of git submodules at the recorded commits, because code generators find imports there. */
export class SnapshotWithSubmodules implements Snapshot {
  readonly #own: Snapshot;
  readonly #checkedOut: Submodules | undefined;
  readonly #recorded: () => Promise<ReadonlyMap<string, string>>;
  readonly #depth: number;
  /** By folder; undefined if it cannot be read or is nested too deeply. */
  #submodules: ReadonlyMap<string, Snapshot | undefined> = new Map();
  #listed: { readonly own: ReadonlyMap<string, string>; readonly all: ReadonlyMap<string, string> } | undefined;

  /**
   * @param recorded returns the commits by folder.
   * @param depth how many submodules contain this one.
   */
  constructor(
    own: Snapshot,
    checkedOut: Submodules | undefined,
    recorded: () => Promise<ReadonlyMap<string, string>>,
    depth = 0,
  ) {
    this.#own = own;
    this.#checkedOut = checkedOut;
    this.#recorded = recorded;
    this.#depth = depth;
  }

  async list(): Promise<ReadonlyMap<string, string>> {
    const own = await this.#own.list();
    if (this.#listed?.own === own && !this.#mayHaveMore()) return this.#listed.all;
    const submodules = new Map<string, Snapshot | undefined>();
    let all = own;
    for (const [folder, commit] of await this.#recorded()) {
      const snapshot = await this.#open(folder, commit);
      submodules.set(folder, snapshot);
      if (snapshot === undefined) continue;
      const files = [...(await snapshot.list())].map(([path, id]) => [`${folder}/${path}`, id] as const);
      all = new Map([...all, ...files]);
    }
    this.#submodules = submodules;
    this.#listed = { own, all };
    return all;
  }

  async read(file: string): Promise<string | undefined> {
    for (const [folder, snapshot] of this.#submodules)
      if (file.startsWith(`${folder}/`)) return await snapshot?.read(file.slice(folder.length + 1));
    return await this.#own.read(file);
  }

  problems(): ReadonlyMap<string, string> {
    const found = [...this.#submodules].flatMap(([folder, snapshot]) =>
      [...(snapshot?.problems() ?? [])].map(([path, problem]) => [`${folder}/${path}`, problem] as const),
    );
    return found.length === 0 ? this.#own.problems() : new Map([...this.#own.problems(), ...found]);
  }

  /** Without those in submodules. */
  links(): ReadonlyMap<string, string> {
    return this.#own.links?.() ?? new Map();
  }

  unlistedFolders(): ReadonlyMap<string, string> {
    return this.#own.unlistedFolders?.() ?? new Map();
  }

  submodules(): ReadonlyMap<string, boolean> {
    return new Map([...this.#submodules].map(([folder, snapshot]) => [folder, snapshot !== undefined]));
  }

  #mayHaveMore(): boolean {
    if (this.#depth >= MAX_DEPTH) return false;
    for (const [folder, snapshot] of this.#submodules)
      if (snapshot === undefined && this.#checkedOut?.mayHave(folder) === true) return true;
    return false;
  }

  async #open(folder: string, commit: string): Promise<Snapshot | undefined> {
    if (this.#depth >= MAX_DEPTH) return undefined;
    const repository = await this.#checkedOut?.open(folder);
    if (repository === undefined || (await repository.commit(commit)) === undefined) return undefined;
    return commitWithSubmodules(repository, commit, this.#depth + 1);
  }
}

export function commitWithSubmodules(repository: Repository, commit: string, depth = 0): SnapshotWithSubmodules {
  const recorded = async (): Promise<ReadonlyMap<string, string>> => (await repository.tree(commit)).submodules;
  const own = new CommitSnapshot(repository, commit);
  return new SnapshotWithSubmodules(own, repository.workingTree?.submodules, recorded, depth);
}

const MAX_DEPTH = 4;
