import type { Code, TokenRange } from './code.ts';
import { argumentsOf } from './expressions.ts';

/** An alias names a type that is declared elsewhere. */
export type Declared = 'type' | 'alias' | 'function';

/** Undefined where the word names something else, or is only used. */
export function declaredAs(code: Code, at: number): Declared | undefined {
  const { types, aliases, functions } = code.syntax;
  const [before, after] = [code.text(at - 1), code.text(at + 1)];
  if (functions.has(before) || isFunctionWithoutKeyword(code, at) || hasReceiver(code, at)) return 'function';
  // `type Order = pb.Order` is an alias, but `type Order = { id: string }` is not.
  if (aliases.has(before) || isInListOfTypes(code, at))
    return after === '=' && code.text(at + 2) !== '{' ? 'alias' : 'type';
  if (!types.has(before)) return undefined;
  return code.syntax.declaresTwice && after === ';' ? 'alias' : 'type';
}

/** `func (s *server) AddPath(` */
function hasReceiver(code: Code, at: number): boolean {
  if (!code.syntax.namesBeforeTypes || code.text(at - 1) !== ')' || code.text(at + 1) !== '(') return false;
  return code.text(code.partner(at - 1) - 1) === 'func';
}

/** `type ( Order struct { … } )` */
function isInListOfTypes(code: Code, at: number): boolean {
  const open = code.enclosing(at);
  return (
    code.syntax.namesBeforeTypes && code.text(open) === '(' && code.text(open - 1) === 'type' && code.startsLine(at)
  );
}

/** `Empty addPath(Request r) {` in Java, `async addPath(r: Request) {` in TypeScript. */
function isFunctionWithoutKeyword(code: Code, at: number): boolean {
  const { beforeFunctions } = code.syntax;
  if (beforeFunctions === undefined) return false;
  const close = code.partner(argumentsOf(code, at));
  if (close < 0 || !/^(?:\{|throws|override|const|:|where|final|noexcept|=>|->)$/.test(code.text(close + 1)))
    return false;
  let start = at;
  // `Status Server::AddPath(`
  if (code.syntax.declaresTwice) while (code.text(start - 1) === '::' && code.isWord(start - 2)) start -= 2;
  const before = code.text(start - 1);
  if (NOT_TYPES.has(before)) return false;
  const hasType = code.isWord(start - 1) || /^[>*&\]]$/.test(before);
  return hasType || (beforeFunctions === 'anything' && /^[{};,]$/.test(before));
}

export function isFunctionWithBody(code: Code, at: number): boolean {
  if (declaredAs(code, at) !== 'function') return false;
  const close = code.partner(argumentsOf(code, at));
  if (close < 0) return false;
  if (code.syntax.hasIndentedBlocks) return true;
  for (let index = close + 1; index < code.tokens.length; index++) {
    const sign = code.text(index);
    if (sign === '{' || sign === '=>') return true;
    // `= 0;` in C++ means that derived classes have the body.
    if (sign === '=') return code.text(index + 1) !== '0';
    if (sign === ';' || sign === '}' || sign === ')') return false;
    if (code.syntax.endsWithLine && startsStatement(code, index)) return false;
    index = Math.max(index, code.partner(index));
  }
  return false;
}

function startsStatement(code: Code, at: number): boolean {
  if (!code.startsLine(at) || !code.isWord(at)) return false;
  return !/^(?:where|throws|async)$/.test(code.text(at)) && !/^[:,|&]$|^->$/.test(code.text(at - 1));
}

/** Whether a bracket contains the members of a declared type, or the parameters of a declared function. */
export function containsDeclarations(code: Code, open: number): boolean {
  if (code.text(open) === '{') return headerBefore(code, open) !== undefined;
  const name = open - 1;
  // `constructor(`, `init(`, `func(`, and in Go the receiver of a method.
  if (code.syntax.functions.has(code.text(name))) return !code.isAccess(name - 1);
  const before = nameBefore(code, open);
  const declared = code.isWord(before) ? declaredAs(code, before) : undefined;
  // `class Order(val id: Int)` in Kotlin, `record Order(int id)` in Java.
  return declared === 'function' || (declared === 'type' && !code.syntax.namesBeforeTypes);
}

/** `Order` in `Order<T>(` and in Go's `Order[T any] struct`. */
function nameBefore(code: Code, end: number): number {
  let at = end - 1;
  if (code.text(at) === ']') return code.partner(at) - 1;
  for (let depth = 0; at >= 0 && at > end - LONGEST_TYPE_PARAMETERS; at--) {
    if (code.text(at) === '>') depth++;
    else if (code.text(at) === '<') depth--;
    else if (depth === 0) return at;
  }
  return at;
}

export function typeWithMember(code: Code, at: number): string | undefined {
  const open = code.enclosing(at);
  const { syntax } = code;
  // `data class Storage(val fsGroup: FSGroup)` in Kotlin.
  const isInParentheses = !syntax.hasIndentedBlocks && code.text(open) === '(';
  if (isInParentheses) return syntax.types.has(code.text(open - 2)) ? code.text(open - 1) : undefined;
  const header = syntax.hasIndentedBlocks ? pythonClass(code, at) : headerBefore(code, open);
  if (header === undefined || syntax.extensions.has(code.text(header.start))) return undefined;
  if (syntax.namesBeforeTypes) return code.text(nameBefore(code, header.start));
  // `enum class Order {`
  return code.text(syntax.types.has(code.text(header.start + 1)) ? header.start + 2 : header.start + 1);
}

/** `class Server extends Base`, `impl Store for Server` */
export function headerAround(code: Code, at: number): TokenRange | undefined {
  if (code.syntax.hasIndentedBlocks) return pythonClass(code, at);
  for (let open = code.enclosing(at); open >= 0; open = code.enclosing(open)) {
    const header = headerBefore(code, open);
    if (header !== undefined) return header;
  }
  return undefined;
}

/** The nearest class above, whatever its indentation. */
function pythonClass(code: Code, at: number): TokenRange | undefined {
  const start = code.occurrences('class').findLast((each) => each <= at && code.startsLine(each));
  if (start === undefined) return undefined;
  let end = start;
  while (end < code.tokens.length && code.text(end) !== ':') end = Math.max(end, code.partner(end)) + 1;
  return { start, end };
}

/** From the keyword to the bracket with the members. */
function headerBefore(code: Code, open: number): TokenRange | undefined {
  if (code.text(open) !== '{') return undefined;
  const { types, extensions, functions, aliases } = code.syntax;
  for (let at = open - 1; at >= 0; at--) {
    const word = code.text(at);
    if ((types.has(word) || extensions.has(word)) && startsHeader(code, at, open)) return { start: at, end: open };
    if (NOT_IN_HEADERS.has(word) || functions.has(word)) return undefined;
    if (word === '=') {
      // `type Order = {` in TypeScript.
      const start = nameBefore(code, at) - 1;
      if (at === open - 1 && aliases.has(code.text(start))) return { start, end: open };
      if (!code.syntax.assignsInTypes) return undefined;
    }
    // `struct Order *find(int id) {`
    if (word === ')' && code.syntax.repeatsTypeKeywords) return undefined;
    if (word === ')' || word === ']') at = Math.max(0, code.partner(at));
  }
  return undefined;
}

function startsHeader(code: Code, at: number, open: number): boolean {
  // `Order::class`, `Order.class`
  if (code.isAccess(at - 1)) return false;
  const word = code.text(at);
  // `-> impl Iterator {`
  if (word === 'impl') return !/^(?:->|[<&+:,=(])$/.test(code.text(at - 1));
  // `record -> {`, `where T : class {`
  if (code.syntax.namesAllTypes) return code.isWord(at + 1);
  // `object : Base {` in Kotlin.
  return code.isWord(at + 1) || at + 1 === open || (word === 'object' && code.text(at + 1) === ':');
}

const NOT_IN_HEADERS: ReadonlySet<string> = new Set('; { } ( [ return if else while switch case'.split(' '));
/** In tokens. There is a limit because `>` may also compare numbers. */
const LONGEST_TYPE_PARAMETERS = 40;

/** Words that can precede a name but are never its type. */
export const NOT_TYPES: ReadonlySet<string> = new Set(
  'return new await throw case in is as else delete yield not and or if while typeof'.split(' '),
);
