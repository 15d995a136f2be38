import { realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';

import type { Repository } from './repository.ts';

/** A file and the repository that it belongs to. */
export interface Located {
  readonly repository: Repository;
  /** Relative to the repository's root, with forward slashes; empty for the root itself. */
  readonly path: string;
}

/** The repositories of all files the client asked about, each opened once, however its folders are nested. */
export class Workspace {
  readonly #open: (directory: string) => Promise<Repository>;
  readonly #byDirectory = new Map<string, Promise<Repository>>();
  readonly #byRoot = new Map<string, Repository>();

  constructor(open: (directory: string) => Promise<Repository>) {
    this.#open = open;
  }

  get repositories(): readonly Repository[] {
    return [...this.#byRoot.values()];
  }

  /** @param path absolute, of a file or a folder; neither needs to exist. */
  async locate(path: string): Promise<Located> {
    const isFolder = await stat(path).then(
      (stats) => stats.isDirectory(),
      () => false,
    );
    // Git answers with real paths, so a folder reached through a link must be known by its real path.
    const given = isFolder ? path : dirname(path);
    const folder = await real(given);
    const repository = await this.#repositoryOf(folder);
    if (given !== folder) repository.called(...(await linkOf(folder, given, repository.root)));
    const file = isFolder ? folder : join(folder, basename(path));
    return { repository, path: relative(repository.root, file).split(sep).join('/') };
  }

  /** Forgets a repository, so that its files are located anew. */
  forget(repository: Repository): void {
    this.#byRoot.delete(repository.root);
    // Which folders led to it is not recorded: asking again is cheap.
    this.#byDirectory.clear();
    repository.close();
  }

  close(): void {
    for (const repository of this.#byRoot.values()) repository.close();
    this.#byRoot.clear();
    this.#byDirectory.clear();
  }

  #repositoryOf(directory: string): Promise<Repository> {
    const known = this.#byDirectory.get(directory);
    if (known !== undefined) return known;
    const opening = this.#openOnce(directory);
    this.#byDirectory.set(directory, opening);
    opening.catch(() => this.#byDirectory.delete(directory));
    return opening;
  }

  async #openOnce(directory: string): Promise<Repository> {
    const opened = await this.#open(directory);
    const known = this.#byRoot.get(opened.root);
    if (known !== undefined) {
      opened.close();
      return known;
    }
    this.#byRoot.set(opened.root, opened);
    return opened;
  }
}

/** The highest folder of a repository that the same link leads to, and how it is called through that link. */
async function linkOf(folder: string, given: string, root: string): Promise<[folder: string, name: string]> {
  let [here, name] = [folder, given];
  while (here !== root && basename(here) === basename(name) && (await real(dirname(name))) === dirname(here)) {
    [here, name] = [dirname(here), dirname(name)];
  }
  return [here, name];
}

/** The path without symbolic links, as far as it exists. */
async function real(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(await real(parent), basename(path));
  }
}
