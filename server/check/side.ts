import type { FileNode } from '../proto/tree.ts';
import type { Snapshot } from '../release/model.ts';
import type { Outline } from '../sources/outline.ts';
import type { SourceFile, SourceTree } from '../sources/source-tree.ts';
import type { OpenTexts } from './open-texts.ts';
import type { ParseCache } from './parse-cache.ts';
import type { TypedWord } from './typed-word.ts';

/** The files of a commit, or of the working tree with the texts of editors. */
export class Side {
  readonly #snapshot: Snapshot;
  readonly #cache: ParseCache;
  readonly #open: OpenTexts | undefined;

  constructor(snapshot: Snapshot, cache: ParseCache, open?: OpenTexts) {
    this.#snapshot = snapshot;
    this.#cache = cache;
    this.#open = open;
  }

  /** Content ids by path, empty for a file that is only in an editor. */
  async list(): Promise<ReadonlyMap<string, string>> {
    const listed = await this.#snapshot.list();
    const unlisted = [...(this.#open?.paths() ?? [])].filter((path) => !listed.has(path));
    return unlisted.length === 0
      ? listed
      : new Map([...listed, ...unlisted.map((path): [string, string] => [path, ''])]);
  }

  refresh(): void {
    this.#open?.refresh();
  }

  /** As of the last `refresh`. Undefined if the file is not open. */
  openTree(path: string): FileNode | undefined {
    return this.#open?.treeOf(path);
  }

  typedWord(path: string): TypedWord | undefined {
    return this.#open?.typedWord(path);
  }

  problems(): ReadonlyMap<string, string> {
    const problems = new Map(this.#snapshot.problems());
    for (const path of this.#open?.paths() ?? []) problems.delete(path);
    return problems;
  }

  unlistedFolders(): ReadonlyMap<string, string> {
    return this.#snapshot.unlistedFolders?.() ?? new Map();
  }

  submodules(): ReadonlyMap<string, boolean> {
    return this.#snapshot.submodules?.() ?? new Map();
  }

  async sources(): Promise<SourceTree> {
    const files = new Map<string, SourceFile>();
    const unread: (readonly [path: string, id: string])[] = [];
    const listed = await this.list();
    const links = this.#snapshot.links?.();
    for (const [path, id] of listed) {
      const known = this.#knownOutline(path, id);
      if (known === undefined) unread.push([path, id]);
      files.set(path, { id, outline: known, target: links?.get(path) });
    }
    // Not all texts are in memory at once.
    for (let start = 0; start < unread.length; start += READ_AT_ONCE) {
      const part = unread.slice(start, start + READ_AT_ONCE);
      const outlines = await Promise.all(part.map(([path, id]) => this.#readOutline(path, id)));
      for (const [index, [path, id]] of part.entries())
        files.set(path, { id, outline: outlines[index], target: links?.get(path) });
    }
    return files;
  }

  #knownOutline(path: string, id: string): Outline | undefined {
    const open = this.openTree(path);
    if (open === undefined) return this.#cache.outlineOf(id);
    return {
      package: open.package?.name.text ?? '',
      imports: open.imports.map((each) => each.path.text),
      mayHaveService: open.declarations.some(({ kind }) => kind === 'service'),
    };
  }

  async packageOf(path: string): Promise<string> {
    const id = (await this.#snapshot.list()).get(path) ?? '';
    const known = this.#knownOutline(path, id) ?? (await this.#readOutline(path, id));
    return known?.package ?? '';
  }

  async #readOutline(path: string, id: string): Promise<Outline | undefined> {
    const text = await this.#snapshot.read(path);
    return text === undefined ? undefined : this.#cache.addOutline(id, text);
  }

  async tree(path: string): Promise<FileNode | undefined> {
    return await this.#treeOf(path, (await this.#snapshot.list()).get(path));
  }

  /** Without files that do not exist or cannot be read. */
  async trees(paths: readonly string[]): Promise<Map<string, FileNode>> {
    const listed = await this.#snapshot.list();
    const trees = await Promise.all(paths.map((path) => this.#treeOf(path, listed.get(path))));
    return new Map(
      paths.flatMap((path, index) => {
        const tree = trees[index];
        return tree === undefined ? [] : [[path, tree] as const];
      }),
    );
  }

  async #treeOf(path: string, id: string | undefined): Promise<FileNode | undefined> {
    const known = this.openTree(path) ?? (id === undefined ? undefined : this.#cache.treeOf(id));
    if (known !== undefined || id === undefined) return known;
    const text = await this.#snapshot.read(path);
    return text === undefined ? undefined : this.#cache.addTree(id, text);
  }
}

/** Enough files to keep git busy. */
const READ_AT_ONCE = 100;
