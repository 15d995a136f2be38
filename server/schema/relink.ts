import type { FileLinker } from './file-linker.ts';
import { hasExtend } from './linker/extends.ts';
import { type ReadSources, type Sources, visiblePaths } from './sources.ts';

/** What a call of `link` leaves for the next one: its linked files, and what they were linked from. */
export interface EarlierLink extends ReadSources {
  readonly linkers: ReadonlyMap<string, FileLinker>;
}

/**
 * Decides which files of an earlier schema can stay, and updates those with an edit inside one declaration.
 *
 * A linked file refers to objects of its imports, and its extensions are in the messages that they extend. So a file is linked again
 * together with its importers, and with the files whose messages it extended before or may extend now.
 * @returns the paths of the files to link again, and of those that were removed
 */
export function updateOrLinkAgain(sources: Sources, previous: EarlierLink): ReadonlySet<string> {
  const again = new Set<string>();
  for (const path of sources.keys()) if (!isCurrent(path, sources, previous)) again.add(path);
  for (const path of previous.sources.keys()) if (!sources.has(path)) again.add(path);
  if (again.size === 0) return again;
  const importers = importersIn(sources);
  // Iterating over a set also visits elements that are added during the iteration.
  for (const path of again) {
    for (const importer of importers.get(path) ?? []) again.add(importer);
    for (const { message } of previous.linkers.get(path)?.extensions ?? [])
      if (message !== undefined) again.add(message.file.path);
    const node = sources.get(path)?.node;
    // An `extend` may extend a message of any visible file. The search in the text is faster than one in the tree.
    if (node?.text.includes('extend') === true && hasExtend(node.declarations))
      for (const visible of visiblePaths(path, sources)) again.add(visible);
  }
  return again;
}

/** Whether the linked file matches its own text, perhaps after an update. */
function isCurrent(path: string, sources: Sources, previous: EarlierLink): boolean {
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
