import type { FileNode, ImportNode } from '../proto/tree.ts';
import { closure } from './closure.ts';
import { PathIndex, resolveImport } from './imports.ts';
import { isWellKnown, wellKnown } from './well-known.ts';

export interface Source {
  readonly node: FileNode;
  readonly builtIn: boolean;
  /** The path of each import; undefined if the file was not found. */
  readonly imports: readonly (string | undefined)[];
}

/** By path. */
export type Sources = ReadonlyMap<string, Source>;

export interface ReadSources {
  readonly sources: Sources;
  readonly roots: readonly string[];
  /** Without built-in files. */
  readonly fileCount: number;
}

/** Adds the well-known files that the given files import, directly or indirectly. */
export function readSources(
  files: ReadonlyMap<string, FileNode>,
  roots: readonly string[],
  previous: ReadSources | undefined,
): Sources {
  const sources = new Map<string, Source>();
  const wellKnownPaths = new Set<string>();
  const resolved = previous !== undefined && hasSamePaths(files, roots, previous) ? previous.sources : undefined;
  const index = new PathIndex(files.keys());
  for (const [path, node] of files) {
    const known = resolved?.get(path);
    const source =
      known?.node === node ? known : { node, builtIn: false, imports: importsOf(path, node, index, roots) };
    sources.set(path, source);
    for (const target of source.imports) if (target !== undefined && !files.has(target)) wellKnownPaths.add(target);
  }
  closure(wellKnownPaths, (path, add) => {
    const node = wellKnown(path);
    if (node === undefined) return;
    const imports = node.imports.map((each) => each.path.text);
    sources.set(path, { node, builtIn: true, imports });
    for (const target of imports) if (!files.has(target)) add(target);
  });
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

/** The files whose types a file can use. */
export function visiblePaths(path: string, sources: Sources): ReadonlySet<string> {
  const isOther = (target: string | undefined): target is string => target !== undefined && target !== path;
  return closure(importsOfTypes(path, sources).filter(isOther), (each, add) => {
    publicImports(each, sources).filter(isOther).forEach(add);
  });
}

/** Whether a name in a file may be declared in a file that is missing. */
export function isIncomplete(path: string, sources: Sources): boolean {
  if (importsOfTypes(path, sources).includes(undefined)) return true;
  return [...visiblePaths(path, sources)].some((each) => publicImports(each, sources).includes(undefined));
}

function importsOfTypes(path: string, sources: Sources): Source['imports'] {
  return importsWith(path, sources, (modifier) => modifier !== 'option');
}

function publicImports(path: string, sources: Sources): Source['imports'] {
  return importsWith(path, sources, (modifier) => modifier === 'public');
}

function importsWith(
  path: string,
  sources: Sources,
  isWanted: (modifier: ImportNode['modifier']) => boolean,
): Source['imports'] {
  const source = sources.get(path);
  return source?.imports.filter((_, index) => isWanted(source.node.imports[index]?.modifier)) ?? [];
}
