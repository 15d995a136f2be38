import type { Protocol } from '../diff/pairs.ts';
import { prefixOf } from '../release/model.ts';
import { ImportGraph } from './import-graph.ts';
import type { LeftOut, Ownership } from './ownership.ts';
import type { SourceFile, SourceTree } from './source-tree.ts';

export interface ComparisonPlan {
  /** The files to compare: each differs or is open, and its findings are reported or a reported file uses it. */
  readonly changed: ReadonlySet<string>;
  /** Files that differ but are not compared. */
  readonly leftOut: readonly (LeftOut & { readonly path: string })[];
  /** The files of each side to parse, sorted. */
  readonly old: readonly string[];
  readonly edited: readonly string[];
  /** Whether findings in a file are reported. */
  readonly reports: (path: string) => boolean;
  readonly isOwn: (path: string) => boolean;
  /** Whether files may be missing: the release has an unresolved import, or a submodule was not fetched. */
  readonly importsElsewhere: boolean;
  /** Undefined for an own file. */
  readonly whyLeftOut: (path: string) => LeftOut | undefined;
  /** `hasServices` is true if some own file may declare a service. */
  readonly protocol: Protocol;
  /** Own files of both sides that may declare a service, one by one, because often the first ones suffice. */
  readonly mayServe: () => Iterable<string>;
}

/** The files below the module's tag prefix that are not below a longer prefix. */
export interface ModuleFiles {
  readonly prefix: string;
  readonly prefixes: ReadonlySet<string>;
}

/**
 * @param old undefined if there is no baseline.
 * @param options.open files that count as changed.
 * @param options.extra other files to parse: those that may contain copies of what changed.
 */
export function planComparison(
  old: SourceTree | undefined,
  edited: SourceTree,
  ownership: Ownership,
  module: ModuleFiles,
  options: {
    readonly open: readonly string[];
    readonly importRoots: readonly string[];
    /** Findings are then reported only in the named files and in the own files that they import. */
    readonly isNamed: boolean;
    readonly extra?: readonly string[];
  },
): ComparisonPlan {
  const differing = differingFiles(old, edited, new Set(options.open));
  const graph = new ImportGraph();
  const incomplete = graph.add(edited, options.importRoots);
  // If both sides have the same paths, an unchanged file imports the same files on both.
  const pathsMatch = old !== undefined && haveSamePaths(old, edited);
  const incompleteBefore = graph.add(old ?? new Map(), options.importRoots, pathsMatch ? differing : undefined);
  const isDifferent = new Set(differing);
  const importsElsewhere = [...(old?.keys() ?? [])].some(
    (path) => incompleteBefore.has(path) || (pathsMatch && !isDifferent.has(path) && incomplete.has(path)),
  );

  const paths = new Set([...(old?.keys() ?? []), ...edited.keys()]);
  const isInModule = (path: string): boolean => prefixOf(path, module.prefixes) === module.prefix;
  const isOwn = (path: string): boolean => ownership.isOwn(path);
  const named = options.isNamed ? [...paths].filter((path) => ownership.isNamed(path)) : undefined;
  const protocol = named === undefined ? undefined : graph.reach(named, 'imports', isOwn);
  const mayReport = (path: string): boolean => isInModule(path) && isOwn(path) && protocol?.has(path) !== false;
  const reports = (path: string): boolean => {
    const target = targetOf(old?.get(path), edited.get(path));
    // Git may ignore the target. Then only the link is listed.
    const reportsTarget = target !== undefined && paths.has(target) && mayReport(target);
    return mayReport(path) && !reportsTarget;
  };
  let used: ReadonlySet<string> | undefined;
  const isUsed = (path: string): boolean => (used ??= graph.reach([...paths].filter(reports), 'imports')).has(path);

  const changed = new Set<string>();
  const leftOut: (LeftOut & { readonly path: string })[] = [];
  for (const path of differing) {
    if (!isInModule(path)) continue;
    const why = ownership.whyLeftOut(path);
    if (reports(path) || (why !== undefined && why.by !== 'files' && isUsed(path))) changed.add(path);
    else if (why !== undefined && old?.get(path)?.id !== edited.get(path)?.id) leftOut.push({ ...why, path });
  }
  // A service that imports a message determines who writes and reads it. All imported types must resolve.
  const relevant = graph.reach(graph.reach([...changed, ...(options.extra ?? [])], 'importers'), 'imports');
  const selected = changed.size === 0 ? [] : [...relevant].sort();
  function* mayServe(): Generator<string> {
    for (const path of paths) {
      const sides = [edited.get(path), old?.get(path)];
      if (sides.some((file) => file?.outline?.mayHaveService === true) && isOwn(path)) yield path;
    }
  }
  return {
    changed,
    leftOut,
    old: selected.filter((path) => old?.has(path) === true),
    edited: selected.filter((path) => edited.has(path)),
    reports,
    isOwn,
    importsElsewhere,
    whyLeftOut: (path) => ownership.whyLeftOut(path),
    mayServe,
    protocol: {
      hasServices: mayServe().next().done === false,
      usesAny: [old, edited].some((side) => side !== undefined && usesAny(side, isOwn)),
    },
  };
}

/** The file to which a path was and is a symbolic link. */
function targetOf(old: SourceFile | undefined, edited: SourceFile | undefined): string | undefined {
  const target = (edited ?? old)?.target;
  return old === undefined || old.target === target ? target : undefined;
}

function differingFiles(old: SourceTree | undefined, edited: SourceTree, open: ReadonlySet<string>): string[] {
  const differing = [...edited.keys()].filter(
    (path) => open.has(path) || (old !== undefined && old.get(path)?.id !== edited.get(path)?.id),
  );
  return [...differing, ...[...(old?.keys() ?? [])].filter((path) => !edited.has(path))];
}

function haveSamePaths(old: SourceTree, edited: SourceTree): boolean {
  return old.size === edited.size && [...old.keys()].every((path) => edited.has(path));
}

function usesAny(files: SourceTree, isOwn: (path: string) => boolean): boolean {
  for (const [path, { outline }] of files)
    if (outline?.imports.includes('google/protobuf/any.proto') === true && isOwn(path)) return true;
  return false;
}

export interface DeclaredNames {
  readonly package: string;
  readonly names: ReadonlySet<string>;
}

/** Names by package. Two files without a package can declare the same name by chance, so they are left out. */
export function namesOnOneSide(
  changed: Iterable<{ readonly old: DeclaredNames | undefined; readonly edited: DeclaredNames | undefined }>,
): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  const addMissing = (side: DeclaredNames | undefined, other: DeclaredNames | undefined): void => {
    if (side === undefined || side.package === '') return;
    const names = other?.package === side.package ? other.names : undefined;
    for (const name of side.names) {
      if (names?.has(name) === true) continue;
      const ofPackage = found.get(side.package);
      if (ofPackage === undefined) found.set(side.package, new Set([name]));
      else ofPackage.add(name);
    }
  };
  for (const { old, edited } of changed) {
    addMissing(old, edited);
    addMissing(edited, old);
  }
  return found;
}

/** Files that may contain copies of the packages' declarations. */
export function filesOfPackages(
  old: SourceTree,
  edited: SourceTree,
  packages: { has(name: string): boolean },
): ReadonlySet<string> {
  const found = new Set<string>();
  for (const side of [old, edited])
    for (const [path, { outline }] of side) if (outline && packages.has(outline.package)) found.add(path);
  return found;
}
