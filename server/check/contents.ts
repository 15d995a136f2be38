import { parse } from '../proto/parse.ts';
import type { FileNode } from '../proto/tree.ts';
import { outline, type Outline } from './outline.ts';

/** Outlines and trees by blob id, so that a content which many releases share is read once. */
export class Contents {
  readonly #outlines = new Map<string, Outline>();
  /** In the order of their last use. */
  readonly #trees = new Map<string, FileNode>();
  #size = 0;

  outlineOf(id: string): Outline | undefined {
    return this.#outlines.get(id);
  }

  addOutline(id: string, text: string): Outline {
    const made = outline(text);
    this.#outlines.set(id, made);
    return made;
  }

  treeOf(id: string): FileNode | undefined {
    const tree = this.#trees.get(id);
    if (tree === undefined) return undefined;
    this.#trees.delete(id);
    this.#trees.set(id, tree);
    return tree;
  }

  addTree(id: string, text: string): FileNode {
    const tree = parse(text);
    this.#trees.set(id, tree);
    this.#size += text.length;
    for (const [oldest, { text: given }] of this.#trees) {
      if (this.#size <= LARGEST || oldest === id) break;
      this.#trees.delete(oldest);
      this.#size -= given.length;
    }
    return tree;
  }
}

/** Characters of text whose trees are kept: a tree takes about six times the memory of its text. */
const LARGEST = 30_000_000;
