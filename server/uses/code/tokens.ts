import { type Language, type Lexis, LEXIS } from '../languages.ts';

/** Comments have no tokens. */
export interface Token {
  readonly kind: 'word' | 'sign' | 'number' | 'string';
  /** A string has no quotes here, and its escapes are as written. */
  readonly text: string;
  /** In UTF-16 code units. A string starts at its prefix or first quote. */
  readonly start: number;
}

/** Tokens of code inside a string (`${request.id}`) follow that of the string. Never throws. */
export function tokenize(text: string, language: Language): readonly Token[] {
  const tokens: Token[] = [];
  new Lexer(text, language, tokens).run(0, text.length);
  return tokens;
}

const WORD = /[\p{L}_$][\p{L}\p{N}_$]*/uy;
const NUMBER = /\d(?:[eEpP][+-]\d|[\w.](?!\.))*/y;
const SIGN =
  /->|=>|::|:=|\?\.|!\.|\.\.\.|\.\.|[=!]==?|(?:<<|>>>?|&\^|&[+\-*]|\?\?|\|\||&&|\*\*|\/\/|[<>+\-*/%&|^])=|\+\+|--|&&|\|\||[^\s]/uy;

/** By character code. */
const SPACE = asciiCodes(/[ \t\r\n]/);
const WORD_START = asciiCodes(/[A-Za-z_$]/);
const DIGIT = asciiCodes(/\d/);
const QUOTE = asciiCodes(/["'`]/);
/** These are never part of a longer sign. */
const SIGN_ALONE = asciiCodes(/[(),;[\]{}]/);

/** An index is much faster than a regular expression for each character. */
function asciiCodes(characters: RegExp): readonly boolean[] {
  return Array.from({ length: 128 }, (_, code) => characters.test(String.fromCharCode(code)));
}

class Lexer {
  readonly #text: string;
  readonly #lexis: Lexis;
  readonly #tokens: Token[];

  constructor(text: string, language: Language, tokens: Token[]) {
    this.#text = text;
    this.#lexis = LEXIS[language];
    this.#tokens = tokens;
  }

  run(from: number, to: number): void {
    for (let at = from; at < to;) {
      const next = this.#step(at, to);
      at = next > at ? next : at + 1;
    }
  }

  /** @returns the offset after what was read. */
  #step(at: number, to: number): number {
    const text = this.#text;
    const character = text.charCodeAt(at);
    if (SPACE[character]) return at + 1;
    if (SIGN_ALONE[character]) return this.#add('sign', text.charAt(at), at);
    const hasPrefix = this.#lexis.prefixes.includes(text.charAt(at));
    // Most tokens are words.
    if (!hasPrefix && WORD_START[character]) return this.#addWord(at);
    if (text.startsWith(this.#lexis.lineComment, at)) return this.#lineEnd(at, to);
    if (this.#lexis.blockComments !== 'none' && text.startsWith('/*', at)) return this.#afterComment(at, to);
    const string = hasPrefix || QUOTE[character] ? this.#string(at, to) : undefined;
    if (string !== undefined) return string;
    if (WORD_START[character]) return this.#addWord(at);
    if (DIGIT[character]) return this.#add('number', this.#match(NUMBER, at) ?? '', at);
    if (text.startsWith('/', at) && this.#isRegExp()) return this.#afterRegExp(at, to);
    if (character > 127) {
      const word = this.#match(WORD, at);
      if (word !== undefined) return this.#add('word', word, at);
    }
    const sign = this.#match(SIGN, at);
    return sign === undefined ? at + 1 : this.#add('sign', sign, at);
  }

  #match(pattern: RegExp, at: number): string | undefined {
    return this.#groups(pattern, at)?.[0];
  }

  #groups(pattern: RegExp, at: number): RegExpExecArray | null {
    pattern.lastIndex = at;
    return pattern.exec(this.#text);
  }

  #addWord(at: number): number {
    const text = this.#text;
    let end = at + 1;
    let character = text.charCodeAt(end);
    while (WORD_START[character] || DIGIT[character]) character = text.charCodeAt(++end);
    const ascii = text.slice(at, end);
    const isWhole = !(character > 127);
    return this.#add('word', isWhole ? ascii : (this.#match(WORD, at) ?? ascii), at);
  }

  #add(kind: Token['kind'], text: string, start: number): number {
    this.#tokens.push({ kind, text, start });
    return start + text.length;
  }

  #lineEnd(at: number, to: number): number {
    const end = this.#text.indexOf('\n', at);
    return end < 0 || end > to ? to : end;
  }

  #afterComment(at: number, to: number): number {
    let depth = 0;
    const marks = /\/\*|\*\//g;
    marks.lastIndex = at;
    for (let mark = marks.exec(this.#text); mark !== null && mark.index < to; mark = marks.exec(this.#text)) {
      depth += mark[0] === '/*' ? 1 : -1;
      if (depth === 0 || (mark[0] === '*/' && this.#lexis.blockComments === 'flat')) return mark.index + 2;
    }
    return to;
  }

  /** @returns the offset after the string, or after the prefix of Rust's raw name `r#type`. */
  #string(at: number, to: number): number | undefined {
    const text = this.#text;
    const lexis = this.#lexis;
    const [opened, rest = ''] = (lexis.raw && this.#groups(lexis.raw.start, at)) ?? [];
    if (lexis.raw && opened !== undefined) return this.#rawString(at, at + opened.length, lexis.raw.end(rest), to);
    if (lexis.rawName !== '' && text.startsWith(lexis.rawName, at)) return at + lexis.rawName.length;
    const one = lexis.character && this.#match(lexis.character, at);
    if (one !== undefined) return at + one.length;
    const [marked, prefix = '', quote = ''] = (lexis.marked && this.#groups(lexis.marked, at)) ?? [];
    if (marked !== undefined) {
      // `$$"""{{code}}"""`: as many brackets as dollar signs.
      const brackets = '{'.repeat(prefix.split('$').length - 1);
      const mayHaveLines = prefix.includes('@') || quote !== '"';
      return this.#quotedString(at, at + marked.length, quote, to, brackets, mayHaveLines);
    }
    const letters = (lexis.letters && this.#match(lexis.letters, at)) ?? '';
    const start = at + letters.length;
    const codeAfter = /f/i.test(letters) ? '{' : lexis.interpolation;
    const long = lexis.long.find((each) => text.startsWith(each, start));
    if (long !== undefined) return this.#quotedString(at, start + long.length, long, to, codeAfter, true);
    const short = lexis.short.find((each) => text.startsWith(each, start));
    if (short === undefined) return undefined;
    return this.#quotedString(at, start + short.length, short, to, codeAfter, false);
  }

  /** @param from the offset after the opening quote. */
  #rawString(at: number, from: number, end: string, to: number): number {
    const found = this.#text.indexOf(end, from);
    const close = found < 0 || found > to ? to : found;
    this.#tokens.push({ kind: 'string', text: this.#text.slice(from, close), start: at });
    return Math.min(to, close + end.length);
  }

  /**
   * @param from the offset after the opening quote.
   * @param codeAfter what opens code inside the string.
   */
  #quotedString(at: number, from: number, quote: string, to: number, codeAfter: string, mayHaveLines: boolean): number {
    const text = this.#text;
    const hasEscapes = !mayHaveLines || this.#lexis.escapesInLong;
    let close = from;
    const inner: [number, number][] = [];
    while (close < to) {
      // `{{` is an escaped bracket, but a backslash never escapes a bracket.
      if (codeAfter === '{' && text.startsWith('{{', close)) close += 2;
      else if (codeAfter === '{' && text.startsWith('\\{', close)) close += 1;
      else if (codeAfter !== '' && text.startsWith(codeAfter, close)) {
        const open = close + codeAfter.length;
        const end = this.#afterCode(open, to, mayHaveLines);
        inner.push([open, end - 1]);
        close = end;
      } else if (text.startsWith(quote, close)) break;
      else if (!mayHaveLines && text.startsWith('\n', close)) break;
      else close += hasEscapes && text.startsWith('\\', close) ? 2 : 1;
    }
    close = Math.min(close, to);
    this.#tokens.push({ kind: 'string', text: text.slice(from, close), start: at });
    for (const [open, end] of inner) this.run(open, end);
    return text.startsWith(quote, close) ? close + quote.length : close;
  }

  /** Without a closing bracket, the end of the line or of the text. */
  #afterCode(from: number, to: number, mayHaveLines: boolean): number {
    let depth = 1;
    for (let at = from; at < to; at++) {
      const character = this.#text.charAt(at);
      if (character === '{' || character === '(') depth++;
      else if ((character === '}' || character === ')') && --depth === 0) return at + 1;
      else if (!mayHaveLines && character === '\n') return at;
    }
    return to;
  }

  /** After a value, a slash is a division. */
  #isRegExp(): boolean {
    if (!this.#lexis.regExps) return false;
    const last = this.#tokens.at(-1);
    if (last === undefined) return true;
    if (last.kind === 'word') return /^(?:return|typeof|case|in|of|do|else|void|yield|await)$/.test(last.text);
    return last.kind === 'sign' && !/^[)\]}]$|^(?:\+\+|--)$/.test(last.text);
  }

  #afterRegExp(at: number, to: number): number {
    const literal = /\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/[a-z]*/y;
    const found = this.#match(literal, at);
    return found === undefined ? this.#add('sign', '/', at) : Math.min(to, at + found.length);
  }
}
