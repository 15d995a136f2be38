import path from 'node:path';
import { PromiseCache } from '../git/promise-cache.ts';
import type { Repository } from '../git/repository.ts';
import type { Snapshot } from './model.ts';
import { decode, TOO_LARGE } from './text.ts';

/** The files of one commit. A commit never changes, so its listing is cached. */
export class CommitSnapshot implements Snapshot {
  readonly commit: string;
  readonly #repository: Repository;
  readonly #problems = new Map<string, string>();
  readonly #listed = new PromiseCache<ReadonlyMap<string, string>>();

  /** @param commit a full object id. */
  constructor(repository: Repository, commit: string) {
    this.#repository = repository;
    this.commit = commit;
  }

  list(): Promise<ReadonlyMap<string, string>> {
    return this.#listed.get('files', () => this.#list());
  }

  async read(file: string): Promise<string | undefined> {
    const id = (await this.list()).get(file);
    if (id === undefined) return undefined;
    const content = await this.#repository.readBlob(id);
    const { text, problem } = Buffer.isBuffer(content)
      ? decode(content, this.#repository.commonDirectory)
      : {
          problem:
            content === 'too-large'
              ? TOO_LARGE
              : `Git cannot read this file at ${this.commit.slice(0, 10)}. Run \`git fsck\`.`,
          text: undefined,
        };
    if (problem === undefined) this.#problems.delete(file);
    else this.#problems.set(file, problem);
    return text;
  }

  problems(): ReadonlyMap<string, string> {
    return this.#problems;
  }

  async #list(): Promise<ReadonlyMap<string, string>> {
    const entries = await this.#repository.listTree(this.commit);
    const listed = new Map<string, string>();
    for (const [file, entry] of entries) {
      if (entry.symlink) {
        const target = await this.#followLink(file, entries);
        if (target !== undefined) listed.set(file, target);
      } else listed.set(file, entry.id);
    }
    return listed;
  }

  /** The blob id of the `.proto` file that a symbolic link leads to; undefined if it leads to none, or out of the commit. */
  async #followLink(file: string, entries: Awaited<ReturnType<Repository['listTree']>>): Promise<string | undefined> {
    let at = file;
    for (let hops = 0; hops < MAX_LINKS; hops++) {
      const entry = entries.get(at);
      if (entry === undefined || !entry.symlink) return entry?.id;
      const target = await this.#repository.readBlob(entry.id);
      if (!Buffer.isBuffer(target) || target.length > MAX_PATH) return undefined;
      at = path.posix.normalize(path.posix.join(path.posix.dirname(at), target.toString()));
    }
    return undefined;
  }
}

/** Links to links that are followed. A cycle of links must end. */
const MAX_LINKS = 8;
/** The longest path on Linux, in bytes. A longer target cannot be a path. */
const MAX_PATH = 4096;
