import type { Element } from './element.ts';
import { LANGUAGES, type Language } from './languages.ts';
import { type Act, type Identifier, type Names, namesOf } from './names.ts';
import { type Token, tokenize } from './tokens.ts';

/**
 * How sure it is that a name means the element. `exact`: the code around it says so (`storage.FsGroup`, where `storage` is declared as
 * a `Storage`). `likely`: the name is telling, and the file works with the element's message or service. `name-only`: neither.
 */
export type Certainty = 'exact' | 'likely' | 'name-only';

/** One line of code that uses an element. */
export interface Found {
  readonly element: string;
  /** UTF-16 code units from the start of the text. */
  readonly offset: number;
  readonly length: number;
  readonly does: Act;
  readonly certainty: Certainty;
  /** In a test within the file. */
  readonly test: boolean;
}

/** Elements with their names in each language. */
export class Targets {
  readonly elements: readonly Element[];
  readonly #byLanguage: ReadonlyMap<Language, ReadonlyMap<string, readonly Candidate[]>>;

  constructor(elements: readonly Element[]) {
    this.elements = elements;
    this.#byLanguage = new Map(LANGUAGES.map((language) => [language, candidates(elements, language)]));
  }

  /**
   * The words of which a file must hold one to use any of the elements, for a search that comes before the look at the code. Where a
   * name says too little by itself, as `id` does, the file must hold that of its message.
   */
  get words(): readonly string[] {
    const found = new Set<string>();
    for (const language of LANGUAGES) {
      for (const [name, candidates] of this.in(language)) {
        for (const { element, identifier, owners } of candidates) {
          const isEnough = isTelling(element) || !NEEDS_OWNER.has(identifier.form);
          for (const word of isEnough ? [name] : owners) found.add(word);
        }
      }
    }
    return [...found].sort();
  }

  in(language: Language): ReadonlyMap<string, readonly Candidate[]> {
    return this.#byLanguage.get(language) ?? new Map();
  }
}

const NEEDS_OWNER: ReadonlySet<string> = new Set(['member', 'accessor', 'call', 'variant']);

/** What a word of code may mean. */
interface Candidate {
  readonly element: Element;
  /** `request`: a type that only this method takes. */
  readonly identifier: Omit<Identifier, 'form'> & { readonly form: Identifier['form'] | 'request' };
  readonly owners: ReadonlySet<string>;
  readonly requests: ReadonlySet<string>;
}

function candidates(elements: readonly Element[], language: Language): ReadonlyMap<string, readonly Candidate[]> {
  const found = new Map<string, Candidate[]>();
  for (const element of elements) {
    const names: Names = namesOf(element, language);
    const owners = new Set(names.owners);
    const requests = new Set(names.requests);
    const requested = names.requests.map((text) => ({ text, form: 'request' as const, does: 'calls' as const }));
    for (const identifier of [...names.identifiers, ...requested]) {
      const candidate: Candidate = { element, identifier, owners, requests };
      const others = found.get(identifier.text);
      if (others === undefined) found.set(identifier.text, [candidate]);
      else others.push(candidate);
    }
  }
  return found;
}

/**
 * The uses of elements in one file, in the order of the text: one for each line and element. Declarations, imports, comments and
 * local variables of the same name are none. The code is read without its types, so a `Certainty` says what it is worth.
 */
export function usesIn(text: string, language: Language, targets: Targets): readonly Found[] {
  const names = targets.in(language);
  const code = new Code(text, language);
  const byLine = new Map<string, Found>();
  for (const [at, token] of code.tokens.entries()) {
    if (token.kind !== 'word' && token.kind !== 'string') continue;
    for (const candidate of names.get(token.text) ?? []) {
      if ((candidate.identifier.form === 'text') !== (token.kind === 'string')) continue;
      const use = code.use(at, candidate);
      if (use === undefined) continue;
      const found: Found = {
        element: candidate.element.fullName,
        offset: token.start,
        length: token.text.length,
        ...use,
        test: code.isTest(token.start),
      };
      const key = `${code.lineOf(token.start)} ${found.element}`;
      const other = byLine.get(key);
      if (other === undefined || weight(found) < weight(other)) byLine.set(key, found);
    }
  }
  return [...byLine.values()].sort((a, b) => a.offset - b.offset);
}

interface Use {
  readonly does: Act;
  readonly certainty: Certainty;
}

const CERTAINTIES: readonly Certainty[] = ['exact', 'likely', 'name-only'];
const ACTS: readonly Act[] = ['calls', 'implements', 'builds', 'sets', 'reads', 'names'];

function weight({ certainty, does }: Use): number {
  return CERTAINTIES.indexOf(certainty) * ACTS.length + ACTS.indexOf(does);
}

/** What is known of the type of a value: the owner's, another, or nothing. */
type Typed = 'this' | 'other' | 'unknown';

/** Where a variable is declared, and what that says of its type. */
interface Declaration {
  readonly at: number;
  readonly typed: Typed;
}

class Code {
  readonly tokens: readonly Token[];
  readonly #text: string;
  readonly #language: Language;
  readonly #words: ReadonlyMap<string, readonly number[]>;
  /** The bracket that closes or opens the one at an index. */
  readonly #partner: Int32Array;
  /** The bracket around a token. */
  readonly #around: Int32Array;
  readonly #tests: readonly (readonly [start: number, end: number])[];
  /** Whether the file mentions an element's package. */
  readonly #packages = new Map<Element, boolean>();
  /** Whether something in the file declares a member of a name. */
  readonly #members = new Map<string, boolean>();
  readonly #declared = new Map<ReadonlySet<string>, Map<string, readonly Declaration[]>>();

  constructor(text: string, language: Language) {
    this.#text = text;
    this.#language = language;
    this.tokens = tokenize(text, language);
    const words = new Map<string, number[]>();
    for (const [at, { kind, text: word }] of this.tokens.entries()) {
      if (kind !== 'word') continue;
      const known = words.get(word);
      if (known === undefined) words.set(word, [at]);
      else known.push(at);
    }
    this.#words = words;
    this.#partner = new Int32Array(this.tokens.length).fill(-1);
    this.#around = new Int32Array(this.tokens.length).fill(-1);
    const open: number[] = [];
    for (const [at, token] of this.tokens.entries()) {
      const sign = token.kind === 'sign' ? token.text : '';
      if (sign === ')' || sign === ']' || sign === '}') {
        const start = open.pop() ?? -1;
        if (start >= 0) {
          this.#partner[at] = start;
          this.#partner[start] = at;
        }
      }
      this.#around[at] = open.at(-1) ?? -1;
      if (sign === '(' || sign === '[' || sign === '{') open.push(at);
    }
    this.#tests = language === 'Rust' ? this.#rustTests() : [];
  }

  lineOf(offset: number): number {
    // Only equality matters: the offset of the line's start names it.
    return this.#text.lastIndexOf('\n', offset - 1);
  }

  isTest(offset: number): boolean {
    return this.#tests.some(([start, end]) => start <= offset && offset < end);
  }

  use(at: number, candidate: Candidate): Use | undefined {
    switch (candidate.identifier.form) {
      case 'member':
        return this.#member(at, candidate);
      case 'accessor':
        return this.#accessor(at, candidate);
      case 'call':
        return this.#method(at, candidate);
      case 'request':
        return this.#builds(at) ? { does: 'calls', certainty: 'exact' } : undefined;
      case 'type':
        return this.#type(at, candidate);
      case 'variant':
        return this.#variant(at, candidate);
      case 'constant':
        return this.#isImport(at) || this.#isDeclared(at)
          ? undefined
          : { does: candidate.identifier.does, certainty: 'exact' };
      case 'text':
        return this.#quoted(at, candidate);
    }
  }

  #at(index: number): string {
    return this.tokens[index]?.text ?? '';
  }

  #isWord(index: number): boolean {
    return this.tokens[index]?.kind === 'word';
  }

  #mentions(names: ReadonlySet<string>): boolean {
    for (const name of names) {
      // An import is a mention, too.
      if (this.#words.has(name)) return true;
    }
    return false;
  }

  // ---- data of messages

  #member(at: number, candidate: Candidate): Use | undefined {
    const { owners } = candidate;
    const before = this.#at(at - 1);
    const after = this.#at(at + 1);
    if (ACCESS.has(before)) {
      // In Rust and C++ `a::b` leads into a module or a type.
      if (before === '::') return undefined;
      // Only Rust and C++ read data by calling a function of its name.
      if (after === '(' && this.#language !== 'Rust' && this.#language !== 'C++') return undefined;
      const certainty = this.#certain(this.#receiver(at - 1, owners), at - 1, candidate);
      return certainty && { does: this.#isAssigned(at) ? 'sets' : 'reads', certainty };
    }
    const isKey = after === ':' || (after === '=' && this.#hasNamedArguments());
    const open = this.#around[at] ?? -1;
    const isFirst = before === '{' || before === ',' || before === '(' || this.#startsLine(at);
    if (isKey && isFirst && open >= 0) {
      if (this.#isDeclaring(open)) return undefined;
      const literal = this.#literal(open, owners, 0);
      if (after === ':' && literal === 'unknown' && this.#at(open) === '(' && !this.#hasNamedArguments())
        return undefined;
      const certainty = this.#certain(literal, -1, candidate);
      return certainty && { does: 'sets', certainty };
    }
    // Shorthand: `Storage { fs_group, .. }`, `{ fsGroup } = storage`.
    const isAlone = (before === '{' || before === ',') && (after === ',' || after === '}');
    if (isAlone && open >= 0 && this.#at(open) === '{' && HAS_SHORTHAND.has(this.#language)) {
      if (this.#isDeclaring(open) || this.#isImport(at)) return undefined;
      const close = this.#partner[open] ?? -1;
      if (this.#at(close + 1) === '=' || this.#at(open - 1) === 'let') {
        const known = this.#typeIn(open - 4, open) === 'this' || this.#typeIn(close + 1, close + 12) === 'this';
        const certainty = this.#certain(known ? 'this' : 'unknown', -1, candidate);
        return certainty && { does: 'reads', certainty };
      }
      const certainty = this.#certain(this.#literal(open, owners, 0), -1, candidate);
      return certainty && { does: 'sets', certainty };
    }
    return undefined;
  }

  #accessor(at: number, candidate: Candidate): Use | undefined {
    if (!ACCESS.has(this.#at(at - 1))) return undefined;
    const certainty = this.#certain(this.#receiver(at - 1, candidate.owners), at - 1, candidate);
    return certainty && { does: candidate.identifier.does, certainty };
  }

  /** @param dot of the receiver, where there is one */
  #certain(typed: Typed, dot: number, { element, owners }: Candidate): Certainty | undefined {
    if (typed === 'this') return 'exact';
    if (typed === 'other') return undefined;
    const mentioned = this.#mentions(owners);
    if (dot >= 0 && mentioned && this.#isNamedAfter(dot, element)) return 'likely';
    if (!isTelling(element)) return undefined;
    // Something else in this file has a member of that name.
    if (!mentioned || this.#declaresMember(element)) return 'name-only';
    return 'likely';
  }

  /** `storage.fs_group`, `req.storages[0].fs_group`: the receiver has the name of the message. */
  #isNamedAfter(dot: number, { messages, owner, kind }: Element): boolean {
    const receiver = this.#receiverWord(dot);
    if (receiver < 0) return false;
    const squeezed = (name: string): string =>
      name
        .toLowerCase()
        .replace(/[_$]/g, '')
        .replace(/^get|s$/g, '');
    const owning = kind === 'method' ? (owner ?? '') : (messages.at(-1) ?? '');
    return squeezed(this.#at(receiver)) === squeezed(owning);
  }

  #declaresMember({ name }: Element): boolean {
    let declares = this.#members.get(name);
    if (declares === undefined) {
      declares = (this.#words.get(name) ?? []).some((at) => {
        const open = this.#around[at] ?? -1;
        return open >= 0 && this.#at(at + 1) === ':' && this.#isDeclaring(open);
      });
      this.#members.set(name, declares);
    }
    return declares;
  }

  // ---- what a value is

  /** The word that names the receiver in front of a dot: `b` of `a.b.`, `a.b[0].`, `a.b()?.`; negative where there is none. */
  #receiverWord(dot: number): number {
    let at = dot - 1;
    while (at >= 0) {
      const sign = this.#at(at);
      if (sign === ')' || sign === ']') at = (this.#partner[at] ?? 0) - 1;
      else if (sign === '?' || sign === '!' || sign === '>') at--;
      else break;
    }
    return this.#isWord(at) ? at : -1;
  }

  #receiver(dot: number, owners: ReadonlySet<string>): Typed {
    // `((Storage) x).`, `(x as Storage).`, `Storage::new().`, `Storage.newBuilder().setDriver(d).`, `new Storage().`
    let start = dot;
    for (let steps = 0; steps < 200; steps++) {
      const before = start - 1;
      const sign = this.#at(before);
      if (sign === ')' || sign === ']') {
        const open = this.#partner[before] ?? -1;
        if (open < 0) break;
        // A bracket by itself, not the arguments of a call.
        if (!this.#isWord(open - 1) && this.#typeIn(open, before, owners) === 'this') return 'this';
        start = open;
      } else if (sign === '?' || sign === '!' || sign === '>') start = before;
      else if (this.#isWord(before)) {
        if (owners.has(sign) && !this.#isVariable(before)) return 'this';
        if (!ACCESS.has(this.#at(before - 1))) break;
        start = before - 1;
      } else break;
    }
    const word = this.#receiverWord(dot);
    if (word < 0) return 'unknown';
    const name = this.#at(word);
    if (SELF.has(name) && !ACCESS.has(this.#at(word - 1))) return this.#typeOfSelf(word, owners);
    // The result of a call has no name.
    if (this.#at(dot - 1) === ')') return 'unknown';
    return this.#binding(name, word, owners);
  }

  /** A word in lower case that is also a type's name in another language, such as Kotlin's builder functions. */
  #isVariable(at: number): boolean {
    return /^[a-z]/.test(this.#at(at)) && this.#at(at + 1) !== '{';
  }

  #typeOfSelf(at: number, owners: ReadonlySet<string>): Typed {
    const header = this.#header(at);
    return header !== undefined && this.#typeIn(header[0], header[1], owners) === 'this' ? 'this' : 'other';
  }

  /** From the keyword of the `impl` or class around a token to its brace. */
  #header(at: number): readonly [number, number] | undefined {
    if (this.#language === 'Python') {
      for (let index = at; index >= 0; index--) {
        if (this.#at(index) === 'class' && this.#startsLine(index)) return [index, this.#end(index, /^:$/)];
      }
      return undefined;
    }
    for (let open = this.#around[at] ?? -1; open >= 0; open = this.#around[open] ?? -1) {
      if (this.#at(open) !== '{') continue;
      for (let index = open - 1; index >= 0 && index > open - 60; index--) {
        const word = this.#at(index);
        if (word === ';' || word === '}' || word === '{') break;
        if (TYPE_KEYWORDS.has(word)) return [index, open];
      }
    }
    return undefined;
  }

  /** What the nearest declaration of a variable above says. */
  #binding(name: string, before: number, owners: ReadonlySet<string>): Typed {
    const declarations = this.#declarations(name, owners);
    let [low, high] = [0, declarations.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((declarations[middle]?.at ?? 0) <= before) low = middle + 1;
      else high = middle;
    }
    return declarations[low - 1]?.typed ?? 'unknown';
  }

  /** All declarations of a name, found once: a file may use it thousands of times. */
  #declarations(name: string, owners: ReadonlySet<string>): readonly Declaration[] {
    const byName = this.#declared.get(owners) ?? new Map<string, readonly Declaration[]>();
    this.#declared.set(owners, byName);
    let found = byName.get(name);
    if (found === undefined) {
      found = (this.#words.get(name) ?? []).flatMap((at) => {
        const typed = this.#declaration(at, owners);
        return typed === undefined ? [] : [{ at, typed }];
      });
      byName.set(name, found);
    }
    return found;
  }

  /** What a declaration of a variable says of its type; undefined where the word is no declaration. */
  #declaration(at: number, owners: ReadonlySet<string>): Typed | undefined {
    const [before, after] = [this.#at(at - 1), this.#at(at + 1)];
    if (ACCESS.has(before)) {
      // `self.storage = Storage::new()` declares as well.
      return after === '=' ? this.#typeOfValue(at + 2, owners) : undefined;
    }
    const language = this.#language;
    if (after === ':' && ANNOTATED.has(language)) {
      const region = this.#annotation(at + 2);
      if (this.#typeIn(region[0], region[1], owners) === 'this') return 'this';
      const isLiteral = this.#at(this.#around[at] ?? -1) === '{' && !this.#isDeclaring(this.#around[at] ?? -1);
      const isDeclared = DECLARING.has(before) || before === '(' || before === ',' || before === '|' || !isLiteral;
      return isDeclared ? (this.#hasType(region[0], region[1]) ? 'other' : 'unknown') : undefined;
    }
    if (language === 'Go') {
      if (before === 'range' || after === 'range') return undefined;
      const assign = after === ',' ? this.#assignAfter(at) : at + 1;
      if (this.#at(assign) === ':=' || (this.#at(assign) === '=' && assign === at + 1))
        return this.#at(assign + 1) === 'range' ? 'unknown' : this.#typeOfValue(assign + 1, owners);
      const isParameter = before === '(' || before === ',' || before === 'var' || this.#startsLine(at);
      if (isParameter && (this.#isWord(at + 1) || after === '*' || after === '[' || after === 'map')) {
        if (GO_STATEMENTS.has(this.#at(at)) || this.#newlineAfter(at)) return undefined;
        const end = this.#end(at + 1, /^[,)={;]$/);
        return this.#typeIn(at + 1, end, owners) === 'this' ? 'this' : 'other';
      }
      return undefined;
    }
    if (after === '=' || (language === 'Rust' && after === ':')) {
      if (DECLARING.has(before) || this.#startsLine(at)) return this.#typeOfValue(at + 2, owners);
    }
    if ((before === 'for' || DECLARING.has(before)) && (after === 'in' || after === 'of')) return 'unknown';
    if (before === '|' || after === '=>' || (after === '->' && language !== 'C++' && before === '{')) return 'unknown';
    if (TYPED_BEFORE.has(language)) {
      // `Storage storage = …`, `const Storage& storage`, `List<Storage> storages`.
      const isType = this.#isWord(at - 1) || before === '&' || before === '*' || before === '>';
      if (!isType || !/^[=;,):{]$/.test(after) || NOT_TYPES.has(before)) return undefined;
      let start = at - 1;
      while (start > 0 && start > at - 12 && !/^[(,;{}=]$/.test(this.#at(start - 1))) start--;
      if (this.#typeIn(start, at, owners) === 'this') return 'this';
      if (after === '=' && this.#typeOfValue(at + 2, owners) === 'this') return 'this';
      return this.#hasType(start, at) ? 'other' : 'unknown';
    }
    return undefined;
  }

  /** `a, err := f()`: where the sign of assignment is. */
  #assignAfter(at: number): number {
    for (let index = at + 1; index < at + 8; index++) {
      const sign = this.#at(index);
      if (sign === ':=' || sign === '=') return index;
      if (sign !== ',' && !this.#isWord(index)) break;
    }
    return -1;
  }

  /** What is assigned: a literal or constructor says its type, a cast as well; other calls do not. */
  #typeOfValue(from: number, owners: ReadonlySet<string>): Typed {
    const end = this.#statementEnd(from);
    for (let at = from; at < end; at++) {
      if (!owners.has(this.#at(at)) || this.#isVariable(at)) continue;
      const next = this.#at(at + 1);
      // Not where the type is merely an argument's: `f(Storage{})` gives something else.
      const isOutermost = (this.#around[at] ?? -1) === (this.#around[from] ?? -1);
      const wraps = /^(?:Some|Ok|Arc|Box|create\w*|append|\()$/.test(this.#at(from)) || this.#at(at - 1) === '*';
      if ((isOutermost || wraps) && (/^[{(.>,)]$|^::$/.test(next) || at === end - 1)) return 'this';
    }
    // `Other{`, `&pkg.Other{`, `Other::new(`, `new Other(`.
    let at = from;
    while (/^(?:&|\*|mut|new|await|const)$/.test(this.#at(at))) at++;
    while (this.#isWord(at) && (this.#at(at + 1) === '.' || this.#at(at + 1) === '::')) {
      if (/^[A-Z]/.test(this.#at(at)) && this.#at(at + 1) === '::' && /^(?:new|default)$/.test(this.#at(at + 2)))
        return 'other';
      at += 2;
    }
    return /^[A-Z]/.test(this.#at(at)) && this.#at(at + 1) === '{' ? 'other' : 'unknown';
  }

  /** The tokens of a type behind a colon. */
  #annotation(from: number): readonly [number, number] {
    let at = from;
    for (; at < this.tokens.length && at < from + 40; at++) {
      const sign = this.#at(at);
      if (/^(?:=|;|\{|\)|=>)$/.test(sign)) break;
      if (sign === ',' && !this.#isInAngles(from, at)) break;
      if (sign === '[' || sign === '(') at = Math.max(at, this.#partner[at] ?? at);
      else if (at > from && this.#startsLine(at) && !/^[|&<>.,]$/.test(this.#at(at - 1))) break;
    }
    return [from, at];
  }

  #isInAngles(from: number, to: number): boolean {
    let depth = 0;
    for (let at = from; at < to; at++) {
      if (this.#at(at) === '<') depth++;
      else if (this.#at(at) === '>') depth--;
    }
    return depth > 0;
  }

  #typeIn(from: number, to: number, owners?: ReadonlySet<string>): Typed {
    for (let at = Math.max(0, from); at < to; at++)
      if (this.#isWord(at) && (owners?.has(this.#at(at)) ?? false)) return 'this';
    return 'unknown';
  }

  /** Whether a type of some other name is written there. */
  #hasType(from: number, to: number): boolean {
    for (let at = from; at < to; at++) {
      const word = this.#at(at);
      if (this.#isWord(at) && /^[A-Z]/.test(word) && !WRAPPERS.has(word)) return true;
      if (BASIC.has(word)) return true;
    }
    return false;
  }

  // ---- literals

  /** The type of the literal or call that a bracket opens. */
  #literal(open: number, owners: ReadonlySet<string>, depth: number): Typed {
    if (depth > 4) return 'unknown';
    const before = this.#at(open - 1);
    if (this.#isWord(open - 1)) {
      if (owners.has(before)) return 'this';
      if (before === 'Self') return this.#typeOfSelf(open - 1, owners);
      // `Storage.fromPartial({`, `Storage.with {`, `new Storage(`; `Other {` is another.
      if (ACCESS.has(this.#at(open - 2)) && owners.has(this.#at(open - 3))) return 'this';
      if ((this.#language === 'Go' || /^[A-Z]/.test(before)) && this.#at(open) === '{') return 'other';
      if (this.#at(open) === '(' && this.#hasNamedArguments()) return 'other';
      return 'unknown';
    }
    if (before === '(' || before === ',' || before === ':' || before === '{' || before === '[') {
      const outer = this.#around[open] ?? -1;
      // `create(StorageSchema, {`, `Storage.create({`, `new Storage({`.
      if (outer >= 0 && this.#at(outer) === '(') {
        if (before === ',' && this.#typeIn(outer + 1, open, owners) === 'this') return 'this';
        const callee = this.#literal(outer, owners, depth + 1);
        if (before === '(' && callee !== 'other') return callee;
        return 'unknown';
      }
      // Go leaves the type of elements out: `[]*grpc.Storage{{FsGroup: …}}`, `map[string]*grpc.Storage{"a": {…}}`.
      if (this.#language === 'Go' && outer >= 0 && this.#at(outer) === '{')
        return this.#literal(outer, owners, depth + 1);
      return 'unknown';
    }
    // `const storage: Storage = {`
    if (before === '=') {
      for (let at = open - 2; at > open - 16 && at >= 0; at--) {
        if (/^[;{}]$/.test(this.#at(at))) break;
        if (owners.has(this.#at(at))) return 'this';
        if (DECLARING.has(this.#at(at))) break;
      }
    }
    if (before === '>' || before === ']') return this.#typeIn(open - 8, open, owners);
    return 'unknown';
  }

  /** Whether a bracket holds the members of a type that is being declared, or the parameters of a function. */
  #isDeclaring(open: number): boolean {
    for (let at = open - 1; at >= 0 && at > open - 40; at--) {
      const word = this.#at(at);
      if (word === ';' || word === '}' || word === '{' || word === '=' || word === 'return') return false;
      if (word === ')' && this.#at(open) === '(')
        return this.#language === 'Go' && this.#at((this.#partner[at] ?? 0) - 1) === 'func';
      if (this.#at(open) === '(' ? FUNCTION_KEYWORDS.has(word) : TYPE_KEYWORDS.has(word)) return true;
      if (this.#at(open) === '(' && at < open - 1 && !this.#isWord(at)) {
        if (word !== '>' && word !== '<' && word !== ',' && word !== '.') return false;
      }
      if (this.#at(open) === '{' && word === '(') return false;
    }
    return false;
  }

  // ---- methods of services

  #method(at: number, candidate: Candidate): Use | undefined {
    const { element, owners, requests } = candidate;
    const [before, after] = [this.#at(at - 1), this.#at(at + 1)];
    const mentioned = this.#mentions(owners);
    if (ACCESS.has(before)) {
      const open = this.#call(at);
      const isRequested = open >= 0 && this.#argumentsName(open, requests.size > 0 ? requests : owners);
      const receiver = this.#receiver(at - 1, owners);
      if (isRequested || receiver === 'this') return { does: 'calls', certainty: 'exact' };
      // The receiver may well be of the team's own type that passes the call on.
      if (mentioned && receiver !== 'other' && isTelling(element)) return { does: 'calls', certainty: 'likely' };
      if (mentioned && this.#isClient(at - 1)) return { does: 'calls', certainty: 'likely' };
      return isTelling(element) ? { does: 'calls', certainty: 'name-only' } : undefined;
    }
    if (after === '(' || after === '<') {
      const open = this.#call(at);
      const close = open < 0 ? -1 : (this.#partner[open] ?? -1);
      if (close < 0 || !this.#isDefinition(at, close)) return undefined;
      if (!this.#hasBody(close)) return undefined;
      const header = this.#header(at);
      const isOwners = header !== undefined && this.#typeIn(header[0], header[1], owners) === 'this';
      if (isOwners || this.#argumentsName(open, owners)) return { does: 'implements', certainty: 'exact' };
      return mentioned && isTelling(element) ? { does: 'implements', certainty: 'likely' } : undefined;
    }
    if (after === ':' && (this.#language === 'TypeScript' || this.#language === 'JavaScript')) {
      const open = this.#around[at] ?? -1;
      if (!mentioned || open < 0 || this.#isDeclaring(open)) return undefined;
      return { does: 'implements', certainty: 'likely' };
    }
    // A macro: `impl_agent!(add_swap_path | crate::AddSwapPathRequest | crate::Empty)`.
    if (this.#language === 'Rust' && requests.size > 0 && !this.#isImport(at)) {
      const line = this.lineOf(this.tokens[at]?.start ?? 0);
      for (let index = at + 1; index < at + 12; index++) {
        const token = this.tokens[index];
        if (token === undefined || this.lineOf(token.start) !== line) break;
        if (requests.has(token.text)) return { does: 'names', certainty: 'exact' };
      }
    }
    return undefined;
  }

  /** The bracket of a call's arguments, behind generic ones. */
  #call(at: number): number {
    if (this.#at(at + 1) === '(') return at + 1;
    if (this.#at(at + 1) !== '<' && this.#at(at + 1) !== '::') return -1;
    for (let index = at + 2, depth = 1; index < at + 40; index++) {
      const sign = this.#at(index);
      if (sign === '<') depth++;
      else if (sign === '>') depth--;
      else if (sign === '(' && depth <= 1) return index;
      else if (sign === ';' || sign === '{') return -1;
    }
    return -1;
  }

  /** Whether a request's type is among the arguments, or a variable that is one. */
  #argumentsName(open: number, types: ReadonlySet<string>): boolean {
    const close = this.#partner[open] ?? -1;
    for (let at = open + 1; at < close; at++) {
      if (!this.#isWord(at)) continue;
      if (types.has(this.#at(at))) return true;
      const isPlain = !ACCESS.has(this.#at(at - 1)) && /^[,)]$/.test(this.#at(at + 1));
      if (isPlain && this.#binding(this.#at(at), at - 1, types) === 'this') return true;
    }
    return false;
  }

  #isClient(dot: number): boolean {
    const word = this.#receiverWord(dot);
    return word >= 0 && /client|stub|agent|service/i.test(this.#at(word));
  }

  #isDefinition(at: number, close: number): boolean {
    const before = this.#at(at - 1);
    if (FUNCTION_KEYWORDS.has(before)) return true;
    if (this.#language === 'Go') return before === ')' && this.#at((this.#partner[at - 1] ?? 0) - 1) === 'func';
    if (!TYPED_BEFORE.has(this.#language) && this.#language !== 'TypeScript' && this.#language !== 'JavaScript')
      return false;
    if (NOT_TYPES.has(before)) return false;
    const after = this.#at(close + 1);
    const isTyped = this.#isWord(at - 1) || before === '>' || before === '*' || before === '&' || before === ']';
    const isScript = this.#language === 'TypeScript' || this.#language === 'JavaScript';
    return (
      /^(?:\{|throws|override|const|:|where|final|noexcept)$/.test(after) &&
      (isTyped || (isScript && /^[{};,]$/.test(before)))
    );
  }

  /** A signature without a body declares a method, and implements none. */
  #hasBody(close: number): boolean {
    if (this.#language === 'Python') return true;
    for (let at = close + 1; at < this.tokens.length && at < close + 60; at++) {
      const sign = this.#at(at);
      if (sign === '{') {
        // A method of Go's interfaces has no word `func` in front and does not come here.
        return true;
      }
      if (sign === ';' || sign === '}' || (sign === '=' && this.#at(at + 1) === '0')) return false;
      if (sign === '=' || sign === '=>') return true;
    }
    return false;
  }

  // ---- types and values

  /** Whether a value of the type is made here. */
  #builds(at: number): boolean {
    if (this.#isImport(at)) return false;
    let start = at;
    while (ACCESS.has(this.#at(start - 1)) && this.#isWord(start - 2)) start -= 2;
    const before = this.#at(start - 1);
    const after = this.#at(at + 1);
    if (before === 'new') return true;
    if (before === '(' && this.#at(start - 2) === 'create') return true;
    if (after === '{') {
      const star = before === '*' ? this.#at(start - 2) : before;
      return !NOT_LITERAL.has(before) && star !== ')';
    }
    if (after === '::' || after === '.')
      return /^(?:new|default|from|create|fromPartial|newBuilder|with|decode)$/.test(this.#at(at + 2));
    return (
      after === '(' &&
      (this.#language === 'Python' || this.#language === 'Swift' || this.#language === 'Kotlin') &&
      !NOT_LITERAL.has(before)
    );
  }

  #type(at: number, { element }: Candidate): Use | undefined {
    if (this.#isImport(at) || this.#isDeclared(at)) return undefined;
    const word = this.#at(at);
    // A function's or variable's name.
    if (/^[a-z]/.test(word) && this.#at(at + 1) !== '{' && !word.includes('_')) return undefined;
    const does = this.#builds(at) ? 'builds' : 'names';
    const qualifier = ACCESS.has(this.#at(at - 1)) ? this.#at(at - 2) : '';
    const isQualified = qualifier !== '' && this.#isOfPackage(qualifier, element);
    if (isQualified || word.includes('_')) return { does, certainty: 'exact' };
    if (qualifier !== '' && this.#language === 'Go') return undefined;
    const isDistinct = isTelling(element) && (element.kind === 'service' || this.#mentionsPackage(element));
    return isDistinct
      ? { does, certainty: 'likely' }
      : isTelling(element)
        ? { does, certainty: 'name-only' }
        : undefined;
  }

  #mentionsPackage(element: Element): boolean {
    let mentions = this.#packages.get(element);
    if (mentions === undefined) {
      mentions = [...this.#words.keys()].some((word) => this.#isOfPackage(word, element));
      this.#packages.set(element, mentions);
    }
    return mentions;
  }

  /** A module or alias of generated code: the package's own name, `pb`, `agent_pb2`, `protocols`. */
  #isOfPackage(word: string, { package: scope, messages }: Element): boolean {
    if (messages.includes(word)) return true;
    const last = scope.slice(scope.lastIndexOf('.') + 1);
    return (
      (last !== '' && word.toLowerCase().replaceAll('_', '') === last.toLowerCase().replaceAll('_', '')) ||
      /pb\d?(?:_grpc)?$|^proto(?:s|cols?)?$/i.test(word)
    );
  }

  #variant(at: number, { identifier, element, owners }: Candidate): Use | undefined {
    if (this.#isImport(at)) return undefined;
    const { does } = identifier;
    if (ACCESS.has(this.#at(at - 1))) {
      const qualifier = this.#at(at - 2);
      if (owners.has(qualifier)) return { does, certainty: 'exact' };
      // `.paid` of Swift has its type from elsewhere; `pb.ORDER_STATE_PAID`, `Order.KIND_GIFT`.
      const isModule = this.#isOfPackage(qualifier, element);
      if (isModule && (this.#language === 'Python' || this.#language === 'C++')) return { does, certainty: 'exact' };
      return undefined;
    }
    const isLoud = /^[A-Z][A-Z\d]*_[A-Z\d_]+$/.test(identifier.text);
    if (!isLoud || this.#at(at + 1) === ':' || this.#at(at + 1) === '=' || this.#isDeclared(at)) return undefined;
    return { does, certainty: this.#mentions(owners) ? 'likely' : 'name-only' };
  }

  /** `HasField("fs_group")`, `case: "fsGroup"`, and the path of a method. */
  #quoted(at: number, { identifier, element, owners }: Candidate): Use | undefined {
    if (element.kind === 'method') return { does: identifier.does, certainty: 'exact' };
    const before = this.#at(at - 1);
    if (this.#language === 'Python') {
      if (before === '(' && /^(?:HasField|ClearField|WhichOneof)$/.test(this.#at(at - 2))) {
        const certainty = this.#certain(this.#receiver(at - 3, owners), at - 3, {
          element,
          identifier,
          owners,
          requests: owners,
        });
        const does = this.#at(at - 2) === 'ClearField' ? 'sets' : 'reads';
        return certainty && { does, certainty };
      }
      return undefined;
    }
    if (!this.#mentions(owners) || element.owner === undefined) return undefined;
    if (before === ':' && this.#at(at - 2) === 'case') return { does: 'sets', certainty: 'likely' };
    if (
      before === 'case' ||
      (/^==/.test(before) && this.#at(at - 2) === 'case') ||
      (before === '=' && this.#at(at - 3) === 'case')
    )
      return { does: 'reads', certainty: 'likely' };
    return undefined;
  }

  /** The name of something that is being declared. */
  #isDeclared(at: number): boolean {
    return TYPE_KEYWORDS.has(this.#at(at - 1)) || FUNCTION_KEYWORDS.has(this.#at(at - 1));
  }

  #isImport(at: number): boolean {
    for (let index = at; index >= 0 && index > at - 400; index--) {
      const word = this.#at(index);
      if (word === ';' || word === '=' || word === ')') return false;
      if (word === '}' && index < at) return false;
      if (IMPORTS.has(word) && (index === 0 || this.#startsLine(index) || this.#at(index - 1) === 'pub')) {
        // Python's and Kotlin's end with their line.
        const ends = this.#language === 'Python' || this.#language === 'Kotlin' || this.#language === 'Swift';
        if (!ends) return true;
        const [from, to] = [this.tokens[index]?.start ?? 0, this.tokens[at]?.start ?? 0];
        return !this.#text.slice(from, to).includes('\n') || this.#text.slice(from, to).includes('(');
      }
    }
    return false;
  }

  // ---- small questions

  #isAssigned(at: number): boolean {
    let next = at + 1;
    if (this.#at(next) === '[') next = (this.#partner[next] ?? next) + 1;
    return /^(?:=|\+=|-=|\*=|\/=|\|=|&=)$/.test(this.#at(next)) || this.#at(next) === '++';
  }

  #hasNamedArguments(): boolean {
    return (
      this.#language === 'Python' ||
      this.#language === 'Kotlin' ||
      this.#language === 'C#' ||
      this.#language === 'Swift'
    );
  }

  #startsLine(at: number): boolean {
    const [last, token] = [this.tokens[at - 1], this.tokens[at]];
    if (token === undefined) return false;
    return last === undefined || this.#text.slice(last.start + last.text.length, token.start).includes('\n');
  }

  #newlineAfter(at: number): boolean {
    return this.#startsLine(at + 1);
  }

  /** The first of some signs at the same depth. */
  #end(from: number, signs: RegExp): number {
    for (let at = from; at < this.tokens.length; at++) {
      const sign = this.#at(at);
      if (signs.test(sign)) return at;
      if (at > from && this.#language === 'Go' && this.#startsLine(at)) return at;
      if (sign === '(' || sign === '[') at = Math.max(at, this.#partner[at] ?? at);
    }
    return this.tokens.length;
  }

  #statementEnd(from: number): number {
    const depth = this.#around[from] ?? -1;
    for (let at = from; at < this.tokens.length && at < from + 400; at++) {
      const sign = this.#at(at);
      if (sign === ';' && this.#around[at] === depth) return at;
      if ((sign === ')' || sign === '}' || sign === ']') && (this.#partner[at] ?? -1) < from) return at;
      if (
        at > from &&
        this.#around[at] === depth &&
        this.#startsLine(at) &&
        !/^[.?+|&]|^->$/.test(sign) &&
        LINES.has(this.#language)
      )
        return at;
    }
    return Math.min(this.tokens.length, from + 400);
  }

  #rustTests(): (readonly [number, number])[] {
    const found: (readonly [number, number])[] = [];
    for (const at of this.#words.get('cfg') ?? []) {
      if (this.#at(at + 1) !== '(' || this.#at(at + 2) !== 'test') continue;
      for (let index = at + 4; index < at + 16; index++) {
        if (this.#at(index) !== '{') continue;
        const close = this.#partner[index] ?? -1;
        found.push([this.tokens[at]?.start ?? 0, this.tokens[close]?.start ?? this.#text.length]);
        break;
      }
    }
    return found;
  }
}

/** Whether a name says enough by itself: of two words at least, and no other message has one like it. */
function isTelling({ name, shared, kind }: Element): boolean {
  if (shared) return false;
  return kind === 'method' || kind === 'message' || kind === 'enum' || kind === 'service'
    ? /[a-z\d][A-Z]|_/.test(name)
    : /[a-z\d][A-Z]|[A-Za-z\d]_[A-Za-z]/.test(name);
}

const ACCESS: ReadonlySet<string> = new Set(['.', '->', '?.', '?->', '!.', '::']);
const SELF: ReadonlySet<string> = new Set(['self', 'this', 'cls']);
const TYPE_KEYWORDS: ReadonlySet<string> = new Set(
  'struct class interface trait impl enum union record type protocol extension object message'.split(' '),
);
const FUNCTION_KEYWORDS: ReadonlySet<string> = new Set(['fn', 'func', 'fun', 'def', 'function', 'init']);
const DECLARING: ReadonlySet<string> = new Set([
  'let',
  'var',
  'val',
  'const',
  'mut',
  'ref',
  'auto',
  'final',
  'static',
  'pub',
]);
const NOT_TYPES: ReadonlySet<string> = new Set(
  'return new await throw case in is as else delete yield not and or if while typeof'.split(' '),
);
const NOT_LITERAL: ReadonlySet<string> = new Set(
  '-> for impl struct class interface trait extends implements enum type match while if in : as dyn where'.split(' '),
);
const GO_STATEMENTS: ReadonlySet<string> = new Set(
  'return go defer case if else for switch select func type var const package import'.split(' '),
);
const IMPORTS: ReadonlySet<string> = new Set(['import', 'use', 'using', 'from', 'require', 'package']);
/** Types around the one that matters. */
const WRAPPERS: ReadonlySet<string> = new Set(
  'Vec Option Some Arc Rc Box Mutex RwLock Result List Map HashMap Optional Array Iterator Sequence Promise Self Any Object T RepeatedField MessageField SingularPtrField'.split(
    ' ',
  ),
);
const BASIC: ReadonlySet<string> = new Set(
  'string str String int int32 int64 uint32 uint64 i8 i16 i32 i64 u8 u16 u32 u64 usize isize bool boolean number float double bytes byte char error'.split(
    ' ',
  ),
);
const ANNOTATED: ReadonlySet<Language> = new Set(['Rust', 'TypeScript', 'Kotlin', 'Python', 'Swift']);
const TYPED_BEFORE: ReadonlySet<Language> = new Set(['Java', 'C++', 'C#']);
const HAS_SHORTHAND: ReadonlySet<Language> = new Set(['Rust', 'TypeScript', 'JavaScript']);
/** Languages in which a statement ends with its line. */
const LINES: ReadonlySet<Language> = new Set(['Go', 'Kotlin', 'Python', 'Swift', 'JavaScript', 'TypeScript']);
