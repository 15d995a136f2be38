import type { Comment, Problem } from './tree.ts';

/** Kinds of tokens. A symbol's kind is its character code (see symbols.ts), which is above all of these. */
export const END = 0;
export const WORD = 1;
export const INTEGER = 2;
export const FLOAT = 3;
export const STRING = 4;

/** Flags of a token. */
export const FIRST_ON_LINE = 1;
export const COMMENT_BEFORE = 2;

/** Of a text with more problems, the rest is not told. */
export const MAX_PROBLEMS = 1000;

/** How many END tokens close a text: the parser looks that far ahead without asking whether there is anything. */
export const LOOKAHEAD = 4;

/** The tokens of a text as parallel arrays, closed by END tokens. An object for each token would cost more time than the parser. */
export interface Tokens {
  /** Without the END tokens behind the last one. */
  readonly count: number;
  readonly kinds: Uint8Array;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly flags: Uint8Array;
  readonly comments: Comment[];
  /** For each comment the index of the token behind it. */
  readonly commentTokens: number[];
  /** Starts of the lines that begin inside the text that was read. */
  readonly lineStarts: number[];
  readonly problems: Problem[];
  /** Offsets of places where declarations may be hidden by what was not readable. */
  readonly damage: number[];
}

/**
 * Splits `text` between `from` and `to` into tokens. Strict: stops at the first thing that isn't a token, with one problem. Tolerant:
 * reports such things and reads on; a string ends at its line's end, an unclosed comment likewise, and the lines of merge conflict
 * markers are left out.
 */
export function lex(text: string, from: number, to: number, tolerant: boolean): Tokens {
  return new Lexer(text, from, to, tolerant).read();
}

const SYMBOL = 0;
const LETTER = 1;
const DIGIT = 2;
const SPACE = 3;
const NEWLINE = 4;
const QUOTE = 5;
const SLASH = 6;
const DOT = 7;
const OTHER = 8;

const CLASS = classes();

function classes(): Uint8Array {
  const table = new Uint8Array(128).fill(OTHER);
  for (const c of ';{}[]()<>=,:+-') table[c.charCodeAt(0)] = SYMBOL;
  for (let c = 0; c < 26; c++) {
    table[65 + c] = LETTER;
    table[97 + c] = LETTER;
  }
  table[95] = LETTER;
  for (let c = 48; c < 58; c++) table[c] = DIGIT;
  for (const c of ' \t\v\f') table[c.charCodeAt(0)] = SPACE;
  table[10] = NEWLINE;
  table[13] = NEWLINE;
  table[34] = QUOTE;
  table[39] = QUOTE;
  table[46] = DOT;
  table[47] = SLASH;
  return table;
}

class Lexer {
  readonly #text: string;
  readonly #to: number;
  readonly #tolerant: boolean;
  #at: number;
  #count = 0;
  #kinds: Uint8Array;
  #starts: Int32Array;
  #ends: Int32Array;
  #flags: Uint8Array;
  #hasNoMoreAncestors = false;
  #inConflict = false;
  /** Flags for the next token. */
  #pending = FIRST_ON_LINE;
  readonly #comments: Comment[] = [];
  readonly #commentTokens: number[] = [];
  readonly #lineStarts: number[] = [];
  readonly #problems: Problem[] = [];
  readonly #damage: number[] = [];

  constructor(text: string, from: number, to: number, tolerant: boolean) {
    this.#text = text;
    this.#at = from === 0 && text.charCodeAt(0) === 0xfeff ? 1 : from;
    this.#to = to;
    this.#tolerant = tolerant;
    const capacity = ((to - from) >> 2) + 16;
    this.#kinds = new Uint8Array(capacity);
    this.#starts = new Int32Array(capacity);
    this.#ends = new Int32Array(capacity);
    this.#flags = new Uint8Array(capacity);
  }

  read(): Tokens {
    const text = this.#text;
    const to = this.#to;
    if (this.#tolerant) this.#conflictMarker(this.#at);
    while (this.#at < to) {
      const start = this.#at;
      const c = text.charCodeAt(start);
      switch (classOf(c)) {
        case SPACE:
          this.#at++;
          break;
        case NEWLINE:
          this.#newline(c);
          break;
        case LETTER:
          this.#word(start);
          break;
        case SYMBOL:
          this.#at++;
          this.#push(c, start);
          break;
        case DIGIT:
          this.#number(start);
          break;
        case DOT:
          if (classOf(text.charCodeAt(start + 1)) === DIGIT) {
            this.#number(start);
          } else {
            this.#at++;
            this.#push(c, start);
          }
          break;
        case QUOTE:
          this.#string(start, c);
          break;
        case SLASH:
          this.#slash(start);
          break;
        default:
          this.#other(start, c);
      }
      if (!this.#tolerant && this.#problems.length > 0) break;
    }
    const count = this.#count;
    const comments = this.#comments;
    const commentTokens = this.#commentTokens;
    const lineStarts = this.#lineStarts;
    const problems = this.#problems;
    const damage = this.#damage;
    this.#at = to;
    for (let n = 0; n < LOOKAHEAD; n++) this.#push(END, to);
    const kinds = this.#kinds;
    const starts = this.#starts;
    const ends = this.#ends;
    const flags = this.#flags;
    return { count, kinds, starts, ends, flags, comments, commentTokens, lineStarts, problems, damage };
  }

  #push(kind: number, start: number): void {
    const n = this.#count++;
    if (n === this.#kinds.length) this.#grow();
    this.#kinds[n] = kind;
    this.#starts[n] = start;
    this.#ends[n] = this.#at;
    this.#flags[n] = this.#pending;
    this.#pending = 0;
  }

  #grow(): void {
    const capacity = this.#kinds.length * 2;
    const kinds = new Uint8Array(capacity);
    kinds.set(this.#kinds);
    this.#kinds = kinds;
    const starts = new Int32Array(capacity);
    starts.set(this.#starts);
    this.#starts = starts;
    const ends = new Int32Array(capacity);
    ends.set(this.#ends);
    this.#ends = ends;
    const flags = new Uint8Array(capacity);
    flags.set(this.#flags);
    this.#flags = flags;
  }

  #report(start: number, end: number, message: string): void {
    if (this.#problems.length < MAX_PROBLEMS) this.#problems.push({ span: { start, end }, message });
  }

  #newline(c: number): void {
    this.#at += c === 13 && this.#text.charCodeAt(this.#at + 1) === 10 && this.#at + 1 < this.#to ? 2 : 1;
    this.#lineStarts.push(this.#at);
    this.#pending |= FIRST_ON_LINE;
    if (this.#tolerant) this.#conflictMarker(this.#at);
  }

  #word(start: number): void {
    const text = this.#text;
    const to = this.#to;
    let i = start + 1;
    let foreign = false;
    for (; i < to; i++) {
      const c = text.charCodeAt(i);
      if (c < 128) {
        const kind = CLASS[c];
        if (kind !== LETTER && kind !== DIGIT) break;
      } else if (isForeignLetter(c)) {
        foreign = true;
      } else {
        break;
      }
    }
    this.#at = i;
    if (foreign)
      this.#report(
        start,
        i,
        `\`${text.slice(start, i)}\` is no valid name: only the letters A to Z, digits and _ are allowed.`,
      );
    this.#push(WORD, start);
  }

  #number(start: number): void {
    const text = this.#text;
    const to = this.#to;
    let i = start;
    let kind = INTEGER;
    if (text.charCodeAt(i) === 48 && (text.charCodeAt(i + 1) | 32) === 120) {
      i += 2;
      const digits = i;
      while (i < to && isHexDigit(text.charCodeAt(i))) i++;
      if (i === digits) this.#report(start, i, 'Expected hexadecimal digits after `0x`.');
    } else {
      const octal = text.charCodeAt(i) === 48;
      let badOctal = false;
      for (; i < to && isDigit(text.charCodeAt(i)); i++) if (text.charCodeAt(i) > 55) badOctal = true;
      if (i < to && text.charCodeAt(i) === 46) {
        kind = FLOAT;
        i++;
        while (i < to && isDigit(text.charCodeAt(i))) i++;
      }
      if (i < to && (text.charCodeAt(i) | 32) === 101) {
        kind = FLOAT;
        i++;
        const sign = text.charCodeAt(i);
        if (sign === 43 || sign === 45) i++;
        const digits = i;
        while (i < to && isDigit(text.charCodeAt(i))) i++;
        if (i === digits) this.#report(start, i, 'Expected digits after the `e` of the exponent.');
      }
      if (octal && badOctal && kind === INTEGER) {
        this.#report(start, i, 'A number that begins with 0 is octal and cannot have the digits 8 and 9.');
      }
    }
    this.#at = i;
    const next = i < to ? classOf(text.charCodeAt(i)) : SPACE;
    if (next === LETTER) this.#report(start, i, `Expected a space after the number \`${text.slice(start, i)}\`.`);
    else if (next === DOT && i > start) this.#report(start, i + 1, 'This number has too many points.');
    this.#push(kind, start);
  }

  #string(start: number, quote: number): void {
    const text = this.#text;
    const to = this.#to;
    let i = start + 1;
    for (; i < to; i++) {
      const c = text.charCodeAt(i);
      if (c === quote) {
        this.#at = i + 1;
        this.#push(STRING, start);
        return;
      }
      if (c === 10 || c === 13) break;
      if (c === 92) i += this.#escape(i);
    }
    this.#at = Math.min(i, to);
    this.#report(start, this.#at, 'This string is not closed on its line.');
    this.#damage.push(start);
    this.#push(STRING, start);
  }

  /** Checks the escape sequence at a backslash; returns the length of what must not be looked at again. */
  #escape(backslash: number): number {
    const text = this.#text;
    const c = text.charCodeAt(backslash + 1);
    if (c === 10 || c === 13 || backslash + 1 >= this.#to) return 0;
    let valid = 'abfnrtv\\?\'"01234567'.includes(String.fromCharCode(c));
    if (c === 120 || c === 88) valid = isHexDigit(text.charCodeAt(backslash + 2));
    else if (c === 117) valid = this.#hexDigits(backslash + 2, 4);
    else if (c === 85)
      valid = this.#hexDigits(backslash + 2, 8) && parseInt(text.slice(backslash + 2, backslash + 10), 16) <= 0x10ffff;
    if (!valid)
      this.#report(
        backslash,
        backslash + 2,
        `\`${text.slice(backslash, backslash + 2)}\` is no valid escape sequence.`,
      );
    return 1;
  }

  #hexDigits(from: number, count: number): boolean {
    for (let i = from; i < from + count; i++) if (!isHexDigit(this.#text.charCodeAt(i))) return false;
    return true;
  }

  #slash(start: number): void {
    const next = start + 1 < this.#to ? this.#text.charCodeAt(start + 1) : 0;
    if (next === 47) this.#lineComment(start);
    else if (next === 42) this.#blockComment(start);
    else {
      this.#at++;
      this.#push(47, start);
    }
  }

  #lineComment(start: number): void {
    this.#at = this.#endOfLine(start + 2);
    this.#comment(start, this.#at, this.#at);
  }

  #blockComment(start: number): void {
    const text = this.#text;
    const to = this.#to;
    const lines = this.#lineStarts.length;
    for (let i = start + 2; i < to; i++) {
      const c = text.charCodeAt(i);
      if (c === 42) {
        if (text.charCodeAt(i + 1) === 47 && i + 1 < to) {
          this.#at = i + 2;
          this.#comment(start, i, this.#at);
          return;
        }
      } else if (c === 10) {
        this.#lineStarts.push(i + 1);
        this.#pending |= FIRST_ON_LINE;
      } else if (c === 13) {
        if (text.charCodeAt(i + 1) === 10) i++;
        this.#lineStarts.push(i + 1);
        this.#pending |= FIRST_ON_LINE;
      } else if (c === 47 && text.charCodeAt(i + 1) === 42 && i + 1 < to) {
        // Comments do not nest: the first one has not been closed.
        break;
      }
    }
    this.#lineStarts.length = lines;
    this.#report(start, start + 2, 'This comment is not closed: expected `*/`.');
    this.#damage.push(start);
    this.#at = this.#endOfUnclosedComment(start + 2);
    this.#comment(start, this.#at, this.#at);
  }

  /** The end of the line, and of all lines below that go on with a `*` as comments do. */
  #endOfUnclosedComment(from: number): number {
    const text = this.#text;
    const to = this.#to;
    let end = this.#endOfLine(from);
    for (;;) {
      let i = end;
      if (text.charCodeAt(i) === 13 && text.charCodeAt(i + 1) === 10) i++;
      const line = ++i;
      while (i < to && classOf(text.charCodeAt(i)) === SPACE) i++;
      if (i >= to || text.charCodeAt(i) !== 42) return end;
      this.#lineStarts.push(line);
      end = this.#endOfLine(i);
    }
  }

  #comment(start: number, textEnd: number, end: number): void {
    this.#comments.push({ span: { start, end }, text: this.#text.slice(start + 2, textEnd) });
    this.#commentTokens.push(this.#count);
    this.#pending |= COMMENT_BEFORE;
  }

  #endOfLine(from: number): number {
    const text = this.#text;
    const to = this.#to;
    let i = from;
    for (; i < to; i++) {
      const c = text.charCodeAt(i);
      if (c === 10 || c === 13) break;
    }
    return i;
  }

  /** A character that has no meaning here. Tolerant: neighbours are one problem, and the tokens around them stay. */
  #other(start: number, c: number): void {
    if (isForeignLetter(c)) {
      this.#report(
        start,
        start + 1,
        `\`${String.fromCodePoint(this.#text.codePointAt(start) ?? c)}\` cannot stand here.`,
      );
      this.#word(start);
      return;
    }
    const text = this.#text;
    const to = this.#to;
    let i = start + 1;
    while (i < to && classOf(text.charCodeAt(i)) === OTHER && !isForeignLetter(text.charCodeAt(i))) i++;
    this.#at = i;
    const shown =
      c < 32 || c === 127
        ? 'This control character'
        : c > 127
          ? 'This invisible character'
          : `\`${text.slice(start, Math.min(i, start + 20))}\``;
    this.#report(start, i, `${shown} cannot stand here.`);
  }

  /**
   * Leaves out the line of a merge conflict marker. What stands between markers is damaged, for only one side of it will stay;
   * the common ancestor's text, that some settings of git show, is left out with its marker.
   */
  #conflictMarker(lineStart: number): void {
    const c = this.#markerAt(lineStart);
    if (c === undefined) {
      if (this.#inConflict) this.#damage.push(lineStart);
      return;
    }
    if (c === 60) this.#inConflict = true;
    if (c === 62) this.#inConflict = false;
    this.#at = this.#endOfLine(lineStart);
    this.#report(lineStart, this.#at, 'Unresolved merge conflict: choose one side and delete the marker lines.');
    this.#damage.push(lineStart);
    if (c === 124) this.#skipAncestor();
  }

  /** The sign that a line's merge conflict marker is made of; undefined where the line is none. */
  #markerAt(lineStart: number): number | undefined {
    const text = this.#text;
    const to = this.#to;
    const c = text.charCodeAt(lineStart);
    if (c !== 60 && c !== 61 && c !== 62 && c !== 124) return undefined;
    for (let n = 1; n < 7; n++) if (text.charCodeAt(lineStart + n) !== c) return undefined;
    const behind = text.charCodeAt(lineStart + 7);
    if (lineStart + 7 < to && behind !== 32 && behind !== 10 && behind !== 13) return undefined;
    return c;
  }

  #skipAncestor(): void {
    const text = this.#text;
    const to = this.#to;
    if (this.#hasNoMoreAncestors) return;
    const end = text.indexOf('\n=======', this.#at);
    this.#hasNoMoreAncestors = end < 0 || end >= to;
    if (this.#hasNoMoreAncestors) return;
    while (this.#at < end) {
      const c = text.charCodeAt(this.#at);
      if (c === 10 || c === 13) {
        this.#at += c === 13 && text.charCodeAt(this.#at + 1) === 10 ? 2 : 1;
        if (this.#at <= end) this.#lineStarts.push(this.#at);
        else this.#at = end;
      } else {
        this.#at++;
      }
    }
  }
}

function classOf(c: number): number {
  return c < 128 ? (CLASS[c] ?? OTHER) : OTHER;
}

function isDigit(c: number): boolean {
  return c >= 48 && c <= 57;
}

function isHexDigit(c: number): boolean {
  return isDigit(c) || ((c | 32) >= 97 && (c | 32) <= 102);
}

/** Something that people take for a letter, as against a space that cannot be seen. */
function isForeignLetter(c: number): boolean {
  return c > 0xbf && !(c >= 0x2000 && c <= 0x206f) && c !== 0x3000 && c !== 0xfeff;
}
