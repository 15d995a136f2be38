import { knownEdition } from '../proto/edition.ts';
import type { FileNode, Name, PackageNode } from '../proto/tree.ts';

/**
 * Uses the released syntax, edition or package while one is half typed. Otherwise, everything in the file would appear
 * changed.
 */
export function withReleasedHeader(tree: FileNode, released: FileNode | undefined): FileNode {
  if (released === undefined || tree.problems.length === 0) return tree;
  const edition = tree.edition !== undefined && knownEdition(tree.edition.value.text) ? tree.edition : undefined;
  const whole = tree.package === undefined || isUnfinished(tree, tree.package) ? undefined : tree.package;
  const name = whole ?? (tree.damage.header || tree.package !== undefined ? released.package : undefined);
  if (edition !== undefined && name === tree.package) return tree;
  return {
    ...tree,
    edition: edition ?? (released.edition && { ...released.edition, ...NOWHERE, value: moved(released.edition.value) }),
    package: name === tree.package ? name : name && { ...name, ...NOWHERE, name: moved(name.name) },
  };
}

/** Such as `package age`, on the way to `package agent;`. */
function isUnfinished({ problems }: FileNode, { span }: PackageNode): boolean {
  return problems.some((problem) => problem.span.start >= span.start && problem.span.start < span.end);
}

const NOWHERE = { span: { start: 0, end: 0 }, leadingComments: undefined } satisfies Pick<
  PackageNode,
  'span' | 'leadingComments'
>;

function moved(name: Name): Name {
  return { ...name, span: NOWHERE.span };
}
