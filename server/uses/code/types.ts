import type { Code } from './code.ts';
import { containsDeclarations, headerAround, NOT_TYPES } from './declarations.ts';
import { receiverName, valueEnd } from './expressions.ts';
import { isInPackage, TypeNames } from './type-names.ts';

/** `same name`: a type of another package, which may be an alias. */
export type TypeMatch = 'match' | 'same name' | 'other' | 'unknown';

interface Declaration {
  readonly at: number;
  readonly type: TypeMatch;
}

/** Derives types of values from annotations, constructors, literals and casts in one file. Results of other functions are unknown. */
export class Types {
  readonly #code: Code;
  readonly #declarations = new Map<TypeNames, Map<string, readonly Declaration[]>>();

  constructor(code: Code) {
    this.#code = code;
  }

  isNamedIn(types: TypeNames, from: number, to: number): boolean {
    for (let at = Math.max(0, from); at < to; at++) if (this.#isNamed(at, types)) return true;
    return false;
  }

  #isNamed(at: number, types: TypeNames): boolean {
    const code = this.#code;
    return code.isWord(at) && types.has(code.text(at)) && isInPackage(code, at, types.goPackage) !== false;
  }

  /** Of the value before a dot. */
  receiver(dot: number, types: TypeNames): TypeMatch {
    const code = this.#code;
    // `((Storage) x).`, `(x as Storage).`, `Storage.newBuilder().setDriver(d).`
    let start = dot;
    for (let steps = 0; steps < LONGEST_CHAIN; steps++) {
      const before = start - 1;
      const sign = code.text(before);
      if (sign === ')' || sign === ']') {
        const open = code.partner(before);
        if (open < 0) break;
        const isArguments = code.isWord(open - 1);
        if (!isArguments && this.isNamedIn(types, open, before)) return 'match';
        const asserted = this.#assertedType(before, types);
        if (asserted !== undefined) return asserted;
        start = open;
      } else if (sign === '?' || sign === '!' || sign === '>') start = before;
      else if (code.isWord(before)) {
        if (this.#isNamed(before, types) && !this.#isVariable(before)) return 'match';
        if (!code.isAccess(before - 1)) break;
        start = before - 1;
      } else break;
    }
    const word = receiverName(code, dot);
    if (word < 0) return 'unknown';
    const name = code.text(word);
    if (SELF.has(name) && !code.isAccess(word - 1)) return this.#enclosingType(word, types);
    if (code.text(dot - 1) === ')') return 'unknown';
    return this.variable(name, word, types);
  }

  /** In the nearest declaration at or before an index. */
  variable(name: string, before: number, types: TypeNames): TypeMatch {
    const declarations = this.#declarationsOf(name, types);
    let [low, high] = [0, declarations.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((declarations[middle]?.at ?? 0) <= before) low = middle + 1;
      else high = middle;
    }
    return declarations[low - 1]?.type ?? 'unknown';
  }

  /** `match` or `same name` if the arguments or parameters include such a type or a variable of it. */
  argument(open: number, types: TypeNames): TypeMatch {
    const code = this.#code;
    const close = code.partner(open);
    let found: TypeMatch = 'unknown';
    for (let at = open + 1; at < close; at++) {
      if (!code.isWord(at)) continue;
      const name = code.text(at);
      if (this.#isNamed(at, types)) return 'match';
      if (types.has(name)) found = 'same name';
      const isWholeArgument = !code.isAccess(at - 1) && /^[,)]$/.test(code.text(at + 1));
      const type = isWholeArgument ? this.variable(name, at - 1, types) : 'unknown';
      if (type === 'match') return 'match';
      if (type === 'same name') found = 'same name';
    }
    return found;
  }

  /** Whether the first argument is a number, a string, or a variable of such a type. */
  startsWithScalar(open: number): boolean {
    const code = this.#code;
    const at = open + 1;
    if (!/^[,)]$/.test(code.text(at + 1))) return false;
    const kind = code.tokens[at]?.kind;
    if (kind !== 'word') return kind === 'number' || kind === 'string';
    return this.variable(code.text(at), at - 1, SCALARS) === 'match';
  }

  hasScalarParameter(open: number): boolean {
    const code = this.#code;
    const close = code.partner(open);
    for (let at = open + 1; at < close; at++)
      if (code.isWord(at) && code.enclosing(at) === open && SCALARS.has(code.text(at))) return true;
    return false;
  }

  /** Of the literal or call that a bracket opens. */
  literal(open: number, types: TypeNames, depth = 0): TypeMatch {
    if (depth > DEEPEST_LITERAL) return 'unknown';
    const code = this.#code;
    const before = code.text(open - 1);
    if (code.isWord(open - 1)) return this.#namedLiteral(open, types);
    if (before === '(' || before === ',' || before === ':' || before === '{' || before === '[') {
      const outer = code.enclosing(open);
      // `create(StorageSchema, {`, `Storage.create({`, `new Storage({`.
      if (outer >= 0 && code.text(outer) === '(') {
        if (before === ',' && this.isNamedIn(types, outer + 1, open)) return 'match';
        const callee = this.literal(outer, types, depth + 1);
        return before === '(' && callee !== 'other' ? callee : 'unknown';
      }
      if (code.syntax.omitsElementTypes && outer >= 0 && code.text(outer) === '{')
        return this.literal(outer, types, depth + 1);
      return 'unknown';
    }
    // `const storage: Storage = {`
    if (before === '=') {
      for (let at = open - 2; at > open - LONGEST_TYPE && at >= 0; at--) {
        if (/^[;{}]$/.test(code.text(at))) break;
        if (this.#isNamed(at, types)) return 'match';
        if (DECLARING.has(code.text(at))) break;
      }
    }
    if (before === '>' || before === ']')
      return this.isNamedIn(types, open - LONGEST_ELEMENT_TYPE, open) ? 'match' : 'unknown';
    return 'unknown';
  }

  #namedLiteral(open: number, types: TypeNames): TypeMatch {
    const code = this.#code;
    const name = code.text(open - 1);
    if (this.#isNamed(open - 1, types)) return 'match';
    if (name === 'Self') return this.#enclosingType(open - 1, types);
    // `Storage.fromPartial({`, `Storage.with {`, `new Storage(`.
    if (code.isAccess(open - 2) && this.#isNamed(open - 3, types)) return 'match';
    if ((code.syntax.typesInLowerCase || /^[A-Z]/.test(name)) && code.text(open) === '{')
      return types.has(name) ? 'same name' : 'other';
    if (code.text(open) === '(' && code.syntax.namedArguments) return 'other';
    return 'unknown';
  }

  /** `Storage { id } =>`, `{ id }: Storage`, `{ id } = x as Storage` */
  pattern(open: number, types: TypeNames): TypeMatch {
    const code = this.#code;
    const named = code.isWord(open - 1) ? this.literal(open, types) : 'unknown';
    const behind = code.partner(open) + 1;
    if (named !== 'unknown' || !/^[:=]$/.test(code.text(behind))) return named;
    const [from, to] =
      code.text(behind) === ':' ? this.#annotation(behind + 1) : [behind + 1, valueEnd(code, behind + 1)];
    if (this.isNamedIn(types, from, to)) return 'match';
    return code.text(behind) === ':' && this.#hasAnyType(from, to) ? 'other' : 'unknown';
  }

  /** `storage {` calls a builder function of Kotlin. */
  #isVariable(at: number): boolean {
    return /^[a-z]/.test(this.#code.text(at)) && this.#code.text(at + 1) !== '{';
  }

  #enclosingType(at: number, types: TypeNames): TypeMatch {
    const header = headerAround(this.#code, at);
    return header !== undefined && this.isNamedIn(types, header.start, header.end) ? 'match' : 'other';
  }

  /** Cached, because a file may use a name thousands of times. */
  #declarationsOf(name: string, types: TypeNames): readonly Declaration[] {
    const byName = this.#declarations.get(types) ?? new Map<string, readonly Declaration[]>();
    this.#declarations.set(types, byName);
    let found = byName.get(name);
    if (found === undefined) {
      found = this.#code.occurrences(name).flatMap((at) => {
        const type = this.#declaredType(at, types);
        return type === undefined ? [] : [{ at, type }];
      });
      byName.set(name, found);
    }
    return found;
  }

  /** Undefined if the word isn't declared or assigned here. */
  #declaredType(at: number, types: TypeNames): TypeMatch | undefined {
    const code = this.#code;
    const { variableType } = code.syntax;
    const [before, after] = [code.text(at - 1), code.text(at + 1)];
    // `self.storage = Storage::new()` counts as a declaration.
    if (code.isAccess(at - 1)) return after === '=' ? this.#valueType(at + 2, types) : undefined;
    if (after === ':' && variableType === 'after colon') return this.#annotatedType(at, types);
    if (variableType === 'after') return this.#goDeclaredType(at, types);
    if (after === '=' && (DECLARING.has(before) || code.startsLine(at))) return this.#valueType(at + 2, types);
    if ((before === 'for' || DECLARING.has(before)) && (after === 'in' || after === 'of')) return 'unknown';
    if (before === '|' || after === '=>' || (after === '->' && !code.isAccess(at + 1) && before === '{'))
      return 'unknown';
    return variableType === 'before' ? this.#typeBefore(at, types) : undefined;
  }

  /** `storage: Storage` */
  #annotatedType(at: number, types: TypeNames): TypeMatch | undefined {
    const code = this.#code;
    const before = code.text(at - 1);
    const [from, to] = this.#annotation(at + 2);
    if (this.isNamedIn(types, from, to)) return 'match';
    const open = code.enclosing(at);
    const isKeyOfLiteral = code.text(open) === '{' && !containsDeclarations(code, open);
    const isDeclared = DECLARING.has(before) || before === '(' || before === ',' || before === '|' || !isKeyOfLiteral;
    if (!isDeclared) return undefined;
    return this.#hasAnyType(from, to) ? 'other' : 'unknown';
  }

  /** `s := pb.Storage{}`, `a, err := f()`, `var s pb.Storage`, and the parameter or member `s *pb.Storage`. */
  #goDeclaredType(at: number, types: TypeNames): TypeMatch | undefined {
    const code = this.#code;
    const [before, after] = [code.text(at - 1), code.text(at + 1)];
    if (before === 'range' || after === 'range') return undefined;
    const assign = after === ',' ? this.#assignmentBehindList(at) : at + 1;
    if (code.text(assign) === ':=' || (code.text(assign) === '=' && assign === at + 1))
      return code.text(assign + 1) === 'range' ? 'unknown' : this.#valueType(assign + 1, types);
    const canDeclare = before === '(' || before === ',' || before === 'var' || code.startsLine(at);
    const isTyped = code.isWord(at + 1) || after === '*' || after === '[' || after === 'map';
    if (!canDeclare || !isTyped) return undefined;
    if (GO_STATEMENTS.has(code.text(at)) || code.endsLine(at)) return undefined;
    const end = this.#goTypeEnd(at + 1);
    if (this.isNamedIn(types, at + 1, end)) return 'match';
    for (let index = at + 1; index < end; index++) if (types.has(code.text(index))) return 'same name';
    return 'other';
  }

  #goTypeEnd(from: number): number {
    const code = this.#code;
    for (let at = from; at < code.tokens.length; at++) {
      if (/^[,)={;]$/.test(code.text(at)) || (at > from && code.startsLine(at))) return at;
      at = Math.max(at, code.partner(at));
    }
    return code.tokens.length;
  }

  /** `Storage storage = …`, `const Storage& storage`, `List<Storage> storages` */
  #typeBefore(at: number, types: TypeNames): TypeMatch | undefined {
    const code = this.#code;
    const [before, after] = [code.text(at - 1), code.text(at + 1)];
    const isType = code.isWord(at - 1) || before === '&' || before === '*' || before === '>';
    if (!isType || !/^[=;,):{]$/.test(after) || NOT_TYPES.has(before)) return undefined;
    let start = at - 1;
    while (start > 0 && start > at - LONGEST_TYPE && !/^[(,;{}=]$/.test(code.text(start - 1))) start--;
    if (this.isNamedIn(types, start, at)) return 'match';
    if (after === '=' && this.#valueType(at + 2, types) === 'match') return 'match';
    return this.#hasAnyType(start, at) ? 'other' : 'unknown';
  }

  /** `:=` in `a, err := f()`; negative if there is none. */
  #assignmentBehindList(at: number): number {
    for (let index = at + 1; index < at + LONGEST_LIST; index++) {
      const sign = this.#code.text(index);
      if (sign === ':=' || sign === '=') return index;
      if (sign !== ',' && !this.#code.isWord(index)) break;
    }
    return -1;
  }

  /** Known for literals, constructors and casts. */
  #valueType(from: number, types: TypeNames): TypeMatch {
    const code = this.#code;
    const end = valueEnd(code, from);
    for (let at = from; at < end; at++) {
      if (!this.#isNamed(at, types) || this.#isVariable(at)) continue;
      // `container.Storage()` is a method.
      if (code.text(at + 1) === '(' && !code.text(at).startsWith(code.syntax.constructorPrefix)) continue;
      // In `f(Storage{})`, the type is that of an argument.
      const isOutermost = code.enclosing(at) === code.enclosing(from);
      const isWrapped =
        /^(?:Some|Ok|Arc|Box|create\w*|append|\()$/.test(code.text(from)) ||
        code.text(from) === code.syntax.allocator ||
        code.text(at - 1) === '*';
      if ((isOutermost || isWrapped) && (/^[{(.>,)]$|^::$/.test(code.text(at + 1)) || at === end - 1)) return 'match';
    }
    const asserted = this.#assertedType(end - 1, types);
    if (asserted !== undefined) return asserted;
    // `Other{`, `&pkg.Other{`, `Other::new(`, `new Other(`.
    let at = from;
    while (/^(?:&|\*|mut|new|await|const)$/.test(code.text(at))) at++;
    while (code.isWord(at) && (code.text(at + 1) === '.' || code.text(at + 1) === '::')) {
      if (/^[A-Z]/.test(code.text(at)) && code.text(at + 1) === '::' && /^(?:new|default)$/.test(code.text(at + 2)))
        return 'other';
      at += 2;
    }
    if (!/^[A-Z]/.test(code.text(at)) || code.text(at + 1) !== '{') return 'unknown';
    return types.has(code.text(at)) ? 'same name' : 'other';
  }

  /** `*pb.Storage` in `x.(*pb.Storage)`; undefined without a type assertion. */
  #assertedType(close: number, types: TypeNames): TypeMatch | undefined {
    const code = this.#code;
    const open = code.partner(close);
    if (!code.syntax.assertsTypes || code.text(close) !== ')' || open < 0 || code.text(open - 1) !== '.')
      return undefined;
    // In `switch x := x.(type)`, the type varies.
    if (code.text(close - 1) === 'type') return undefined;
    if (this.isNamedIn(types, open, close)) return 'match';
    return types.has(code.text(close - 1)) ? 'same name' : 'other';
  }

  /** Of the type after a colon. */
  #annotation(from: number): readonly [start: number, end: number] {
    const code = this.#code;
    let at = from;
    for (; at < code.tokens.length && at < from + LONGEST_TYPE; at++) {
      const sign = code.text(at);
      if (/^(?:=|;|\{|\)|=>)$/.test(sign)) break;
      if (sign === ',' && !this.#isInAngles(from, at)) break;
      if (sign === '[' || sign === '(') at = Math.max(at, code.partner(at));
      else if (at > from && code.startsLine(at) && !/^[|&<>.,]$/.test(code.text(at - 1))) break;
    }
    return [from, at];
  }

  #isInAngles(from: number, to: number): boolean {
    let depth = 0;
    for (let at = from; at < to; at++) {
      if (this.#code.text(at) === '<') depth++;
      else if (this.#code.text(at) === '>') depth--;
    }
    return depth > 0;
  }

  /** Containers such as `Vec` don't count. */
  #hasAnyType(from: number, to: number): boolean {
    for (let at = from; at < to; at++) {
      const word = this.#code.text(at);
      if (this.#code.isWord(at) && /^[A-Z]/.test(word) && !CONTAINERS.has(word)) return true;
      if (SCALARS.has(word)) return true;
    }
    return false;
  }
}

/** In steps from the dot to the left. */
const LONGEST_CHAIN = 200;
const DEEPEST_LITERAL = 4;
/** In tokens. What is further away from a name or literal belongs to other code. */
const LONGEST_TYPE = 40;
/** In tokens, as in `[]map[string]pb.Order`. */
const LONGEST_ELEMENT_TYPE = 8;
/** In tokens. Longer lists are usually values. */
const LONGEST_LIST = 8;

const SELF: ReadonlySet<string> = new Set(['self', 'this', 'cls']);
const DECLARING: ReadonlySet<string> = new Set('let var val const mut ref auto final static pub'.split(' '));
const GO_STATEMENTS: ReadonlySet<string> = new Set(
  'return go defer case if else for switch select func type var const package import'.split(' '),
);
const CONTAINERS: ReadonlySet<string> = new Set(
  (
    'Vec Option Some Arc Rc Box Mutex RwLock Result List Map HashMap Optional Array Iterator Sequence Promise Self Any Object T ' +
    'RepeatedField MessageField SingularPtrField'
  ).split(' '),
);
const SCALARS = new TypeNames(
  (
    'string str String int int32 int64 uint32 uint64 i8 i16 i32 i64 u8 u16 u32 u64 usize isize bool boolean number float double ' +
    'bytes byte char error'
  ).split(' '),
  undefined,
);
