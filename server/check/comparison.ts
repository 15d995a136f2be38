import type { Declaration, FileNode } from '../proto/tree.ts';
import { link } from '../schema/link.ts';
import type { Schema } from '../schema/model.ts';
import type { Ownership, PackagedFile } from '../sources/ownership.ts';
import {
  type ComparisonPlan,
  type DeclaredNames,
  filesOfPackages,
  type ModuleFiles,
  namesOnOneSide,
  planComparison,
} from '../sources/plan.ts';
import type { SourceTree } from '../sources/source-tree.ts';
import { withReleasedHeader } from './header.ts';
import { LinkCache } from './link-cache.ts';
import { withTypedName } from './typed-name.ts';
import type { Side } from './side.ts';

/** Both sides, linked, with the files that the edit can affect. */
export interface Linked {
  /** Undefined without a release, or if all changed files are left out. */
  readonly old: Schema | undefined;
  readonly edited: Schema;
  readonly plan: ComparisonPlan;
  /** Whether a name or number is being typed, so that its declaration is not judged yet (`withTypedName`). */
  readonly isTyping: boolean;
}

/** Both sides, read and parsed. */
export interface Linkable {
  /**
   * Links the newest texts. Use the result before the next `await`, because an edit moves the spans in the trees of open files.
   * @returns undefined if there is nothing to compare or report.
   */
  link(): Linked | undefined;
}

const UNCHANGED: Linkable = { link: () => undefined };

export interface ComparisonOptions {
  readonly module: ModuleFiles;
  readonly importRoots: readonly string[];
  /** Whether the user named files or folders. */
  readonly isNamed: boolean;
  /** Given all files of both sides. */
  readonly ownership: (files: Iterable<PackagedFile>, submodules: readonly string[]) => Ownership;
  /** Shared with other comparisons; by default, each comparison has its own. */
  readonly linked?: LinkCache;
}

/**
 * Keeps the two sides of a comparison linked between keystrokes. Most keystrokes only parse and link the edited file again. Some change the
 * plan, such as one in an import.
 */
export class Comparison {
  readonly #old: Side | undefined;
  readonly #edited: Side;
  readonly #options: ComparisonOptions;
  readonly #linked: LinkCache;
  /** `plain` compares changed files. `copied` also compares unchanged files that contain copies of their declarations. */
  readonly #planned: { plain?: Planned; copied?: Planned } = {};
  readonly #trees: { plain?: ReadTrees; copied?: ReadTrees } = {};
  /** The trees that were linked last. */
  #current: ReadTrees | undefined;

  constructor(old: Side | undefined, edited: Side, options: ComparisonOptions) {
    this.#old = old;
    this.#edited = edited;
    this.#options = options;
    this.#linked = options.linked ?? new LinkCache();
  }

  /** Plans which files are compared, and reads and parses them. */
  async load(open: readonly string[], signal: AbortSignal | undefined): Promise<Linkable> {
    this.#edited.refresh();
    if (open.length === 0 && (await this.#isUnchanged())) return UNCHANGED;
    signal?.throwIfAborted();
    const plain = await this.#plan(open, []);
    signal?.throwIfAborted();
    if (plain.plan.changed.size === 0) return { link: () => leftOutOnly(plain) };
    const read = await this.#read('plain', plain);
    signal?.throwIfAborted();
    const copies = await this.#copiesOf(plain, read);
    signal?.throwIfAborted();
    const trees = copies.length === 0 ? read : await this.#read('copied', await this.#plan(open, copies));
    signal?.throwIfAborted();
    return { link: () => this.#link(trees, open) };
  }

  async #isUnchanged(): Promise<boolean> {
    if (this.#old === undefined) return true;
    const [old, edited] = await Promise.all([this.#old.list(), this.#edited.list()]);
    if (old.size !== edited.size) return false;
    for (const [path, id] of edited) if (old.get(path) !== id) return false;
    return true;
  }

  async #plan(open: readonly string[], extra: readonly string[]): Promise<Planned> {
    const key = JSON.stringify([open.map((path) => `${path}\n${dependsOn(this.#edited.openTree(path))}`), extra]);
    const slot = extra.length === 0 ? 'plain' : 'copied';
    const known = this.#planned[slot];
    if (known?.key === key) return known;
    const { module, importRoots, isNamed, ownership } = this.#options;
    const edited = await this.#edited.sources();
    const old = await this.#old?.sources();
    const files = new Map<string, PackagedFile>();
    for (const side of [edited, old])
      for (const [path, { outline }] of side ?? [])
        if (!files.has(path)) files.set(path, { path, package: outline?.package ?? '' });
    const submodules = [...(this.#old?.submodules() ?? []), ...this.#edited.submodules()];
    const owners = ownership(
      files.values(),
      submodules.map(([folder]) => folder),
    );
    const plan = planComparison(old, edited, owners, module, { open, importRoots, isNamed, extra });
    const planned = {
      key,
      old,
      edited,
      plan: {
        ...plan,
        // A submodule that was not fetched may contain any file.
        importsElsewhere: plan.importsElsewhere || submodules.some(([, isListed]) => !isListed),
        protocol: { ...plan.protocol, hasServices: await this.#haveService(plan.mayServe()) },
      },
    };
    this.#planned[slot] = planned;
    return planned;
  }

  /** Outlines only show which files may declare a service. */
  async #haveService(paths: Iterable<string>): Promise<boolean> {
    for (const path of paths) {
      const trees = await Promise.all([this.#edited.tree(path), this.#old?.tree(path)]);
      if (trees.some((tree) => tree?.declarations.some(({ kind }) => kind === 'service'))) return true;
    }
    return false;
  }

  /** Unchanged files that declare a name that was added to or removed from a changed file. They may contain a copy of that declaration. */
  async #copiesOf({ old, edited, plan }: Planned, trees: ReadTrees): Promise<readonly string[]> {
    if (old === undefined) return [];
    const changed = [...plan.changed].flatMap((path) => {
      const before = trees.old?.get(path);
      const now = trees.edited.get(path) && this.#newest(path, trees).tree;
      // Cheaper than listing the names, and most keystrokes change none.
      return before && now && declareSame(before, now) ? [] : [{ before, now }];
    });
    if (changed.length === 0) return [];
    const packages = new Set(
      changed.flatMap(({ before, now }) => [before, now]).map((tree) => tree && packageOf(tree)),
    );
    const others = [...filesOfPackages(old, edited, packages)].filter((path) => !plan.changed.has(path));
    // Often, no other file has one of these packages.
    if (others.length === 0) return [];
    const names = namesOnOneSide(
      changed.map(({ before, now }) => ({ old: before && namesIn(before), edited: now && namesIn(now) })),
    );
    if (names.size === 0) return [];
    const inPackages = filesOfPackages(old, edited, names);
    const candidates = others.filter((path) => inPackages.has(path));
    const declaresOne = (tree: FileNode | undefined): boolean => {
      if (tree === undefined) return false;
      const declared = namesIn(tree);
      const wanted = names.get(declared.package);
      return wanted !== undefined && [...wanted].some((name) => declared.names.has(name));
    };
    const found = await Promise.all(
      candidates.map(async (path) => {
        const trees = await Promise.all([this.#old?.tree(path), this.#edited.tree(path)]);
        return trees.some(declaresOne);
      }),
    );
    return candidates.filter((_, index) => found[index]).sort();
  }

  async #read(slot: 'plain' | 'copied', { key, plan }: Planned): Promise<ReadTrees> {
    const known = this.#trees[slot];
    if (known?.key === key) return known;
    const [old, edited] = await Promise.all([
      this.#old && trees(this.#old, plan.old),
      trees(this.#edited, plan.edited),
    ]);
    // If a file cannot be read on one side, its changes are unknown, so the other side leaves it out, too.
    for (const path of plan.edited) if (!edited.has(path)) old?.delete(path);
    for (const path of plan.old) if (old?.has(path) === false) edited.delete(path);
    for (const [path, tree] of edited) edited.set(path, withReleasedHeader(tree, old?.get(path)));
    const found = { key, plan, old, edited, linked: undefined };
    this.#trees[slot] = found;
    return found;
  }

  /** The edited tree of a file, from the editor if it is open. `isTyping` is as in `Linked`. */
  #newest(
    path: string,
    { old, edited }: ReadTrees,
  ): { readonly tree: FileNode | undefined; readonly isTyping: boolean } {
    const open = this.#edited.openTree(path);
    if (open === undefined) return { tree: edited.get(path), isTyping: false };
    const tree = withReleasedHeader(open, old?.get(path));
    const at = this.#edited.typedAt(path);
    const unfinished = at === undefined ? tree : withTypedName(tree, at, old?.get(path));
    return { tree: unfinished, isTyping: unfinished !== tree };
  }

  #link(loaded: ReadTrees, open: readonly string[]): Linked {
    this.#edited.refresh();
    let isTyping = false;
    for (const path of open) {
      const known = loaded.edited.get(path);
      // The file is not compared, or its newest tree is known and complete.
      if (known === undefined || (known === this.#edited.openTree(path) && this.#edited.typedAt(path) === undefined))
        continue;
      const newest = this.#newest(path, loaded);
      if (newest.tree !== undefined) loaded.edited.set(path, newest.tree);
      isTyping ||= newest.isTyping;
    }
    // Later edits may have changed the trees in these schemas if the other plan was linked since.
    if (this.#current !== loaded) loaded.linked = undefined;
    this.#current = loaded;
    const { importRoots } = this.#options;
    const before = loaded.linked;
    const options = { importRoots, ...(before && { previous: before.edited }) };
    const edited = open.length === 0 ? this.#linked.link(loaded.edited, options) : link(loaded.edited, options);
    // Linked from the edited schema, so that both share equal files.
    const old = before?.old ?? (loaded.old && this.#linked.link(loaded.old, { importRoots, previous: edited }));
    loaded.linked = { old, edited };
    return { old, edited, plan: loaded.plan, isTyping };
  }
}

/** The files that were left out are reported although there is nothing to link. */
function leftOutOnly({ plan }: Planned): Linked | undefined {
  return plan.leftOut.length === 0 ? undefined : { old: undefined, edited: link(new Map()), plan, isTyping: false };
}

/** The parts of an open file that the plan depends on. */
function dependsOn(tree: FileNode | undefined): string {
  if (tree === undefined) return '';
  let known = DEPENDS_ON.get(tree);
  if (known === undefined) {
    known = JSON.stringify([
      tree.package?.name.text,
      tree.imports.map(({ path }) => path.text),
      tree.declarations.some(({ kind }) => kind === 'service'),
    ]);
    DEPENDS_ON.set(tree, known);
  }
  return known;
}

/** Thousands of files may be open, and a keystroke changes one of them. */
const DEPENDS_ON = new WeakMap<FileNode, string>();

interface Planned {
  /** A keystroke that changes the plan changes this key. */
  readonly key: string;
  readonly old: SourceTree | undefined;
  readonly edited: SourceTree;
  readonly plan: ComparisonPlan;
}

interface ReadTrees {
  readonly key: string;
  readonly plan: ComparisonPlan;
  readonly old: ReadonlyMap<string, FileNode> | undefined;
  readonly edited: Map<string, FileNode>;
  linked: { readonly old: Schema | undefined; readonly edited: Schema } | undefined;
}

/** Whether two files have the same package and declare the same names in the same order. */
function declareSame(a: FileNode, b: FileNode): boolean {
  return (
    a === b ||
    (a.package?.name.text === b.package?.name.text &&
      a.declarations.length === b.declarations.length &&
      a.declarations.every((declaration, index) => nameOf(declaration) === nameOf(b.declarations[index])))
  );
}

function nameOf(declaration: Declaration | undefined): string | undefined {
  return declaration !== undefined && 'name' in declaration ? declaration.name.text : undefined;
}

/** A release is compared with many others. */
const NAMES = new WeakMap<FileNode, DeclaredNames>();

function namesIn(tree: FileNode): DeclaredNames {
  let known = NAMES.get(tree);
  if (known === undefined) {
    known = {
      package: packageOf(tree),
      names: new Set(tree.declarations.flatMap((declaration) => nameOf(declaration) ?? [])),
    };
    NAMES.set(tree, known);
  }
  return known;
}

function packageOf(tree: FileNode): string {
  return tree.package?.name.text ?? '';
}

async function trees(side: Side, paths: readonly string[]): Promise<Map<string, FileNode>> {
  const found = await Promise.all(paths.map(async (path) => [path, await side.tree(path)] as const));
  return new Map(found.flatMap(([path, tree]) => (tree === undefined ? [] : [[path, tree] as const])));
}
