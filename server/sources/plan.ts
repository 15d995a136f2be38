import { prefixOf } from '../release/model.ts';
import { ImportGraph } from './import-graph.ts';
import type { LeftOut, Ownership } from './ownership.ts';
import type { SourceSides, SourceTree } from './source-tree.ts';

export interface FilePlan {
  /** The files to compare: each differs or is open, and is reported or used by a reported file. */
  readonly changed: ReadonlySet<string>;
  /** Files that differ but are not compared. */
  readonly leftOut: readonly LeftOutFile[];
  /** The files of each side to parse, sorted. */
  readonly old: readonly string[];
  readonly edited: readonly string[];
  /** Whether findings in a file are reported. */
  readonly reports: (path: string) => boolean;
  readonly isOwn: (path: string) => boolean;
  readonly whyLeftOut: (path: string) => LeftOut | undefined;
  /** Whether the release has an import that was not found. */
  readonly importsElsewhere: boolean;
  /** Whether an own file imports `google/protobuf/any.proto`. */
  readonly usesAny: boolean;
  /** Own files, one by one, because often the first ones suffice. */
  readonly mayServe: () => Iterable<string>;
}

type LeftOutFile = LeftOut & { readonly path: string };

export interface PlanOptions {
  readonly module: ModuleFiles;
  readonly importRoots: readonly string[];
  /** Whether the user named files. Then only these and the own files that they import are reported. */
  readonly isNamed: boolean;
  /** Files that count as changed. */
  readonly open: readonly string[];
  /** To parse as well: files that may contain copies of what changed. */
  readonly extra?: readonly string[];
}

/** The files below the module's prefix that are not below a longer one. */
interface ModuleFiles {
  readonly prefix: string;
  readonly prefixes: ReadonlySet<string>;
}

export function planComparison(sides: SourceSides, ownership: Ownership, options: PlanOptions): FilePlan {
  const { old, edited } = sides;
  const paths = new Set([...(old?.keys() ?? []), ...edited.keys()]);
  const differing = differingFiles(sides, new Set(options.open));
  const { graph, importsElsewhere } = readImports(sides, differing, options.importRoots);

  const isOwn = (path: string): boolean => ownership.isOwn(path);
  const named = options.isNamed ? [...paths].filter((path) => ownership.isNamed(path)) : undefined;
  const protocol = named && graph.reach(named, 'imports', isOwn);
  const isChecked = (path: string): boolean =>
    isIn(options.module, path) && isOwn(path) && protocol?.has(path) !== false;
  const reports = (path: string): boolean => {
    const target = linkTarget(sides, path);
    // If git ignores the target, only the link is listed.
    const reportsTarget = target !== undefined && paths.has(target) && isChecked(target);
    return isChecked(path) && !reportsTarget;
  };

  const differingHere = differing.filter((path) => isIn(options.module, path));
  const foreign = differingHere.flatMap((path): LeftOutFile[] => {
    const why = ownership.whyLeftOut(path);
    return why === undefined ? [] : [{ ...why, path }];
  });
  const mayBeUsed = foreign.filter(({ by }) => by !== 'files').map(({ path }) => path);
  // Finding the used files is slow, and seldom needed.
  const used = mayBeUsed.length === 0 ? NONE : graph.reach([...paths].filter(reports), 'imports');
  const changed = new Set([...differingHere.filter(reports), ...mayBeUsed.filter((path) => used.has(path))]);
  const selected = changed.size === 0 ? [] : filesToParse(graph, [...changed, ...(options.extra ?? [])]);
  return {
    changed,
    leftOut: foreign.filter(({ path }) => !changed.has(path) && old?.get(path)?.id !== edited.get(path)?.id),
    old: selected.filter((path) => old?.has(path) === true),
    edited: selected.filter((path) => edited.has(path)),
    reports,
    isOwn,
    whyLeftOut: (path) => ownership.whyLeftOut(path),
    importsElsewhere,
    usesAny: [old, edited].some((side) => side !== undefined && usesAny(side, isOwn)),
    mayServe: () => filesWithServices(sides, paths, isOwn),
  };
}

const NONE: ReadonlySet<string> = new Set();

function isIn({ prefix, prefixes }: ModuleFiles, path: string): boolean {
  return prefixOf(path, prefixes) === prefix;
}

function differingFiles({ old, edited }: SourceSides, open: ReadonlySet<string>): readonly string[] {
  const differs = (path: string): boolean => old !== undefined && old.get(path)?.id !== edited.get(path)?.id;
  const removed = [...(old?.keys() ?? [])].filter((path) => !edited.has(path));
  return [...[...edited.keys()].filter((path) => open.has(path) || differs(path)), ...removed];
}

function readImports(
  { old, edited }: SourceSides,
  differing: readonly string[],
  importRoots: readonly string[],
): { readonly graph: ImportGraph; readonly importsElsewhere: boolean } {
  const graph = new ImportGraph();
  const incomplete = graph.add(edited, importRoots);
  if (old === undefined) return { graph, importsElsewhere: false };
  if (!haveSamePaths(old, edited)) return { graph, importsElsewhere: graph.add(old, importRoots).size > 0 };
  // With the same paths on both sides, an unchanged file imports the same files on both.
  const incompleteBefore = graph.add(old, importRoots, differing);
  for (const path of differing) incomplete.delete(path);
  return { graph, importsElsewhere: incompleteBefore.size > 0 || incomplete.size > 0 };
}

function haveSamePaths(old: SourceTree, edited: SourceTree): boolean {
  return old.size === edited.size && [...old.keys()].every((path) => edited.has(path));
}

/** The file to which a path was and is a symbolic link. */
function linkTarget(sides: SourceSides, path: string): string | undefined {
  const [old, edited] = [sides.old?.get(path), sides.edited.get(path)];
  const target = (edited ?? old)?.target;
  return old === undefined || old.target === target ? target : undefined;
}

/** Includes services that import a message, because they determine who writes and reads it, and all imported types. */
function filesToParse(graph: ImportGraph, from: readonly string[]): readonly string[] {
  return [...graph.reach(graph.reach(from, 'importers'), 'imports')].sort();
}

function* filesWithServices(
  { old, edited }: SourceSides,
  paths: Iterable<string>,
  isOwn: (path: string) => boolean,
): Generator<string> {
  for (const path of paths) {
    const mayServe = [edited, old].some((side) => side?.get(path)?.outline?.mayHaveService === true);
    if (mayServe && isOwn(path)) yield path;
  }
}

function usesAny(files: SourceTree, isOwn: (path: string) => boolean): boolean {
  for (const [path, { outline }] of files)
    if (outline?.imports.includes('google/protobuf/any.proto') === true && isOwn(path)) return true;
  return false;
}
