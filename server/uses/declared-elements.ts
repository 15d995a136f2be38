import path from 'node:path';
import type { CodeBase } from '../check/project.ts';
import { readInside } from '../git/file.ts';
import { parse } from '../proto/parse.ts';
import { isVendored } from './code-files.ts';
import { type Element, elementsIn, lastPart } from './element.ts';

/** Finds elements by their names, in the working tree and in commits. */
export class DeclaredElements {
  readonly #base: CodeBase;

  constructor(base: CodeBase) {
    this.#base = base;
  }

  /**
   * @param name a full name or its last parts, such as `AgentService/AddSwapPath`
   * @returns the elements at `commit`, else those of the working tree, else those of the highest release that has any
   */
  async named(name: string, commit: string | undefined, signal?: AbortSignal): Promise<readonly Element[]> {
    const wanted = name.replace(/^[./]/, '').replaceAll('/', '.');
    if (!/^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*$/.test(wanted)) return [];
    const simpleName = lastPart(wanted);
    const isMeant = ({ fullName }: Element): boolean => fullName === wanted || fullName.endsWith(`.${wanted}`);
    if (commit !== undefined) {
      const there = (await this.atCommits([simpleName], isMeant, [commit], signal)).get(commit) ?? [];
      if (there.length > 0) return distinct(preferOwn(there));
    }
    const onDisk = await this.onDisk([simpleName], isMeant, signal);
    if (onDisk.length > 0) return distinct(preferOwn(onDisk));
    const releases = (await this.#base.releases.all()).map((release) => release.commit);
    const byCommit = await this.atCommits([simpleName], isMeant, releases, signal);
    const last = releases.map((each) => byCommit.get(each) ?? []).findLast((there) => there.length > 0);
    return distinct(preferOwn(last ?? []));
  }

  async onDisk(
    names: readonly string[],
    isMeant: Meant,
    signal: AbortSignal | undefined,
  ): Promise<readonly Declared[]> {
    const { workingTree } = this.#base.repository;
    if (workingTree === undefined) return [];
    const { root } = workingTree;
    const files = await workingTree.filesWith({ words: names }, ['.proto'], signal);
    return files.flatMap((file) => {
      const content = readInside(root, path.join(root, file));
      const text = Buffer.isBuffer(content) ? content.toString('utf8') : '';
      return declaredIn(file, elementsNamed(text, names), isMeant);
    });
  }

  async atCommits(
    names: readonly string[],
    isMeant: Meant,
    commits: readonly string[],
    signal: AbortSignal | undefined,
  ): Promise<ReadonlyMap<string, readonly Declared[]>> {
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
        return [commit, [...files].flatMap(([file, { id }]) => declaredIn(file, declared.get(id) ?? [], isMeant))];
      }),
    );
  }
}

type Meant = (element: Element) => boolean;

function elementsNamed(text: string, names: readonly string[]): Element[] {
  return [...elementsIn(parse(text)).values()].filter(({ name }) => names.includes(name));
}

interface Declared {
  readonly element: Element;
  readonly isVendored: boolean;
}

function declaredIn(file: string, elements: readonly Element[], isMeant: Meant): Declared[] {
  return elements.filter(isMeant).map((element) => ({ element, isVendored: isVendored(file) }));
}

/** Vendored elements only if all are vendored. */
function preferOwn(found: readonly Declared[]): readonly Element[] {
  const own = found.filter((each) => !each.isVendored);
  return (own.length > 0 ? own : found).map(({ element }) => element);
}

/** Copies of a file declare the same elements. */
function distinct(elements: readonly Element[]): readonly Element[] {
  return [...new Map([...elements].reverse().map((element) => [element.fullName, element])).values()].reverse();
}
