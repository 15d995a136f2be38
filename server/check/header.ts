import type { Edition, FileNode, Name, PackageNode } from '../proto/tree.ts';

/**
 * A tree with the syntax, edition or package of the release where its own is broken: on what `syntax = "prot` says, everything in
 * the file would seem to have changed.
 */
export function withReleasedHeader(tree: FileNode, released: FileNode | undefined): FileNode {
  if (released === undefined || tree.problems.length === 0) return tree;
  const edition = tree.edition !== undefined && KNOWN.has(tree.edition.value.text) ? tree.edition : undefined;
  const whole = tree.package === undefined || isUnfinished(tree, tree.package) ? undefined : tree.package;
  const name = whole ?? (tree.damage.header || tree.package !== undefined ? released.package : undefined);
  if (edition !== undefined && name === tree.package) return tree;
  return {
    ...tree,
    edition: edition ?? (released.edition && { ...released.edition, ...nowhere, value: at(released.edition.value) }),
    package: name === tree.package ? name : name && { ...name, ...nowhere, name: at(name.name) },
  };
}

/** `package age` on the way to `package agent;`. */
function isUnfinished({ problems }: FileNode, { span }: PackageNode): boolean {
  return problems.some((problem) => problem.span.start >= span.start && problem.span.start < span.end);
}

const KNOWN: ReadonlySet<string> = new Set<Edition>(['proto2', 'proto3', '2023', '2024']);

/** Spans of the release mean nothing in the edited text. */
const nowhere = { span: { start: 0, end: 0 }, leadingComments: undefined } satisfies Pick<
  PackageNode,
  'span' | 'leadingComments'
>;

function at(name: Name): Name {
  return { ...name, span: nowhere.span };
}
