import { type Change, typedInWord } from '../proto/parse.ts';
import type { Name, Span } from '../proto/tree.ts';

/** A name or a path that somebody is typing. */
export interface TypedWord {
  /** The offset after the last keystroke. */
  readonly at: number;
  /** The whole text before the first keystroke in this word. */
  readonly before: string;
}

export function typedWord(
  previous: string,
  text: string,
  change: Change,
  last: TypedWord | undefined,
): TypedWord | undefined {
  const at = typedInWord(previous, text, change);
  if (at === undefined) return undefined;
  const isSameWord = last !== undefined && /^[\w./-]*$/.test(between(previous, last.at, change));
  return { at, before: isSameWord ? last.before : previous };
}

function between(text: string, at: number, { start, end }: Span): string {
  return at < start ? text.slice(at, start) : at > end ? text.slice(end, at) : '';
}

/** True also at the end, where the cursor is after a keystroke. */
export function touches({ start, end }: Span, at: number): boolean {
  return start <= at && at <= end;
}

/**
 * The name before somebody began to type in it: empty if there was none; undefined if nobody types in it, or if more
 * than this name has changed.
 */
export function nameBefore(name: Name, text: string, word: TypedWord): string | undefined {
  const { start, end } = name.span;
  if (!touches(name.span, word.at)) return undefined;
  const { before } = word;
  const endBefore = end + before.length - text.length;
  if (endBefore <= start) return '';
  const isOnlyChange = before.startsWith(text.slice(0, start)) && before.endsWith(text.slice(end));
  const found = before.slice(start, endBefore).replace(/^(["'])(.*)\1$/, '$2');
  return isOnlyChange && /^[\w./-]+$/.test(found) ? found : undefined;
}
