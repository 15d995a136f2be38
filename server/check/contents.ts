import { parse } from '../proto/parse.ts';
import type { FileNode } from '../proto/tree.ts';
import { outline, type Outline } from '../sources/outline.ts';
import { Recent } from './recent.ts';

/** Outlines and trees by blob id, so that a content which many releases share is read once. */
export class Contents {
  readonly #outlines = new Recent<Outline>(MOST_OUTLINES);
  readonly #trees = new Recent<FileNode>(LARGEST, ({ text }) => text.length);

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

  /** Trees that have not been used since the last time are let go. Outlines are small, and reading them all again is slow. */
  age(): void {
    this.#trees.age();
  }
}

/** Characters of text whose trees were used lately: a tree takes about six times the memory of its text. */
const LARGEST = 20_000_000;
/** More than the files of any repository, on both sides. */
const MOST_OUTLINES = 100_000;
