import { parse } from '../proto/parse.ts';
import type { FileNode } from '../proto/tree.ts';
import { outline, type Outline } from '../sources/outline.ts';
import { Recent } from './recent.ts';

/** Caches outlines and trees by blob id, so that content that many releases share is read once. */
export class Contents {
  readonly #outlines = new Recent<Outline>(MOST_OUTLINES);
  readonly #trees = new Recent<FileNode>(MAX_TREE_TEXT, ({ text }) => text.length);

  outlineOf(id: string): Outline | undefined {
    return this.#outlines.get(id);
  }

  addOutline(id: string, text: string): Outline {
    const made = outline(text);
    this.#outlines.set(id, made);
    return made;
  }

  treeOf(id: string): FileNode | undefined {
    return this.#trees.get(id);
  }

  addTree(id: string, text: string): FileNode {
    const tree = parse(text);
    this.#trees.set(id, tree);
    return tree;
  }

  /** Drops trees that were not used since the last call. Outlines are kept: they are small, and reading all of them is slow. */
  age(): void {
    this.#trees.age();
  }
}

/** The total text length (UTF-16 code units) of recently used trees. A tree takes about six times the memory of its text. */
const MAX_TREE_TEXT = 20_000_000;
/** More than any repository has files, on both sides together. */
const MOST_OUTLINES = 100_000;
