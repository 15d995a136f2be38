import { link } from '../schema/link.ts';
import type { Schema } from '../schema/model.ts';
import { ImportGraph } from '../sources/import-graph.ts';
import type { Side } from './side.ts';

export interface SchemaAround {
  readonly schema: Schema;
  /** False for too many files. Importers are then missing, and perhaps imports. */
  readonly isWhole: boolean;
}

/** The file with its imports, importers and their imports, direct and indirect. Valid until the next edit. */
export async function schemaAround(file: string, side: Side, importRoots: readonly string[]): Promise<SchemaAround> {
  const graph = new ImportGraph();
  graph.add(await side.sources(), importRoots);
  const all = graph.reach(graph.reach([file], 'importers'), 'imports');
  const isWhole = all.size <= MOST_AROUND;
  const paths = isWhole ? [...all] : [...graph.reach([file], 'imports')].slice(0, MOST_AROUND);
  const trees = await side.trees(paths);
  // An edit may have moved the spans of these trees.
  const current = [...trees].map(([path, tree]) => [path, side.openTree(path) ?? tree] as const);
  return { schema: link(new Map(current), { importRoots }), isWhole };
}

const MOST_AROUND = 500;
