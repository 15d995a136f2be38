import { PathIndex, resolveImport } from '../schema/imports.ts';
import type { Outline } from './outline.ts';
import type { Side } from './side.ts';

/** Which files of a repository the changed ones can matter to, and which those need. Only these are parsed. */
export interface Selection {
  readonly old: readonly string[];
  readonly edited: readonly string[];
  /** Of the selected files, those that some chain of imports links with a file that defines a service. */
  readonly served: ReadonlySet<string>;
  /** The selected files, those together that imports link with each other. */
  readonly groups: readonly (readonly string[])[];
}

/**
 * Follows imports backwards from the changed files, because a service that uses a message decides who reads and writes it, and
 * forwards from all of those, because types have to resolve. Both sides' imports count.
 * @param old undefined where there is nothing to compare with.
 * @param changed paths that the two sides do not share.
 */
export async function select(
  old: Side | undefined,
  edited: Side,
  changed: ReadonlySet<string>,
  importRoots: readonly string[],
): Promise<Selection> {
  const [oldFiles, editedFiles] = await Promise.all([old?.list() ?? new Map<string, string>(), edited.list()]);
  const graph = new Graph();
  await graph.add(edited, editedFiles.keys(), editedFiles, importRoots);
  if (old !== undefined) {
    // Where both sides have the same paths, an unchanged file imports the same files on both.
    const samePaths = oldFiles.size === editedFiles.size && [...oldFiles.keys()].every((path) => editedFiles.has(path));
    await graph.add(old, samePaths ? changed : oldFiles.keys(), oldFiles, importRoots);
  }
  // In an order of its own: which files were opened first must not decide which of two equal names counts.
  const selected = new Set([...graph.reach(graph.reach(changed, 'importers'), 'imports')].sort());
  const within = (files: ReadonlyMap<string, string>): string[] => [...selected].filter((path) => files.has(path));
  const hasService = async (path: string): Promise<boolean> => {
    const trees = await Promise.all([edited.tree(path), old?.tree(path)]);
    return trees.some((tree) => tree?.declarations.some(({ kind }) => kind === 'service'));
  };
  const served = new Set<string>();
  const groups: string[][] = [];
  for (const linked of graph.groupsOf(selected)) {
    const group = linked.filter((path) => selected.has(path));
    groups.push(group);
    if (await graph.isServed(linked, hasService)) for (const path of group) served.add(path);
  }
  return { old: within(oldFiles), edited: within(editedFiles), served, groups };
}

/** Who imports whom, on both sides together. */
class Graph {
  readonly #imports = new Map<string, Set<string>>();
  readonly #importers = new Map<string, Set<string>>();
  readonly #mayServe = new Set<string>();

  async add(
    side: Side,
    paths: Iterable<string>,
    files: ReadonlyMap<string, string>,
    roots: readonly string[],
  ): Promise<void> {
    const index = new PathIndex(files.keys());
    const resolve = (path: string, { imports, mayHaveService }: Outline): void => {
      if (mayHaveService) this.#mayServe.add(path);
      for (const written of imports) {
        const target = resolveImport(written, path, index, roots);
        if (target === undefined) continue;
        link(this.#imports, path, target);
        link(this.#importers, target, path);
      }
    };
    await Promise.all(
      [...paths].map(async (path) => {
        const id = files.get(path);
        const found = id === undefined ? undefined : await side.outline(path, id);
        if (found !== undefined) resolve(path, found);
      }),
    );
  }

  reach(from: Iterable<string>, along: 'imports' | 'importers'): Set<string> {
    const edges = along === 'imports' ? this.#imports : this.#importers;
    const reached = new Set(from);
    // A set visits what is added while it is being visited.
    for (const path of reached) for (const next of edges.get(path) ?? []) reached.add(next);
    return reached;
  }

  /** All files that imports link with one of these, directly or not. */
  groupsOf(paths: Iterable<string>): string[][] {
    const groups: string[][] = [];
    const seen = new Set<string>();
    for (const path of paths) {
      if (seen.has(path)) continue;
      const group = [...this.#linked(path)];
      for (const each of group) seen.add(each);
      groups.push(group);
    }
    return groups;
  }

  /** @param hasService asked only for files that may have one, and only until one is found. */
  async isServed(group: readonly string[], hasService: (path: string) => Promise<boolean>): Promise<boolean> {
    for (const path of group) if (this.#mayServe.has(path) && (await hasService(path))) return true;
    return false;
  }

  #linked(path: string): ReadonlySet<string> {
    const reached = new Set([path]);
    for (const each of reached) {
      for (const next of this.#imports.get(each) ?? []) reached.add(next);
      for (const next of this.#importers.get(each) ?? []) reached.add(next);
    }
    return reached;
  }
}

function link(edges: Map<string, Set<string>>, from: string, to: string): void {
  const known = edges.get(from);
  if (known === undefined) edges.set(from, new Set([to]));
  else known.add(to);
}
