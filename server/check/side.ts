import { changeBetween, parse, parseTypedLabel, reparse, typedInWord } from '../proto/parse.ts';
import type { FileNode } from '../proto/tree.ts';
import type { Snapshot } from '../release/model.ts';
import type { Contents } from './contents.ts';
import type { Outline } from '../sources/outline.ts';
import type { SourceFile, SourceTree } from '../sources/source-tree.ts';

/** The texts in editors, which replace the files on disk. */
export class OpenTexts {
  readonly #texts = new Map<string, OpenText>();
  /** Paths of texts that were set since the last `refresh`. A keystroke must not search through thousands of open texts. */
  readonly #set = new Set<string>();
  /** See `typedAt`, by path. */
  readonly #typed = new Map<string, number>();

  set(path: string, text: string): void {
    const open = this.#texts.get(path);
    if (open === undefined) this.#texts.set(path, { ...NOT_PARSED, text });
    else open.text = text;
    this.#set.add(path);
  }

  delete(path: string): void {
    this.#texts.delete(path);
    this.#typed.delete(path);
  }

  paths(): Iterable<string> {
    return this.#texts.keys();
  }

  textOf(path: string): string | undefined {
    return this.#texts.get(path)?.text;
  }

  /** Parses the texts that were edited since the last call. Trees of older texts become invalid, because their spans move. */
  refresh(): void {
    const edited: [path: string, open: OpenText][] = [];
    for (const path of this.#set) {
      const open = this.#texts.get(path);
      if (open !== undefined && open.tree?.text !== open.text) edited.push([path, open]);
    }
    this.#set.clear();
    // A word is complete when something else is edited.
    if (edited.length > 0) this.#typed.clear();
    for (const [path, open] of edited) {
      if (open.tree === undefined) {
        open.tree = parse(open.text);
      } else {
        const { tree, text } = open;
        // Comparing the texts takes a noticeable part of the time that a keystroke takes, so it is done once.
        const change = changeBetween(tree.text, text);
        const typedAt = typedInWord(tree.text, text, change);
        if (typedAt !== undefined) this.#typed.set(path, typedAt);
        const unfinished = parseTypedLabel(tree.text, text, change);
        open.tree = unfinished ?? (open.isShared ? parse(text) : reparse(tree, text, change));
        open.hasTypedLabel = unfinished !== undefined;
        open.isShared = false;
      }
    }
  }

  /** The tree as of the last `refresh`. */
  treeOf(path: string): FileNode | undefined {
    return this.#texts.get(path)?.tree;
  }

  /**
   * Uses another tree of the same text for a file from now on. If it is the tree of a release, an open file that was not edited costs
   * as little as one that is not open: it is linked once for both sides, and not compared.
   * @returns whether the tree is used: the file must have the same text, and the text must not look half typed.
   */
  share(path: string, tree: FileNode): boolean {
    const open = this.#texts.get(path);
    if (open?.tree?.text !== tree.text || open.hasTypedLabel) return false;
    open.tree = tree;
    open.isShared = true;
    return true;
  }

  /** Where the last edit changed a word by a single keystroke; undefined if it did not, or if the word is complete. */
  typedAt(path: string): number | undefined {
    return this.#typed.get(path);
  }

  /** After saving, text that looked half typed is treated as complete. */
  complete(): void {
    this.completeWords();
    for (const [path, open] of this.#texts) {
      if (!open.hasTypedLabel) continue;
      Object.assign(open, NOT_PARSED);
      this.#set.add(path);
    }
  }

  /**
   * When typing has paused, words are treated as complete.
   * @returns whether a word was not complete, so the next check can have another result.
   */
  completeWords(): boolean {
    // If no check has run since the last keystroke, a later `refresh` would treat it as just typed.
    this.refresh();
    const wasTyping = this.#typed.size > 0;
    this.#typed.clear();
    return wasTyping;
  }
}

interface OpenText {
  text: string;
  /** As of the last `refresh`. */
  tree: FileNode | undefined;
  /** Whether the tree is that of `parseTypedLabel`. */
  hasTypedLabel: boolean;
  /** Whether the tree is used elsewhere, so that an edit must not consume it. */
  isShared: boolean;
}

const NOT_PARSED = { tree: undefined, hasTypedLabel: false, isShared: false };

/** One side of a comparison: the files of a release or of the edit. */
export class Side {
  readonly #snapshot: Snapshot;
  readonly #contents: Contents;
  readonly #open: OpenTexts | undefined;

  constructor(snapshot: Snapshot, contents: Contents, open?: OpenTexts) {
    this.#snapshot = snapshot;
    this.#contents = contents;
    this.#open = open;
  }

  /** Files with the ids of their content. An open file has the id of the file on disk, or an empty id if that does not exist. */
  async list(): Promise<ReadonlyMap<string, string>> {
    const listed = await this.#snapshot.list();
    const unlisted = [...(this.#open?.paths() ?? [])].filter((path) => !listed.has(path));
    return unlisted.length === 0
      ? listed
      : new Map([...listed, ...unlisted.map((path): [string, string] => [path, ''])]);
  }

  /** Parses the texts that were edited since the last call. Trees of older texts become invalid. */
  refresh(): void {
    this.#open?.refresh();
  }

  /** The tree of an editor's text, as of the last `refresh`; undefined if the file is not open. */
  openTree(path: string): FileNode | undefined {
    return this.#open?.treeOf(path);
  }

  /** See `OpenTexts.share`. */
  share(path: string, tree: FileNode): boolean {
    return this.#open?.share(path, tree) === true;
  }

  /** Where the last edit changed a word of an editor's text by a single keystroke; undefined if it did not. */
  typedAt(path: string): number | undefined {
    return this.#open?.typedAt(path);
  }

  /** Why files cannot be read, by path. Files that are open in an editor are left out. */
  problems(): ReadonlyMap<string, string> {
    const problems = new Map(this.#snapshot.problems());
    for (const path of this.#open?.paths() ?? []) problems.delete(path);
    return problems;
  }

  /** Folders whose new files could not be listed, each with one sentence that says why. */
  unlistedFolders(): ReadonlyMap<string, string> {
    return this.#snapshot.unlistedFolders?.() ?? new Map();
  }

  /** Folders of git submodules, and whether their files are listed. */
  submodules(): ReadonlyMap<string, boolean> {
    return this.#snapshot.submodules?.() ?? new Map();
  }

  /** All files with their outlines. */
  async sources(): Promise<SourceTree> {
    const files = new Map<string, SourceFile>();
    const unread: (readonly [path: string, id: string])[] = [];
    for (const [path, id] of await this.list()) {
      const known = this.#knownOutline(path, id);
      if (known === undefined) unread.push([path, id]);
      files.set(path, { id, outline: known });
    }
    // If all files were read at once, all their texts would be in memory at the same time.
    for (let start = 0; start < unread.length; start += READ_AT_ONCE) {
      const part = unread.slice(start, start + READ_AT_ONCE);
      const outlines = await Promise.all(part.map(([path, id]) => this.#readOutline(path, id)));
      for (const [index, [path, id]] of part.entries()) files.set(path, { id, outline: outlines[index] });
    }
    return files;
  }

  #knownOutline(path: string, id: string): Outline | undefined {
    const open = this.openTree(path);
    if (open === undefined) return this.#contents.outlineOf(id);
    return {
      package: open.package?.name.text ?? '',
      imports: open.imports.map((each) => each.path.text),
      mayHaveService: open.declarations.some(({ kind }) => kind === 'service'),
    };
  }

  /** Undefined if the file cannot be read; `problems` then says why. */
  async #readOutline(path: string, id: string): Promise<Outline | undefined> {
    const text = await this.#snapshot.read(path);
    return text === undefined ? undefined : this.#contents.addOutline(id, text);
  }

  async tree(path: string): Promise<FileNode | undefined> {
    const open = this.openTree(path);
    if (open !== undefined) return open;
    const id = (await this.#snapshot.list()).get(path);
    if (id === undefined) return undefined;
    const known = this.#contents.treeOf(id);
    if (known !== undefined) return known;
    const text = await this.#snapshot.read(path);
    return text === undefined ? undefined : this.#contents.addTree(id, text);
  }
}

/** Enough files to keep git busy while their texts are searched. */
const READ_AT_ONCE = 100;
