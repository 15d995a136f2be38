import type { Code, TokenRange } from './code.ts';

/** Items, statements and members with an attribute such as `#[cfg(test)]`, and everything around `#![cfg(test)]`. */
export function rustTests(code: Code): readonly TokenRange[] {
  const found: TokenRange[] = [];
  for (let open = 1; open < code.tokens.length; open++) {
    if (code.text(open) !== '[') continue;
    const isInner = code.text(open - 1) === '!' && code.text(open - 2) === '#';
    if ((!isInner && code.text(open - 1) !== '#') || !isTestAttribute(code, open)) continue;
    if (!isInner) found.push({ start: open, end: itemEnd(code, code.partner(open) + 1) });
    else {
      const around = code.enclosing(open);
      found.push({ start: around, end: around < 0 ? code.tokens.length : code.partner(around) });
    }
  }
  return found;
}

/** `[cfg(test)]`, `[tokio::test(flavor = "multi_thread")]`, `[rstest]`, `[test_case(1)]` */
function isTestAttribute(code: Code, open: number): boolean {
  if (code.text(open + 1) === 'cfg') return requiresTest(code, open + 3);
  let at = open + 1;
  while (code.text(at + 1) === '::') at += 2;
  return /(?:^|_)r?test(?:$|_)/.test(code.text(at));
}

/**
 * `all(unix, test)`, but not `any(test, fuzzing)` or `not(test)`:
 * https://doc.rust-lang.org/reference/conditional-compilation.html
 */
function requiresTest(code: Code, at: number): boolean {
  if (code.text(at + 1) !== '(') return code.text(at) === 'test';
  const conditions: boolean[] = [];
  const close = code.partner(at + 1);
  for (let inner = at + 2; inner < close; inner++) {
    conditions.push(requiresTest(code, inner));
    while (inner < close && code.text(inner) !== ',') inner = Math.max(inner, code.partner(inner)) + 1;
  }
  if (code.text(at) === 'all') return conditions.includes(true);
  return code.text(at) === 'any' && conditions.length > 0 && !conditions.includes(false);
}

function itemEnd(code: Code, from: number): number {
  let start = from;
  while (code.text(start) === '#' && code.partner(start + 1) > start) start = code.partner(start + 1) + 1;
  while (MODIFIERS.has(code.text(start)) || (code.text(start) === 'const' && WITH_BODY.has(code.text(start + 1))))
    start = Math.max(start, code.text(start + 1) === '(' ? code.partner(start + 1) : -1) + 1;
  const hasBody = WITH_BODY.has(code.text(start));
  const hasValue = WITH_VALUE.has(code.text(start));
  for (let at = start; at < code.tokens.length; at++) {
    const sign = code.text(at);
    if (sign === ';' || (sign === ',' && !hasBody && !hasValue)) return at;
    const partner = code.partner(at);
    if (partner >= 0 && partner < from) return at;
    if (sign === '{' && !hasValue) return partner < 0 ? code.tokens.length : partner;
    at = Math.max(at, partner);
  }
  return code.tokens.length;
}

const MODIFIERS: ReadonlySet<string> = new Set(['pub', 'default', 'async', 'unsafe']);
/** Items that may have commas before their block. */
const WITH_BODY: ReadonlySet<string> = new Set('fn impl struct enum union trait mod extern macro_rules'.split(' '));
/** Items and statements that may have blocks before their `;`. */
const WITH_VALUE: ReadonlySet<string> = new Set('use let static const type'.split(' '));
