import { MAXIMUM_FILE_SIZE, type NotRead } from './file.ts';
import type { ObjectReader } from './objects.ts';
import { PromiseCache } from './promise-cache.ts';
import { type Folder, FolderReader, namesIn, type Tree, TreeReader } from './tree.ts';
import { GitError, PARTIAL } from './trouble.ts';
import { isPartialClone } from './unreadable.ts';

/** Reads the files of commits. Methods reject with a GitError if git fails. */
export class CommitFiles {
  readonly #objects: ObjectReader;
  readonly #trees: TreeReader;
  readonly #folders: FolderReader;
  readonly #commonDirectory: string;
  /** By `commit:path`. */
  readonly #read = new PromiseCache<string | NotRead | undefined>();

  constructor(objects: ObjectReader, commonDirectory: string) {
    this.#objects = objects;
    this.#trees = new TreeReader(objects);
    this.#folders = new FolderReader(objects);
    this.#commonDirectory = commonDirectory;
  }

  tree(commit: string): Promise<Tree> {
    return this.#orPartialClone(this.#trees.list(commit));
  }

  folder(commit: string): Promise<Folder> {
    return this.#orPartialClone(this.#folders.read(commit));
  }

  async readBlob(id: string): Promise<Buffer | 'too-large' | undefined> {
    const object = await this.#objects.read(id);
    if (object === undefined) this.#throwIfPartialClone();
    if (object?.type !== 'blob') return undefined;
    return object.content ?? 'too-large';
  }

  async readFile(commit: string, file: string): Promise<string | NotRead | undefined> {
    // Git would resolve `./x` and `../x` against the working tree, and exit without one.
    if (/[\n\r\0]/.test(file) || /^\.\.?(\/|$)/.test(file)) return undefined;
    if (this.#read.size > MAX_CACHED_FILES) this.#read.clear();
    return await this.#read.get(`${commit}:${file}`, async () => {
      const object = await this.#objects.read(`${commit}:${file}`);
      if (object === undefined)
        return (await this.#lists(commit, file)) ? { reason: 'damaged', damagedAt: commit } : undefined;
      if (object.type !== 'blob') return undefined;
      return object.content?.toString() ?? { reason: 'too-large', maximum: MAXIMUM_FILE_SIZE };
    });
  }

  /** Also true if a folder above the file cannot be read. */
  async #lists(commit: string, file: string): Promise<boolean> {
    const at = file.lastIndexOf('/');
    const parent = at < 0 ? '' : file.slice(0, at);
    const names = await namesIn(this.#objects, `${commit}:${parent}`);
    return names?.has(file.slice(at + 1)) ?? (parent === '' || (await this.#lists(commit, parent)));
  }

  async #orPartialClone<T>(listing: Promise<T>): Promise<T> {
    try {
      return await listing;
    } catch (error) {
      this.#throwIfPartialClone();
      throw error;
    }
  }

  /**
   * For a missing object: newer versions of git do not report that they would have to fetch it.
   * @see https://git-scm.com/docs/partial-clone
   */
  #throwIfPartialClone(): void {
    const isPartial = isPartialClone(this.#commonDirectory);
    if (isPartial !== false) throw new GitError(isPartial === true ? PARTIAL : isPartial);
  }
}

const MAX_CACHED_FILES = 5000;
