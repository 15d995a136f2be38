import { firstCommentAfter } from './comments.ts';
import { END, FIRST_ON_LINE, INTEGER, LOOKAHEAD, STRING, WORD, type Tokens } from './tokens.ts';
import type { Span } from './tree.ts';
import { CLOSE_BRACE, COMMA, DOT, EQUALS, LESS, MINUS, OPEN_BRACE, OPEN_PAREN, SEMICOLON } from './symbols.ts';

/* The kinds of containers, as bits. */
export const FILE = 1;
export const MESSAGE = 2;
export const ENUM = 4;
export const SERVICE = 8;
export const ONEOF = 16;
export const EXTEND = 32;
export const METHOD = 64;
const ANY = 127;

/** The strict parser uses only `context`. */
export interface Container {
  readonly context: number;
  /** Of the line where its statement begins; -1 for the file. */
  readonly indent: number;
  /** See `Layout.close`. */
  readonly close: number;
  readonly parent: Container | undefined;
}

/** What lines, indentation and braces tell the tolerant parser about broken text. Tokens are given by index. */
export class Layout {
  readonly #text: string;
  readonly #tokens: Tokens;
  /** By token. */
  readonly #lines: Int32Array;
  /** By line, in columns. A tab advances to the next multiple of 8. */
  readonly #indents: Int32Array;
  /** By token: the matching `}` of a `{`, else -1. */
  readonly #closes: Int32Array;
  /** Whether indentation shows nesting. If fewer than a fifth of the lines are indented, it probably does not. */
  readonly #indented: boolean;

  constructor(text: string, tokens: Tokens) {
    this.#text = text;
    this.#tokens = tokens;
    const { count, starts, flags, kinds, lineStarts } = tokens;
    this.#lines = new Int32Array(count + LOOKAHEAD);
    this.#indents = new Int32Array(lineStarts.length + 1);
    let line = 0;
    let used = 0;
    let deep = 0;
    for (let i = 0; i < count + LOOKAHEAD; i++) {
      const start = starts[i] ?? 0;
      while (line < lineStarts.length && (lineStarts[line] ?? 0) <= start) line++;
      this.#lines[i] = line;
      if (((flags[i] ?? 0) & FIRST_ON_LINE) === 0 || kinds[i] === END) continue;
      const indent = this.#measure(line === 0 ? startOfIndent(text, start) : (lineStarts[line - 1] ?? 0));
      this.#indents[line] = indent;
      used++;
      if (indent > 0) deep++;
    }
    this.#indented = deep * 5 >= used;
    this.#closes = this.#pairBraces();
  }

  isFirstOnLine(token: number): boolean {
    return ((this.#tokens.flags[token] ?? 0) & FIRST_ON_LINE) !== 0;
  }

  onOneLine(a: number, b: number): boolean {
    return this.#lines[a] === this.#lines[b];
  }

  indentOf(token: number): number {
    return this.#indents[this.#lines[token] ?? 0] ?? 0;
  }

  /**
   * @param first the first token of the block's statement
   * @param brace undefined if the `{` is missing
   */
  container(context: number, first: number, brace: number | undefined, parent: Container | undefined): Container {
    const close = brace === undefined ? -1 : this.close(first, brace);
    return { context, indent: this.indentOf(first), close, parent };
  }

  /**
   * The matching `}`; -1 if there is none, or if its indentation is that of another block.
   * @param first the first token of the block's statement
   */
  close(first: number, brace: number): number {
    const close = this.#closes[brace] ?? -1;
    if (close < 0 || this.onOneLine(brace, close) || !this.#indented) return close;
    return this.isFirstOnLine(close) && this.indentOf(close) === this.indentOf(first) ? close : -1;
  }

  /** Which container a `}` closes: this one, an outer one because the `}` of this one is missing, or none. */
  closing(token: number, container: Container): 'own' | 'outer' | 'stray' {
    if (container.context === FILE) return 'stray';
    if (container.close >= 0) return token >= container.close ? 'own' : 'stray';
    if (!this.#indented) return 'own';
    if (this.isFirstOnLine(token)) {
      const indent = this.indentOf(token);
      return indent === container.indent ? 'own' : indent < container.indent ? 'outer' : 'stray';
    }
    const next = this.#firstOfNextLine(token);
    const isOwnBrace = this.#tokens.kinds[next] === CLOSE_BRACE && this.indentOf(next) === container.indent;
    return this.#tokens.kinds[next] !== END && (isOwnBrace || this.indentOf(next) > container.indent) ? 'stray' : 'own';
  }

  /** Of the comments directly before a token, the last one that is indented more than the container, and so belongs to it. */
  lastComment(token: number, container: Container): Span | undefined {
    if (!this.#indented) return undefined;
    const { commentStarts, commentEnds, commentTokens } = this.#tokens;
    let last: Span | undefined;
    for (let n = firstCommentAfter(this.#tokens, token - 1); commentTokens[n] === token; n++) {
      const start = commentStarts[n] ?? 0;
      if (this.#indentAt(start) <= container.indent) break;
      last = { start, end: commentEnds[n] ?? 0 };
    }
    return last;
  }

  /** Whether a `}` is indented less than a statement, and so cannot end it. */
  dedents(token: number, first: number): boolean {
    return this.#indented && this.isFirstOnLine(token) && this.indentOf(token) < this.indentOf(first);
  }

  /** Whether a token seems to begin a statement of an outer container: the `}` of this one is missing. */
  leaves(token: number, container: Container): boolean {
    if (container.context === FILE || container.close >= 0 || !this.isFirstOnLine(token)) return false;
    const kinds = this.looksLike(token);
    const isInside = this.#indented
      ? this.indentOf(token) > container.indent
      : kinds === 0 || (kinds & container.context) !== 0;
    if (isInside) return false;
    for (let outer = container.parent; outer !== undefined; outer = outer.parent) {
      if (outer.close >= 0 && token > outer.close) continue;
      if ((kinds & outer.context) !== 0 && (!this.#indented || this.indentOf(token) > outer.indent)) return true;
    }
    return false;
  }

  /** The containers, as bits, that may contain a statement with this beginning. */
  looksLike(token: number): number {
    const { kinds } = this.#tokens;
    const kind = kinds[token];
    if (kind === DOT) return this.#looksLikeField(token) ? FIELD_PLACES : 0;
    if (kind !== WORD) return 0;
    const next = kinds[token + 1];
    switch (this.#textOf(token)) {
      case 'message':
      case 'enum':
        if (next === WORD && this.#opensBlock(token + 2)) return FILE | MESSAGE;
        break;
      case 'export':
      case 'local':
        if (next === WORD && kinds[token + 2] === WORD && this.#opensBlock(token + 3)) return FILE | MESSAGE;
        break;
      case 'service':
        if (next === WORD && this.#opensBlock(token + 2)) return FILE;
        break;
      case 'extend':
        if ((next === WORD || next === DOT) && this.#opensBlock(this.#afterType(token + 1))) return FILE | MESSAGE;
        break;
      case 'oneof':
        if (next === WORD && this.#opensBlock(token + 2)) return MESSAGE;
        break;
      case 'rpc':
        if (next === WORD && kinds[token + 2] === OPEN_PAREN) return SERVICE;
        break;
      case 'option':
        if (next === OPEN_PAREN || (next === WORD && (kinds[token + 2] === EQUALS || kinds[token + 2] === DOT)))
          return ANY & ~EXTEND;
        break;
      case 'reserved':
        if (next === INTEGER || next === STRING || next === MINUS) return MESSAGE | ENUM;
        if (next === WORD && (kinds[token + 2] === COMMA || kinds[token + 2] === SEMICOLON)) return MESSAGE | ENUM;
        break;
      case 'extensions':
        if (next === INTEGER) return MESSAGE;
        break;
      case 'import':
        if (next === STRING || (next === WORD && kinds[token + 2] === STRING)) return FILE;
        break;
      case 'package':
        if (next === WORD && kinds[token + 2] !== EQUALS && kinds[token + 2] !== WORD) return FILE;
        break;
      case 'syntax':
      case 'edition':
        if (next === EQUALS && kinds[token + 2] === STRING) return FILE;
        break;
      case 'optional':
      case 'required':
      case 'repeated':
        if (this.#looksLikeField(token + 1)) return MESSAGE | EXTEND;
        break;
      case 'map':
        if (next === LESS && kinds[token + 2] === WORD && kinds[token + 3] === COMMA) return MESSAGE;
        break;
    }
    if (next === EQUALS && (kinds[token + 2] === INTEGER || kinds[token + 2] === MINUS)) return ENUM;
    return this.#looksLikeField(token) ? FIELD_PLACES : 0;
  }

  /** Of the words on this line before the `{` or `(`, the first one with a capital letter, else the first one. */
  blockName(token: number): number {
    const { kinds } = this.#tokens;
    let found = token;
    for (let i = token; kinds[i] !== END && this.onOneLine(token - 1, i); i++) {
      if (kinds[i] === OPEN_BRACE || kinds[i] === OPEN_PAREN) return found;
      if (kinds[i] !== WORD) continue;
      const isCapital = /^[A-Z]/.test(this.#textOf(i));
      if (kinds[found] !== WORD || (isCapital && !/^[A-Z]/.test(this.#textOf(found)))) found = i;
    }
    return token;
  }

  /** Guesses the missing or misspelled keyword of `word Name {` or `Name {` from the block's first statement and its name. */
  guessKeyword(first: number, context: number): 'message' | 'enum' | 'service' | 'oneof' | undefined {
    const { kinds } = this.#tokens;
    if (kinds[first] !== WORD || (context !== FILE && context !== MESSAGE)) return undefined;
    const name = kinds[first + 1] === WORD ? first + 1 : first;
    if (kinds[name + 1] !== OPEN_BRACE || !this.isFirstOnLine(name + 2) || KEYWORDS.test(this.#textOf(first)))
      return undefined;
    const inside = this.looksLike(name + 2);
    if ((inside & ENUM) !== 0 && (inside & MESSAGE) === 0) return 'enum';
    if ((inside & SERVICE) !== 0 && (inside & MESSAGE) === 0) return context === FILE ? 'service' : undefined;
    if (context === MESSAGE && /^[a-z]/.test(this.#textOf(name))) return 'oneof';
    return (inside & MESSAGE) !== 0 ? 'message' : undefined;
  }

  #looksLikeField(token: number): boolean {
    const { kinds } = this.#tokens;
    const name = this.#afterType(token);
    return name > token && kinds[name] === WORD && kinds[name + 1] === EQUALS;
  }

  /** `token` itself if no dotted name begins there. */
  #afterType(token: number): number {
    const { kinds } = this.#tokens;
    let i = kinds[token] === DOT ? token + 1 : token;
    if (kinds[i] !== WORD) return token;
    const limit = i + 2 * MAX_PARTS;
    while (i < limit && kinds[i + 1] === DOT && kinds[i + 2] === WORD) i += 2;
    return i + 1;
  }

  #opensBlock(token: number): boolean {
    const kind = this.#tokens.kinds[token];
    return kind === OPEN_BRACE || kind === END || this.isFirstOnLine(token);
  }

  #firstOfNextLine(token: number): number {
    const { kinds } = this.#tokens;
    let i = token + 1;
    while (kinds[i] !== END && !this.isFirstOnLine(i)) i++;
    return i;
  }

  #textOf(token: number): string {
    return this.#text.slice(this.#tokens.starts[token], this.#tokens.ends[token]);
  }

  #indentAt(offset: number): number {
    let start = offset;
    while (start > 0 && !'\r\n'.includes(this.#text[start - 1] ?? '\n')) start--;
    return this.#measure(start);
  }

  #measure(lineStart: number): number {
    let column = 0;
    for (let i = lineStart; ; i++) {
      const c = this.#text.charCodeAt(i);
      if (c === 9) column += 8 - (column % 8);
      else if (c === 32) column++;
      else if (c !== 0xfeff) return column;
    }
  }

  #pairBraces(): Int32Array {
    const { count, kinds } = this.#tokens;
    const closes = new Int32Array(count + LOOKAHEAD).fill(-1);
    const open: number[] = [];
    for (let i = 0; i < count; i++) {
      if (kinds[i] === OPEN_BRACE) {
        open.push(i);
      } else if (kinds[i] === CLOSE_BRACE) {
        const brace = open.pop();
        if (brace !== undefined) closes[brace] = i;
      }
    }
    return closes;
  }
}

/** The start of the line; `token` itself if other text precedes it. */
function startOfIndent(text: string, token: number): number {
  let start = token;
  while (start > 0 && BLANK.includes(text[start - 1] ?? '')) start--;
  return '\r\n'.includes(text[start - 1] ?? '\n') ? start : token;
}

const BLANK = ' \t\ufeff';

/** In `message {`, the name is missing, not the keyword. */
const KEYWORDS = /^(message|enum|service|extend|oneof|rpc|option|reserved|extensions|group|returns)$/;
/** Of a dotted name. The limit prevents quadratic time. */
const MAX_PARTS = 20;
const FIELD_PLACES = MESSAGE | ONEOF | EXTEND;
