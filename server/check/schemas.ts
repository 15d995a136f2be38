import type { FileNode } from '../proto/tree.ts';
import { link, type LinkOptions } from '../schema/link.ts';
import type { Schema } from '../schema/model.ts';

/** Schemas of trees that no edit moves, so that a release which is compared with many others is linked once. */
export class Schemas {
  readonly #numbers = new WeakMap<FileNode, number>();
  readonly #schemas = new Map<string, Schema>();
  #files = 0;
  #trees = 0;

  link(files: ReadonlyMap<string, FileNode>, options: LinkOptions): Schema {
    const trees = [...files].map(([path, tree]) => [path, this.#numberOf(tree)]);
    const key = JSON.stringify([options.importRoots, trees]);
    const known = this.#schemas.get(key);
    if (known !== undefined) return known;
    const made = link(files, options);
    this.#schemas.set(key, made);
    this.#files += files.size;
    for (const [oldest, { files: dropped }] of this.#schemas) {
      if (this.#files <= MOST_FILES || oldest === key) break;
      this.#schemas.delete(oldest);
      this.#files -= dropped.size;
    }
    return made;
  }

  #numberOf(tree: FileNode): number {
    const known = this.#numbers.get(tree) ?? this.#trees++;
    this.#numbers.set(tree, known);
    return known;
  }
}

const MOST_FILES = 1000;
