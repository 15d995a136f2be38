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

const RUST_RAW = /(?:br|r)(#*)"/y;
const RUST_CHARACTER = /b?'(?:\\(?:u\{[^}]*\}|x..|.)|[^\\'\n])'/uy;
const CPP_RAW = /(?:u8|[uUL])?R"([^\s()\\]{0,16})\(/y;
const CSHARP_PREFIX = /([@$]+)("{3,}|")/y;
const PYTHON_PREFIX = /[bBrRuUfF]{1,2}(?=["'])/y;

function isAsciiWordStart(character: number): boolean {
  return (
    (character >= 97 && character <= 122) ||
    (character >= 65 && character <= 90) ||
    character === 95 ||
    character === 36
  );
}

function isSignAlone(character: number): boolean {
  switch (character) {
    case 40:
    case 41:
    case 44:
    case 59:
    case 91:
    case 93:
    case 123:
    case 125:
      return true;
    default:
      return false;
  }
}

function isDigit(character: number): boolean {
  return character >= 48 && character <= 57;
}

function isQuote(character: number): boolean {
  return character === 34 || character === 39 || character === 96;
}

class Lexer {
  readonly #text: string;
  readonly #language: Language;
  readonly #lexis: Lexis;
  readonly #tokens: Token[];

  constructor(text: string, language: Language, tokens: Token[]) {
    this.#text = text;
    this.#language = language;
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
    if (character === 32 || character === 10 || character === 9 || character === 13) return at + 1;
    if (isSignAlone(character)) return this.#add('sign', text.charAt(at), at);
    const hasPrefix = this.#lexis.prefixes.includes(text.charAt(at));
    // Most tokens are words.
    if (!hasPrefix && isAsciiWordStart(character)) return this.#addWord(at);
    if (text.startsWith(this.#lexis.lineComment, at)) return this.#lineEnd(at, to);
    if (this.#lexis.blockComments !== 'none' && text.startsWith('/*', at)) return this.#afterComment(at, to);
    const string = hasPrefix || isQuote(character) ? this.#string(at, to) : undefined;
    if (string !== undefined) return string;
    if (isAsciiWordStart(character)) return this.#addWord(at);
    if (isDigit(character)) return this.#add('number', this.#match(NUMBER, at) ?? '', at);
    if (character === 47 && this.#isRegExp()) return this.#afterRegExp(at, to);
    if (character > 127) {
      const word = this.#match(WORD, at);
      if (word !== undefined) return this.#add('word', word, at);
    }
    const sign = this.#match(SIGN, at);
    return sign === undefined ? at + 1 : this.#add('sign', sign, at);
  }

  #match(pattern: RegExp, at: number): string | undefined {
    pattern.lastIndex = at;
    return pattern.exec(this.#text)?.[0];
  }

  #addWord(at: number): number {
    const text = this.#text;
    let end = at + 1;
    let character = text.charCodeAt(end);
    while (isAsciiWordStart(character) || isDigit(character)) character = text.charCodeAt(++end);
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
    const language = this.#language;
    if (language === 'Rust') {
      // `r"…"`, `r#"…"#`, `br##"…"##`.
      RUST_RAW.lastIndex = at;
      const opened = RUST_RAW.exec(text);
      if (opened !== null) return this.#rawString(at, at + opened[0].length, `"${opened[1] ?? ''}`, to);
      if (text.startsWith('r#', at)) return at + 2;
      const one = this.#match(RUST_CHARACTER, at);
      if (one !== undefined) return at + one.length;
    }
    if (language === 'C++') {
      CPP_RAW.lastIndex = at;
      const opened = CPP_RAW.exec(text);
      if (opened !== null) return this.#rawString(at, at + opened[0].length, `)${opened[1] ?? ''}"`, to);
    }
    if (language === 'C#') {
      CSHARP_PREFIX.lastIndex = at;
      const [opened, prefix = '', quote = ''] = CSHARP_PREFIX.exec(text) ?? [];
      if (opened !== undefined) {
        // `$$"""{{code}}"""`: as many brackets as dollar signs.
        const brackets = '{'.repeat(prefix.split('$').length - 1);
        const mayHaveLines = prefix.includes('@') || quote !== '"';
        return this.#quotedString(at, at + opened.length, quote, to, brackets, mayHaveLines);
      }
    }
    let start = at;
    let codeAfter: string = this.#lexis.interpolation;
    if (language === 'Python') {
      const letters = this.#match(PYTHON_PREFIX, at) ?? '';
      start += letters.length;
      if (/f/i.test(letters)) codeAfter = '{';
    }
    const long = this.#lexis.long.find((quote) => text.startsWith(quote, start));
    if (long !== undefined) return this.#quotedString(at, start + long.length, long, to, codeAfter, true);
    const short = this.#lexis.short.find((quote) => text.startsWith(quote, start));
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
    // Go's raw strings, and C#'s verbatim and raw strings, have no escapes.
    const isRaw = (quote === '`' && this.#language === 'Go') || (mayHaveLines && this.#language === 'C#');
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
      else if (!mayHaveLines && text.charCodeAt(close) === 10) break;
      else close += text.charCodeAt(close) === 92 && !isRaw ? 2 : 1;
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
      const character = this.#text.charCodeAt(at);
      if (character === 123 || character === 40) depth++;
      else if ((character === 125 || character === 41) && --depth === 0) return at + 1;
      else if (!mayHaveLines && character === 10) return at;
    }
    return to;
  }

  /** After a value, a slash is a division. */
  #isRegExp(): boolean {
    if (this.#language !== 'JavaScript' && this.#language !== 'TypeScript') return false;
    const last = this.#tokens.at(-1);
    if (last === undefined) return true;
    if (last.kind === 'word') return /^(?:return|typeof|case|in|of|do|else|void|yield|await)$/.test(last.text);
    return last.kind === 'sign' && !/^[)\]}]$|^(?:\+\+|--)$/.test(last.text);
  }

  #afterRegExp(at: number, to: number): number {
    const literal = /\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/[a-z]*/y;
    literal.lastIndex = at;
    const found = literal.exec(this.#text)?.[0];
    return found === undefined ? this.#add('sign', '/', at) : Math.min(to, at + found.length);
  }
}
