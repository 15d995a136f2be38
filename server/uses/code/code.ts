import type { Language } from '../languages.ts';
import { rustTests, type TokenRange } from './rust-tests.ts';
import type { Token } from './tokens.ts';

/** The tokens of one file, and what can be seen from tokens alone. Tokens are addressed by their index. */
export class Code {
  readonly language: Language;
  readonly tokens: readonly Token[];
  readonly #source: string;
  #words: ReadonlyMap<string, readonly number[]> | undefined;
  readonly #partners: Int32Array;
  readonly #enclosing: Int32Array;
  #tests: readonly TokenRange[] | undefined;
  #imports: ReadonlyMap<string, string> | undefined;

  constructor(source: string, language: Language, tokens: readonly Token[]) {
    this.#source = source;
    this.language = language;
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

  /** Whether a token is `.`, `->`, `::` or the like. */
  isAccess(at: number): boolean {
    return ACCESS.has(this.text(at));
  }

  /** The bracket that belongs to the bracket at an index; negative if there is none. */
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

  // ---- lines and statements

  /** A number that identifies the line of an offset. */
  lineOf(offset: number): number {
    return this.#source.lastIndexOf('\n', offset - 1);
  }

  /** Whether a token is in a part of a Rust file that is compiled only for tests. */
  isTest(at: number): boolean {
    this.#tests ??= this.language === 'Rust' ? rustTests(this) : [];
    return this.#tests.some(({ start, end }) => start <= at && at < end);
  }

  startsLine(at: number): boolean {
    const [last, token] = [this.tokens[at - 1], this.tokens[at]];
    if (token === undefined) return false;
    return last === undefined || this.#source.slice(last.start + last.text.length, token.start).includes('\n');
  }

  endsLine(at: number): boolean {
    return this.startsLine(at + 1);
  }

  /**
   * The first matching token from an index on, or the end of the file. Skips what is in parentheses and square
   * brackets. In Go, returns the first token of the next line if nothing in the line matches.
   */
  firstOf(signs: RegExp, from: number): number {
    for (let at = from; at < this.tokens.length; at++) {
      const sign = this.text(at);
      if (signs.test(sign)) return at;
      if (at > from && this.language === 'Go' && this.startsLine(at)) return at;
      if (sign === '(' || sign === '[') at = Math.max(at, this.partner(at));
    }
    return this.tokens.length;
  }

  /** The first token after the statement around `from`, at most `LONGEST_STATEMENT` tokens further. */
  statementEnd(from: number): number {
    const depth = this.enclosing(from);
    const limit = Math.min(this.tokens.length, from + LONGEST_STATEMENT);
    for (let at = from; at < limit; at++) {
      const sign = this.text(at);
      if (sign === ';' && this.enclosing(at) === depth) return at;
      if ((sign === ')' || sign === '}' || sign === ']') && this.partner(at) < from) return at;
      const isNextLine = at > from && this.enclosing(at) === depth && this.startsLine(at);
      const isContinued = /^[.?+|&]|^->$/.test(sign);
      if (isNextLine && !isContinued && ENDS_WITH_LINE.has(this.language)) return at;
    }
    return limit;
  }

  /** Whether code assigns to the member at an index or to one of its elements, or increments it. */
  isAssigned(at: number): boolean {
    let next = at + 1;
    if (this.text(next) === '[') next = Math.max(next, this.partner(next)) + 1;
    return /^(?:=|\+=|-=|\*=|\/=|\|=|&=)$/.test(this.text(next)) || this.text(next) === '++';
  }

  // ---- declarations and imports

  /** Whether a word is the declared name of a type or function. */
  isDeclaredName(at: number): boolean {
    return TYPE_KEYWORDS.has(this.text(at - 1)) || FUNCTION_KEYWORDS.has(this.text(at - 1));
  }

  /** Whether a bracket contains the members of a declared type, or the parameters of a declared function. */
  isDeclarationBody(open: number): boolean {
    const isCall = this.text(open) === '(';
    for (let at = open - 1; at >= 0 && at > open - 40; at--) {
      const word = this.text(at);
      if (word === ';' || word === '}' || word === '{' || word === '=' || word === 'return') return false;
      if (word === ')' && isCall) return this.language === 'Go' && this.text(this.partner(at) - 1) === 'func';
      if (isCall ? FUNCTION_KEYWORDS.has(word) : TYPE_KEYWORDS.has(word)) return true;
      if (isCall && at < open - 1 && !this.isWord(at)) {
        if (word !== '>' && word !== '<' && word !== ',' && word !== '.') return false;
      }
      if (this.text(open) === '{' && word === '(') return false;
    }
    return false;
  }

  /** The name of the type that declares a token as a member. In Python, the nearest class above. */
  memberOf(at: number): string | undefined {
    if (this.language === 'Python') {
      const header = this.enclosingTypeHeader(at);
      return header && this.text(header[0] + 1);
    }
    const open = this.enclosing(at);
    // `data class Storage(val fsGroup: FSGroup)`
    if (this.text(open) === '(') return DECLARED_TYPES.has(this.text(open - 2)) ? this.text(open - 1) : undefined;
    for (let index = open - 1; index >= 0 && index > open - 40; index--) {
      const word = this.text(index);
      if (/^[;{}=]$/.test(word)) return undefined;
      if (DECLARED_TYPES.has(word)) return this.text(this.language === 'Go' ? index - 1 : index + 1);
    }
    return undefined;
  }

  /** Whether a word is the declared name of a type that isn't an alias. */
  isDeclaredType(at: number): boolean {
    const isAlias = this.text(at + 1) === '=';
    return !isAlias && (this.text(at - 1) === 'type' || DECLARED_TYPES.has(this.text(at - 1)));
  }

  /** The header of the `impl` or type around a token, without its body. In Python, that of the nearest class above. */
  enclosingTypeHeader(at: number): readonly [start: number, end: number] | undefined {
    if (this.language === 'Python') {
      for (let index = at; index >= 0; index--) {
        if (this.text(index) === 'class' && this.startsLine(index)) return [index, this.firstOf(/^:$/, index)];
      }
      return undefined;
    }
    for (let open = this.enclosing(at); open >= 0; open = this.enclosing(open)) {
      if (this.text(open) !== '{') continue;
      for (let index = open - 1; index >= 0 && index > open - 60; index--) {
        const word = this.text(index);
        if (word === ';' || word === '}' || word === '{') break;
        if (TYPE_KEYWORDS.has(word)) return [index, open];
      }
    }
    return undefined;
  }

  /**
   * Whether the name and parameters are those of a function's definition, not of a call.
   * @param close the bracket that closes the parameters.
   */
  isFunctionDefinition(at: number, close: number): boolean {
    const before = this.text(at - 1);
    if (FUNCTION_KEYWORDS.has(before)) return true;
    if (this.language === 'Go') return before === ')' && this.text(this.partner(at - 1) - 1) === 'func';
    if (!TYPED_BEFORE.has(this.language) && !this.isScript()) return false;
    if (NOT_TYPES.has(before)) return false;
    const after = this.text(close + 1);
    const hasType = this.isWord(at - 1) || before === '>' || before === '*' || before === '&' || before === ']';
    return (
      /^(?:\{|throws|override|const|:|where|final|noexcept)$/.test(after) &&
      (hasType || (this.isScript() && /^[{};,]$/.test(before)))
    );
  }

  /** Whether a body follows a function's parameters. */
  hasFunctionBody(close: number): boolean {
    if (this.language === 'Python') return true;
    for (let at = close + 1; at < this.tokens.length && at < close + 60; at++) {
      const sign = this.text(at);
      if (sign === '{') return true;
      if (sign === ';' || sign === '}' || (sign === '=' && this.text(at + 1) === '0')) return false;
      if (sign === '=' || sign === '=>') return true;
    }
    return false;
  }

  isImport(at: number): boolean {
    if (this.language === 'Go') {
      const open = this.enclosing(at);
      return open < 0 ? IMPORTS.has(this.text(at - 1)) : this.text(open - 1) === 'import';
    }
    for (let index = at; index >= 0 && index > at - 400; index--) {
      const word = this.text(index);
      if (word === ';' || word === '=' || word === ')') return false;
      if (word === '}' && index < at) {
        // Rust nests groups: `use a::{b::{C, D}, e::F}`.
        const open = this.partner(index);
        if (this.text(open - 1) !== '::') return false;
        index = open;
        continue;
      }
      if (IMPORTS.has(word) && (index === 0 || this.startsLine(index) || this.text(index - 1) === 'pub')) {
        const endsWithLine = this.language === 'Python' || this.language === 'Kotlin' || this.language === 'Swift';
        if (!endsWithLine) return true;
        const between = this.#source.slice(this.tokens[index]?.start ?? 0, this.tokens[at]?.start ?? 0);
        return !between.includes('\n') || between.includes('(');
      }
    }
    return false;
  }

  /** The import path of the Go package before a name, as for `Order` in `pb.Order`; undefined if there is none. */
  goImport(at: number): string | undefined {
    if (this.language !== 'Go' || this.text(at - 1) !== '.' || this.isAccess(at - 3)) return undefined;
    this.#imports ??= this.#goImports();
    return this.#imports.get(this.text(at - 2));
  }

  get goImportPaths(): ReadonlySet<string> {
    this.#imports ??= this.#goImports();
    return new Set(this.#imports.values());
  }

  /** Import paths, by the name that the file gives to the package or that the path suggests. */
  #goImports(): ReadonlyMap<string, string> {
    const found = new Map<string, string>();
    for (const start of this.occurrences('import')) {
      if (!this.startsLine(start)) continue;
      const end = this.text(start + 1) === '(' ? this.partner(start + 1) : start + 3;
      for (let at = start + 1; at < end; at++) {
        const { kind, text: path } = this.tokens[at] ?? { kind: 'sign', text: '' };
        if (kind !== 'string') continue;
        const isRenamed = this.isWord(at - 1) && at - 1 !== start && !this.startsLine(at);
        const [last = '', beforeLast = ''] = path.split('/').reverse();
        const names = isRenamed ? [this.text(at - 1)] : /^v\d+$/.test(last) ? [last, beforeLast] : [last];
        // A suggested name never replaces a given one.
        for (const name of names) if (isRenamed || !found.has(name)) found.set(name, path);
      }
    }
    return found;
  }

  // ---- calls

  /**
   * The bracket that opens the arguments or parameters after a name; negative if there is none. Skips type arguments.
   */
  argumentsOf(at: number): number {
    if (this.text(at + 1) === '(') return at + 1;
    if (this.text(at + 1) !== '<' && this.text(at + 1) !== '::') return -1;
    for (let index = at + 2, depth = 1; index < at + 40; index++) {
      const sign = this.text(index);
      if (sign === '<') depth++;
      else if (sign === '>') depth--;
      else if (sign === '(' && depth <= 1) return index;
      else if (sign === ';' || sign === '{') return -1;
    }
    return -1;
  }

  /** The name of the receiver before a dot: `b` in `a.b.`, `a.b[0].` and `a.b()?.`; negative if there is none. */
  receiverName(dot: number): number {
    let at = dot - 1;
    while (at >= 0) {
      const sign = this.text(at);
      if (sign === ')' || sign === ']') at = this.partner(at) - 1;
      else if (sign === '?' || sign === '!' || sign === '>') at--;
      else break;
    }
    return this.isWord(at) ? at : -1;
  }

  // ---- the language

  isScript(): boolean {
    return this.language === 'TypeScript' || this.language === 'JavaScript';
  }

  hasNamedArguments(): boolean {
    return NAMED_ARGUMENTS.has(this.language);
  }
}

/** In tokens. */
const LONGEST_STATEMENT = 400;

const ACCESS: ReadonlySet<string> = new Set(['.', '->', '?.', '?->', '!.', '::']);
const TYPE_KEYWORDS: ReadonlySet<string> = new Set(
  'struct class interface trait impl enum union record type protocol extension object message'.split(' '),
);
const DECLARED_TYPES: ReadonlySet<string> = new Set(
  'struct class interface trait enum union record protocol'.split(' '),
);
const FUNCTION_KEYWORDS: ReadonlySet<string> = new Set(['fn', 'func', 'fun', 'def', 'function', 'init']);
/** A name after these words isn't a declaration. */
export const NOT_TYPES: ReadonlySet<string> = new Set(
  'return new await throw case in is as else delete yield not and or if while typeof'.split(' '),
);
const IMPORTS: ReadonlySet<string> = new Set(['import', 'use', 'using', 'from', 'require', 'package']);
const NAMED_ARGUMENTS: ReadonlySet<Language> = new Set(['Python', 'Kotlin', 'C#', 'Swift']);
/** The type comes before the name. */
export const TYPED_BEFORE: ReadonlySet<Language> = new Set(['Java', 'C++', 'C#']);
/** A statement ends with its line. */
const ENDS_WITH_LINE: ReadonlySet<Language> = new Set(['Go', 'Kotlin', 'Python', 'Swift', 'JavaScript', 'TypeScript']);
