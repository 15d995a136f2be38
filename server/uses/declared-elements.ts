import path from 'node:path';
import type { CodeBase } from '../check/project.ts';
import { readInside } from '../git/file.ts';
import { parse } from '../proto/parse.ts';
import { isVendored } from './code-files.ts';
import { type Element, elementsIn, lastPart } from './element.ts';

/** Finds declarations by name, in the working tree and in commits. */
export class DeclaredElements {
  readonly #base: CodeBase;

  constructor(base: CodeBase) {
    this.#base = base;
  }

  /**
   * The elements that a user means by a full name or the last parts of one, as in `grpc.AgentService.AddSwapPath`,
   * `AgentService/AddSwapPath` or `fs_group`. The elements at `commit` are preferred, then those of the working tree,
   * then those of the highest release that has any.
   */
  async named(name: string, commit: string | undefined, signal?: AbortSignal): Promise<readonly Element[]> {
    const wanted = name.replace(/^[./]/, '').replaceAll('/', '.');
    if (!/^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*$/.test(wanted)) return [];
    const last = lastPart(wanted);
    const isMeant = ({ fullName }: Element): boolean => fullName === wanted || fullName.endsWith(`.${wanted}`);
    if (commit !== undefined) {
      const there = (await this.atCommits([last], isMeant, [commit], signal)).get(commit) ?? [];
      if (there.length > 0) return distinct(there);
    }
    const onDisk = await this.onDisk([last], isMeant, signal);
    if (onDisk.length > 0) return distinct(onDisk);
    const releases = (await this.#base.releases.all()).map((release) => release.commit);
    const byCommit = await this.atCommits([last], isMeant, releases, signal);
    return distinct(releases.map((each) => byCommit.get(each) ?? []).findLast((there) => there.length > 0) ?? []);
  }

  /**
   * The elements in the working tree that have one of these simple names and that `isMeant` selects. Vendored ones are
   * only included if all are vendored.
   */
  async onDisk(names: readonly string[], isMeant: Meant, signal: AbortSignal | undefined): Promise<readonly Element[]> {
    const { repository } = this.#base;
    const files = await repository.filesWith({ words: names }, ['.proto'], signal);
    const declared = files.map((file) => {
      const content = readInside(repository.root, path.join(repository.root, file));
      const text = Buffer.isBuffer(content) ? content.toString('utf8') : '';
      return { file, elements: elementsNamed(text, names) };
    });
    return preferOwn(declared, isMeant);
  }

  /** Like `onDisk`, by commit. */
  async atCommits(
    names: readonly string[],
    isMeant: Meant,
    commits: readonly string[],
    signal: AbortSignal | undefined,
  ): Promise<ReadonlyMap<string, readonly Element[]>> {
    const { repository } = this.#base;
    const listed = new Map<string, ReadonlyMap<string, { readonly id: string }>>();
    for (const commit of commits) {
      signal?.throwIfAborted();
      if (!listed.has(commit)) listed.set(commit, await repository.listTree(commit));
    }
    const ids = new Set([...listed.values()].flatMap((files) => [...files.values()].map(({ id }) => id)));
    const declared = new Map<string, readonly Element[]>();
    for (const id of await repository.blobsWith({ words: names }, [...ids], signal)) {
      const content = await repository.readBlob(id);
      if (Buffer.isBuffer(content)) declared.set(id, elementsNamed(content.toString(), names));
    }
    return new Map(
      [...listed].map(([commit, files]) => {
        const there = [...files].map(([file, { id }]) => ({ file, elements: declared.get(id) ?? [] }));
        return [commit, preferOwn(there, isMeant)];
      }),
    );
  }
}

type Meant = (element: Element) => boolean;

function elementsNamed(text: string, names: readonly string[]): Element[] {
  return [...elementsIn(parse(text)).values()].filter(({ name }) => names.includes(name));
}

function preferOwn(
  files: readonly { readonly file: string; readonly elements: readonly Element[] }[],
  isMeant: Meant,
): readonly Element[] {
  const found = files.flatMap(({ file, elements }) =>
    elements.filter(isMeant).map((element) => ({ element, isOwn: !isVendored(file) })),
  );
  const own = found.filter(({ isOwn }) => isOwn);
  return (own.length > 0 ? own : found).map(({ element }) => element);
}

/** Copies of a file declare the same elements. The first one counts. */
function distinct(elements: readonly Element[]): readonly Element[] {
  return [...new Map([...elements].reverse().map((element) => [element.fullName, element])).values()].reverse();
}
