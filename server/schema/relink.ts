import { closure } from './closure.ts';
import type { FileLinker } from './file-linker.ts';
import { hasExtend } from './linker/extends.ts';
import { type ReadSources, type Sources, visiblePaths } from './sources.ts';

export interface EarlierLink extends ReadSources {
  readonly linkers: ReadonlyMap<string, FileLinker>;
}

/** Updates linked files in place where possible. Returns the other files that changed or were removed, and what depends on them. */
export function updateOrLinkAgain(sources: Sources, previous: EarlierLink): ReadonlySet<string> {
  const changed = new Set<string>();
  for (const path of sources.keys()) if (!isOrBecomesCurrent(path, sources, previous)) changed.add(path);
  for (const path of previous.sources.keys()) if (!sources.has(path)) changed.add(path);
  if (changed.size === 0) return changed;
  const importers = importersIn(sources);
  return closure(changed, (path, add) => {
    // Importers refer to the objects of this file.
    importers.get(path)?.forEach(add);
    // The extended messages contain the extensions of this file.
    for (const { message } of previous.linkers.get(path)?.extensions ?? [])
      if (message !== undefined) add(message.file.path);
    const node = sources.get(path)?.node;
    // The messages of all visible files may be extended. The search in the text is faster than the one in the tree.
    if (node?.text.includes('extend') === true && hasExtend(node.declarations))
      visiblePaths(path, sources).forEach(add);
  });
}

function isOrBecomesCurrent(path: string, sources: Sources, previous: EarlierLink): boolean {
  const source = sources.get(path);
  const before = previous.sources.get(path);
  if (source === before) return true;
  if (source === undefined || before === undefined || source.builtIn !== before.builtIn) return false;
  if (!source.imports.every((target, index) => target === before.imports[index])) return false;
  return source.node === before.node || previous.linkers.get(path)?.update(source.node) === true;
}

function importersIn(sources: Sources): ReadonlyMap<string, readonly string[]> {
  const importers = new Map<string, string[]>();
  for (const [path, { imports }] of sources) {
    for (const target of imports) {
      if (target === undefined) continue;
      const others = importers.get(target);
      if (others === undefined) importers.set(target, [path]);
      else others.push(path);
    }
  }
  return importers;
}
