import { Identities } from '../diff/identities.ts';
import type { FileNode } from '../proto/tree.ts';
import { link, type LinkOptions } from '../schema/link.ts';
import type { Schema } from '../schema/model.ts';
import { Recent } from './recent.ts';

/**
 * Caches schemas of files that are not open, so that a release that is compared with many others is linked once. Two schemas share a
 * linked file if its tree and its imports are the same in both, and the diff skips a file that both sides share. In the other files, it
 * skips types that are known to be equal.
 */
export class LinkCache {
  readonly #numbers = new WeakMap<FileNode, number>();
  readonly #schemas = new Recent<Kept>(MAX_SCHEMA_TEXT, (one) => one.weight);
  readonly #identities = new Identities();
  #trees = 0;
  /** The schema that was linked last. */
  #last: Schema | undefined;

  link(files: ReadonlyMap<string, FileNode>, options: LinkOptions): Schema {
    const trees = [...files].map(([path, tree]) => [path, this.#numberOf(tree)]);
    const key = JSON.stringify([options.importRoots, trees]);
    const known = this.#schemas.get(key);
    if (known !== undefined) {
      known.uses++;
      if (known.uses === MANY) this.#identities.add(known.schema);
      return known.schema;
    }
    const previous = options.previous ?? this.#last;
    const schema = link(files, { ...options, ...(previous && { previous }) });
    let weight = 0;
    for (const [path, file] of schema.files) if (previous?.files.get(path) !== file) weight += file.node.text.length;
    this.#schemas.set(key, { schema, weight, uses: 1 });
    this.#last = schema;
    return schema;
  }

  /** Drops schemas that were not used since the last call. */
  age(): void {
    this.#schemas.age();
    this.#identities.clear();
    this.#last = undefined;
  }

  #numberOf(tree: FileNode): number {
    const known = this.#numbers.get(tree) ?? this.#trees++;
    this.#numbers.set(tree, known);
    return known;
  }
}

interface Kept {
  readonly schema: Schema;
  readonly weight: number;
  /** How often it was compared. */
  uses: number;
}

/** Identifying types costs as much as a few comparisons. A check or an audit compares each release with its neighbours only. */
const MANY = 3;

/**
 * The total text length (UTF-16 code units) of the linked files in recently used schemas; shared files count once. It is enough for
 * hundreds of releases of 50 KB each.
 */
const MAX_SCHEMA_TEXT = 20_000_000;
