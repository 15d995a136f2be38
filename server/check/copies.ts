import type { Declaration, FileNode } from '../proto/tree.ts';
import { type DeclaredNames, filesOfPackages, namesOnOneSide } from '../sources/declared-names.ts';
import type { SourceSides } from '../sources/source-tree.ts';

interface ChangedFile {
  readonly old: FileNode | undefined;
  readonly edited: FileNode | undefined;
}

/**
 * Finds unchanged files that may contain a copy of an added or removed declaration: they declare its name in its
 * package.
 * @returns sorted paths
 */
export async function findCopies(
  { old, edited }: SourceSides,
  changed: readonly ChangedFile[],
  isChanged: { has(path: string): boolean },
  treesOf: (path: string) => Promise<readonly (FileNode | undefined)[]>,
): Promise<readonly string[]> {
  if (old === undefined) return [];
  const differing = changed.filter((file) => !(file.old && file.edited && declareSame(file.old, file.edited)));
  if (differing.length === 0) return [];
  const packages = new Set(differing.flatMap((file) => [file.old, file.edited]).map((tree) => tree && packageOf(tree)));
  const others = [...filesOfPackages(old, edited, packages)].filter((path) => !isChanged.has(path));
  if (others.length === 0) return [];
  const names = namesOnOneSide(
    differing.map((file) => ({ old: file.old && namesIn(file.old), edited: file.edited && namesIn(file.edited) })),
  );
  if (names.size === 0) return [];
  const inPackages = filesOfPackages(old, edited, names);
  const candidates = others.filter((path) => inPackages.has(path));
  const declaresOne = (tree: FileNode | undefined): boolean => {
    if (tree === undefined) return false;
    const declared = namesIn(tree);
    const wanted = names.get(declared.package);
    return wanted !== undefined && [...wanted].some((name) => declared.names.has(name));
  };
  const found = await Promise.all(candidates.map(async (path) => (await treesOf(path)).some(declaresOne)));
  return candidates.filter((_, index) => found[index]).sort();
}

function declareSame(a: FileNode, b: FileNode): boolean {
  return (
    a === b ||
    (a.package?.name.text === b.package?.name.text &&
      a.declarations.length === b.declarations.length &&
      a.declarations.every((declaration, index) => nameOf(declaration) === nameOf(b.declarations[index])))
  );
}

function nameOf(declaration: Declaration | undefined): string | undefined {
  return declaration !== undefined && 'name' in declaration ? declaration.name.text : undefined;
}

/** A release is compared with many others. */
const NAMES = new WeakMap<FileNode, DeclaredNames>();

function namesIn(tree: FileNode): DeclaredNames {
  let known = NAMES.get(tree);
  if (known === undefined) {
    known = {
      package: packageOf(tree),
      names: new Set(tree.declarations.flatMap((declaration) => nameOf(declaration) ?? [])),
    };
    NAMES.set(tree, known);
  }
  return known;
}

function packageOf(tree: FileNode): string {
  return tree.package?.name.text ?? '';
}
