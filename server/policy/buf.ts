import { type Document, isMap, isNode, parseDocument } from 'yaml';
import { lineStartsOf, rangeOf, START_OF_FILE } from '../proto/position.ts';
import type { RuleInfo } from '../rules/rule.ts';
import { ALL, CATEGORIES, WIRE, WIRE_JSON } from './buf-categories.ts';
import { literalGlob } from './glob.ts';
import type { FileProblem, Range } from './result.ts';
import { DEFAULT_SETTINGS, type Override, type Settings, type Severity } from './settings.ts';

/**
 * Reads settings from the `breaking` section of `buf.yaml`, for repositories without a `proto-compat.json`. Never throws.
 * - `use`: WIRE promises the binary encoding, the other categories also JSON. FILE and PACKAGE are about generated code, so changes
 *   that affect only generated code are errors under them.
 * - `except`: if all equivalents of a rule of ours are excepted, its findings become hints. The bump does not change.
 * - `ignore`, `ignore_unstable_packages`: the files are left out. `ignore_only`: they are left out for the given rules.
 * https://buf.build/docs/configuration/v2/buf-yaml/#breaking
 * @param file the path of `buf.yaml` in the repository; paths in it are relative to its folder
 * @param rules our rules, with their equivalents in buf
 */
export function readBufSettings(
  text: string,
  file: string,
  rules: readonly Pick<RuleInfo, 'id' | 'buf'>[],
): { settings: Settings; problems: FileProblem[] } {
  const document = parsed(text);
  if (typeof document === 'string') return { settings: DEFAULT_SETTINGS, problems: [notParsed(file, document)] };
  const lineStarts = lineStartsOf(text);
  const rangeAt = (start: number, end: number): Range => rangeOf({ lineStarts }, { start, end });
  const problems: FileProblem[] = document.errors.slice(0, 1).map((error) => {
    const message = `This is not valid YAML (${error.message.split('\n')[0] ?? ''}); the defaults are used.`;
    return { kind: 'settings', file, range: rangeAt(...error.pos), message };
  });
  if (problems.length > 0) return { settings: DEFAULT_SETTINGS, problems };

  const reader = new Reader(document, (at, message) => {
    const node = document.getIn(at, true);
    const [start, end] = (isNode(node) ? node.range : undefined) ?? [0, 0];
    problems.push({ kind: 'settings', file, range: rangeAt(start, end), message });
  });
  const sections = reader.sections();
  const used = new Set(sections.flatMap((section) => reader.used(section)));
  const excepted = new Set(sections.flatMap((section) => reader.strings([...section, 'except'])));
  const inside = (given: string): string => pathFrom(file, given);

  return {
    problems,
    settings: {
      ...DEFAULT_SETTINGS,
      encodings: [...used].some((rule) => !WIRE.has(rule)) ? ['binary', 'json'] : ['binary'],
      unstable: [
        ...sections
          .flatMap((section) => reader.strings([...section, 'ignore']))
          .flatMap((given) => globs(inside(given))),
        ...(sections.some((section) => reader.truth([...section, 'ignore_unstable_packages']))
          ? UNSTABLE_PACKAGES
          : []),
      ],
      rules: Object.fromEntries(severities(rules, used, excepted)),
      overrides: sections
        .flatMap((section) => reader.ignoredOnly(section))
        .flatMap(({ rule, paths }): Override[] => {
          const ours = rules.filter(({ buf }) => buf.includes(rule)).map(({ id }): [string, 'off'] => [id, 'off']);
          return ours.length === 0
            ? []
            : [{ files: paths.flatMap((given) => globs(inside(given))), rules: Object.fromEntries(ours) }];
        }),
    },
  };
}

/**
 * The folders that imports are relative to: the modules of a `buf.yaml` of version 2, or the directories of a `buf.work.yaml`.
 * Empty if the text cannot be read.
 * @param file as for `readBufSettings`
 */
export function moduleRoots(text: string, file: string): { roots: string[]; problems: FileProblem[] } {
  const document = parsed(text);
  if (typeof document === 'string') return { roots: [], problems: [notParsed(file, document)] };
  const reader = new Reader(document, () => undefined);
  return { roots: [...reader.modulePaths(), ...reader.strings(['directories'])], problems: [] };
}

/**
 * The document, or the reason why it is not parsed, in a few words. The library recurses for each level and needs quadratic time
 * for some texts, so very long and very deep texts are not parsed.
 */
function parsed(text: string): Document | string {
  if (last?.text !== text) last = { text, document: parsedNow(text) };
  return last.document;
}

/** The last document, because each file is read twice: for its settings and for its modules. */
let last: { readonly text: string; readonly document: Document | string } | undefined;

function parsedNow(text: string): Document | string {
  if (text.length > LONGEST) return `longer than ${LONGEST / 1000},000 characters`;
  if (depthOf(text) > DEEPEST) return `nested more than ${DEEPEST} levels deep`;
  return parseDocument(text, { uniqueKeys: false, prettyErrors: false });
}

const LONGEST = 50_000;
const DEEPEST = 100;

/** An upper limit for the depth of a text: the number of open brackets and of the columns that can start a level. */
function depthOf(text: string): number {
  let [open, deepest] = [0, 0];
  for (const line of text.split('\n')) {
    const columns = /^(?:[-?:]?[ \t]+)*/.exec(line)?.[0] ?? '';
    // A level is counted for every two columns, because nobody indents by one.
    const levels = columns.replace(/ {2}/g, ' ').length;
    for (const bracket of line.match(/[[\]{}]/g) ?? []) {
      open = Math.max(0, open + (bracket === '[' || bracket === '{' ? 1 : -1));
      deepest = Math.max(deepest, open);
    }
    deepest = Math.max(deepest, levels + open);
  }
  return deepest;
}

function notParsed(file: string, why: string): FileProblem {
  const message = `This file is ${why} and is not read; the defaults are used.`;
  return { kind: 'settings', file, range: START_OF_FILE, message };
}

/** Patterns for the packages that buf calls unstable: their last part is such as v1alpha1, v1beta1 or v1test. */
const UNSTABLE_PACKAGES: readonly string[] = ['v[1-9]*alpha*', 'v[1-9]*beta*', 'v[1-9]*test*'];

function severities(
  rules: readonly Pick<RuleInfo, 'id' | 'buf'>[],
  used: ReadonlySet<string>,
  excepted: ReadonlySet<string>,
): [string, Severity][] {
  return rules.flatMap(({ id, buf }): [string, Severity][] => {
    const asked = buf.filter((rule) => used.has(rule));
    if (asked.length === 0) return [];
    if (asked.every((rule) => excepted.has(rule))) return [[id, 'hint']];
    return buf.every((rule) => !WIRE.has(rule) && !WIRE_JSON.has(rule)) ? [[id, 'error']] : [];
  });
}

/** A path that is relative to the folder of a file, as a path in the repository; empty for the top folder. */
function pathFrom(file: string, given: string): string {
  const parts = file.split('/').slice(0, -1);
  for (const part of given.split('/')) {
    const above = parts.at(-1);
    if (part === '..' && above !== undefined && above !== '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts.join('/');
}

/** Globs for a file, or for a folder and everything in it. buf does not interpret wildcards in paths. */
function globs(given: string): string[] {
  const path = literalGlob(given);
  return given.endsWith('.proto') ? [path] : [given === '' ? '**' : `${path}/**`];
}

class Reader {
  readonly #document: Document;
  readonly #report: (at: readonly (string | number)[], message: string) => void;

  constructor(document: Document, report: (at: readonly (string | number)[], message: string) => void) {
    this.#document = document;
    this.#report = report;
  }

  /** Paths of the `breaking` sections: the file's own, and those of modules in it. */
  sections(): (string | number)[][] {
    const found: (string | number)[][] = [];
    if (this.#document.has('breaking')) found.push(['breaking']);
    const modules = this.#value(['modules']);
    for (const index of Array.isArray(modules) ? modules.keys() : []) {
      const at = ['modules', index, 'breaking'];
      if (isMap(this.#document.getIn(at, true))) found.push(at);
    }
    return found;
  }

  modulePaths(): string[] {
    const modules = this.#value(['modules']);
    if (!Array.isArray(modules)) return [];
    return modules.flatMap((module: unknown) =>
      typeof module === 'object' && module !== null && 'path' in module && typeof module.path === 'string'
        ? [module.path]
        : [],
    );
  }

  /** The ids of buf's rules that a section enables. */
  used(section: readonly (string | number)[]): string[] {
    const given = this.strings([...section, 'use']);
    const names = given.length === 0 ? ['FILE'] : given;
    return names.flatMap((name, index) => {
      const category = CATEGORIES.get(name);
      if (category) return [...category];
      if (ALL.has(name)) return [name];
      this.#report([...section, 'use', index], `buf has no category or rule ${name}; it is ignored.`);
      return [];
    });
  }

  ignoredOnly(section: readonly (string | number)[]): { rule: string; paths: string[] }[] {
    const at = [...section, 'ignore_only'];
    const value = this.#value(at);
    if (typeof value !== 'object' || value === null) return [];
    return Object.keys(value).flatMap((name) => {
      const paths = this.strings([...at, name]);
      return [...(CATEGORIES.get(name) ?? [name])].map((rule) => ({ rule, paths }));
    });
  }

  strings(at: readonly (string | number)[]): string[] {
    const value = this.#value(at);
    if (value === undefined || value === null) return [];
    if (Array.isArray(value) && value.every((entry) => typeof entry === 'string')) return value;
    this.#report(at, `${at.join('.')} must be a list of strings; it is ignored.`);
    return [];
  }

  truth(at: readonly (string | number)[]): boolean {
    const value = this.#value(at);
    if (value === undefined || typeof value === 'boolean') return value ?? false;
    this.#report(at, `${at.join('.')} must be true or false; it is ignored.`);
    return false;
  }

  #value(at: readonly (string | number)[]): unknown {
    const node: unknown = this.#document.getIn(at, true);
    if (!isNode(node)) return undefined;
    try {
      return node.toJS(this.#document, { maxAliasCount: 100 });
    } catch {
      // The document has too many nested aliases.
      return undefined;
    }
  }
}
