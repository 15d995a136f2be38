import type { FileNode } from '../proto/tree.ts';
import { FileLinker } from './file-linker.ts';
import { type EarlierLink, updateOrLinkAgain } from './relink.ts';
import type { Enum, Field, File, LinkProblem, Message, Schema, Service } from './model.ts';
import { Scope } from './scope.ts';
import { isIncomplete, readSources, visiblePaths } from './sources.ts';

export interface LinkOptions {
  /** More folders to search for imports; see `resolveImport`. */
  readonly importRoots?: readonly string[];
  /** Unchanged files are reused. Files with `mutable` trees are updated in place, so this schema must not be used afterwards. */
  readonly previous?: Schema;
}

/** Never throws: a name that does not resolve is a problem and an unknown type. */
export function link(files: ReadonlyMap<string, FileNode>, options: LinkOptions = {}): Schema {
  const previous = options.previous === undefined ? undefined : LINKED.get(options.previous);
  const roots = options.importRoots ?? [];
  const sources = readSources(files, roots, previous);
  const again = previous === undefined ? undefined : updateOrLinkAgain(sources, previous);
  const linkers = new Map<string, FileLinker>();
  const fresh: FileLinker[] = [];
  for (const [path, source] of sources) {
    const kept = again?.has(path) === false ? previous?.linkers.get(path) : undefined;
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

const LINKED = new WeakMap<Schema, EarlierLink>();

function isSameList(linkers: EarlierLink['linkers'], before: EarlierLink['linkers'] | undefined): boolean {
  if (linkers.size !== before?.size) return false;
  const others = before.values();
  for (const linker of linkers.values()) if (others.next().value !== linker) return false;
  return true;
}

function assemble(linkers: EarlierLink['linkers']): Schema {
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

function problemsOf(linkers: EarlierLink['linkers']): readonly LinkProblem[] {
  return [...linkers.values()].flatMap(({ file, problems }) => (file.builtIn ? [] : problems));
}

function add<T extends { readonly fullName: string }>(from: Iterable<T>, byName: Map<string, T>, all: T[]): void {
  for (const each of from) {
    all.push(each);
    if (!byName.has(each.fullName)) byName.set(each.fullName, each);
  }
}
