import type { Problem } from './tree.ts';

/** The kinds of tokens. A symbol has its character code (symbols.ts), which is higher than these. */
export const END = 0;
export const WORD = 1;
export const INTEGER = 2;
export const FLOAT = 3;
export const STRING = 4;

/** Flags of a token. */
export const FIRST_ON_LINE = 1;
export const COMMENT_BEFORE = 2;

/** The lexer and the parser each keep at most this many problems. */
export const MAX_PROBLEMS = 1000;

/** How many END tokens follow the last token. The parser can look this far ahead without checking for the end. */
export const LOOKAHEAD = 4;

/** Parallel arrays, followed by END tokens. An object for each token would be slow. */
export interface Tokens {
  /** The number of tokens without the END tokens. */
  readonly count: number;
  readonly kinds: Uint8Array;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly flags: Uint8Array;
  readonly commentStarts: number[];
  readonly commentEnds: number[];
  /** For each comment, the index of the token after it. */
  readonly commentTokens: number[];
  /** The offset after each newline. */
  readonly lineStarts: number[];
  readonly problems: Problem[];
  /** Offsets at which unreadable text may hide declarations, in ascending order. */
  readonly damage: number[];
}
