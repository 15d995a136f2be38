import { lex } from './lexer.ts';
import { COMMENT_BEFORE, type Tokens } from './tokens.ts';
import type { Span } from './tree.ts';

export interface Comment {
  readonly span: Span;
  /** Without its delimiters. */
  readonly text: string;
}

/** Lexes the text again, because a tree has only the spans of leading comments. */
export function commentsIn(text: string): readonly Comment[] {
  return commentsOf(text, lex(text, 0, text.length, true));
}

export function commentsOf(text: string, { commentStarts, commentEnds }: Tokens): readonly Comment[] {
  return commentStarts.map((start, index) => {
    const end = commentEnds[index] ?? 0;
    const isClosed = end - start >= 4 && text.startsWith('/*', start) && text.startsWith('*/', end - 2);
    return { span: { start, end }, text: text.slice(start + 2, isClosed ? end - 2 : end) };
  });
}

/** Those directly above the token or before it on its line. A comment on the line of the previous token belongs to that token. */
export function leadingComments(text: string, tokens: Tokens, token: number): Span | undefined {
  const { commentStarts, commentEnds, commentTokens, ends, flags, starts } = tokens;
  if (((flags[token] ?? 0) & COMMENT_BEFORE) === 0) return undefined;
  const before = token === 0 ? undefined : (ends[token - 1] ?? 0);
  let start = starts[token] ?? 0;
  let end: number | undefined;
  for (let n = firstCommentAfter(tokens, token) - 1; commentTokens[n] === token; n--) {
    const commentStart = commentStarts[n] ?? 0;
    const commentEnd = commentEnds[n] ?? 0;
    if (newlines(text, commentEnd, start) > 1) break;
    if (before !== undefined && newlines(text, before, commentStart) === 0) break;
    start = commentStart;
    end ??= commentEnd;
  }
  return end === undefined ? undefined : { start, end };
}

/** The index of the first comment after a token. */
export function firstCommentAfter({ commentTokens }: Tokens, token: number): number {
  let low = 0;
  let high = commentTokens.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((commentTokens[middle] ?? 0) <= token) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** At most 2: counting all would take quadratic time for thousands of comments. */
function newlines(text: string, from: number, to: number): number {
  let count = 0;
  for (let i = from; i < to && count < 2; i++) {
    const c = text.charCodeAt(i);
    if (c === 10 || (c === 13 && text.charCodeAt(i + 1) !== 10)) count++;
  }
  return count;
}
