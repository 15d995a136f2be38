import { CORE_SCHEMA, load, type LoadOptions, type Mark, YAMLException } from 'js-yaml';
import { lineStartsOf, rangeOf } from '../proto/position.ts';
import type { Span } from '../proto/tree.ts';
import type { RuleInfo } from '../rules/rule.ts';
import { ALL, CATEGORIES, DEPRECATED, WIRE, WIRE_JSON } from './buf-categories.ts';
import { literalGlob } from './glob.ts';
import type { FileProblem } from './result.ts';
import { DEFAULT_SETTINGS, type Override, type Settings, type Severity } from './settings.ts';

/**
 * Reads all `breaking` sections of a `buf.yaml`, for repositories without a `proto-compat.json`. Never throws.
 * https://buf.build/docs/configuration/v2/buf-yaml/#breaking
 * @param file the path in the repository; paths in the text are relative to its folder
 */
export function readBufSettings(
  text: string,
  file: string,
  rules: readonly Pick<RuleInfo, 'id' | 'buf'>[],
): { settings: Settings; problems: FileProblem[] } {
  const document = parsed(text);
  if (document instanceof YAMLException)
    return { settings: DEFAULT_SETTINGS, problems: [notParsed(file, text, document)] };
  const problems: FileProblem[] = [];
  let whole: { readonly part: Part | undefined; readonly lineStarts: readonly number[] } | undefined;
  const reader = new Reader(document, (at, message, of = 'value') => {
    whole ??= { part: partsOf(text), lineStarts: lineStartsOf(text) };
    problems.push({ kind: 'settings', file, range: rangeOf(whole, spanAt(whole.part, at, of)), message });
  });
  const sections = reader.sections();
  const used = new Set(sections.flatMap((section) => reader.used(section)));
  const excepted = new Set(sections.flatMap((section) => reader.rules([...section, 'except'])));
  const inside = (given: string): string => pathInRepository(file, given);

  return {
    problems,
    settings: {
      ...DEFAULT_SETTINGS,
      encodings: [...used].some((rule) => !WIRE.has(rule)) ? ['binary', 'json'] : ['binary'],
      unstable: [
        ...sections.flatMap((section) => reader.strings([...section, 'ignore'])).map((given) => globOf(inside(given))),
        ...(sections.some((section) => reader.isTrue([...section, 'ignore_unstable_packages']))
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
            : [{ files: paths.map((given) => globOf(inside(given))), rules: Object.fromEntries(ours) }];
        }),
    },
  };
}

/**
 * The folders that imports are relative to, as written: `modules` in a `buf.yaml` of version 2, `directories` in a
 * `buf.work.yaml`.
 */
export function moduleRoots(text: string, file: string): { roots: string[]; problems: FileProblem[] } {
  const document = parsed(text);
  if (document instanceof YAMLException) return { roots: [], problems: [notParsed(file, text, document)] };
  const reader = new Reader(document, () => undefined);
  return { roots: [...reader.modulePaths(), ...reader.strings(['directories'])], problems: [] };
}

function parsed(text: string): unknown {
  if (last?.text !== text) last = { text, document: parsedNow(text) };
  return last.document;
}

/** A `buf.yaml` is read twice: for its settings and for its modules. */
let last: { readonly text: string; readonly document: unknown } | undefined;

/** YAML 1.2. With `json`, the last of several entries with the same key is used. */
const OPTIONS: LoadOptions = { schema: CORE_SCHEMA, json: true };

function parsedNow(text: string): unknown {
  try {
    return load(text, OPTIONS);
  } catch (error) {
    return error instanceof YAMLException ? error : new YAMLException(String(error));
  }
}

interface Part extends Span {
  readonly kind: string | null;
  readonly value: unknown;
  /** The items of a sequence. For a mapping, keys and values in turn. */
  readonly inner: readonly Part[];
}

function partsOf(text: string): Part | undefined {
  const open: { start: number; inner: Part[] }[] = [];
  const outermost: Part[] = [];
  load(text, {
    ...OPTIONS,
    listener: (event, state) => {
      if (event === 'open') open.push({ start: state.position, inner: [] });
      else {
        const { start, inner } = open.pop() ?? { start: 0, inner: [] };
        const value: unknown = state.result;
        const [first] = inner;
        // The library reports some collections twice: the outer part has the inner one as its only part.
        const isRepeated = inner.length === 1 && typeof value === 'object' && first?.value === value;
        const shape = isRepeated ? first : { kind: state.kind, inner };
        // The reported start is before white space, comments, tags and anchors.
        const [skipped = ''] = /^(?:\s|#.*\n|[&!][^\s,\]}]*\s)*/.exec(text.slice(start)) ?? [];
        const part = { ...shape, start: start + skipped.length, end: state.position, value };
        (open.at(-1)?.inner ?? outermost).push(part);
      }
    },
  });
  return outermost[0];
}

type Place = readonly (string | number)[];
type Report = (at: Place, message: string, of?: 'key' | 'value') => void;

/** If there is no such value, an empty span at the start of the text. */
function spanAt(whole: Part | undefined, at: Place, of: 'key' | 'value'): Span {
  let [key, part]: (Part | undefined)[] = [undefined, whole];
  for (const step of at) {
    const inner: readonly Part[] = part?.inner ?? [];
    if (part?.kind === 'mapping') {
      const index = inner.findLastIndex(({ value }, index) => index % 2 === 0 && value === step);
      [key, part] = [inner[index], index < 0 ? undefined : inner[index + 1]];
    } else [key, part] = [undefined, part?.kind === 'sequence' ? inner[Number(step)] : undefined];
  }
  return (of === 'key' ? key : part) ?? { start: 0, end: 0 };
}

function notParsed(file: string, text: string, { reason, mark }: YAMLException): FileProblem {
  // Despite its type, `mark` is missing in the error that `parsedNow` creates.
  const position = (mark as Mark | undefined)?.position ?? 0;
  const range = rangeOf({ lineStarts: lineStartsOf(text) }, { start: position, end: position });
  return { kind: 'settings', file, range, message: `This is not valid YAML (${reason}); nothing in it is used.` };
}

/** Packages that buf calls unstable: the last part of their name is a version such as v1alpha1, v1beta1 or v1test. */
const UNSTABLE_PACKAGES: readonly string[] = ['v[1-9]*alpha*', 'v[1-9]*beta*', 'v[1-9]*test*'];

/** A rule about generated code is an error, as in buf. An excepted rule becomes a hint, so the bump stays. */
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

/** @param given relative to the folder of `file` */
function pathInRepository(file: string, given: string): string {
  const parts = file.split('/').slice(0, -1);
  for (const part of given.split('/')) {
    const above = parts.at(-1);
    if (part === '..' && above !== undefined && above !== '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts.join('/');
}

/** A glob for a file, or for everything in a folder. buf does not interpret wildcards in paths. */
function globOf(given: string): string {
  const path = literalGlob(given);
  if (given.endsWith('.proto')) return path;
  return given === '' ? '**' : `${path}/**`;
}

class Reader {
  readonly #document: unknown;
  readonly #report: Report;

  constructor(document: unknown, report: Report) {
    this.#document = document;
    this.#report = report;
  }

  sections(): Place[] {
    const found: Place[] = [];
    if (this.#value(['breaking']) === null || this.#mapping(['breaking']) !== undefined) found.push(['breaking']);
    const modules = this.#value(['modules']);
    for (const index of Array.isArray(modules) ? modules.keys() : []) {
      const at = ['modules', index, 'breaking'];
      if (this.#mapping(at) !== undefined) found.push(at);
    }
    return found;
  }

  modulePaths(): string[] {
    const modules = this.#value(['modules']);
    if (!Array.isArray(modules)) return [];
    return modules.flatMap((module: unknown) => {
      const path = isMapping(module) ? valueOf(module, 'path') : undefined;
      return typeof path === 'string' ? [path] : [];
    });
  }

  /** By default, the rules of FILE. */
  used(section: Place): readonly string[] {
    const at = [...section, 'use'];
    return this.strings(at).length === 0 ? this.#rulesNamed('FILE', at) : this.rules(at);
  }

  rules(at: Place): string[] {
    return this.strings(at).flatMap((name, index) => this.#rulesNamed(name, [...at, index]));
  }

  ignoredOnly(section: Place): { rule: string; paths: string[] }[] {
    const at = [...section, 'ignore_only'];
    return Object.keys(this.#mapping(at) ?? {}).flatMap((name) => {
      const paths = this.strings([...at, name]);
      return this.#rulesNamed(name, [...at, name], 'key').map((rule) => ({ rule, paths }));
    });
  }

  /** @param name of a category, a deprecated rule, or a rule. */
  #rulesNamed(name: string, at: Place, of: 'key' | 'value' = 'value'): readonly string[] {
    const rules = CATEGORIES.get(name) ?? DEPRECATED.get(name);
    if (rules !== undefined) return [...rules];
    if (ALL.has(name)) return [name];
    if (!this.#hasPlugins()) this.#report(at, `buf has no category or rule ${name}; it is ignored.`, of);
    return [];
  }

  /** Plugins bring rules of their own. https://buf.build/docs/configuration/v2/buf-yaml/#plugins */
  #hasPlugins(): boolean {
    const plugins = this.#value(['plugins']);
    return Array.isArray(plugins) && plugins.length > 0;
  }

  strings(at: Place): string[] {
    const value = this.#value(at);
    if (value === undefined || value === null) return [];
    if (Array.isArray(value) && value.every((entry) => typeof entry === 'string')) return value;
    this.#report(at, `${at.join('.')} must be a list of strings; it is ignored.`);
    return [];
  }

  #mapping(at: Place): Readonly<Record<string, unknown>> | undefined {
    const value = this.#value(at) ?? undefined;
    if (value === undefined || isMapping(value)) return value;
    this.#report(at, `${at.join('.')} must be a mapping; it is ignored.`);
    return undefined;
  }

  isTrue(at: Place): boolean {
    const value = this.#value(at) ?? false;
    if (typeof value === 'boolean') return value;
    // buf also accepts the words of YAML 1.1, with and without quotes.
    if (typeof value === 'string' && /^(?:y|yes|on)$/i.test(value)) return true;
    if (typeof value === 'string' && /^(?:n|no|off)$/i.test(value)) return false;
    this.#report(at, `${at.join('.')} must be true or false; it is ignored.`);
    return false;
  }

  #value(at: Place): unknown {
    let value = this.#document;
    for (const step of at) {
      if (Array.isArray(value) && typeof step === 'number') value = value[step];
      else if (isMapping(value)) value = valueOf(value, String(step));
      else return undefined;
    }
    return value;
  }
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Only own properties, because a key can be called `constructor`. */
function valueOf(mapping: Readonly<Record<string, unknown>>, key: string): unknown {
  return Object.hasOwn(mapping, key) ? mapping[key] : undefined;
}
