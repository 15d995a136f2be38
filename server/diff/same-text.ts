import type { File } from '../schema/model.ts';
import type { Span } from '../proto/tree.ts';

/** Something declared in a file. Map entries have no node of their own. */
interface Declared {
  readonly file: File;
  readonly node: { readonly span: Span } | undefined;
}

/**
 * What each node was compared with last, and the answer. An edit moves the nodes of other declarations and makes new ones for
 * what it changes, so the text of a node never changes, and a keystroke compares only what it touched.
 */
const ANSWERS = new WeakMap<object, { readonly other: object; readonly isSame: boolean }>();

/** Whether two declarations are written the same. */
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
