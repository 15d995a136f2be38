import type { File } from '../schema/model.ts';
import type { Span } from '../proto/tree.ts';

/** Something declared in a file. Map entries have no node of their own. */
interface Declared {
  readonly file: File;
  readonly node: { readonly span: Span } | undefined;
}

/**
 * The last comparison of each node and its result. An edit moves the nodes of other declarations and creates new nodes for what it
 * changes. So the text of a node never changes, and a keystroke compares only the declarations that it edits.
 */
const ANSWERS = new WeakMap<object, { readonly other: object; readonly isSame: boolean }>();

/** Whether two declarations have the same text. */
export function sameText(old: Declared, edited: Declared): boolean {
  if (old.node === undefined || edited.node === undefined) return old.node === edited.node;
  const known = ANSWERS.get(edited.node);
  if (known?.other === old.node) return known.isSame;
  const isSame = textOf(old.file, old.node.span) === textOf(edited.file, edited.node.span);
  ANSWERS.set(edited.node, { other: old.node, isSame });
  return isSame;
}

function textOf({ node }: File, { start, end }: Span): string {
  return node.text.slice(start, end);
}
