import type { Language } from '../languages.ts';
import { importsIn } from './imports.ts';
import { type Syntax, SYNTAX } from './syntax.ts';
import type { Token } from './tokens.ts';

/** Half-open, in tokens. */
export interface TokenRange {
  readonly start: number;
  readonly end: number;
}

export class Code {
  readonly language: Language;
  readonly syntax: Syntax;
  readonly tokens: readonly Token[];
  readonly #source: string;
  readonly #partners: Int32Array;
  readonly #enclosing: Int32Array;
  #words: ReadonlyMap<string, readonly number[]> | undefined;
  #imports: readonly TokenRange[] | undefined;
  #goImports: ReadonlyMap<string, string> | undefined;
  #tests: readonly TokenRange[] | undefined;

  constructor(source: string, language: Language, tokens: readonly Token[]) {
    this.#source = source;
    this.language = language;
    this.syntax = SYNTAX[language];
    this.tokens = tokens;
    this.#partners = new Int32Array(this.tokens.length).fill(-1);
    this.#enclosing = new Int32Array(this.tokens.length).fill(-1);
    this.#pairBrackets();
  }

  #pairBrackets(): void {
    const open: number[] = [];
    let at = -1;
    for (const token of this.tokens) {
      at++;
      const sign = token.kind === 'sign' ? token.text : '';
      if (sign === ')' || sign === ']' || sign === '}') {
        const start = open.pop() ?? -1;
        if (start >= 0) {
          this.#partners[at] = start;
          this.#partners[start] = at;
        }
      }
      this.#enclosing[at] = open.at(-1) ?? -1;
      if (sign === '(' || sign === '[' || sign === '{') open.push(at);
    }
  }

  /** Empty outside of the file. */
  text(at: number): string {
    return this.tokens[at]?.text ?? '';
  }

  isWord(at: number): boolean {
    return this.tokens[at]?.kind === 'word';
  }

  /** `.`, `::` or the like. */
  isAccess(at: number): boolean {
    return this.syntax.access.has(this.text(at));
  }

  /** Negative if there is none. */
  partner(at: number): number {
    return this.#partners[at] ?? -1;
  }

  /** The innermost opening bracket around a token; negative at the top level. */
  enclosing(at: number): number {
    return this.#enclosing[at] ?? -1;
  }

  get words(): Iterable<string> {
    return this.#occurrences().keys();
  }

  has(word: string): boolean {
    return this.#occurrences().has(word);
  }

  /** In the order of the text. */
  occurrences(word: string): readonly number[] {
    return this.#occurrences().get(word) ?? [];
  }

  #occurrences(): ReadonlyMap<string, readonly number[]> {
    if (this.#words !== undefined) return this.#words;
    const words = new Map<string, number[]>();
    let at = -1;
    for (const { kind, text: word } of this.tokens) {
      at++;
      if (kind !== 'word') continue;
      const known = words.get(word);
      if (known === undefined) words.set(word, [at]);
      else known.push(at);
    }
    this.#words = words;
    return words;
  }

  /** The offset at which the line around another offset starts. */
  lineStart(offset: number): number {
    return this.#source.lastIndexOf('\n', offset - 1) + 1;
  }

  startsLine(at: number): boolean {
    const [last, token] = [this.tokens[at - 1], this.tokens[at]];
    if (token === undefined) return false;
    return last === undefined || this.#source.slice(last.start + last.text.length, token.start).includes('\n');
  }

  endsLine(at: number): boolean {
    return this.startsLine(at + 1);
  }

  get imports(): readonly TokenRange[] {
    this.#imports ??= importsIn(this);
    return this.#imports;
  }

  isInImport(at: number): boolean {
    return isIn(this.imports, at);
  }

  /** Import paths by the names of their packages. */
  get goImports(): ReadonlyMap<string, string> {
    this.#goImports ??= this.syntax.importPaths?.(this) ?? new Map();
    return this.#goImports;
  }

  /** Known only for Rust; see `rustTests`. */
  isInTest(at: number): boolean {
    this.#tests ??= this.syntax.tests(this);
    return isIn(this.#tests, at);
  }
}

function isIn(ranges: readonly TokenRange[], at: number): boolean {
  return ranges.some(({ start, end }) => start <= at && at < end);
}
