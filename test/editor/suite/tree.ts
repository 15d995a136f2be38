import type { ChangeNode } from '../../../client/changes.ts';
import type { ChangesView } from '../../../client/changes-view.ts';

export async function nodes(
  tree: ChangesView,
  parent?: ChangeNode,
  depth = 0,
): Promise<readonly { readonly node: ChangeNode; readonly depth: number }[]> {
  const below = (await tree.getChildren(parent)).map(async (node) => [
    { node, depth },
    ...(await nodes(tree, node, depth + 1)),
  ]);
  return (await Promise.all(below)).flat();
}

/** The expanded tree, one line for each node, indented by its depth. */
export async function drawn(tree: ChangesView): Promise<string[]> {
  return (await nodes(tree)).map(({ node, depth }) => {
    const { label, description } = tree.getTreeItem(node);
    const words = [label, description].flatMap((word) => (typeof word === 'string' && word !== '' ? [word] : []));
    return `${'  '.repeat(depth)}${words.join(' ')}`;
  });
}
