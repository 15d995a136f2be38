import type { FileNode } from '../proto/tree.ts';
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
import { Schemas } from './schemas.ts';
import type { Side } from './side.ts';

/** Both sides, linked as far as the edit can matter. */
export interface Linked {
  /** Undefined where there is nothing to compare with. */
  readonly old: Schema | undefined;
  readonly edited: Schema;
  readonly plan: ComparisonPlan;
}

/** Both sides, read. */
export interface Linkable {
  /**
   * Links the newest texts. The result must be used without waiting in between, because an edit moves the trees of open files.
   * @returns undefined where nothing has changed and nothing is open.
   */
  link(): Linked | undefined;
}

const UNCHANGED: Linkable = { link: () => undefined };

/** What a comparison is about. */
export interface ComparisonOptions {
  readonly module: ModuleFiles;
  readonly importRoots: readonly string[];
  /** Whether the user named files or folders. */
  readonly isNamed: boolean;
  /** Decides whose each file is, given all files of both sides. */
  readonly ownership: (files: Iterable<PackagedFile>, submodules: readonly string[]) => Ownership;
  /** Links that other comparisons share. */
  readonly schemas?: Schemas;
}

/**
 * Keeps the two sides of one comparison linked from one keystroke to the next: a keystroke parses and links the edited file anew,
 * and the rest only where its imports or the set of changed files become others.
 */
export class Comparison {
  readonly #old: Side | undefined;
  readonly #edited: Side;
  readonly #options: ComparisonOptions;
  readonly #schemas: Schemas;
  /** The plan without copies, and the one with them. */
  readonly #planned: { plain?: Planned; copied?: Planned } = {};
  #trees: ReadTrees | undefined;

  constructor(old: Side | undefined, edited: Side, options: ComparisonOptions) {
    this.#old = old;
    this.#edited = edited;
    this.#options = options;
    this.#schemas = options.schemas ?? new Schemas();
  }

  /** Plans which files are compared, and reads and parses them. */
  async load(open: readonly string[], signal: AbortSignal | undefined): Promise<Linkable> {
    this.#edited.refresh();
    if (open.length === 0 && (await this.#isUnchanged())) return UNCHANGED;
    signal?.throwIfAborted();
    let planned = await this.#plan(open, []);
    signal?.throwIfAborted();
    const copies = await this.#copiesOf(planned);
    signal?.throwIfAborted();
    if (copies.length > 0) planned = await this.#plan(open, copies);
    const trees = planned.plan.changed.size === 0 ? undefined : await this.#read(planned);
    signal?.throwIfAborted();
    return { link: () => (trees === undefined ? this.#nothing(planned) : this.#link(trees, open)) };
  }

  async #isUnchanged(): Promise<boolean> {
    if (this.#old === undefined) return true;
    const [old, edited] = await Promise.all([this.#old.list(), this.#edited.list()]);
    if (old.size !== edited.size) return false;
    for (const [path, id] of edited) if (old.get(path) !== id) return false;
    return true;
  }

  async #plan(open: readonly string[], extra: readonly string[]): Promise<Planned> {
    const key = JSON.stringify([open.map((path) => [path, dependsOn(this.#edited.openTree(path))]), extra]);
    const slot = extra.length === 0 ? 'plain' : 'copied';
    const known = this.#planned[slot];
    if (known?.key === key) return known;
    const { module, importRoots, isNamed, ownership } = this.#options;
    const edited = await this.#edited.sources();
    const old = await this.#old?.sources(edited);
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
        // A submodule that was not fetched may have anything.
        importsElsewhere: plan.importsElsewhere || submodules.some(([, isListed]) => !isListed),
        protocol: { ...plan.protocol, hasServices: await this.#serves(plan.mayServe) },
      },
    };
    this.#planned[slot] = planned;
    return planned;
  }

  /** Whether one of these files really declares a service. */
  async #serves(paths: readonly string[]): Promise<boolean> {
    for (const path of paths) {
      const trees = await Promise.all([this.#edited.tree(path), this.#old?.tree(path)]);
      if (trees.some((tree) => tree?.declarations.some(({ kind }) => kind === 'service'))) return true;
    }
    return false;
  }

  /** Files that hold declarations of the names that changed files have on one side only. */
  async #copiesOf({ old, edited, plan }: Planned): Promise<readonly string[]> {
    if (old === undefined) return [];
    const changed = await Promise.all(
      [...plan.changed].map(async (path) => {
        const [before, now] = await Promise.all([this.#old?.tree(path), this.#edited.tree(path)]);
        return { old: before && namesIn(before), edited: now && namesIn(now) };
      }),
    );
    const names = namesOnOneSide(changed);
    if (names.size === 0) return [];
    const candidates = [...filesOfPackages(old, edited, names)].filter((path) => !plan.changed.has(path));
    const declaresOne = (tree: FileNode | undefined): boolean => {
      if (tree === undefined) return false;
      const declared = namesIn(tree);
      const wanted = names.get(declared.package);
      return wanted !== undefined && declared.names.some((name) => wanted.has(name));
    };
    const found = await Promise.all(
      candidates.map(async (path) => {
        const trees = await Promise.all([this.#old?.tree(path), this.#edited.tree(path)]);
        return trees.some(declaresOne);
      }),
    );
    return candidates.filter((_, index) => found[index]).sort();
  }

  async #read({ key, plan }: Planned): Promise<ReadTrees> {
    if (this.#trees?.key === key) return this.#trees;
    const [old, edited] = await Promise.all([
      this.#old && trees(this.#old, plan.old),
      trees(this.#edited, plan.edited),
    ]);
    // A file that is there and cannot be read says nothing about what changed in it.
    for (const path of plan.edited) if (!edited.has(path)) old?.delete(path);
    for (const path of plan.old) if (old?.has(path) === false) edited.delete(path);
    for (const [path, tree] of edited) edited.set(path, withReleasedHeader(tree, old?.get(path)));
    this.#trees = { key, plan, old, edited, linked: undefined };
    return this.#trees;
  }

  #link(loaded: ReadTrees, open: readonly string[]): Linked {
    this.#edited.refresh();
    for (const path of open) {
      const tree = loaded.edited.has(path) ? this.#edited.openTree(path) : undefined;
      if (tree !== undefined) loaded.edited.set(path, withReleasedHeader(tree, loaded.old?.get(path)));
    }
    const { importRoots } = this.#options;
    const before = loaded.linked;
    const options = { importRoots, ...(before && { previous: before.edited }) };
    const edited = open.length === 0 ? this.#schemas.link(loaded.edited, options) : link(loaded.edited, options);
    // Files that both sides share are linked once, so that they can be passed over by identity.
    const old = before?.old ?? (loaded.old && this.#schemas.link(loaded.old, { importRoots, previous: edited }));
    loaded.linked = { old, edited };
    return { old, edited, plan: loaded.plan };
  }

  /** Nothing to link; what was left out is known all the same. */
  #nothing({ plan }: Planned): Linked | undefined {
    return plan.leftOut.length === 0 ? undefined : { old: undefined, edited: link(new Map()), plan };
  }
}

/** What of a file decides which others are read, and whose it is. */
function dependsOn(tree: FileNode | undefined): unknown {
  return [
    tree?.package?.name.text,
    tree?.imports.map(({ path }) => path.text),
    tree?.declarations.some(({ kind }) => kind === 'service'),
  ];
}

interface Planned {
  /** Of what the plan depends on. */
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

/** A release is compared with many others. */
const NAMES = new WeakMap<FileNode, DeclaredNames>();

function namesIn(tree: FileNode): DeclaredNames {
  let known = NAMES.get(tree);
  if (known === undefined) {
    known = {
      package: tree.package?.name.text ?? '',
      names: tree.declarations.flatMap((declaration) => ('name' in declaration ? [declaration.name.text] : [])),
    };
    NAMES.set(tree, known);
  }
  return known;
}

async function trees(side: Side, paths: readonly string[]): Promise<Map<string, FileNode>> {
  const found = await Promise.all(paths.map(async (path) => [path, await side.tree(path)] as const));
  return new Map(found.flatMap(([path, tree]) => (tree === undefined ? [] : [[path, tree] as const])));
}
