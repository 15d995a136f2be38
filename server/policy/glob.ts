/**
 * Compiles a glob to an automaton that reads each character of a path once. A regular expression could backtrack for
 * hours.
 *
 * - `*` and `?` match within one part of a path.
 * - `**` as a whole part matches any number of parts.
 * - `[a-z]` and `[!a-z]` match one character except `/`.
 * - `{a,b}c` means `ac` or `bc`.
 * - `\` escapes the next character. Names with a leading dot are not special.
 * @throws Error if the glob is not valid; `globProblem` says why
 */
export function globMatcher(glob: string): (path: string) => boolean {
  const globs = new Parser(glob).parse();
  const automaton = new Automaton(globs.map((tokens) => firstState(partsOf(tokens))));
  return (path) => automaton.matches(path);
}

/** What is wrong, for the parentheses in a message; undefined if the glob is valid. */
export function globProblem(glob: string): string | undefined {
  try {
    new Parser(glob).parse();
    return undefined;
  } catch (error) {
    if (error instanceof InvalidGlob) return error.message;
    throw error;
  }
}

export function literalGlob(path: string): string {
  return path.replace(/[\\*?[\]{}!]/g, '\\$&');
}

class InvalidGlob extends Error {}

interface Character {
  readonly kind: 'character';
  readonly is: (character: string) => boolean;
  readonly isSlash: boolean;
}

type Token = Character | { readonly kind: 'star' };

type Part =
  | Character
  /** `*`, and `**` that is not a whole part. */
  | { readonly kind: 'star' }
  /** `**` as a whole part that no slash follows. */
  | { readonly kind: 'rest' }
  /** `**` as a whole part, with the slash behind it. */
  | { readonly kind: 'folders' };

class Parser {
  readonly #characters: readonly string[];
  #at = 0;
  #depth = 0;
  #tokens = 0;

  constructor(glob: string) {
    this.#characters = Array.from(glob);
  }

  /** @returns globs without braces. */
  parse(): readonly (readonly Token[])[] {
    return this.#globs();
  }

  /** Parses up to the end of the glob or, inside braces, of the alternative. */
  #globs(): Token[][] {
    let globs: Token[][] = [[]];
    for (;;) {
      const character = this.#characters[this.#at];
      if (character === undefined || (this.#depth > 0 && (character === ',' || character === '}'))) return globs;
      this.#at++;
      if (character === '{') {
        const alternatives = this.#braces();
        globs = globs.flatMap((glob) => alternatives.map((alternative) => this.#joined(glob, alternative)));
      } else {
        const token = this.#token(character);
        this.#count(globs.length);
        for (const glob of globs) glob.push(token);
      }
    }
  }

  #token(character: string): Token {
    switch (character) {
      case '*':
        return { kind: 'star' };
      case '?':
        return { kind: 'character', is: (given) => given !== '/', isSlash: false };
      case '[':
        return { kind: 'character', is: this.#class(), isSlash: false };
      case ']':
      case '}':
        throw new InvalidGlob(`"${character}" closes nothing; write "\\${character}" for the character itself`);
      case '\\':
        return literal(this.#escaped());
      default:
        return literal(character);
    }
  }

  /** Parses the rest of `[a-z]`. */
  #class(): (character: string) => boolean {
    const first = this.#characters[this.#at];
    const negated = first === '!' || first === '^';
    if (negated) this.#at++;
    const ranges: { from: string; to: string }[] = [];
    const start = this.#at;
    for (;;) {
      let from = this.#characters[this.#at++];
      if (from === undefined) throw new InvalidGlob('"[" is not closed');
      // A class cannot be empty, so a closing bracket at its beginning is a literal character.
      if (from === ']' && this.#at - 1 > start) break;
      if (from === '\\') from = this.#escaped();
      let to = from;
      const end = this.#characters[this.#at + 1];
      if (this.#characters[this.#at] === '-' && end !== undefined && end !== ']') {
        this.#at += 2;
        to = end === '\\' ? this.#escaped() : end;
      }
      ranges.push({ from, to });
    }
    return (character) => character !== '/' && negated !== ranges.some((range) => within(character, range));
  }

  #braces(): Token[][] {
    if (++this.#depth > DEEPEST) throw new InvalidGlob(`braces are nested more than ${DEEPEST} deep`);
    const start = this.#at;
    const alternatives = [this.#globs()];
    while (this.#characters[this.#at] === ',') {
      this.#at++;
      alternatives.push(this.#globs());
    }
    const inside = this.#characters.slice(start, this.#at).join('');
    if (this.#characters[this.#at++] !== '}') throw new InvalidGlob('"{" is not closed');
    this.#depth--;
    const globs = alternatives.flat();
    if (alternatives.length > 1) return globs;
    if (inside.includes('..')) throw new InvalidGlob(`write "[1-3]" or "{1,2,3}" instead of a range in braces`);
    // As in a shell, braces around a single alternative are literal characters.
    return globs.map((glob) => [literal('{'), ...glob, literal('}')]);
  }

  #joined(a: readonly Token[], b: readonly Token[]): Token[] {
    this.#count(1 + a.length + b.length);
    return [...a, ...b];
  }

  #count(added: number): void {
    this.#tokens += added;
    if (this.#tokens > MOST_TOKENS) throw new InvalidGlob('it is too long, or has too many combinations of braces');
  }

  #escaped(): string {
    const character = this.#characters[this.#at++];
    if (character === undefined) throw new InvalidGlob('nothing follows the "\\" at its end');
    return character;
  }
}

const DEEPEST = 20;
const MOST_TOKENS = 10_000;

function literal(expected: string): Character {
  return { kind: 'character', is: (given) => given === expected, isSlash: expected === '/' };
}

function partsOf(tokens: readonly Token[]): readonly Part[] {
  const parts: Part[] = [];
  const isBoundary = (token: Token | undefined): boolean =>
    token === undefined || (token.kind === 'character' && token.isSlash);
  for (let at = 0; at < tokens.length;) {
    const start = at;
    while (tokens[at]?.kind === 'star') at++;
    const next = tokens[at];
    if (at - start === 2 && isBoundary(tokens[start - 1]) && isBoundary(next)) {
      parts.push({ kind: next === undefined ? 'rest' : 'folders' });
      at++;
    } else if (at > start) parts.push({ kind: 'star' });
    else if (next !== undefined) {
      parts.push(next);
      at++;
    }
  }
  return parts;
}

function within(character: string, { from, to }: { readonly from: string; readonly to: string }): boolean {
  const code = character.codePointAt(0) ?? 0;
  return code >= (from.codePointAt(0) ?? 0) && code <= (to.codePointAt(0) ?? 0);
}

/** Without `is`, a state reads no character. */
interface State {
  readonly is?: (character: string) => boolean;
  next: readonly State[];
}

const MATCHED: State = { next: [] };

/** Thompson's construction (https://swtch.com/~rsc/regexp/regexp1.html), from the end of the glob to its beginning. */
function firstState(parts: readonly Part[]): State {
  return parts.reduceRight((next, part) => stateFor(part, next), MATCHED);
}

function stateFor(part: Part, next: State): State {
  switch (part.kind) {
    case 'character':
      return { is: part.is, next: [next] };
    case 'star':
      return repeated(isNoSlash, next);
    case 'rest':
      return repeated(() => true, next);
    case 'folders': {
      const start: State = { next: [] };
      const slash: State = { is: (character) => character === '/', next: [start] };
      start.next = [next, repeated(isNoSlash, slash)];
      return start;
    }
  }
}

function repeated(is: (character: string) => boolean, next: State): State {
  const start: State = { next: [] };
  start.next = [next, { is, next: [start] }];
  return start;
}

function isNoSlash(character: string): boolean {
  return character !== '/';
}

/** The states in which an automaton can be after some characters. */
interface Position {
  readonly states: ReadonlySet<State>;
  /** By the next character. */
  readonly after: Map<string, Position>;
}

/** Keeps the positions of earlier paths, because following one state after another takes ten times as long. */
class Automaton {
  readonly #first: readonly State[];
  readonly #numbers: ReadonlyMap<State, number>;
  readonly #known = new Map<string, Position>();
  #start: Position | undefined;
  #kept = 0;

  constructor(first: readonly State[]) {
    this.#first = first;
    const all = new Set(first);
    // This loop also visits the states that it adds, like the one in `entered`.
    for (const state of all) for (const next of state.next) all.add(next);
    this.#numbers = new Map([...all].map((state, index) => [state, index]));
  }

  matches(path: string): boolean {
    // The number of possible positions is exponential.
    if (this.#kept > MOST_KEPT) {
      this.#known.clear();
      this.#start = undefined;
      this.#kept = 0;
    }
    let position = (this.#start ??= this.#positionIn(this.#first));
    for (const character of path) {
      position = position.after.get(character) ?? this.#step(position, character);
      if (position.states.size === 0) return false;
    }
    return position.states.has(MATCHED);
  }

  #step({ states, after }: Position, character: string): Position {
    const open: State[] = [];
    for (const state of states) if (state.is?.(character) === true) open.push(...state.next);
    const next = this.#positionIn(open);
    if (this.#kept <= MOST_KEPT) after.set(character, next);
    return next;
  }

  #positionIn(open: readonly State[]): Position {
    const states = entered(open);
    if (this.#kept > MOST_KEPT) return { states, after: new Map() };
    const key = Array.from(states, (state) => this.#numbers.get(state))
      .sort()
      .join();
    const same = this.#known.get(key);
    if (same !== undefined) return same;
    const position = { states, after: new Map<string, Position>() };
    this.#known.set(key, position);
    this.#kept += states.size;
    return position;
  }
}

/** States, in all positions of one automaton. */
const MOST_KEPT = 100_000;

/** With the states that follow without a character. */
function entered(states: readonly State[]): ReadonlySet<State> {
  const all = new Set(states);
  for (const state of all) if (state.is === undefined) for (const next of state.next) all.add(next);
  return all;
}
