import type { FileNode } from '../proto/tree.ts';
import { link } from '../schema/link.ts';
import type { Schema } from '../schema/model.ts';
import type { Ownership, PackagedFile } from '../sources/ownership.ts';
import type { Protocol } from '../diff/pairs.ts';
import { type FilePlan, type PlanOptions, planComparison } from '../sources/plan.ts';
import type { SourceSides } from '../sources/source-tree.ts';
import { findCopies } from './copies.ts';
import { withReleasedHeader } from './header.ts';
import { LinkCache } from './link-cache.ts';
import { withTypedName } from './typed-name.ts';
import type { Side } from './side.ts';

export interface Linked {
  /** Undefined without a baseline, or if all changed files are left out. */
  readonly old: Schema | undefined;
  readonly edited: Schema;
  readonly plan: ComparisonPlan;
  /** See `withTypedName`. */
  readonly isTyping: boolean;
}

export interface Linkable {
  /**
   * Use the result before the next `await`: an edit moves the spans in the trees of open files.
   * @returns undefined if there is nothing to compare or report.
   */
  link(): Linked | undefined;
}

const UNCHANGED: Linkable = { link: () => undefined };

export interface ComparisonPlan extends Omit<FilePlan, 'usesAny' | 'mayServe'> {
  /** Also true if a submodule was not fetched, which may contain any file. */
  readonly importsElsewhere: boolean;
  readonly protocol: Protocol;
}

export interface ComparisonOptions extends Pick<PlanOptions, 'module' | 'importRoots' | 'isNamed'> {
  readonly ownership: (files: Iterable<PackagedFile>, submodules: readonly string[]) => Ownership;
  readonly linked?: LinkCache;
}

interface ComparedFiles {
  readonly key: string;
  readonly plan: ComparisonPlan;
  readonly sources: SourceSides;
  readonly old: ReadonlyMap<string, FileNode> | undefined;
  /** Of open files, the trees at the time of loading. */
  readonly edited: ReadonlyMap<string, FileNode>;
}

/** Stays valid while open files are edited, but not if the disk or the configuration changes. */
export class Comparison {
  readonly #old: Side | undefined;
  readonly #edited: Side;
  readonly #options: ComparisonOptions;
  readonly #cache: LinkCache;
  /** `withCopies` includes the files of `findCopies`. */
  readonly #files: { plain?: ComparedFiles; withCopies?: ComparedFiles } = {};
  /** The next `link` updates `edited`, because an edit changes trees in place. */
  #linked: { readonly files: ComparedFiles; readonly old: Schema | undefined; readonly edited: Schema } | undefined;

  constructor(old: Side | undefined, edited: Side, options: ComparisonOptions) {
    this.#old = old;
    this.#edited = edited;
    this.#options = options;
    this.#cache = options.linked ?? new LinkCache();
  }

  async load(open: readonly string[], signal: AbortSignal | undefined): Promise<Linkable> {
    this.#edited.refresh();
    if (open.length === 0 && (await this.#isUnchanged())) return UNCHANGED;
    signal?.throwIfAborted();
    const plain = await this.#load('plain', open, []);
    signal?.throwIfAborted();
    if (plain.plan.changed.size === 0) return { link: () => leftOutOnly(plain.plan) };
    const copies = await this.#pathsOfCopies(plain);
    signal?.throwIfAborted();
    const files = copies.length === 0 ? plain : await this.#load('withCopies', open, copies);
    signal?.throwIfAborted();
    return { link: () => this.#link(files, open) };
  }

  async #isUnchanged(): Promise<boolean> {
    if (this.#old === undefined) return true;
    const [old, edited] = await Promise.all([this.#old.list(), this.#edited.list()]);
    if (old.size !== edited.size) return false;
    for (const [path, id] of edited) if (old.get(path) !== id) return false;
    return true;
  }

  async #load(
    slot: 'plain' | 'withCopies',
    open: readonly string[],
    copies: readonly string[],
  ): Promise<ComparedFiles> {
    const key = JSON.stringify([open.map((path) => `${path}\n${planKeyOf(this.#edited.openTree(path))}`), copies]);
    const known = this.#files[slot];
    if (known?.key === key) return known;
    // First the working tree: git then only has to read the released texts that differ.
    const edited = await this.#edited.sources();
    const sources = { old: await this.#old?.sources(), edited };
    const plan = await this.#plan(sources, open, copies);
    const files = { key, plan, sources, ...(await this.#read(plan)) };
    this.#files[slot] = files;
    return files;
  }

  async #plan(sides: SourceSides, open: readonly string[], copies: readonly string[]): Promise<ComparisonPlan> {
    const { ownership, module, importRoots, isNamed } = this.#options;
    const files = new Map<string, PackagedFile>();
    for (const side of [sides.edited, sides.old])
      for (const [path, { outline }] of side ?? [])
        if (!files.has(path)) files.set(path, { path, package: outline?.package ?? '' });
    const submodules = [...(this.#old?.submodules() ?? []), ...this.#edited.submodules()];
    const owners = ownership(
      files.values(),
      submodules.map(([folder]) => folder),
    );
    const { usesAny, mayServe, ...plan } = planComparison(sides, owners, {
      module,
      importRoots,
      isNamed,
      open,
      extra: copies,
    });
    return {
      ...plan,
      importsElsewhere: plan.importsElsewhere || submodules.some(([, isListed]) => !isListed),
      protocol: { usesAny, hasServices: await this.#haveService(mayServe()) },
    };
  }

  async #haveService(paths: Iterable<string>): Promise<boolean> {
    for (const path of paths) {
      const trees = await Promise.all([this.#edited.tree(path), this.#old?.tree(path)]);
      if (trees.some((tree) => tree?.declarations.some(({ kind }) => kind === 'service'))) return true;
    }
    return false;
  }

  async #read(plan: ComparisonPlan): Promise<Pick<ComparedFiles, 'old' | 'edited'>> {
    const [old, edited] = await Promise.all([this.#old?.trees(plan.old), this.#edited.trees(plan.edited)]);
    // If one side cannot read a file, its changes are unknown.
    for (const path of plan.edited) if (!edited.has(path)) old?.delete(path);
    for (const path of plan.old) if (old?.has(path) === false) edited.delete(path);
    for (const [path, tree] of edited) edited.set(path, withReleasedHeader(tree, old?.get(path)));
    return { old, edited };
  }

  #pathsOfCopies(files: ComparedFiles): Promise<readonly string[]> {
    const { plan, sources, old, edited } = files;
    const changed = [...plan.changed].map((path) => ({
      old: old?.get(path),
      edited: edited.has(path) ? this.#newest(path, files).tree : undefined,
    }));
    const treesOf = (path: string) => Promise.all([this.#old?.tree(path), this.#edited.tree(path)]);
    return findCopies(sources, changed, plan.changed, treesOf);
  }

  #newest(
    path: string,
    { old, edited }: ComparedFiles,
  ): { readonly tree: FileNode | undefined; readonly isTyping: boolean } {
    const open = this.#edited.openTree(path);
    if (open === undefined) return { tree: edited.get(path), isTyping: false };
    const tree = withReleasedHeader(open, old?.get(path));
    const word = this.#edited.typedWord(path);
    const unfinished = word === undefined ? tree : withTypedName(tree, word, old?.get(path));
    return { tree: unfinished, isTyping: unfinished !== tree };
  }

  #link(files: ComparedFiles, open: readonly string[]): Linked {
    this.#edited.refresh();
    const { importRoots } = this.#options;
    const trees = new Map(files.edited);
    let isTyping = false;
    for (const path of open) {
      const known = trees.get(path);
      if (known === undefined) continue;
      const newest = this.#newest(path, files);
      if (newest.tree !== undefined && newest.tree !== known) trees.set(path, newest.tree);
      isTyping ||= newest.isTyping;
    }
    const before = this.#linked?.files === files ? this.#linked : undefined;
    const options = { importRoots, ...(before && { previous: before.edited }) };
    const edited = open.length === 0 ? this.#cache.link(trees, options) : link(trees, options);
    // Schemas share equal files with the previous one.
    const old = before?.old ?? (files.old && this.#cache.link(files.old, { importRoots, previous: edited }));
    this.#linked = { files, old, edited };
    return { old, edited, plan: files.plan, isTyping };
  }
}

function leftOutOnly(plan: ComparisonPlan): Linked | undefined {
  return plan.leftOut.length === 0 ? undefined : { old: undefined, edited: link(new Map()), plan, isTyping: false };
}

function planKeyOf(tree: FileNode | undefined): string {
  if (tree === undefined) return '';
  let known = PLAN_KEYS.get(tree);
  if (known === undefined) {
    known = JSON.stringify([
      tree.package?.name.text,
      tree.imports.map(({ path }) => path.text),
      tree.declarations.some(({ kind }) => kind === 'service'),
    ]);
    PLAN_KEYS.set(tree, known);
  }
  return known;
}

/** Thousands of files may be open. */
const PLAN_KEYS = new WeakMap<FileNode, string>();
