import {
  CLASS,
  characterClass,
  describeInvalid,
  DIGIT,
  DOT,
  isDigit,
  isForeignLetter,
  isHexDigit,
  LETTER,
  NEWLINE,
  OTHER,
  QUOTE,
  SLASH,
  SPACE,
  SYMBOL,
} from './characters.ts';
import { conflictMarkerAt } from './conflict-marker.ts';
import { isValidEscape } from './literal.ts';
import {
  COMMENT_BEFORE,
  END,
  FIRST_ON_LINE,
  FLOAT,
  INTEGER,
  LOOKAHEAD,
  MAX_PROBLEMS,
  STRING,
  type Tokens,
  WORD,
} from './tokens.ts';
import type { Problem } from './tree.ts';

/** Strict: stops at the first problem. Tolerant: continues. An unclosed string then ends with its line, and conflict markers are skipped. */
export function lex(text: string, from: number, to: number, tolerant: boolean): Tokens {
  return new Lexer(text, from, to, tolerant).read();
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
  /** No `=======` follows. */
  #hasNoMoreAncestors = false;
  #inConflict = false;
  #nextFlags = FIRST_ON_LINE;
  readonly #commentStarts: number[] = [];
  readonly #commentEnds: number[] = [];
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
      switch (characterClass(c)) {
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
          if (characterClass(text.charCodeAt(start + 1)) === DIGIT) {
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
    this.#at = to;
    for (let n = 0; n < LOOKAHEAD; n++) this.#push(END, to);
    return {
      count,
      kinds: this.#kinds,
      starts: this.#starts,
      ends: this.#ends,
      flags: this.#flags,
      commentStarts: this.#commentStarts,
      commentEnds: this.#commentEnds,
      commentTokens: this.#commentTokens,
      lineStarts: this.#lineStarts,
      problems: this.#problems,
      damage: this.#damage,
    };
  }

  #push(kind: number, start: number): void {
    const n = this.#count++;
    if (n === this.#kinds.length) this.#grow();
    this.#kinds[n] = kind;
    this.#starts[n] = start;
    this.#ends[n] = this.#at;
    this.#flags[n] = this.#nextFlags;
    this.#nextFlags = 0;
  }

  #grow(): void {
    const capacity = this.#kinds.length * 2;
    this.#kinds = filled(new Uint8Array(capacity), this.#kinds);
    this.#starts = filled(new Int32Array(capacity), this.#starts);
    this.#ends = filled(new Int32Array(capacity), this.#ends);
    this.#flags = filled(new Uint8Array(capacity), this.#flags);
  }

  #report(start: number, end: number, message: string): void {
    if (this.#problems.length < MAX_PROBLEMS) this.#problems.push({ span: { start, end }, message });
  }

  #newline(c: number): void {
    this.#at += c === 13 && this.#text.charCodeAt(this.#at + 1) === 10 && this.#at + 1 < this.#to ? 2 : 1;
    this.#lineStarts.push(this.#at);
    this.#nextFlags |= FIRST_ON_LINE;
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
        `\`${text.slice(start, i)}\` is not a valid name: only the letters A to Z, digits and _ are allowed.`,
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
        this.#report(start, i, 'A number that starts with 0 is octal and cannot contain the digits 8 and 9.');
      }
    }
    this.#at = i;
    const next = i < to ? characterClass(text.charCodeAt(i)) : SPACE;
    if (next === LETTER) this.#report(start, i, `Expected a space after the number \`${text.slice(start, i)}\`.`);
    else if (next === DOT && i > start) this.#report(start, i + 1, 'This number has too many decimal points.');
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
    this.#report(start, this.#at, 'This string is not closed before the end of the line.');
    this.#damage.push(start);
    this.#push(STRING, start);
  }

  /** Returns the number of characters to skip after the backslash. */
  #escape(backslash: number): number {
    const text = this.#text;
    const c = text.charCodeAt(backslash + 1);
    if (c === 10 || c === 13 || backslash + 1 >= this.#to) return 0;
    if (!isValidEscape(text, backslash))
      this.#report(
        backslash,
        backslash + 2,
        `\`${text.slice(backslash, backslash + 2)}\` is not a valid escape sequence.`,
      );
    return 1;
  }

  #slash(start: number): void {
    const next = start + 1 < this.#to ? this.#text.charCodeAt(start + 1) : 0;
    if (next === 47) {
      this.#at = this.#endOfLine(start + 2);
      this.#comment(start);
    } else if (next === 42) this.#blockComment(start);
    else {
      this.#at++;
      this.#push(47, start);
    }
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
          this.#comment(start);
          return;
        }
      } else if (c === 10 || c === 13) {
        if (c === 13 && text.charCodeAt(i + 1) === 10) i++;
        this.#lineStarts.push(i + 1);
        this.#nextFlags |= FIRST_ON_LINE;
      } else if (c === 47 && text.charCodeAt(i + 1) === 42 && i + 1 < to) {
        // protoc rejects `/*` in a comment. Probably the first comment was not closed.
        break;
      }
    }
    this.#lineStarts.length = lines;
    this.#report(start, start + 2, 'This comment is not closed: expected `*/`.');
    this.#damage.push(start);
    this.#at = this.#endOfUnclosedComment(start + 2);
    this.#comment(start);
  }

  /** The comment includes the next lines that begin with `*`. */
  #endOfUnclosedComment(from: number): number {
    const text = this.#text;
    const to = this.#to;
    let end = this.#endOfLine(from);
    for (;;) {
      let i = end;
      if (text.charCodeAt(i) === 13 && text.charCodeAt(i + 1) === 10) i++;
      const line = ++i;
      while (i < to && characterClass(text.charCodeAt(i)) === SPACE) i++;
      if (i >= to || text.charCodeAt(i) !== 42) return end;
      this.#lineStarts.push(line);
      end = this.#endOfLine(i);
    }
  }

  #comment(start: number): void {
    this.#commentStarts.push(start);
    this.#commentEnds.push(this.#at);
    this.#commentTokens.push(this.#count);
    this.#nextFlags |= COMMENT_BEFORE;
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

  #other(start: number, c: number): void {
    if (isForeignLetter(c)) {
      const letter = String.fromCodePoint(this.#text.codePointAt(start) ?? c);
      this.#report(start, start + 1, `\`${letter}\` is not allowed here.`);
      this.#word(start);
      return;
    }
    const text = this.#text;
    const to = this.#to;
    let i = start + 1;
    while (i < to && characterClass(text.charCodeAt(i)) === OTHER && !isForeignLetter(text.charCodeAt(i))) i++;
    this.#at = i;
    this.#report(start, i, `${describeInvalid(text, start, i)} is not allowed here.`);
  }

  /** The lines between markers count as damaged, because only one side will be kept. */
  #conflictMarker(lineStart: number): void {
    const c = conflictMarkerAt(this.#text, lineStart, this.#to);
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

  /** Skips the lines from `|||||||` to `=======`, which are in the text if `merge.conflictStyle` is `diff3`. */
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

function filled<T extends Uint8Array | Int32Array>(array: T, values: T): T {
  array.set(values);
  return array;
}
