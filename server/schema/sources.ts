import type { FileNode, ImportNode } from '../proto/tree.ts';
import { PathIndex, resolveImport } from './imports.ts';
import { isWellKnown, wellKnown } from './well-known.ts';

/** A file before it is linked. */
export interface Source {
  readonly node: FileNode;
  readonly builtIn: boolean;
  /** The paths of the imports, in their order; undefined if a file was not found. */
  readonly imports: readonly (string | undefined)[];
}

/** By path. */
export type Sources = ReadonlyMap<string, Source>;

/** What `readSources` was called with, and its result. */
export interface ReadSources {
  readonly sources: Sources;
  readonly roots: readonly string[];
  /** Without built-in files. */
  readonly fileCount: number;
}

/** The given files and the well-known files that they import, directly or indirectly. */
export function readSources(
  files: ReadonlyMap<string, FileNode>,
  roots: readonly string[],
  previous: ReadSources | undefined,
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

function hasSamePaths(files: ReadonlyMap<string, FileNode>, roots: readonly string[], previous: ReadSources): boolean {
  if (files.size !== previous.fileCount || roots.join('\n') !== previous.roots.join('\n')) return false;
  for (const path of files.keys()) if (previous.sources.get(path)?.builtIn !== false) return false;
  return true;
}

/** The imports of a file, and what these import publicly, directly or indirectly. `import option` imports only options. */
export function visiblePaths(path: string, sources: Sources): ReadonlySet<string> {
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
export function isIncomplete(path: string, sources: Sources): boolean {
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
