import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, realpathSync, type Stats } from 'node:fs';
import path from 'node:path';
import { MAXIMUM_FILE_SIZE, type NotRead, readKnownRegular, readRegular, whyFailed, whyNotRead } from '../git/file.ts';
import type { IndexEntry } from '../git/index-entries.ts';
import type { Repository } from '../git/repository.ts';
import type { WorkingTree } from '../git/working-tree.ts';
import { MAX_LINKS, MAX_PATH, targetOf } from './links.ts';
import type { Snapshot } from './model.ts';
import { decodeText, substituteId, TOO_LARGE } from './text.ts';

/**
 * Includes what a sparse checkout leaves out. Most files are not read, because the index has the ids of unchanged ones.
 */
export class WorktreeSnapshot implements Snapshot {
  readonly #repository: Repository;
  readonly #tree: WorkingTree;
  readonly #diskProblems = new Map<string, string>();
  readonly #unlistedFolders = new Map<string, string>();
  /** Known to be inside the repository: absolute paths without links. */
  readonly #folders = new Set<string>();
  readonly #links = new Map<string, string>();
  /** Contents of symbolic links that git checked out as files (`core.symlinks` is false), by path. */
  readonly #textLinks = new Map<string, string>();
  /** By blob id. */
  readonly #undecodable = new Map<string, string>();
  #listing: Promise<ReadonlyMap<string, string>> | undefined;
  #listed: ReadonlyMap<string, string> | undefined;

  constructor(repository: Repository, tree: WorkingTree) {
    this.#repository = repository;
    this.#tree = tree;
  }

  invalidate(): void {
    this.#listing = undefined;
  }

  async list(): Promise<ReadonlyMap<string, string>> {
    this.#listing ??= this.#listDisk();
    const asked = this.#listing;
    try {
      const listed = await asked;
      // `invalidate` was called in the meantime.
      if (asked !== this.#listing) return await this.list();
      return (this.#listed = listed);
    } catch (error) {
      if (asked === this.#listing) this.#listing = undefined;
      throw error;
    }
  }

  async read(file: string): Promise<string | undefined> {
    const id = (await this.list()).get(file);
    if (id === undefined) return undefined;
    // A sparse checkout leaves only the blob.
    const content = this.#readDisk(file) ?? (await this.#repository.readBlob(id));
    if (!Buffer.isBuffer(content)) return undefined;
    const { text, problem } = decodeText(content, this.#repository.commonDirectory);
    if (problem === undefined) this.#undecodable.delete(id);
    else this.#undecodable.set(id, problem);
    return text;
  }

  problems(): ReadonlyMap<string, string> {
    const problems = new Map(this.#diskProblems);
    if (this.#undecodable.size > 0) {
      for (const [file, id] of this.#listed ?? []) {
        const problem = this.#undecodable.get(id);
        if (problem !== undefined) problems.set(file, problem);
      }
    }
    return problems;
  }

  links(): ReadonlyMap<string, string> {
    return this.#links;
  }

  unlistedFolders(): ReadonlyMap<string, string> {
    return this.#unlistedFolders;
  }

  async #listDisk(): Promise<ReadonlyMap<string, string>> {
    // Read before the index: if git writes it in between, more files count as changed, not fewer.
    const indexTime = this.#indexTime();
    const [index, untracked] = await Promise.all([this.#tree.index(), this.#tree.untracked()]);
    this.#diskProblems.clear();
    this.#unlistedFolders.clear();
    this.#folders.clear();
    this.#textLinks.clear();
    this.#links.clear();
    // Before any file is read, because its path can lead through one of these links.
    for (const [file, entry] of index) {
      const written = entry.symlink ? this.#writtenIn(file, entry) : undefined;
      if (written !== undefined) this.#textLinks.set(file, written);
    }
    const found = new Map<string, string>();
    for (const [file, entry] of index) {
      const id = this.#isUnchanged(file, entry, indexTime)
        ? entry.id
        : (this.#diskId(file) ?? (entry.skipped ? entry.id : undefined));
      if (id !== undefined) found.set(file, id);
    }
    for (const file of untracked.files) {
      const id = this.#diskId(file);
      if (id !== undefined) found.set(file, id);
    }
    for (const folder of untracked.unopened) {
      const why = whyNotListed(path.join(this.#tree.root, folder));
      if (why !== undefined) this.#unlistedFolders.set(folder, whyNotRead(why, 'This folder'));
    }
    return found;
  }

  /** Nanoseconds since the epoch. If unknown, every file counts as changed. */
  #indexTime(): bigint {
    return statOf(path.join(this.#repository.gitDirectory, 'index'))?.mtimeNs ?? 0n;
  }

  #isUnchanged(file: string, entry: IndexEntry, indexTime: bigint): boolean {
    // A file that changed after the index was written can have the recorded size and times. See
    // https://git-scm.com/docs/racy-git.
    if (!entry.merged || entry.symlink || entry.mtimeNs >= indexTime) return false;
    // Faster than `path.join`. Node accepts "/" on every system.
    const found = statOf(`${this.#tree.root}/${file}`);
    return (
      found !== undefined &&
      found.isFile() &&
      Number(found.size & 0xffffffffn) === entry.size &&
      found.mtimeNs === entry.mtimeNs &&
      // Git for Windows stores the creation time here.
      (process.platform === 'win32' || found.ctimeNs === entry.ctimeNs)
    );
  }

  #diskId(file: string): string | undefined {
    const content = this.#readDisk(file);
    return Buffer.isBuffer(content) ? this.#blobId(content) : content;
  }

  /** @returns undefined if there is no such file; a substitute id if it is not read. */
  #readDisk(file: string): Buffer | string | undefined {
    const target = this.#textLinks.size === 0 ? file : this.#followTextLinks(file);
    if (typeof target === 'object') return this.#unread(file, target);
    const absolute = path.join(this.#tree.root, target);
    try {
      const found = this.#locate(absolute);
      if ('reason' in found) return this.#unread(file, found);
      const { real, stats } = found;
      if (!stats.isFile()) return undefined;
      if (target !== file || real !== absolute) this.#links.set(file, this.#tree.relative(real) ?? target);
      if (stats.size > MAXIMUM_FILE_SIZE) {
        this.#diskProblems.set(file, TOO_LARGE);
        return `too large: ${stats.size} ${stats.mtimeMs}`;
      }
      const content = readKnownRegular(real);
      return Buffer.isBuffer(content) || content === undefined ? content : this.#unread(file, content);
    } catch (error) {
      return this.#unread(file, whyFailed(error));
    }
  }

  /** Follows links on disk. In known folders, most files do not need the slower `realpath`. */
  #locate(absolute: string): { readonly real: string; readonly stats: Stats } | NotRead {
    const folder = path.dirname(absolute);
    if (this.#folders.has(folder)) {
      const stats = lstatSync(absolute);
      if (!stats.isSymbolicLink()) return { real: absolute, stats };
    }
    const real = realpathSync.native(absolute);
    if (this.#tree.relative(real) === undefined) return { reason: 'outside' };
    if (real === absolute) this.#folders.add(folder);
    return { real, stats: lstatSync(real) };
  }

  /** Undefined if the file was changed, or is a link on disk. */
  #writtenIn(file: string, { id }: IndexEntry): string | undefined {
    const absolute = path.join(this.#tree.root, file);
    const found = statOf(absolute);
    if (found?.isFile() !== true || found.size > MAX_PATH) return undefined;
    const content = readRegular(absolute);
    return Buffer.isBuffer(content) && this.#blobId(content) === id ? content.toString() : undefined;
  }

  #followTextLinks(file: string): string | NotRead {
    let at = file;
    for (let hops = 0; hops <= MAX_LINKS; hops++) {
      const written = this.#textLinks.get(at);
      const target = written === undefined ? at : targetOf(at, written);
      if (written === undefined || typeof target === 'object') return target;
      at = target;
    }
    return { reason: 'circular' };
  }

  #unread(file: string, why: NotRead | undefined): string | undefined {
    if (why === undefined) return undefined;
    this.#diskProblems.set(file, whyNotRead(why));
    return substituteId(why);
  }

  #blobId(content: Buffer): string {
    return createHash(this.#repository.hash).update(`blob ${content.length}\0`).update(content).digest('hex');
  }
}

function whyNotListed(folder: string): NotRead | undefined {
  try {
    readdirSync(folder);
    return undefined;
  } catch (error) {
    return whyFailed(error);
  }
}

function statOf(absolute: string) {
  try {
    return lstatSync(absolute, { bigint: true, throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
