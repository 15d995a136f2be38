import type { Code } from './code.ts';

/** The start of a chain: `a` for `c` in `a.b(x)?.c`. */
function chainStart(code: Code, at: number): number {
  let start = at;
  while (code.isAccess(start - 1)) {
    const receiver = receiverName(code, start - 1);
    if (receiver < 0) break;
    start = receiver;
  }
  return start;
}

/** `a` for `C` in `a.b.C`. */
export function qualifiedStart(code: Code, at: number): number {
  let start = at;
  while (code.isAccess(start - 1) && code.isWord(start - 2)) start -= 2;
  return start;
}

/** `b` in `a.b.`, `a.b[0].` and `a.b()?.`; negative if there is no name. */
export function receiverName(code: Code, dot: number): number {
  let at = dot - 1;
  while (at >= 0) {
    const sign = code.text(at);
    if (sign === ')' || sign === ']') at = code.partner(at) - 1;
    else if (sign === '?' || sign === '!' || sign === '>') at--;
    else break;
  }
  return code.isWord(at) ? at : -1;
}

/** The `(` of the arguments, perhaps after type arguments; negative if there is none. */
export function argumentsOf(code: Code, at: number): number {
  if (code.text(at + 1) === '(') return at + 1;
  if (code.text(at + 1) !== '<' && code.text(at + 1) !== '::') return -1;
  for (let index = at + 2, depth = 1; index < at + LONGEST_TYPE_ARGUMENTS; index++) {
    const sign = code.text(index);
    if (sign === '<') depth++;
    else if (sign === '>') depth--;
    else if (sign === '(' && depth <= 1) return index;
    else if (sign === ';' || sign === '{') return -1;
  }
  return -1;
}

/**
 * `s.c = 1`, `s.c[0] += 1`, `++s.c`, `s.c.append(1)`, in Rust `&mut s.c`, in TypeScript `delete s.c`, in Python
 * `del s.c[0]` and `s.c, err = f()`.
 */
export function isChanged(code: Code, at: number): boolean {
  const end = elementsEnd(code, at + 1);
  const after = code.text(end);
  if (isAssignment(after) || (/^(?:\+\+|--)$/.test(after) && !code.startsLine(end))) return true;
  if (code.isAccess(end)) return code.text(end + 2) === '(' && code.syntax.changing.has(code.text(end + 1));
  const start = chainStart(code, at);
  const before = code.text(start - 1);
  if (/^(?:\+\+|--)$/.test(before) && !code.startsLine(start)) return true;
  if (code.syntax.lendsMutably && before === 'mut' && code.text(start - 2) === '&') return true;
  if (before === code.syntax.deletes) return true;
  return code.syntax.assignsLists && isInAssignedList(code, end);
}

/** `=`, and operators such as `+=` and `??=`. */
export function isAssignment(sign: string): boolean {
  return sign.endsWith('=') && !/^(?:[=!]==?|[<>]=|:=)$/.test(sign);
}

function isInAssignedList(code: Code, from: number): boolean {
  // `f(order.id, name=1)`
  if (/^[([]$/.test(code.text(code.enclosing(from)))) return false;
  let at = from;
  while (code.text(at) === ',' && code.isWord(at + 1)) {
    at = elementsEnd(code, at + 2);
    while (code.isAccess(at)) at = elementsEnd(code, at + 2);
  }
  return at > from && code.text(at) === '=';
}

/** The first token after `[0][1]`. */
function elementsEnd(code: Code, from: number): number {
  let at = from;
  while (code.text(at) === '[' && code.partner(at) > at) at = code.partner(at) + 1;
  return at;
}

export function valueEnd(code: Code, from: number): number {
  const outer = code.enclosing(from);
  const limit = Math.min(code.tokens.length, from + LONGEST_VALUE);
  let angles = 0;
  for (let at = from; at < limit; at++) {
    const sign = code.text(at);
    if (code.partner(at) >= 0 && code.partner(at) < from) return at;
    if (code.enclosing(at) !== outer) continue;
    if (sign === '<') angles++;
    else if (sign === '>') angles--;
    else if (sign === ';' || (sign === ',' && angles <= 0 && !code.syntax.declaresLists)) return at;
    const isContinued = /^[.?+|&]|^->$/.test(sign);
    if (code.syntax.endsWithLine && at > from && !isContinued && code.startsLine(at)) return at;
  }
  return limit;
}

/** In tokens. There is a limit because `<` may also compare numbers. */
const LONGEST_TYPE_ARGUMENTS = 40;
/** In tokens. The type of a longer value, such as a table, is at its beginning. */
const LONGEST_VALUE = 400;
