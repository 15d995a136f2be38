import { type Change, changeBetween, parseTypedLabel, reparse } from '../proto/parse.ts';
import type { FileNode } from '../proto/tree.ts';
import type { ParseCache } from './parse-cache.ts';
import { type TypedWord, typedWord } from './typed-word.ts';

/** Texts in editors. They replace the files on disk. */
export class OpenTexts {
  readonly #cache: ParseCache;
  readonly #texts = new Map<string, OpenText>();
  /** Since the last `refresh`. */
  readonly #set = new Set<string>();
  /** As of the last `set`. */
  #typedNow: (TypedWord & { readonly path: string }) | undefined;
  /** As of the last `refresh`. */
  #typed: (TypedWord & { readonly path: string }) | undefined;

  constructor(cache: ParseCache) {
    this.#cache = cache;
  }

  set(path: string, text: string): void {
    const open = this.#texts.get(path);
    this.#set.add(path);
    if (open === undefined) {
      this.#texts.set(path, { text, tree: undefined, change: undefined, hasTypedLabel: false });
      this.#typedNow = undefined;
      return;
    }
    if (open.text === text) return;
    const change = changeBetween(open.text, text);
    const last = this.#typedNow?.path === path ? this.#typedNow : undefined;
    const word = typedWord(open.text, text, change, last);
    this.#typedNow = word && { ...word, path };
    open.change = open.tree?.text === open.text ? change : undefined;
    open.text = text;
  }

  delete(path: string): void {
    this.#texts.delete(path);
    if (this.#typedNow?.path === path) this.#typedNow = undefined;
    if (this.#typed?.path === path) this.#typed = undefined;
  }

  paths(): Iterable<string> {
    return this.#texts.keys();
  }

  textOf(path: string): string | undefined {
    return this.#texts.get(path)?.text;
  }

  /** Parses what was set since the last call. Earlier trees of an edited text must not be used afterwards. */
  refresh(): void {
    const edited: OpenText[] = [];
    for (const path of this.#set) {
      const open = this.#texts.get(path);
      if (open !== undefined && open.tree?.text !== open.text) edited.push(open);
    }
    this.#set.clear();
    this.#typed = this.#typedNow;
    for (const open of edited) {
      if (open.tree === undefined) {
        open.tree = this.#cache.parse(open.text);
      } else {
        const { tree, text } = open;
        // Comparing again would take a noticeable part of the time of a keystroke.
        const change = open.change ?? changeBetween(tree.text, text);
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

  /** The word of the last keystroke, if it is not complete yet. */
  typedWord(path: string): TypedWord | undefined {
    return this.#typed?.path === path ? this.#typed : undefined;
  }

  /** Treats half-typed text as complete. A cached text, such as the released one, gets the cached tree again. */
  complete(): void {
    this.completeWords();
    for (const open of this.#texts.values()) {
      open.tree = open.hasTypedLabel ? this.#cache.parse(open.text) : (this.#cache.parsed(open.text) ?? open.tree);
      open.hasTypedLabel = false;
    }
  }

  /** @returns whether the next check can have another result. */
  completeWords(): boolean {
    const wasTyping = this.#typedNow !== undefined;
    this.#typedNow = undefined;
    this.refresh();
    return wasTyping;
  }
}

interface OpenText {
  text: string;
  /** From the tree's text, if there was only one edit since. */
  change: Change | undefined;
  /** As of the last `refresh`. */
  tree: FileNode | undefined;
  hasTypedLabel: boolean;
}
