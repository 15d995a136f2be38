import path from 'node:path';
import { Once } from '../git/once.ts';
import type { Repository } from '../git/repository.ts';
import type { Snapshot } from './model.ts';
import { decode, TOO_LARGE } from './text.ts';

/** The files of one commit. They never change, so what was listed stays listed. */
export class CommitSnapshot implements Snapshot {
  readonly commit: string;
  readonly #repository: Repository;
  readonly #problems = new Map<string, string>();
  readonly #listed = new Once<ReadonlyMap<string, string>>();

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
              : `Git cannot read this file at ${this.commit.slice(0, 10)}: run \`git fsck\`.`,
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

  /** The blob that a symbolic link leads to within the commit, if it is a `.proto` file. */
  async #followLink(file: string, entries: Awaited<ReturnType<Repository['listTree']>>): Promise<string | undefined> {
    let at = file;
    for (let hops = 0; hops < 8; hops++) {
      const entry = entries.get(at);
      if (entry === undefined || !entry.symlink) return entry?.id;
      const target = await this.#repository.readBlob(entry.id);
      if (!Buffer.isBuffer(target) || target.length > 4096) return undefined;
      at = path.posix.normalize(path.posix.join(path.posix.dirname(at), target.toString()));
    }
    return undefined;
  }
}
