import { existsSync } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';

import type { RepositorySession } from './repository-session.ts';

export interface Located {
  readonly repository: RepositorySession;
  /** Relative to the repository's root, with forward slashes; empty for the root itself. */
  readonly path: string;
}

export class Workspace {
  readonly #open: (directory: string) => Promise<RepositorySession>;
  readonly #byDirectory = new Map<string, Promise<RepositorySession>>();
  readonly #byRoot = new Map<string, RepositorySession>();

  constructor(open: (directory: string) => Promise<RepositorySession>) {
    this.#open = open;
  }

  get repositories(): readonly RepositorySession[] {
    return [...this.#byRoot.values()];
  }

  /** @param path absolute. It need not exist. */
  async locate(path: string): Promise<Located> {
    const isFolder = await stat(path).then(
      (stats) => stats.isDirectory(),
      () => false,
    );
    // Git reports real paths, so the session's root is a real path.
    const given = isFolder ? path : dirname(path);
    const [folder, target] = await Promise.all([real(given), real(path)]);
    const repository = await this.#repositoryOf(folder);
    if (given !== folder) repository.addAlias(...(await linkOf(folder, given, repository.root)));
    const file = isFolder ? folder : join(folder, basename(path));
    // Both names of a linked `.proto` file are one document.
    const isLink = target !== file && file.endsWith('.proto') && target.endsWith('.proto');
    const isInside = isLink && (await this.#repositoryOf(dirname(target))) === repository;
    return {
      repository,
      path: relative(repository.root, isInside ? target : file)
        .split(sep)
        .join('/'),
    };
  }

  forget(repository: RepositorySession): void {
    this.#byRoot.delete(repository.root);
    this.#byDirectory.clear();
    repository.close();
  }

  close(): void {
    for (const repository of this.#byRoot.values()) repository.close();
    this.#byRoot.clear();
    this.#byDirectory.clear();
  }

  #repositoryOf(directory: string): Promise<RepositorySession> {
    const known = this.#byDirectory.get(directory);
    if (known !== undefined) return known;
    const opening = this.#openOnce(directory);
    this.#byDirectory.set(directory, opening);
    const forget = (): void => {
      if (this.#byDirectory.get(directory) === opening) this.#byDirectory.delete(directory);
    };
    opening.then(() => {
      // The folder may be created in another repository later.
      if (!existsSync(directory)) forget();
    }, forget);
    return opening;
  }

  async #openOnce(directory: string): Promise<RepositorySession> {
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

/**
 * Finds the topmost folder of the repository behind a symbolic link.
 * @param folder the real path of `given`.
 * @param given a folder's path through the link.
 * @param root the repository's root.
 * @returns the real path of the topmost folder, and its path through the link.
 */
async function linkOf(folder: string, given: string, root: string): Promise<[folder: string, name: string]> {
  let [here, name] = [folder, given];
  while (here !== root && basename(here) === basename(name) && (await real(dirname(name))) === dirname(here)) {
    [here, name] = [dirname(here), dirname(name)];
  }
  return [here, name];
}

/** Parts that don't exist stay as they are. */
async function real(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(await real(parent), basename(path));
  }
}
