import { type NotRead, whyNotRead } from '../git/file.ts';
import { PromiseCache } from '../git/promise-cache.ts';
import type { Repository } from '../git/repository.ts';
import { MAX_LINKS, MAX_PATH, targetOf } from './links.ts';
import type { Snapshot } from './model.ts';
import { decodeText, substituteId, TOO_LARGE } from './text.ts';

export class CommitSnapshot implements Snapshot {
  readonly commit: string;
  readonly #repository: Repository;
  readonly #problems = new Map<string, string>();
  /** By path of the symbolic link. */
  readonly #notFollowed = new Map<string, NotRead>();
  readonly #links = new Map<string, string>();
  readonly #listed = new PromiseCache<ReadonlyMap<string, string>>();

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
    const link = this.#notFollowed.get(file);
    if (link !== undefined) {
      this.#problems.set(file, whyNotRead(link));
      return undefined;
    }
    const content = await this.#repository.readBlob(id);
    const { text, problem } = Buffer.isBuffer(content)
      ? decodeText(content, this.#repository.commonDirectory)
      : {
          problem: content === 'too-large' ? TOO_LARGE : whyNotRead({ reason: 'damaged', damagedAt: this.commit }),
          text: undefined,
        };
    if (problem === undefined) this.#problems.delete(file);
    else this.#problems.set(file, problem);
    return text;
  }

  problems(): ReadonlyMap<string, string> {
    return this.#problems;
  }

  links(): ReadonlyMap<string, string> {
    return this.#links;
  }

  async #list(): Promise<ReadonlyMap<string, string>> {
    const entries = await this.#repository.listTree(this.commit);
    const listed = new Map<string, string>();
    for (const [file, entry] of entries) {
      if (entry.symlink) {
        const target = await this.#followLink(file, entries);
        if (target === undefined) continue;
        if ('reason' in target) this.#notFollowed.set(file, target);
        else this.#links.set(file, target.path);
        listed.set(file, 'reason' in target ? substituteId(target) : target.id);
      } else listed.set(file, entry.id);
    }
    return listed;
  }

  /** The file at the end of a chain of links, if there is one. */
  async #followLink(
    file: string,
    entries: Awaited<ReturnType<Repository['listTree']>>,
  ): Promise<{ readonly path: string; readonly id: string } | NotRead | undefined> {
    let at = file;
    for (let hops = 0; hops <= MAX_LINKS; hops++) {
      const entry = entries.get(at);
      if (entry === undefined) return undefined;
      if (!entry.symlink) return { path: at, id: entry.id };
      const target = await this.#repository.readBlob(entry.id);
      // `read` reports that git cannot read it.
      if (target === undefined) return { path: at, id: entry.id };
      if (!Buffer.isBuffer(target) || target.length > MAX_PATH) return undefined;
      const next = targetOf(at, target.toString());
      if (typeof next === 'object') return next;
      at = next;
    }
    return { reason: 'circular' };
  }
}
