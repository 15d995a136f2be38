import path from 'node:path';
import { mayExist, realPath, relativeTo } from './file.ts';
import { parseIndexedSubmodules } from './index-entries.ts';
import type { Repository } from './repository.ts';
import { type Git, run } from './run.ts';

/** The git submodules that are checked out in a working tree. */
export class Submodules {
  readonly #git: Git;
  readonly #root: string;
  readonly #commonDirectory: string;
  readonly #openRepository: (directory: string) => Promise<Repository | undefined>;
  /** By folder. */
  readonly #opened = new Map<string, Repository>();

  constructor(
    git: Git,
    root: string,
    commonDirectory: string,
    open: (directory: string) => Promise<Repository | undefined>,
  ) {
    this.#git = git;
    this.#root = root;
    this.#commonDirectory = commonDirectory;
    this.#openRepository = open;
  }

  /**
   * The recorded commits, by folder.
   * @throws GitError
   */
  async indexed(): Promise<ReadonlyMap<string, string>> {
    // Without this file, git cannot initialise a submodule, so the listing is not needed.
    if (!mayExist(path.join(this.#root, '.gitmodules'))) return new Map();
    const listed = await run(this.#git, ['ls-files', '--cached', '--stage', '-z']);
    return parseIndexedSubmodules(listed.toString());
  }

  /** `open` may still fail. */
  mayHave(folder: string): boolean {
    return mayExist(path.join(this.#root, folder, '.git'));
  }

  /**
   * @param folder relative to the top folder.
   * @returns undefined also if its path contains a link, or if its objects are outside the repository around it.
   */
  async open(folder: string): Promise<Repository | undefined> {
    const known = this.#opened.get(folder);
    if (known !== undefined) return known;
    const absolute = path.join(this.#root, folder);
    if (!this.mayHave(folder) || realPath(absolute) !== absolute) return undefined;
    const found = await this.#openRepository(absolute);
    if (found === undefined) return undefined;
    if (found.root !== absolute || !this.#isInside(found.commonDirectory)) {
      found.close();
      return undefined;
    }
    this.#opened.set(folder, found);
    return found;
  }

  #isInside(directory: string): boolean {
    return [this.#root, this.#commonDirectory].some((own) =>
      Boolean(relativeTo(realPath(own) ?? own, realPath(directory) ?? directory)),
    );
  }

  close(): void {
    for (const repository of this.#opened.values()) repository.close();
  }
}
