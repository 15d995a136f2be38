import { type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import { lineStartsOf, rangeOf } from '../proto/position.ts';
import { list } from '../rules/words.ts';
import { globProblem } from './glob.ts';
import { nearest } from './nearest.ts';
import type { FileProblem, Range } from './result.ts';

/** What a value may be: the part of JSON Schema that the configuration needs. */
export interface Shape {
  /** One sentence: what it means. */
  readonly description?: string;
  readonly type?: 'string' | 'boolean' | 'integer' | 'array' | 'object';
  readonly enum?: readonly string[];
  /** One sentence per entry of `enum`. */
  readonly enumDescriptions?: readonly string[];
  readonly anyOf?: readonly Shape[];
  readonly format?: Format;
  readonly pattern?: string;
  /** What is asked for, in words that are better than the list of values or the pattern. */
  readonly patternErrorMessage?: string;
  readonly minLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: Shape;
  readonly minItems?: number;
  readonly properties?: Readonly<Record<string, Shape>>;
  /** For members without an entry in `properties`; `false` forbids them. */
  readonly additionalProperties?: Shape | false;
  readonly required?: readonly string[];
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
}

/** Checks that JSON Schema has no word for; editors ignore them. */
type Format = 'glob' | 'tag-pattern' | 'relative-path';

/**
 * Reads JSON with comments and trailing commas along the shape of an object. Never throws: what does not fit is left out, and said
 * with its place and what happens without it.
 * @param file its path, as it appears in the problems.
 * @param before what counts for members that cannot be read, instead of their defaults.
 * @returns `places` says where each object of the value and, by its name, each member of the whole stands in the text.
 */
export function readShape(
  text: string,
  file: string,
  shape: Shape,
  before?: object,
): { value: object; problems: FileProblem[]; places: ReadonlyMap<object | string, Range> } {
  const reader = new Reader(text, file, before && new Map(Object.entries(before)));
  return { value: reader.document(shape), problems: reader.problems, places: reader.places };
}

/** Walks the parsed text along a shape, keeps what fits and says what does not. */
class Reader {
  readonly problems: FileProblem[] = [];
  readonly places = new Map<object | string, Range>();
  readonly #text: string;
  readonly #file: string;
  readonly #before: ReadonlyMap<string, unknown> | undefined;
  readonly #lineStarts: readonly number[];

  constructor(text: string, file: string, before: ReadonlyMap<string, unknown> | undefined) {
    this.#text = text;
    this.#file = file;
    this.#before = before;
    this.#lineStarts = lineStartsOf(text);
  }

  document(shape: Shape): object {
    const otherwise = this.#before === undefined ? 'all defaults are used' : 'all stays as it was';
    const errors: ParseError[] = [];
    let root: Node | undefined;
    try {
      // A byte order mark is no JSON, but some editors write one; a space keeps the offsets.
      const text = this.#text.replace(/^\uFEFF/, ' ');
      if (/^\s*$/.test(text)) return {};
      root = parseTree(text, errors, { allowTrailingComma: true });
    } catch (error) {
      // The parser recurses, so absurdly nested text exhausts the stack.
      if (!(error instanceof RangeError)) throw error;
      this.#report(0, 1, `The configuration is nested too deeply to be read; ${otherwise}.`);
      return {};
    }
    let line = -1;
    for (const error of errors) {
      // One mistake makes the parser stumble several times; the first on a line is the one to mend.
      const { start } = this.#range(error.offset, error.offset);
      if (start.line === line) continue;
      line = start.line;
      this.#report(
        error.offset,
        error.length,
        `${SYNTAX[printParseErrorCode(error.error)] ?? 'This is no valid JSON'}; what can be read is used.`,
      );
    }
    if (root === undefined) return {};
    const value = this.#value(root, shape, '', otherwise);
    return typeof value === 'object' ? value : {};
  }

  /**
   * The value if it fits, without the parts that do not; else undefined, and said.
   * @param path the value's name for messages: `policy`, `accept[0].rule`; empty for the file.
   * @param otherwise what happens without it.
   */
  #value(node: Node, shape: Shape, path: string, otherwise: string): string | number | boolean | object | undefined {
    if (shape.anyOf) {
      const fitting = shape.anyOf.find((option) => typeOf(option) === jsonType(node));
      if (fitting) return this.#value(node, fitting, path, otherwise);
    } else if (typeOf(shape) === jsonType(node)) {
      if (shape.type === 'array') return this.#array(node, shape, path, otherwise);
      if (shape.type === 'object') return this.#object(node, shape, path, otherwise);
      const value = node.value as string | number | boolean; // jsonType says that it is one of these.
      const wrong = misfit(value, shape);
      if (wrong === undefined) return value;
      this.#report(node.offset, node.length, `${quote(path)} ${wrong}; ${otherwise}.`);
      return undefined;
    }
    const subject = path === '' ? 'The configuration' : quote(path);
    this.#report(
      node.offset,
      node.length,
      `${subject} must be ${describe(shape)}, not ${this.#shown(node)}; ${otherwise}.`,
    );
    return undefined;
  }

  #array(node: Node, shape: Shape, path: string, otherwise: string): unknown[] | undefined {
    const values: unknown[] = [];
    for (const [index, child] of (node.children ?? []).entries()) {
      const value = this.#value(child, shape.items ?? {}, `${path}[${index}]`, 'this entry is left out');
      if (value !== undefined) values.push(value);
    }
    if (values.length < (shape.minItems ?? 0)) {
      this.#report(node.offset, node.length, `${quote(path)} names nothing; ${otherwise}.`);
      return undefined;
    }
    return values;
  }

  #object(node: Node, shape: Shape, path: string, otherwise: string): object | undefined {
    const known = new Map(Object.entries(shape.properties ?? {}));
    const values = new Map<string, unknown>();
    for (const property of node.children ?? []) {
      const [key, child] = property.children ?? [];
      if (!key || !child) continue; // Half typed; the syntax error has been reported.
      const name = String(key.value);
      const member = path === '' ? name : `${path}.${name}`;
      const memberShape = known.get(name) ?? shape.additionalProperties;
      if (memberShape === undefined || memberShape === false) {
        this.#report(
          key.offset,
          key.length,
          `There is no option ${quote(member)}${nearest(name, [...known.keys()])}; it is ignored.`,
        );
        continue;
      }
      if (values.has(name))
        this.#report(key.offset, key.length, `${quote(member)} is given twice; the last one counts.`);
      const isTop = path === '';
      const before = isTop ? this.#before?.get(name) : undefined;
      const without =
        before === undefined
          ? withoutIt(memberShape, shape, name, isTop, otherwise)
          : `it stays ${JSON.stringify(before)}`;
      const value = this.#value(child, memberShape, member, without);
      if (value === undefined) values.delete(name);
      else values.set(name, value);
      if (isTop) this.places.set(name, this.#range(child.offset, child.offset + child.length));
    }
    const missing = (shape.required ?? []).filter((name) => !values.has(name));
    if (missing.length > 0) {
      const absent = missing.filter(
        (name) => !node.children?.some((property) => property.children?.[0]?.value === name),
      );
      // One that is there but wrong has been reported, with the same consequence.
      if (absent.length > 0) {
        this.#report(node.offset, node.length, `${quote(path)} needs ${list(absent.map(quote), 'and')}; ${otherwise}.`);
      }
      return undefined;
    }
    // From a Map, so that a member named `__proto__` is a member like any other.
    const object = Object.fromEntries(values);
    this.places.set(object, this.#range(node.offset, node.offset + node.length));
    return object;
  }

  #shown(node: Node): string {
    if (node.type === 'array') return 'a list';
    if (node.type === 'object') return 'an object';
    const text = this.#text.slice(node.offset, node.offset + node.length);
    return text.length > 60 ? `${text.slice(0, 57)}…` : text;
  }

  #report(offset: number, length: number, message: string): void {
    this.problems.push({ kind: 'settings', file: this.#file, range: this.#range(offset, offset + length), message });
  }

  #range(start: number, end: number): Range {
    return rangeOf({ lineStarts: this.#lineStarts }, { start, end });
  }
}

/** What happens when a member does not fit: only a member that the object can do without has a default. */
function withoutIt(member: Shape, parent: Shape, name: string, isTop: boolean, otherwise: string): string {
  if (parent.required?.includes(name)) return otherwise;
  if (member.default !== undefined) return `the default, ${JSON.stringify(member.default)}, is used`;
  return isTop ? 'it is left unset' : 'it is ignored';
}

/** What is wrong with a value of the right type, or undefined. */
function misfit(value: string | number | boolean, shape: Shape): string | undefined {
  if (typeof value === 'number') {
    const { minimum = -Infinity, maximum = Infinity } = shape;
    const fits = Number.isInteger(value) && value >= minimum && value <= maximum;
    return fits ? undefined : `must be ${describe(shape)}, not ${value}`;
  }
  if (typeof value !== 'string') return undefined;
  if (shape.enum && !shape.enum.includes(value)) {
    return `must be ${describe(shape)}, not ${quote(value)}${nearest(value, shape.enum)}`;
  }
  if (value.length < (shape.minLength ?? 0)) return 'must not be empty';
  if (shape.pattern !== undefined && !new RegExp(shape.pattern).test(value)) {
    return `must be ${describe(shape)}, not ${quote(value)}`;
  }
  return shape.format && FORMATS[shape.format](value);
}

const FORMATS: Readonly<Record<Format, (value: string) => string | undefined>> = {
  glob(value) {
    if (value.replace(/^!/, '') === '') return 'must not be empty';
    if (value.length > 1000) return 'is longer than the 1,000 characters that a pattern may have';
    // No portable name holds `*` or `?`, so only brackets have a reason to be escaped.
    if (/\\(?![[\](){}!\\])/.test(value)) return FORWARD_SLASHES;
    const problem = globProblem(value.replace(/^!/, ''));
    return problem === undefined ? undefined : `is no valid glob (${problem})`;
  },
  'tag-pattern'(value) {
    if (value.length > 1000) return 'is longer than the 1,000 characters that a pattern may have';
    try {
      new RegExp(value, 'u');
    } catch (error) {
      return `is no valid regular expression (${error instanceof Error ? error.message : String(error)})`;
    }
    return value.includes('(?<version>')
      ? undefined
      : 'needs a group for the version, as in "^release-(?<version>.+)$"';
  },
  'relative-path'(value) {
    if (value === '') return 'must not be empty';
    if (/^([/\\]|[A-Za-z]:)/.test(value)) return 'must be relative to the repository';
    if (value.split(/[/\\]/).includes('..')) return 'must stay inside the repository, without ".."';
    if (value.includes('\\')) return FORWARD_SLASHES;
    return value.includes('\0') ? 'must not hold a NUL character' : undefined;
  },
};

/** A path with the separators of Windows would match nothing, there as elsewhere. */
const FORWARD_SLASHES = 'must have forward slashes between folders, on Windows too';

type JsonType = 'string' | 'boolean' | 'number' | 'array' | 'object';

function typeOf(shape: Shape): JsonType | undefined {
  if (shape.enum) return 'string';
  return shape.type === 'integer' ? 'number' : shape.type;
}

function jsonType(node: Node): JsonType | undefined {
  return node.type === 'property' || node.type === 'null' ? undefined : node.type;
}

/** "one of "a" or "b"", "a list of globs". */
function describe(shape: Shape): string {
  if (shape.anyOf) return list(shape.anyOf.map(describe), 'or');
  if (shape.patternErrorMessage !== undefined) return shape.patternErrorMessage;
  if (shape.enum) return list(shape.enum.map(quote), 'or');
  switch (shape.type) {
    case 'array': {
      const item = shape.items?.enum
        ? list(shape.items.enum.map(quote), 'and')
        : ((shape.items?.format && WORDS[shape.items.format]) ?? `${shape.items?.type ?? 'value'}s`);
      return `a list of ${item}`;
    }
    case 'object': {
      const members = Object.keys(shape.properties ?? {});
      return shape.required ? `an object with ${list(members.map(quote), 'and')}` : 'an object';
    }
    case 'integer':
      return `a whole number from ${shape.minimum} to ${shape.maximum}`;
    case 'boolean':
      return 'true or false';
    default:
      return 'a string';
  }
}

const WORDS: Readonly<Record<Format, string>> = {
  glob: 'globs',
  'tag-pattern': 'regular expressions',
  'relative-path': 'paths',
};

const SYNTAX: Readonly<Record<string, string>> = {
  InvalidSymbol: 'This word means nothing in JSON (strings need double quotes)',
  InvalidNumberFormat: 'This is no valid number',
  PropertyNameExpected: 'An option name in double quotes is expected here',
  ValueExpected: 'A value is expected here',
  ColonExpected: 'A ":" is expected here',
  CommaExpected: 'A "," is expected here',
  CloseBraceExpected: 'A "}" is expected here',
  CloseBracketExpected: 'A "]" is expected here',
  EndOfFileExpected: 'Nothing more is expected here',
  UnexpectedEndOfComment: 'This comment has no end',
  UnexpectedEndOfString: 'This string has no end',
  UnexpectedEndOfNumber: 'This number has no end',
  InvalidUnicode: 'This is no valid Unicode escape',
  InvalidEscapeCharacter: 'This is no valid escape',
  InvalidCharacter: 'This character cannot stand here',
};

function quote(name: string): string {
  return JSON.stringify(name);
}
