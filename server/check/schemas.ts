import type { FileNode } from '../proto/tree.ts';
import { link, type LinkOptions } from '../schema/link.ts';
import type { Schema } from '../schema/model.ts';
import { Recent } from './recent.ts';

/** Caches schemas of unopened files, so that a release that is compared with many others is linked once. */
export class Schemas {
  readonly #numbers = new WeakMap<FileNode, number>();
  readonly #schemas = new Recent<Schema>(MOST_FILES, ({ files }) => files.size);
  #trees = 0;

  link(files: ReadonlyMap<string, FileNode>, options: LinkOptions): Schema {
    const trees = [...files].map(([path, tree]) => [path, this.#numberOf(tree)]);
    const key = JSON.stringify([options.importRoots, trees]);
    const known = this.#schemas.get(key);
    if (known !== undefined) return known;
    const made = link(files, options);
    this.#schemas.set(key, made);
    return made;
  }

  /** Drops schemas that were not used since the last call. */
  age(): void {
    this.#schemas.age();
  }

  #numberOf(tree: FileNode): number {
    const known = this.#numbers.get(tree) ?? this.#trees++;
    this.#numbers.set(tree, known);
    return known;
  }
}

/** The total number of files in recently used schemas. It is enough for more than 150 releases of a few files each. */
const MOST_FILES = 1000;
