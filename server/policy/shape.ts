import { type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import { lineStartsOf, rangeOf } from '../proto/position.ts';
import { list } from '../rules/words.ts';
import { globProblem } from './glob.ts';
import { didYouMean } from './did-you-mean.ts';
import type { FileProblem, Range } from './result.ts';

/** The part of JSON Schema that the configuration needs. */
export interface Shape {
  readonly description?: string;
  readonly type?: 'string' | 'boolean' | 'integer' | 'array' | 'object';
  readonly enum?: readonly string[];
  /** In the order of `enum`. */
  readonly enumDescriptions?: readonly string[];
  readonly anyOf?: readonly Shape[];
  readonly format?: Format;
  readonly pattern?: string;
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

/** Checks that JSON Schema cannot express. Editors ignore them. */
type Format = 'glob' | 'tag-pattern' | 'relative-path';

/**
 * Reads JSON with comments and trailing commas. Never throws: a value that does not fit is left out and reported.
 * @param before what the caller uses instead of defaults; the messages mention it
 * @returns `places` has the range of each object, and of the value of each top-level member by its name
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
    const otherwise = this.#before === undefined ? 'all defaults are used' : 'the previous configuration is used';
    const errors: ParseError[] = [];
    let root: Node | undefined;
    try {
      // JSON allows no byte order mark, but some editors write one. The space keeps the offsets.
      const text = this.#text.replace(/^\uFEFF/, ' ');
      if (/^\s*$/.test(text)) return {};
      root = parseTree(text, errors, { allowTrailingComma: true });
    } catch (error) {
      // The parser recurses, so deep nesting exhausts the stack.
      if (!(error instanceof RangeError)) throw error;
      this.#report(0, 1, `The configuration is nested too deeply to be read; ${otherwise}.`);
      return {};
    }
    let line = -1;
    for (const error of errors) {
      const { start } = this.#range(error.offset, error.offset);
      if (start.line === line) continue;
      line = start.line;
      this.#report(
        error.offset,
        error.length,
        `${SYNTAX[printParseErrorCode(error.error)] ?? 'This is not valid JSON'}; the rest of the file is used.`,
      );
    }
    if (root === undefined) return {};
    const value = this.#value(root, shape, '', otherwise);
    return typeof value === 'object' ? value : {};
  }

  /**
   * Undefined if the value does not fit. Reports all that is left out.
   * @param path the name of the value in messages: `policy`, `accept[0].rule`; empty for the whole file
   * @param otherwise words for what is used instead
   */
  #value(node: Node, shape: Shape, path: string, otherwise: string): string | number | boolean | object | undefined {
    if (shape.anyOf) {
      const fitting = shape.anyOf.find((option) => typeOf(option) === jsonType(node));
      if (fitting) return this.#value(node, fitting, path, otherwise);
    } else if (typeOf(shape) === jsonType(node)) {
      if (shape.type === 'array') return this.#array(node, shape, path, otherwise);
      if (shape.type === 'object') return this.#object(node, shape, path, otherwise);
      const value = node.value as string | number | boolean; // by `jsonType`
      const wrong = misfit(value, shape);
      if (wrong === undefined) return value;
      this.#report(node.offset, node.length, `${inQuotes(path)} ${wrong}; ${otherwise}.`);
      return undefined;
    }
    const subject = path === '' ? 'The configuration' : inQuotes(path);
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
      this.#report(node.offset, node.length, `${inQuotes(path)} has no valid entry; ${otherwise}.`);
      return undefined;
    }
    return values;
  }

  #object(node: Node, shape: Shape, path: string, otherwise: string): object | undefined {
    const known = new Map(Object.entries(shape.properties ?? {}));
    const values = new Map<string, unknown>();
    for (const property of node.children ?? []) {
      const [key, child] = property.children ?? [];
      if (!key || !child) continue; // Already reported as a syntax error.
      const name = String(key.value);
      const member = path === '' ? name : `${path}.${name}`;
      const memberShape = known.get(name) ?? shape.additionalProperties;
      if (memberShape === undefined || memberShape === false) {
        this.#report(
          key.offset,
          key.length,
          `There is no option ${inQuotes(member)}${didYouMean(name, [...known.keys()])}; it is ignored.`,
        );
        continue;
      }
      if (values.has(name))
        this.#report(key.offset, key.length, `${inQuotes(member)} is given twice; the last one is used.`);
      const isTop = path === '';
      const before = isTop ? this.#before?.get(name) : undefined;
      const without =
        before === undefined
          ? usedInstead(memberShape, shape, name, isTop, otherwise)
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
      if (absent.length > 0) {
        this.#report(
          node.offset,
          node.length,
          `${inQuotes(path)} needs ${list(absent.map(inQuotes), 'and')}; ${otherwise}.`,
        );
      }
      return undefined;
    }
    // In an object made from a Map, `__proto__` is an ordinary member.
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

function usedInstead(member: Shape, parent: Shape, name: string, isTop: boolean, otherwise: string): string {
  if (parent.required?.includes(name)) return otherwise;
  if (member.default !== undefined) return `the default, ${JSON.stringify(member.default)}, is used`;
  return isTop ? 'it is left unset' : 'it is ignored';
}

function misfit(value: string | number | boolean, shape: Shape): string | undefined {
  if (typeof value === 'number') {
    const { minimum = -Infinity, maximum = Infinity } = shape;
    const fits = Number.isInteger(value) && value >= minimum && value <= maximum;
    return fits ? undefined : `must be ${describe(shape)}, not ${value}`;
  }
  if (typeof value !== 'string') return undefined;
  if (shape.enum && !shape.enum.includes(value)) {
    return `must be ${describe(shape)}, not ${inQuotes(value)}${didYouMean(value, shape.enum)}`;
  }
  if (value.length < (shape.minLength ?? 0)) return 'must not be empty';
  if (shape.pattern !== undefined && !new RegExp(shape.pattern).test(value)) {
    return `must be ${describe(shape)}, not ${inQuotes(value)}`;
  }
  return shape.format && FORMATS[shape.format](value);
}

const FORMATS: Readonly<Record<Format, (value: string) => string | undefined>> = {
  glob(value) {
    if (value.replace(/^!/, '') === '') return 'must not be empty';
    if (value.length > 1000) return 'is longer than the 1,000 characters that a pattern may have';
    // A backslash that escapes none of these characters is probably meant to separate folders. `\*` and `\?` need no
    // escape, because portable file names don't contain these characters.
    if (/\\(?![[\](){}!\\])/.test(value)) return FORWARD_SLASHES;
    const problem = globProblem(value.replace(/^!/, ''));
    return problem === undefined ? undefined : `is not a valid glob (${problem})`;
  },
  'tag-pattern'(value) {
    if (value.length > 1000) return 'is longer than the 1,000 characters that a pattern may have';
    try {
      new RegExp(value, 'u');
    } catch (error) {
      return `is not a valid regular expression (${error instanceof Error ? error.message : String(error)})`;
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
    return value.includes('\0') ? 'must not contain a NUL character' : undefined;
  },
};

const FORWARD_SLASHES = 'must have forward slashes between folders, on Windows too';

type JsonType = 'string' | 'boolean' | 'number' | 'array' | 'object';

function typeOf(shape: Shape): JsonType | undefined {
  if (shape.enum) return 'string';
  return shape.type === 'integer' ? 'number' : shape.type;
}

function jsonType(node: Node): JsonType | undefined {
  return node.type === 'property' || node.type === 'null' ? undefined : node.type;
}

/** "a" or "b", a list of globs. */
function describe(shape: Shape): string {
  if (shape.anyOf) return list(shape.anyOf.map(describe), 'or');
  if (shape.patternErrorMessage !== undefined) return shape.patternErrorMessage;
  if (shape.enum) return list(shape.enum.map(inQuotes), 'or');
  switch (shape.type) {
    case 'array': {
      const item = shape.items?.enum
        ? list(shape.items.enum.map(inQuotes), 'and')
        : ((shape.items?.format && WORDS[shape.items.format]) ?? `${shape.items?.type ?? 'value'}s`);
      return `a list of ${item}`;
    }
    case 'object': {
      const members = Object.keys(shape.properties ?? {});
      return shape.required ? `an object with ${list(members.map(inQuotes), 'and')}` : 'an object';
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
  InvalidSymbol: 'This word is not allowed in JSON (strings need double quotes)',
  InvalidNumberFormat: 'This is not a valid number',
  PropertyNameExpected: 'An option name in double quotes is expected here',
  ValueExpected: 'A value is expected here',
  ColonExpected: 'A ":" is expected here',
  CommaExpected: 'A "," is expected here',
  CloseBraceExpected: 'A "}" is expected here',
  CloseBracketExpected: 'A "]" is expected here',
  EndOfFileExpected: 'The file should end here',
  UnexpectedEndOfComment: 'This comment has no end',
  UnexpectedEndOfString: 'This string has no end',
  UnexpectedEndOfNumber: 'This number has no end',
  InvalidUnicode: 'This is not a valid Unicode escape',
  InvalidEscapeCharacter: 'This is not a valid escape',
  InvalidCharacter: 'This character is not allowed here',
};

function inQuotes(name: string): string {
  return JSON.stringify(name);
}
