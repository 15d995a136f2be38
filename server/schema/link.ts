import type { Declaration, FileNode, ImportNode, MessageMember } from '../proto/tree.ts';
import { FileLinker } from './file-linker.ts';
import { PathIndex, resolveImport } from './imports.ts';
import type { Enum, Field, File, LinkProblem, Message, Schema, Service } from './model.ts';
import { Scope } from './scope.ts';
import { isWellKnown, wellKnown } from './well-known.ts';

export interface LinkOptions {
  /** Folders to which imports may be relative, besides the repository's root and the importing file's folders. */
  readonly importRoots?: readonly string[];
  /**
   * An earlier schema of nearly the same files, whose unchanged `File` objects are kept. A file with `mutable` trees may be updated in
   * place: its earlier schema and tree must not be used afterwards.
   */
  readonly previous?: Schema;
}

/**
 * Never fails: a name that does not resolve is a problem in the result and an unknown type in the schema.
 * @param files by path relative to the repository
 */
export function link(files: ReadonlyMap<string, FileNode>, options: LinkOptions = {}): Schema {
  const previous = options.previous === undefined ? undefined : LINKED.get(options.previous);
  const roots = options.importRoots ?? [];
  const sources = readImports(files, roots, previous);
  const changed = previous === undefined ? undefined : changedPaths(sources, previous, followEdits(sources, previous));
  const linkers = new Map<string, FileLinker>();
  const fresh: FileLinker[] = [];
  for (const [path, source] of sources) {
    const kept = changed === undefined || changed.has(path) ? undefined : previous?.linkers.get(path);
    const linker = kept ?? new FileLinker(path, source.node, source.builtIn);
    linkers.set(path, linker);
    if (kept === undefined) fresh.push(linker);
  }
  for (const linker of fresh) {
    const path = linker.file.path;
    const visible = [...visiblePaths(path, sources)].flatMap((each) => linkers.get(each) ?? []);
    const imported = sources
      .get(path)
      ?.imports.map((each) => (each === undefined ? undefined : linkers.get(each)?.file));
    linker.fill(new Scope(linker, visible), imported ?? [], isIncomplete(path, sources));
  }
  const schema =
    options.previous !== undefined && fresh.length === 0 && isSameList(linkers, previous?.linkers)
      ? { ...options.previous, problems: problemsOf(linkers) }
      : assemble(linkers);
  LINKED.set(schema, { sources, roots, fileCount: files.size, linkers });
  return schema;
}

/** A file before it is linked. */
interface Source {
  readonly node: FileNode;
  readonly builtIn: boolean;
  /** The paths of the imports, in their order; undefined if a file was not found. */
  readonly imports: readonly (string | undefined)[];
}
type Sources = ReadonlyMap<string, Source>;

interface Linked {
  readonly sources: Sources;
  readonly roots: readonly string[];
  /** Without built-in files. */
  readonly fileCount: number;
  readonly linkers: ReadonlyMap<string, FileLinker>;
}

/** What a later `link` reuses. */
const LINKED = new WeakMap<Schema, Linked>();

/** The given files and the well-known files that they import, directly or indirectly. */
function readImports(
  files: ReadonlyMap<string, FileNode>,
  roots: readonly string[],
  previous: Linked | undefined,
): Sources {
  const sources = new Map<string, Source>();
  const wellKnownPaths = new Set<string>();
  // Imports are resolved with all paths and roots, so earlier results are valid only while these are the same.
  const answers = previous !== undefined && hasSamePaths(files, roots, previous) ? previous.sources : undefined;
  const index = new PathIndex(files.keys());
  for (const [path, node] of files) {
    const known = answers?.get(path);
    const source =
      known?.node === node ? known : { node, builtIn: false, imports: importsOf(path, node, index, roots) };
    sources.set(path, source);
    for (const target of source.imports) if (target !== undefined && !files.has(target)) wellKnownPaths.add(target);
  }
  // Iterating over a set also visits elements that are added during the iteration.
  for (const path of wellKnownPaths) {
    const node = wellKnown(path);
    if (node === undefined) continue;
    const imports = node.imports.map((each) => each.path.text);
    sources.set(path, { node, builtIn: true, imports });
    for (const target of imports) if (!files.has(target)) wellKnownPaths.add(target);
  }
  return sources;
}

function importsOf(path: string, node: FileNode, index: PathIndex, roots: readonly string[]): Source['imports'] {
  return node.imports.map(
    ({ path: { text } }) => resolveImport(text, path, index, roots) ?? (isWellKnown(text) ? text : undefined),
  );
}

function hasSamePaths(files: ReadonlyMap<string, FileNode>, roots: readonly string[], previous: Linked): boolean {
  if (files.size !== previous.fileCount || roots.join('\n') !== previous.roots.join('\n')) return false;
  for (const path of files.keys()) if (previous.sources.get(path)?.builtIn !== false) return false;
  return true;
}

/** @returns the paths whose linked file now matches its own source. The files that these import may still have changed. */
function followEdits(sources: Sources, previous: Linked): ReadonlySet<string> {
  const current = new Set<string>();
  for (const [path, source] of sources) {
    const before = previous.sources.get(path);
    if (before === undefined) continue;
    const isSame =
      source === before ||
      (source.builtIn === before.builtIn &&
        source.imports.every((target, index) => target === before.imports[index]) &&
        (source.node === before.node || previous.linkers.get(path)?.update(source.node) === true));
    if (isSame) current.add(path);
  }
  return current;
}

/**
 * The files that must be linked from scratch, and those that were removed.
 * @param current the paths whose linked file matches its own source
 */
function changedPaths(sources: Sources, previous: Linked, current: ReadonlySet<string>): ReadonlySet<string> {
  const importers = new Map<string, string[]>();
  const changed = new Set<string>();
  const add = (path: string): void => {
    changed.add(path);
  };
  for (const [path, source] of sources) {
    for (const target of source.imports) {
      if (target === undefined) continue;
      const others = importers.get(target);
      if (others === undefined) importers.set(target, [path]);
      else others.push(path);
    }
    if (!current.has(path)) add(path);
  }
  for (const path of previous.sources.keys()) if (!sources.has(path)) add(path);
  // Iterating over a set also visits elements that are added during the iteration.
  for (const path of changed) {
    importers.get(path)?.forEach(add);
    // Extensions are stored in the extended message.
    for (const extension of previous.linkers.get(path)?.extensions ?? []) {
      if (extension.message !== undefined) add(extension.message.file.path);
    }
    const node = sources.get(path)?.node;
    // An `extend` may extend a message of any visible file. The search in the text is faster than one in the tree.
    if (node?.text.includes('extend') === true && hasExtend(node.declarations))
      visiblePaths(path, sources).forEach(add);
  }
  return changed;
}

function hasExtend(members: readonly (Declaration | MessageMember)[]): boolean {
  return members.some((member) => {
    switch (member.kind) {
      case 'extend':
        return true;
      case 'message':
        return hasExtend(member.body.members);
      case 'field':
        return member.group !== undefined && hasExtend(member.group.members);
      default:
        return false;
    }
  });
}

/** The imports of a file, and what these import publicly, directly or indirectly. `import option` imports only options. */
function visiblePaths(path: string, sources: Sources): ReadonlySet<string> {
  const visible = new Set<string>();
  const add = (importer: string, wanted: (modifier: ImportNode['modifier']) => boolean): void => {
    const source = sources.get(importer);
    source?.imports.forEach((target, index) => {
      if (target !== undefined && target !== path && wanted(source.node.imports[index]?.modifier)) visible.add(target);
    });
  };
  add(path, (modifier) => modifier !== 'option');
  // Iterating over a set also visits elements that are added during the iteration.
  for (const each of visible) add(each, (modifier) => modifier === 'public');
  return visible;
}

/** Whether a name in a file may be declared in a file that is missing. */
function isIncomplete(path: string, sources: Sources): boolean {
  const misses = (importer: string, wanted: (modifier: ImportNode['modifier']) => boolean): boolean => {
    const source = sources.get(importer);
    return (
      source?.imports.some((target, index) => target === undefined && wanted(source.node.imports[index]?.modifier)) ===
      true
    );
  };
  if (misses(path, (modifier) => modifier !== 'option')) return true;
  return [...visiblePaths(path, sources)].some((each) => misses(each, (modifier) => modifier === 'public'));
}

/** Whether two schemas have the same linked files in the same order. */
function isSameList(linkers: Linked['linkers'], before: Linked['linkers'] | undefined): boolean {
  if (linkers.size !== before?.size) return false;
  const others = before.values();
  for (const linker of linkers.values()) if (others.next().value !== linker) return false;
  return true;
}

function assemble(linkers: Linked['linkers']): Schema {
  const files = new Map<string, File>();
  const types = new Map<string, Message | Enum>();
  const services = new Map<string, Service>();
  const extensions = new Map<string, Field>();
  const declared = { types: [] as (Message | Enum)[], services: [] as Service[], extensions: [] as Field[] };
  for (const linker of linkers.values()) {
    if (linker.file.builtIn) continue;
    files.set(linker.file.path, linker.file);
    add(linker.declared, types, declared.types);
    add(linker.file.services, services, declared.services);
    add(linker.extensions, extensions, declared.extensions);
  }
  return { files, types, services, extensions, declared, problems: problemsOf(linkers) };
}

function problemsOf(linkers: Linked['linkers']): readonly LinkProblem[] {
  return [...linkers.values()].flatMap(({ file, problems }) => (file.builtIn ? [] : problems));
}

function add<T extends { readonly fullName: string }>(from: Iterable<T>, byName: Map<string, T>, all: T[]): void {
  for (const each of from) {
    all.push(each);
    if (!byName.has(each.fullName)) byName.set(each.fullName, each);
  }
}
