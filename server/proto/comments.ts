import { COMMENT_BEFORE, type Tokens } from './tokens.ts';
import type { Span } from './tree.ts';

/** The comments directly above a token, without a blank line between. Comments after the previous token on its line do not count. */
export function leadingComments(text: string, tokens: Tokens, token: number): Span | undefined {
  const { comments, commentTokens, ends, flags, starts } = tokens;
  if (((flags[token] ?? 0) & COMMENT_BEFORE) === 0) return undefined;
  const before = token === 0 ? undefined : (ends[token - 1] ?? 0);
  let start = starts[token] ?? 0;
  let end: number | undefined;
  for (let n = lastBefore(commentTokens, token); commentTokens[n] === token; n--) {
    const span = comments[n]?.span;
    if (span === undefined || newlines(text, span.end, start) > 1) break;
    if (before !== undefined && newlines(text, before, span.start) === 0) break;
    start = span.start;
    end ??= span.end;
  }
  return end === undefined ? undefined : { start, end };
}

/** The index of the last comment before a token; -1 if there is none. */
function lastBefore(commentTokens: readonly number[], token: number): number {
  let low = 0;
  let high = commentTokens.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((commentTokens[middle] ?? 0) <= token) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Counts newlines, up to two. Callers need no more, and counting all newlines for each of a thousand comments is quadratic. */
function newlines(text: string, from: number, to: number): number {
  let count = 0;
  for (let i = from; i < to && count < 2; i++) {
    const c = text.charCodeAt(i);
    if (c === 10 || (c === 13 && text.charCodeAt(i + 1) !== 10)) count++;
  }
  return count;
}
