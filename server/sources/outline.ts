import { lex } from '../proto/lexer.ts';
import { stringText } from '../proto/literal.ts';
import { DOT, SEMICOLON } from '../proto/symbols.ts';
import { STRING, type Tokens, WORD } from '../proto/tokens.ts';

/** Decides whether a file has to be parsed: an edit affects few files of many. */
export interface Outline {
  readonly package: string;
  readonly imports: readonly string[];
  /** Also true if the word is in a comment. */
  readonly mayHaveService: boolean;
}

export function outline(text: string): Outline {
  const tokens = headerTokens(text);
  const imports: string[] = [];
  let declared: string | undefined;
  for (let i = 0; i < tokens.count; i++) {
    if (isWord(text, tokens, i, 'import')) {
      const path = importedPath(text, tokens, i + 1);
      if (path !== undefined) imports.push(copied(path));
    } else if (declared === undefined && isWord(text, tokens, i, 'package')) {
      declared = packageName(text, tokens, i + 1);
    }
  }
  return { package: copied(declared ?? ''), imports, mayHaveService: /\bservice\b/.test(text) };
}

function headerTokens(text: string): Tokens {
  const last = Math.max(lastMatch(text, IMPORT), lastMatch(text, PACKAGE));
  const end = last < 0 ? 0 : text.indexOf(';', last) + 1;
  const tokens = lex(text, 0, end, true);
  // The statement may be longer if its semicolon is missing, or in a string or comment.
  return last < 0 || tokens.kinds[tokens.count - 1] === SEMICOLON ? tokens : lex(text, 0, text.length, true);
}

/** Matches every import, and few other words. */
const IMPORT = /\bimport(?=\s*(?:["'/]|(?:public|weak|option)\b))/g;
/** Matches every package statement, and few other words. */
const PACKAGE = /\bpackage(?=\s*\/|\s+[\w.]+\s*[;/.])/g;

function lastMatch(text: string, expression: RegExp): number {
  let last = -1;
  for (const { index } of text.matchAll(expression)) last = index;
  return last;
}

function isWord(text: string, { kinds, starts, ends }: Tokens, index: number, word: string): boolean {
  const start = starts[index] ?? 0;
  return kinds[index] === WORD && (ends[index] ?? 0) - start === word.length && text.startsWith(word, start);
}

function importedPath(text: string, tokens: Tokens, first: number): string | undefined {
  const { kinds, starts, ends } = tokens;
  let i = first;
  if (MODIFIERS.some((modifier) => isWord(text, tokens, i, modifier))) i++;
  if (kinds[i] !== STRING) return undefined;
  let path = '';
  for (; kinds[i] === STRING; i++) path += stringText(text, starts[i] ?? 0, ends[i] ?? 0);
  return path;
}

const MODIFIERS = ['public', 'weak', 'option'];

function packageName(text: string, { kinds, starts, ends }: Tokens, first: number): string | undefined {
  let name = '';
  for (let i = first; kinds[i] === WORD; i += 2) {
    name += text.slice(starts[i], ends[i]);
    if (kinds[i + 1] === SEMICOLON) return name;
    if (kinds[i + 1] !== DOT) return undefined;
    name += '.';
  }
  return undefined;
}

/** A slice would keep the whole text in memory. */
function copied(slice: string): string {
  return Buffer.from(slice).toString();
}
