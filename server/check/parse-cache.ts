import { parse } from '../proto/parse.ts';
import type { FileNode } from '../proto/tree.ts';
import { outline, type Outline } from '../sources/outline.ts';
import { Recent } from './recent.ts';

/** Equal texts in releases, on disk and in editors share a tree, which never changes. */
export class ParseCache {
  readonly #outlines = new Recent<Outline>(MOST_OUTLINES);
  /** By blob id. */
  readonly #texts = new Recent<string>(MAX_TEXT, (text) => text.length);
  /** By text. */
  readonly #trees = new Recent<FileNode>(MAX_TEXT, ({ text }) => text.length);

  outlineOf(id: string): Outline | undefined {
    return this.#outlines.get(id);
  }

  addOutline(id: string, text: string): Outline {
    const made = outline(text);
    this.#outlines.set(id, made);
    return made;
  }

  treeOf(id: string): FileNode | undefined {
    const text = this.#texts.get(id);
    return text === undefined ? undefined : this.parse(text);
  }

  addTree(id: string, text: string): FileNode {
    const tree = this.parse(text);
    this.#texts.set(id, tree.text);
    return tree;
  }

  parse(text: string): FileNode {
    const known = this.parsed(text);
    if (known !== undefined) return known;
    const tree = parse(text);
    this.#trees.set(text, tree);
    return tree;
  }

  parsed(text: string): FileNode | undefined {
    return this.#trees.get(text);
  }

  /** Keeps outlines, which are small and slow to make. */
  age(): void {
    this.#texts.age();
    this.#trees.age();
  }
}

/** In UTF-16 code units. A tree takes about six times the memory of its text. */
const MAX_TEXT = 20_000_000;
const MOST_OUTLINES = 100_000;
