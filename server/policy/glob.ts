/**
 * An automaton reads each character of a path once. A regular expression with several wildcards would backtrack, which could take hours.
 *
 * - `*` and `?` match within one part of a path.
 * - `**` as a whole part matches any number of parts. Braces and their commas bound a part, too.
 * - `[a-z]` and `[!a-z]` match one character except `/`.
 * - `{a,b}` matches one of several alternatives.
 * - `\` escapes the next character. Names with a leading dot are not special.
 * @throws Error if the glob is not valid; `globProblem` says why
 */
export function globMatcher(glob: string): (path: string) => boolean {
  const parsed = new Parser(glob).parse();
  return matcherOf(new Compiler().compile(parsed));
}

/** Words for a message, which puts them in parentheses; undefined if the glob is valid. */
export function globProblem(glob: string): string | undefined {
  try {
    new Parser(glob).parse();
    return undefined;
  } catch (error) {
    if (error instanceof InvalidGlob) return error.message;
    throw error;
  }
}

/** A glob that matches exactly this path. */
export function literalGlob(path: string): string {
  return path.replace(/[\\*?[\]{}!]/g, '\\$&');
}

class InvalidGlob extends Error {}

type Part =
  | { readonly kind: 'character'; readonly is: (character: string) => boolean }
  /** `*`, and `**` that is not a whole part: any number of characters except `/`. */
  | { readonly kind: 'star' }
  /** `**` as a whole part that no slash follows: any number of characters. */
  | { readonly kind: 'rest' }
  /** `**` as a whole part, with the slash behind it: any number of whole parts, each with its slash. */
  | { readonly kind: 'folders' }
  | { readonly kind: 'alternatives'; readonly alternatives: readonly (readonly Part[])[] };

class Parser {
  readonly #characters: readonly string[];
  #at = 0;
  #depth = 0;

  constructor(glob: string) {
    // Paths are matched by code points, too.
    this.#characters = Array.from(glob);
  }

  parse(): readonly Part[] {
    return this.#parts();
  }

  /** Parses up to the end of the glob or, inside braces, up to the end of the alternative. */
  #parts(): Part[] {
    const parts: Part[] = [];
    for (;;) {
      const character = this.#characters[this.#at];
      if (character === undefined || (this.#depth > 0 && (character === ',' || character === '}'))) return parts;
      this.#at++;
      switch (character) {
        case '*':
          parts.push(this.#star());
          break;
        case '?':
          parts.push({ kind: 'character', is: (given) => given !== '/' });
          break;
        case '[':
          parts.push({ kind: 'character', is: this.#class() });
          break;
        case '{':
          parts.push(...this.#braces());
          break;
        case ']':
        case '}':
          throw new InvalidGlob(`"${character}" closes nothing; write "\\${character}" for the character itself`);
        case '\\':
          parts.push(literal(this.#escaped()));
          break;
        default:
          parts.push(literal(character));
      }
    }
  }

  #star(): Part {
    const start = this.#at - 1;
    while (this.#characters[this.#at] === '*') this.#at++;
    const next = this.#characters[this.#at];
    const inside = this.#depth > 0;
    const isWhole =
      this.#at - start === 2 && isBoundary(this.#characters[start - 1], inside) && isBoundary(next, inside);
    if (!isWhole) return { kind: 'star' };
    if (next !== '/') return { kind: 'rest' };
    this.#at++;
    return { kind: 'folders' };
  }

  /** Parses the rest of `[a-z]`. A class never matches `/`. */
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

  #braces(): Part[] {
    if (++this.#depth > DEEPEST) throw new InvalidGlob(`braces are nested more than ${DEEPEST} deep`);
    const start = this.#at;
    const alternatives = [this.#parts()];
    while (this.#characters[this.#at] === ',') {
      this.#at++;
      alternatives.push(this.#parts());
    }
    const inside = this.#characters.slice(start, this.#at).join('');
    if (this.#characters[this.#at++] !== '}') throw new InvalidGlob('"{" is not closed');
    this.#depth--;
    const [only = []] = alternatives;
    if (alternatives.length > 1) return [{ kind: 'alternatives', alternatives }];
    if (inside.includes('..')) throw new InvalidGlob(`write "[1-3]" or "{1,2,3}" instead of a range in braces`);
    // As in a shell, braces around a single alternative are literal characters.
    return [literal('{'), ...only, literal('}')];
  }

  #escaped(): string {
    const character = this.#characters[this.#at++];
    if (character === undefined) throw new InvalidGlob('nothing follows the "\\" at its end');
    return character;
  }
}

const DEEPEST = 20;

function literal(expected: string): Part {
  return { kind: 'character', is: (given) => given === expected };
}

function isBoundary(character: string | undefined, insideBraces: boolean): boolean {
  return character === undefined || character === '/' || (insideBraces && /[{,}]/.test(character));
}

function within(character: string, { from, to }: { readonly from: string; readonly to: string }): boolean {
  const code = character.codePointAt(0) ?? 0;
  return code >= (from.codePointAt(0) ?? 0) && code <= (to.codePointAt(0) ?? 0);
}

/** A state with `is` reads one matching character. A state without `is` reads nothing and goes to all of `next`. */
interface State {
  readonly is?: (character: string) => boolean;
  next: readonly number[];
}

/** Thompson's construction (https://swtch.com/~rsc/regexp/regexp1.html), from the end of the glob to its beginning. */
class Compiler {
  readonly #states: State[] = [{ next: [] }];

  /** Returns the states of the automaton. It starts in the last one and has matched in state 0. */
  compile(parts: readonly Part[]): readonly State[] {
    this.#add({ next: [this.#sequence(parts, 0)] });
    return this.#states;
  }

  #sequence(parts: readonly Part[], end: number): number {
    return parts.reduceRight((next, part) => this.#part(part, next), end);
  }

  #part(part: Part, next: number): number {
    switch (part.kind) {
      case 'character':
        return this.#add({ is: part.is, next: [next] });
      case 'star':
        return this.#loop((character) => character !== '/', next);
      case 'rest':
        return this.#loop(() => true, next);
      case 'folders': {
        const again: State = { next: [] };
        const start = this.#add(again);
        const slash = this.#add({ is: (character) => character === '/', next: [start] });
        again.next = [next, this.#loop((character) => character !== '/', slash)];
        return start;
      }
      case 'alternatives':
        return this.#add({ next: part.alternatives.map((parts) => this.#sequence(parts, next)) });
    }
  }

  #loop(is: (character: string) => boolean, next: number): number {
    const again: State = { next: [] };
    const start = this.#add(again);
    again.next = [next, this.#add({ is, next: [start] })];
    return start;
  }

  #add(state: State): number {
    return this.#states.push(state) - 1;
  }
}

/** The states in which an automaton can be after some characters. */
interface Position {
  /** Only those that read a character. */
  readonly reading: readonly number[];
  readonly matched: boolean;
  /** A cache of the position after one more character. */
  readonly after: Map<string, Position>;
}

function matcherOf(states: readonly State[]): (path: string) => boolean {
  const known = new Map<string, Position>();
  const positionAt = (entered: readonly number[]): Position => {
    const seen = new Set<number>();
    const open = [...entered];
    for (let state = open.pop(); state !== undefined; state = open.pop()) {
      if (seen.has(state)) continue;
      seen.add(state);
      if (states[state]?.is === undefined) open.push(...(states[state]?.next ?? []));
    }
    const reading = [...seen].filter((state) => states[state]?.is !== undefined).sort((a, b) => a - b);
    const matched = seen.has(0);
    const key = `${reading.join(' ')} ${matched}`;
    const same = known.get(key);
    if (same !== undefined) return same;
    const position = { reading, matched, after: new Map<string, Position>() };
    known.set(key, position);
    return position;
  };
  const step = (position: Position, character: string): Position => {
    const kept = position.after.get(character);
    if (kept !== undefined) return kept;
    const next = positionAt(
      position.reading.flatMap((index) => {
        const state = states[index];
        return state?.is?.(character) === true ? state.next : [];
      }),
    );
    if (position.after.size < MOST_KEPT) position.after.set(character, next);
    return next;
  };
  let start: Position | undefined;
  return (path) => {
    // The number of possible positions is exponential.
    if (known.size > MOST_KEPT) {
      known.clear();
      start = undefined;
    }
    let position = (start ??= positionAt([states.length - 1]));
    for (const character of path) {
      position = step(position, character);
      if (position.reading.length === 0 && !position.matched) return false;
    }
    return position.matched;
  };
}

/** Limits the caches of a glob. */
const MOST_KEPT = 1000;
