import { PathIndex, resolveImport } from '../schema/imports.ts';
import { isWellKnown } from '../schema/well-known.ts';
import type { SourceTree } from './source-tree.ts';

export class ImportGraph {
  readonly #imports = new Map<string, Set<string>>();
  readonly #importers = new Map<string, Set<string>>();

  /**
   * @param importRoots folders to which imports may be relative.
   * @param paths whose imports are added.
   * @returns the files with an import that was not found. Well-known files count as found.
   */
  add(files: SourceTree, importRoots: readonly string[], paths: Iterable<string> = files.keys()): Set<string> {
    const index = new PathIndex(files.keys());
    const incomplete = new Set<string>();
    for (const path of paths) {
      for (const written of files.get(path)?.outline?.imports ?? []) {
        const target = resolveImport(written, path, index, importRoots);
        if (target === undefined) {
          if (!isWellKnown(written)) incomplete.add(path);
          continue;
        }
        link(this.#imports, path, target);
        link(this.#importers, target, path);
      }
    }
    return incomplete;
  }

  /**
   * The given files, and all that they import or that import them, directly or indirectly.
   * @param isWanted not asked about the given files. Nothing is reached through a file that it rejects.
   */
  reach(from: Iterable<string>, along: 'imports' | 'importers', isWanted?: (path: string) => boolean): Set<string> {
    const edges = along === 'imports' ? this.#imports : this.#importers;
    const reached = new Set(from);
    // This also visits files that are added during it.
    for (const path of reached)
      for (const next of edges.get(path) ?? []) if (isWanted?.(next) !== false) reached.add(next);
    return reached;
  }
}

function link(edges: Map<string, Set<string>>, from: string, to: string): void {
  const known = edges.get(from);
  if (known === undefined) edges.set(from, new Set([to]));
  else known.add(to);
}
