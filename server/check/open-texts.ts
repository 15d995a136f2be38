import { changeBetween, parseTypedLabel, reparse, typedInWord } from '../proto/parse.ts';
import type { FileNode } from '../proto/tree.ts';
import type { ParseCache } from './parse-cache.ts';

/** They replace the files on disk. */
export class OpenTexts {
  readonly #cache: ParseCache;
  readonly #texts = new Map<string, OpenText>();
  /** Paths of texts that were set since the last `refresh`. */
  readonly #set = new Set<string>();
  readonly #typed = new Map<string, number>();

  constructor(cache: ParseCache) {
    this.#cache = cache;
  }

  set(path: string, text: string): void {
    const open = this.#texts.get(path);
    if (open === undefined) this.#texts.set(path, { text, tree: undefined, hasTypedLabel: false });
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

  /**
   * Parses the texts that were set since the last call. Earlier trees of an edited text must not be used afterwards.
   */
  refresh(): void {
    const edited: [path: string, open: OpenText][] = [];
    for (const path of this.#set) {
      const open = this.#texts.get(path);
      if (open !== undefined && open.tree?.text !== open.text) edited.push([path, open]);
    }
    this.#set.clear();
    if (edited.length > 0) this.#typed.clear();
    for (const [path, open] of edited) {
      if (open.tree === undefined) {
        open.tree = this.#cache.parse(open.text);
      } else {
        const { tree, text } = open;
        // Shared, because it takes a noticeable part of the time of a keystroke.
        const change = changeBetween(tree.text, text);
        const typedAt = typedInWord(tree.text, text, change);
        if (typedAt !== undefined) this.#typed.set(path, typedAt);
        const unfinished = parseTypedLabel(tree.text, text, change);
        open.tree = unfinished ?? reparse(tree, text, change);
        open.hasTypedLabel = unfinished !== undefined;
      }
    }
  }

  /** As of the last `refresh`. */
  treeOf(path: string): FileNode | undefined {
    return this.#texts.get(path)?.tree;
  }

  /** The offset after the last keystroke, if it was in a word that is not complete yet. */
  typedAt(path: string): number | undefined {
    return this.#typed.get(path);
  }

  /**
   * Treats everything that was half typed as complete. A cached text, such as the released one, gets the cached tree
   * again.
   */
  complete(): void {
    this.completeWords();
    for (const open of this.#texts.values()) {
      open.tree = open.hasTypedLabel ? this.#cache.parse(open.text) : (this.#cache.parsed(open.text) ?? open.tree);
      open.hasTypedLabel = false;
    }
  }

  /** @returns whether a word was half typed, so that the next check can have another result. */
  completeWords(): boolean {
    // A later `refresh` would treat the last keystroke as just typed.
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
  /** Whether `parseTypedLabel` made the tree. */
  hasTypedLabel: boolean;
}
