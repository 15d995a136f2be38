import path from 'node:path';
import { readInside } from '../git/file.ts';
import type { WorkingTree } from '../git/working-tree.ts';
import type { Finding } from '../policy/result.ts';
import { isGenerated } from './code-files.ts';
import type { Element } from './element.ts';
import { ENDINGS, type Language, languageOf } from './languages.ts';
import { namesOf } from './names/names.ts';
import type { Subject } from './subject.ts';

/** Finds stale generated code in the working tree. Caches which files mention a `.proto` file. */
export class GeneratedFiles {
  readonly #workingTree: WorkingTree | undefined;
  #searches: readonly { readonly names: ReadonlySet<string>; readonly files: Promise<readonly string[]> }[] = [];

  constructor(workingTree: WorkingTree | undefined) {
    this.#workingTree = workingTree;
  }

  /**
   * Stale files lack the added element, or have the removed one. After a renaming, both must be true.
   * @throws GitError, and the signal's reason
   */
  async staleAfter(
    subjects: readonly Subject[],
    signal?: AbortSignal,
  ): Promise<ReadonlyMap<Finding, readonly string[]>> {
    const found = new Map<Finding, string[]>();
    const edits = subjects.filter(({ old, edited }) => old?.name !== edited?.name);
    const byProto = new Map<string, Subject[]>();
    for (const subject of edits) {
      const known = byProto.get(subject.finding.file);
      if (known === undefined) byProto.set(subject.finding.file, [subject]);
      else known.push(subject);
    }
    for (const file of await this.#filesMentioning([...byProto.keys()].map((proto) => path.posix.basename(proto)))) {
      signal?.throwIfAborted();
      const text = this.#textOf(file);
      const language = languageOf(file);
      if (language === undefined || !isGenerated(text)) continue;
      const sources = [...byProto].filter(([proto]) => isGeneratedFrom(text, proto));
      const generated = sources.length === 0 ? undefined : new GeneratedCode(text, language);
      for (const subject of sources.flatMap(([, own]) => own)) {
        if (generated?.isOlderThan(subject) !== true) continue;
        const stale = found.get(subject.finding);
        if (stale === undefined) found.set(subject.finding, [file]);
        else stale.push(file);
      }
    }
    return found;
  }

  /** Empty if it isn't a readable file inside the repository. */
  #textOf(file: string): string {
    const root = this.#workingTree?.root;
    const content = root === undefined ? undefined : readInside(root, path.join(root, file));
    return Buffer.isBuffer(content) ? content.toString('utf8') : '';
  }

  /** May include files that mention none of the names. */
  async #filesMentioning(names: readonly string[]): Promise<readonly string[]> {
    // Git searches line by line.
    const isNew = (name: string): boolean =>
      !/[\n\0]/.test(name) && !this.#searches.some((search) => search.names.has(name));
    const added = new Set(names.filter(isNew));
    if (added.size > 0) {
      // Other callers may wait for this search, so no signal cancels it.
      const files = this.#workingTree?.filesWith({ words: [...added] }, ENDINGS) ?? Promise.resolve([]);
      const search = { names: added, files };
      this.#searches = [...this.#searches, search];
      search.files.catch(() => (this.#searches = this.#searches.filter((each) => each !== search)));
    }
    const wanted = this.#searches.filter((search) => names.some((name) => search.names.has(name)));
    return [...new Set((await Promise.all(wanted.map(({ files }) => files))).flat())];
  }
}

/** @internal exported for its test */
export function isGeneratedFrom(text: string, proto: string): boolean {
  const named = text.slice(0, HEADER).match(/[\w./-]+\.proto\b/g) ?? [];
  // Generators write paths from an import root, or longer ones such as `github.com/acme/shop/api/shop.proto`.
  return named.some((name) => proto === name || proto.endsWith(`/${name}`) || name.endsWith(`/${proto}`));
}

/** In UTF-16 code units. */
const HEADER = 4000;

class GeneratedCode {
  readonly #language: Language;
  readonly #words: ReadonlySet<string>;
  /** Of Python code: a serialized FileDescriptorProto, one character for each byte. */
  readonly #descriptor: string;
  readonly #known = new Map<Element, boolean>();

  constructor(text: string, language: Language) {
    this.#language = language;
    this.#words = new Set(text.match(/[\w$]+/g) ?? []);
    this.#descriptor = language === 'Python' && text.includes('AddSerializedFile') ? unescaped(text) : '';
  }

  /**
   * Several files can be generated from one `.proto` file, so only a file with the elements that the edit kept counts.
   */
  isOlderThan({ old, edited, kept }: Subject): boolean {
    // A shared name does not identify the element.
    if (old?.shared === true || edited?.shared === true) return false;
    if ((old !== undefined && !this.#has(old)) || (edited !== undefined && this.#has(edited))) return false;
    const others = kept();
    return others.length > 0 && others.every((element) => this.#has(element));
  }

  #has(element: Element): boolean {
    let has = this.#known.get(element);
    if (has === undefined) {
      const { identifiers } = namesOf(element, this.#language);
      has =
        identifiers.some(({ text, form }) => form !== 'text' && this.#words.has(text)) ||
        // In a descriptor, the length of a string comes before it.
        this.#descriptor.includes(String.fromCharCode(element.name.length) + element.name);
      this.#known.set(element, has);
    }
    return has;
  }
}

function unescaped(text: string): string {
  return text.replace(
    /\\(?:x([0-9a-fA-F]{2})|([0-7]{1,3})|(.))/g,
    (_, hex?: string, octal?: string, plain?: string) => {
      if (hex !== undefined) return String.fromCharCode(parseInt(hex, 16));
      if (octal !== undefined) return String.fromCharCode(parseInt(octal, 8));
      return CONTROL.get(plain ?? '') ?? plain ?? '';
    },
  );
}
const CONTROL: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);
