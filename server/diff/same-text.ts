import type { File } from '../schema/model.ts';
import type { Span } from '../proto/tree.ts';

interface Declared {
  readonly file: File;
  readonly node: Comparable | undefined;
}

interface Comparable {
  readonly span: Span;
  /** Remembers an equal node. */
  equal?: Comparable;
}

/** Also true for two map entries or built-in types, which have no node. */
export function sameText(old: Declared, edited: Declared): boolean {
  if (old.node === undefined || edited.node === undefined) return old.node === edited.node;
  const a = firstEqual(old.node);
  const b = firstEqual(edited.node);
  if (a === b) return true;
  if (textOf(old.file, old.node.span) !== textOf(edited.file, edited.node.span)) return false;
  b.equal = a;
  return true;
}

function firstEqual(node: Comparable): Comparable {
  let first = node;
  while (first.equal !== undefined) first = first.equal;
  return first;
}

function textOf({ node }: File, { start, end }: Span): string {
  return node.text.slice(start, end);
}
