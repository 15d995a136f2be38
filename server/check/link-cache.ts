import { Identities } from '../diff/identities.ts';
import type { FileNode } from '../proto/tree.ts';
import { link, type LinkOptions } from '../schema/link.ts';
import type { Schema } from '../schema/model.ts';
import { Recent } from './recent.ts';

/**
 * A release is compared with many others. In schemas that are used often, types get identities, with which the diff
 * skips equal types.
 */
export class LinkCache {
  readonly #numbers = new WeakMap<FileNode, number>();
  readonly #schemas = new Recent<Kept>(MAX_SCHEMA_TEXT, (one) => one.weight);
  readonly #identities = new Identities();
  #numbered = 0;
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

  age(): void {
    this.#schemas.age();
    this.#identities.clear();
    this.#last = undefined;
  }

  #numberOf(tree: FileNode): number {
    const known = this.#numbers.get(tree) ?? this.#numbered++;
    this.#numbers.set(tree, known);
    return known;
  }
}

interface Kept {
  readonly schema: Schema;
  readonly weight: number;
  uses: number;
}

/** Identifying types costs as much as a few comparisons. */
const MANY = 3;

/** In UTF-16 code units, without files that a schema shares with the previous one. */
const MAX_SCHEMA_TEXT = 20_000_000;
