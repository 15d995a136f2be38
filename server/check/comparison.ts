import type { FileNode } from '../proto/tree.ts';
import { link } from '../schema/link.ts';
import type { Schema } from '../schema/model.ts';
import { withReleasedHeader } from './header.ts';
import { Schemas } from './schemas.ts';
import { select, type Selection } from './selection.ts';
import type { Side } from './side.ts';
import { worlds } from './worlds.ts';

/** Both sides, linked as far as the edit can matter: files that can see each other, and no name twice. */
export interface Linked {
  /** Undefined where there is nothing to compare with. */
  readonly old: Schema | undefined;
  readonly edited: Schema;
  /** Files that are linked with a service by imports, also through files that were not parsed. */
  readonly served: ReadonlySet<string>;
  /** Files that have changed or are open. */
  readonly wanted: ReadonlySet<string>;
}

/**
 * Keeps the two sides of one comparison linked from one keystroke to the next: a keystroke parses and links the edited file anew,
 * and the rest only where its imports or the set of changed files become others.
 */
export class Comparison {
  readonly #old: Side | undefined;
  readonly #edited: Side;
  readonly #considered: (path: string) => boolean;
  readonly #importRoots: readonly string[];
  readonly #schemas: Schemas;
  #closed: Promise<ReadonlySet<string>> | undefined;
  #last: Last | undefined;

  /** @param considered whether a change of this file counts. */
  constructor(
    old: Side | undefined,
    edited: Side,
    considered: (path: string) => boolean,
    importRoots: readonly string[],
    schemas = new Schemas(),
  ) {
    this.#old = old;
    this.#edited = edited;
    this.#considered = considered;
    this.#importRoots = importRoots;
    this.#schemas = schemas;
  }

  /**
   * Reads and selects all that is needed.
   * @returns what links the newest texts: it must be called, and its result used, without waiting in between, because an edit
   * moves the trees of open files. It gives nothing where nothing has changed and nothing is open, and more than one where copies
   * of the same declarations, which repositories hold in folders that know nothing of each other, would be taken for one another.
   */
  async prepare(open: readonly string[], signal: AbortSignal | undefined): Promise<() => readonly Linked[]> {
    const wanted = new Set(await (this.#closed ??= this.#changedOnDisk(new Set(open))));
    for (const path of open) if (this.#considered(path)) wanted.add(path);
    signal?.throwIfAborted();
    if (wanted.size === 0) return () => [];
    const key = JSON.stringify([[...wanted].sort(), open.map((path) => dependsOn(this.#edited.openTree(path)))]);
    if (this.#last?.key !== key) {
      const selection = await select(this.#old, this.#edited, wanted, this.#importRoots);
      signal?.throwIfAborted();
      this.#last = await this.#load(key, selection);
    }
    signal?.throwIfAborted();
    const last = this.#last;
    return () => this.#link(last, wanted, open);
  }

  #link(last: Last, wanted: ReadonlySet<string>, open: readonly string[]): Linked[] {
    for (const path of open) {
      const tree = last.edited.has(path) ? this.#edited.openTree(path) : undefined;
      if (tree !== undefined) last.edited.set(path, withReleasedHeader(tree, last.old?.get(path)));
    }
    const roots = { importRoots: this.#importRoots };
    const sides = last.old === undefined ? [last.edited] : [last.old, last.edited];
    return worlds(last.selection.groups, sides).map((paths, at): Linked => {
      const key = paths.join('\n');
      const known = last.worlds[at]?.key === key ? last.worlds[at] : undefined;
      const options = { ...roots, ...(known && { previous: known.edited }) };
      const files = among(last.edited, paths);
      const edited = open.length === 0 ? this.#schemas.link(files, options) : link(files, options);
      // Files that both sides share are linked once, so that they can be passed over by identity.
      const old =
        known?.old ?? (last.old && this.#schemas.link(among(last.old, paths), { ...roots, previous: edited }));
      last.worlds[at] = { key, old, edited };
      return { old, edited, served: last.selection.served, wanted };
    });
  }

  /** Files whose content differs between the sides, except open ones. */
  async #changedOnDisk(open: ReadonlySet<string>): Promise<ReadonlySet<string>> {
    if (this.#old === undefined) return new Set();
    const [old, edited] = await Promise.all([this.#old.list(), this.#edited.list()]);
    const changed = new Set<string>();
    for (const [path, id] of edited) {
      if (old.get(path) !== id && !open.has(path) && this.#considered(path)) changed.add(path);
    }
    for (const path of old.keys()) if (!edited.has(path) && this.#considered(path)) changed.add(path);
    return changed;
  }

  async #load(key: string, selection: Selection): Promise<Last> {
    const [old, edited] = await Promise.all([
      this.#old && trees(this.#old, selection.old),
      trees(this.#edited, selection.edited),
    ]);
    // A file that is there and cannot be read says nothing about what changed in it.
    for (const path of selection.edited) if (!edited.has(path)) old?.delete(path);
    for (const path of selection.old) if (old?.has(path) === false) edited.delete(path);
    for (const [path, tree] of edited) edited.set(path, withReleasedHeader(tree, old?.get(path)));
    return { key, selection, old, edited, worlds: [] };
  }
}

/** What of a file decides which others are read, and whether they are linked with a service. */
function dependsOn(tree: FileNode | undefined): unknown {
  return [tree?.imports.map(({ path }) => path.text), tree?.declarations.some(({ kind }) => kind === 'service')];
}

interface Last {
  /** Of what the selection depends on. */
  readonly key: string;
  readonly selection: Selection;
  readonly old: ReadonlyMap<string, FileNode> | undefined;
  readonly edited: Map<string, FileNode>;
  readonly worlds: { readonly key: string; readonly old: Schema | undefined; readonly edited: Schema }[];
}

function among(trees: ReadonlyMap<string, FileNode>, paths: readonly string[]): Map<string, FileNode> {
  return new Map(
    paths.flatMap((path) => {
      const tree = trees.get(path);
      return tree === undefined ? [] : [[path, tree] as const];
    }),
  );
}

async function trees(side: Side, paths: readonly string[]): Promise<Map<string, FileNode>> {
  const found = await Promise.all(paths.map(async (path) => [path, await side.tree(path)] as const));
  return new Map(found.flatMap(([path, tree]) => (tree === undefined ? [] : [[path, tree] as const])));
}
