import type { SourceTree } from './source-tree.ts';

export interface DeclaredNames {
  readonly package: string;
  readonly names: ReadonlySet<string>;
}

/** By package. Files without one can declare the same name by chance, so they are left out. */
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

/** They may contain copies of the packages' declarations. */
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
