import type { FileNode } from '../proto/tree.ts';

type Trees = ReadonlyMap<string, FileNode>;

/**
 * Sorts groups of files so that no two files of one world declare the same name: repositories hold copies of the same
 * declarations, in examples or vendored, that know nothing of each other. Nearly always there is one world, which holds all.
 * @param groups files that imports link with each other; a group is never torn apart.
 * @param sides trees by path.
 */
export function worlds(groups: readonly (readonly string[])[], sides: readonly Trees[]): string[][] {
  const found: { readonly files: string[]; readonly names: readonly Set<string>[] }[] = [];
  for (const group of groups) {
    const names = sides.map((trees) => declaredNames(group, trees));
    const world =
      groups.length === 1
        ? undefined
        : found.find((each) => names.every((own, side) => isDisjoint(own, each.names[side])));
    if (world === undefined) found.push({ files: [...group], names });
    else {
      world.files.push(...group);
      for (const [side, own] of names.entries()) for (const name of own) world.names[side]?.add(name);
    }
  }
  return found.map(({ files }) => files);
}

function declaredNames(paths: readonly string[], trees: Trees): Set<string> {
  const names = new Set<string>();
  for (const path of paths) {
    const tree = trees.get(path);
    for (const declaration of tree?.declarations ?? []) {
      if ('name' in declaration) names.add(`${tree?.package?.name.text ?? ''}.${declaration.name.text}`);
    }
  }
  return names;
}

function isDisjoint(a: ReadonlySet<string>, b: ReadonlySet<string> | undefined): boolean {
  for (const name of a) if (b?.has(name) === true) return false;
  return true;
}
