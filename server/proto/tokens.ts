import type { Problem } from './tree.ts';

/* The kinds of tokens, with those of `symbols.ts`, which are higher. */
export const END = 0;
export const WORD = 1;
export const INTEGER = 2;
export const FLOAT = 3;
export const STRING = 4;

/* Flags of a token. */
export const FIRST_ON_LINE = 1;
export const COMMENT_BEFORE = 2;

/** For the lexer and for the parser. */
export const MAX_PROBLEMS = 1000;

/** The number of END tokens. The parser looks this far ahead without checking for the end. */
export const LOOKAHEAD = 4;

/** Parallel arrays, because an object for each token would be slow. */
export interface Tokens {
  /** Without the END tokens. */
  readonly count: number;
  readonly kinds: Uint8Array;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly flags: Uint8Array;
  readonly commentStarts: number[];
  readonly commentEnds: number[];
  /** For each comment, the token after it. */
  readonly commentTokens: number[];
  readonly lineStarts: number[];
  readonly problems: Problem[];
  /** Ascending offsets at which unreadable text may hide declarations. */
  readonly damage: number[];
}
