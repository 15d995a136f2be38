import path from 'node:path';
import { realPath, relativeTo } from './file.ts';
import { grepWorkingTree, type Terms } from './grep.ts';
import { type IndexEntry, parseIndex, parsePaths } from './index-entries.ts';
import type { ListCommands } from './list-commands.ts';
import { type Git, run } from './run.ts';
import type { Submodules } from './submodules.ts';

/** The files on disk, and git's index of them. Methods reject with a GitError if git fails. */
export class WorkingTree {
  /** The top folder, links resolved. */
  readonly root: string;
  readonly submodules: Submodules;
  readonly #git: Git;
  readonly #listings: ListCommands;

  constructor(git: Git, root: string, submodules: Submodules, listings: ListCommands) {
    this.root = root;
    this.submodules = submodules;
    this.#git = git;
    this.#listings = listings;
  }

  /**
   * With forward slashes, also for a path that goes through links to folders.
   * @returns undefined for the top folder itself and for paths outside.
   */
  relative(absolute: string): string | undefined {
    const folder = realPath(path.dirname(absolute));
    for (const candidate of [absolute, ...(folder === undefined ? [] : [path.join(folder, path.basename(absolute))])]) {
      const relative = relativeTo(this.root, candidate);
      if (relative !== undefined && relative !== '') return relative.split(path.sep).join('/');
    }
    return undefined;
  }

  /** Tracked `.proto` files. No filter of the repository runs, because git reads only its index. */
  async index(): Promise<ReadonlyMap<string, IndexEntry>> {
    return parseIndex((await this.#listings.run('index', this.#git)).printed.toString());
  }

  /** New `.proto` files that are not ignored, and the folders that git could not open. */
  async untracked(): Promise<{ readonly files: readonly string[]; readonly unopened: readonly string[] }> {
    const { printed, warnings } = await this.#listings.run('untracked', this.#git);
    const unopened = [...warnings.matchAll(/^warning: could not open directory '(.+)\/': /gm)];
    return { files: parsePaths(printed.toString()), unopened: unopened.map(([, folder = '']) => folder) };
  }

  /** Sorted: tracked files (also deleted ones), submodules, and new files that are not ignored. */
  async files(signal?: AbortSignal): Promise<readonly string[]> {
    const listed = await run(this.#git, ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { signal });
    // A merge conflict lists a file several times.
    return [...new Set(parsePaths(listed.toString()))].sort();
  }

  /** @param endings of file names, such as ".go". */
  filesWith(terms: Terms, endings: readonly string[], signal?: AbortSignal): Promise<readonly string[]> {
    return grepWorkingTree(this.#git, terms, endings, signal);
  }
}
