import type { Terms } from '../../git/grep.ts';
import type { Element } from '../element.ts';
import { type Language, LANGUAGES } from '../languages.ts';
import { type Identifier, namesOf } from '../names/names.ts';
import { TypeNames } from './type-names.ts';

export interface Candidate {
  readonly element: Element;
  /** `request` is the name of a type that only this method takes. */
  readonly identifier: Omit<Identifier, 'form'> & { readonly form: Identifier['form'] | 'request' };
  readonly owners: TypeNames;
  readonly inputs: TypeNames;
  readonly requests: TypeNames;
  readonly receivers: Receivers;
}

/** Simplified names of values that can have the member. */
export interface Receivers {
  /** The element's message or service, and fields of that type. */
  readonly own: ReadonlySet<string>;
  /** Fields of other message types. */
  readonly others: ReadonlySet<string>;
}

/** `GetPrevKvs`, `prev_kvs` and `prevKv` -> `prevkv` */
export function simplified(name: string): string {
  return name
    .toLowerCase()
    .replace(/[_$]/g, '')
    .replace(/^get|s$/g, '');
}

function receiversOf({ kind, messages, owner, typesOfFields }: Element): Receivers {
  const named = kind === 'method' ? (owner ?? '') : (messages.at(-1) ?? '');
  const own = new Set([simplified(named)]);
  const others = new Set<string>();
  if (kind === 'field' || kind === 'oneof')
    for (const [field, types] of typesOfFields) (types.has(named) ? own : others).add(simplified(field));
  for (const name of own) others.delete(name);
  // An empty name would match code without a receiver.
  own.delete('');
  others.delete('');
  return { own, others };
}

export class Targets {
  readonly elements: readonly Element[];
  /** Searches with equal keys have the same answers in the same code. */
  readonly key: string;
  readonly #byLanguage: ReadonlyMap<Language, ReadonlyMap<string, readonly Candidate[]>>;
  readonly #patterns = new Map<Language, readonly RegExp[]>();

  constructor(elements: readonly Element[]) {
    this.elements = elements;
    const receivers = new Map(elements.map((element) => [element, receiversOf(element)]));
    this.key = JSON.stringify(
      [...receivers].map(([element, { own, others }]) => ({
        ...element,
        typesOfFields: [[...own].sort(), [...others].sort()],
      })),
    );
    this.#byLanguage = new Map(LANGUAGES.map((language) => [language, candidatesByWord(receivers, language)]));
  }

  /**
   * A file without any of these terms can't use the elements. A distinctive name is also found in longer words, as
   * `FsGroup` in `GetFsGroup`. For other names, such as `id`, the owners are searched for.
   */
  get terms(): Terms {
    const parts = new Set<string>();
    const words = new Set<string>();
    for (const [element, names] of this.#names()) {
      if (isDistinctive(element)) for (const part of shortest(names)) parts.add(part);
      else for (const name of names) words.add(name);
    }
    return { parts: [...parts].sort(), words: [...words].sort() };
  }

  /** A file that uses an element contains at least one of its names. */
  #names(): ReadonlyMap<Element, ReadonlySet<string>> {
    const found = new Map(this.elements.map((element) => [element, new Set<string>()]));
    for (const language of LANGUAGES) {
      for (const [name, candidates] of this.in(language)) {
        for (const { element, identifier, owners } of candidates) {
          const isEnough = isDistinctive(element) || !NEEDS_OWNER.has(identifier.form);
          for (const each of isEnough ? [name] : owners) found.get(element)?.add(each);
        }
      }
    }
    return found;
  }

  in(language: Language): ReadonlyMap<string, readonly Candidate[]> {
    return this.#byLanguage.get(language) ?? new Map();
  }

  /** As a whole word. Much faster than `tokenize`. */
  mayBeIn(text: string, language: Language): boolean {
    let patterns = this.#patterns.get(language);
    if (patterns === undefined) {
      patterns = patternsOf([...this.in(language).keys()]);
      this.#patterns.set(language, patterns);
    }
    return patterns.some((pattern) => pattern.test(text));
  }
}

function patternsOf(names: readonly string[]): RegExp[] {
  const patterns: RegExp[] = [];
  for (let start = 0; start < names.length; start += MOST_ALTERNATIVES) {
    const literals = names.slice(start, start + MOST_ALTERNATIVES).map((name) => name.replace(/[^\w]/g, '\\$&'));
    patterns.push(new RegExp(`(?<!\\w)(?:${literals.join('|')})(?!\\w)`));
  }
  return patterns;
}

/** With several thousand alternatives in a pattern, Node.js tries them one by one. */
const MOST_ALTERNATIVES = 1000;

/** These need an owner in the file, unless the name is distinctive. */
const NEEDS_OWNER: ReadonlySet<string> = new Set(['member', 'accessor', 'call', 'variant']);

function candidatesByWord(
  elements: ReadonlyMap<Element, Receivers>,
  language: Language,
): ReadonlyMap<string, readonly Candidate[]> {
  const found = new Map<string, Candidate[]>();
  for (const [element, receivers] of elements) {
    const names = namesOf(element, language);
    const owners = new TypeNames(names.owners, element.goPackage);
    const inputs = new TypeNames(names.inputs, element.goPackage);
    const requests = new TypeNames(names.requests, element.goPackage);
    const requestTypes = names.requests.map((text) => ({ text, form: 'request' as const, does: 'calls' as const }));
    for (const identifier of [...names.identifiers, ...requestTypes]) {
      const candidate: Candidate = { element, identifier, owners, inputs, requests, receivers };
      const others = found.get(identifier.text);
      if (others === undefined) found.set(identifier.text, [candidate]);
      else others.push(candidate);
    }
  }
  return found;
}

/** `FsGroup` for `FsGroup` and `GetFsGroup` */
function shortest(names: ReadonlySet<string>): string[] {
  const found: string[] = [];
  for (const name of [...names].sort((a, b) => a.length - b.length))
    if (!found.some((part) => name.includes(part))) found.push(name);
  return found;
}

/** Whether a name probably identifies its element. */
export function isDistinctive({ name, shared, kind }: Element): boolean {
  if (shared) return false;
  return kind === 'method' || kind === 'message' || kind === 'enum' || kind === 'service'
    ? /[a-z\d][A-Z]|_/.test(name)
    : /[a-z\d][A-Z]|[A-Za-z\d]_[A-Za-z]/.test(name);
}
