import type { Code } from './code.ts';
import { containsDeclarations } from './declarations.ts';

/**
 * `let Storage { id } = x`
 * @see https://doc.rust-lang.org/reference/patterns.html
 */
export function isRustPattern(code: Code, open: number): boolean {
  for (let [group, inner] = [open, open]; group >= 0; [group, inner] = [code.enclosing(group), group]) {
    if (isMatchMacro(code, group)) return isBehindComma(code, group, inner);
    if (!isRustStructure(code, group)) return false;
    const close = code.partner(group);
    const hasRest = code.text(close - 1) === '..' && /^[{,]$/.test(code.text(close - 2));
    const after = code.text(close + 1);
    if (hasRest || /^(?:=|=>|if|in|:|\|)$/.test(after) || isInClosureParameters(code, group)) return true;
    if (!/^[,)\]}]$/.test(after)) return false;
  }
  return false;
}

/** `matches!(value, pattern)` */
function isMatchMacro(code: Code, open: number): boolean {
  return code.text(open - 1) === '!' && /^(?:debug_)?(?:assert_)?matches$/.test(code.text(open - 2));
}

function isBehindComma(code: Code, open: number, inner: number): boolean {
  for (let at = open + 1; at < inner; at++) if (code.text(at) === ',' && code.enclosing(at) === open) return true;
  return false;
}

/** `Storage {`, `Some(`, `(` and `[`, but no block, call or index. */
function isRustStructure(code: Code, open: number): boolean {
  const before = code.text(open - 1);
  if (/^[A-Z]/.test(before)) return true;
  if (code.text(open) === '{' || /^[)\]]$/.test(before)) return false;
  return !code.isWord(open - 1) || /^(?:let|for|in|match|move|mut|ref|return)$/.test(before);
}

/** `|a, Storage { id }| …`, but not `a | b, Storage { id }`. */
function isInClosureParameters(code: Code, from: number): boolean {
  const start = Math.max(code.enclosing(from), from - LONGEST_CLOSURE_PARAMETERS);
  let bar = previous(code, from);
  while (bar > start && code.text(bar) !== '|') bar = previous(code, bar);
  return bar > start && /^(?:[(,=[{;:&]|=>|&&|\|\||move|return)$/.test(code.text(bar - 1));
}

/**
 * `const { id } = x`
 * @see https://developer.mozilla.org/en-US/docs/Web/JavaScript/Reference/Operators/Destructuring
 */
export function isScriptPattern(code: Code, open: number): boolean {
  for (let group = open; group >= 0; group = code.enclosing(group)) {
    if (code.text(group) === '(') return isParameterList(code, group);
    const before = code.text(group - 1);
    // `const { storage: { id } } = x`, but not the type in `const storage: { id: string } = x`.
    const isNested = before === ':' && /^[{,]$/.test(code.text(group - 3)) && code.text(code.enclosing(group)) === '{';
    if (!isNested && !/^(?:const|let|var|[{,[(])$/.test(before)) return false;
    const after = code.text(code.partner(group) + 1);
    if (/^(?:=|:|of|in)$/.test(after)) return true;
    if (!/^[,)\]}]$/.test(after)) return false;
  }
  return false;
}

function isParameterList(code: Code, open: number): boolean {
  const after = code.text(code.partner(open) + 1);
  if (after === '=>' || containsDeclarations(code, open)) return true;
  // `({ id }): string => id`, but not `a ? ({ id }) : b`.
  return after === ':' && /^(?:async|[(,=:])$/.test(code.text(open - 1));
}

/**
 * `case Storage(id=x):`
 * @see https://peps.python.org/pep-0634/#class-patterns
 */
export function isPythonPattern(code: Code, open: number): boolean {
  let at = open;
  while (code.enclosing(at) >= 0) at = code.enclosing(at);
  while (at > 0 && !/^(?:if|:)$/.test(code.text(at)) && !code.startsLine(at)) at = previous(code, at);
  return code.text(at) === 'case' && !/^[=.:]$/.test(code.text(at + 1));
}

/** `x is { Id: 1 }` */
export function isCSharpPattern(code: Code, open: number): boolean {
  // Initialisers have `=` behind their keys.
  return code.text(open) === '{' && code.text(open + 2) === ':';
}

/** The token before another one. Brackets and what they contain count as one token. */
function previous(code: Code, at: number): number {
  const open = code.partner(at - 1);
  return open >= 0 && open < at ? open : at - 1;
}

/** In tokens. */
const LONGEST_CLOSURE_PARAMETERS = 100;
