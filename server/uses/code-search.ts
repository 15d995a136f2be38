import { readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Repository } from '../git/repository.ts';
import { lineStartsOf, type Position, positionAt } from '../proto/position.ts';
import { type Certainty, type Targets, usesIn } from './analyse.ts';
import { type CodeFile, codeFile, isGenerated } from './code-files.ts';
import { ENDINGS, type Language, LANGUAGES } from './languages.ts';
import type { Act } from './names.ts';

/** A line of code that uses an element. */
export interface Place {
  readonly element: string;
  /** Relative to its repository. */
  readonly file: string;
  readonly start: Position;
  /** Of the name, in UTF-16 code units. */
  readonly length: number;
  /** The line, without the white space around it and cut where it is long. */
  readonly text: string;
  readonly language: Language;
  readonly does: Act;
  readonly certainty: Certainty;
  /** In a test, by the file's name or by the code around it. */
  readonly test: boolean;
}

/** What was found in one version of the code. */
export interface Searched {
  /** In the order of file, then place. */
  readonly places: readonly Place[];
  /** Files that were searched, by their names no tests of other people and not generated. */
  readonly files: readonly CodeFile[];
  /** Every file there is: what globs are held against. */
  readonly all: ReadonlySet<string>;
  /** Files that hold a name and were not looked into, with the reason in a sentence. */
  readonly unread: readonly { readonly file: string; readonly reason: string }[];
}

/** In UTF-16 code units. Larger files of code are data. */
const LARGEST = 2_000_000;
const TOO_LARGE = 'The file is larger than 2 MB, so it was not looked into.';
/** In UTF-16 code units. */
const LONGEST_LINE = 200;

/**
 * Looks for uses of elements in the code of one repository. What was found in a blob is kept, so that the next release, which shares
 * most of its files, costs little and the same question a second time nothing.
 */
export class CodeSearch {
  readonly repository: Repository;
  readonly #listings = new Kept<Promise<Listing>>(200);
  /** By the words that were looked for. */
  readonly #found = new Kept<Known>(20);

  constructor(repository: Repository) {
    this.repository = repository;
  }

  /**
   * @param commit a full object id; undefined for the working tree as it is on disk.
   * @throws GitError where git fails, and the signal's reason.
   */
  async search(targets: Targets, commit: string | undefined, signal?: AbortSignal): Promise<Searched> {
    const listing = await this.#list(commit, signal);
    const { words } = targets;
    const perFile =
      commit === undefined
        ? await this.#onDisk(targets, words, listing, signal)
        : await this.#inBlobs(targets, words, [listing], signal);
    const places: Place[] = [];
    const unread: { file: string; reason: string }[] = [];
    for (const { file, id } of listing.code) {
      const known = perFile(file.file, id);
      if (known === undefined) continue;
      if (typeof known === 'string') unread.push({ file: file.file, reason: known });
      else
        for (const found of known)
          places.push({ ...found, file: file.file, language: file.language, test: file.test || found.test });
    }
    return { places, files: listing.code.map(({ file }) => file), all: listing.all, unread };
  }

  /** Looks into what several commits hold in one go, each blob once, so that `search` has nothing left to do for them. */
  async prepare(targets: Targets, commits: readonly string[], signal?: AbortSignal): Promise<void> {
    const listings: Listing[] = [];
    for (const commit of commits) listings.push(await this.#list(commit, signal));
    await this.#inBlobs(targets, targets.words, listings, signal);
  }

  #list(commit: string | undefined, signal: AbortSignal | undefined): Promise<Listing> {
    if (commit === undefined) return this.#listNow(undefined, signal);
    let listed = this.#listings.get(commit);
    if (listed === undefined) {
      // Others may wait for it, so it is not given up with this question.
      listed = this.#listNow(commit, undefined);
      this.#listings.set(commit, listed);
      listed.catch(() => {
        this.#listings.delete(commit);
      });
    }
    return listed;
  }

  async #listNow(commit: string | undefined, signal: AbortSignal | undefined): Promise<Listing> {
    const files = await this.repository.files(commit, signal);
    const code: Listing['code'][number][] = [];
    for (const [name, id] of files) {
      const file = codeFile(name);
      if (file !== undefined) code.push({ file, id });
    }
    code.sort((a, b) => (a.file.file < b.file.file ? -1 : 1));
    return { code, all: new Set(files.keys()) };
  }

  async #inBlobs(
    targets: Targets,
    words: readonly string[],
    listings: readonly Listing[],
    signal: AbortSignal | undefined,
  ): Promise<(file: string, id: string) => Contents | undefined> {
    const key = JSON.stringify(targets.elements);
    let known = this.#found.get(key);
    if (known === undefined) {
      known = { looked: new Set(), found: new Map() };
      this.#found.set(key, known);
    }
    const { looked, found } = known;
    const asked = new Map<string, Language>();
    for (const { code } of listings) for (const { file, id } of code) if (!looked.has(id)) asked.set(id, file.language);
    const holding = await this.repository.blobsWith(words, [...asked.keys()], signal);
    const ids = [...holding];
    // In parts: all blobs at once would be held in memory together.
    for (let start = 0; start < ids.length; start += 200) {
      signal?.throwIfAborted();
      const part = ids.slice(start, start + 200);
      const texts = await Promise.all(part.map((id) => this.repository.readBlob(id)));
      for (const [index, id] of part.entries()) {
        const content = texts[index];
        const language = asked.get(id);
        if (content === undefined || language === undefined) continue;
        const contents = content === 'too-large' ? TOO_LARGE : lookInto(content.toString(), language, targets);
        if (contents !== undefined) found.set(id, contents);
      }
    }
    for (const id of asked.keys()) looked.add(id);
    return (_, id) => found.get(id);
  }

  async #onDisk(
    targets: Targets,
    words: readonly string[],
    listing: Listing,
    signal: AbortSignal | undefined,
  ): Promise<(file: string, id: string) => Contents | undefined> {
    const holding = new Set(await this.repository.filesWith(words, ENDINGS, signal));
    const found = new Map<string, Contents>();
    for (const { file } of listing.code) {
      if (!holding.has(file.file)) continue;
      signal?.throwIfAborted();
      const text = await this.#readDisk(file.file);
      const contents = text === undefined ? TOO_LARGE : lookInto(text, file.language, targets);
      if (contents !== undefined) found.set(file.file, contents);
    }
    return (file) => found.get(file);
  }

  /** Undefined where the file is too large; empty where it is none, cannot be read, or leads out of the repository. */
  async #readDisk(file: string): Promise<string | undefined> {
    try {
      const real = await realpath(path.join(this.repository.root, file));
      const { size } = await stat(real);
      if (this.repository.relative(real) === undefined) return '';
      return size > LARGEST ? undefined : await readFile(real, 'utf8');
    } catch {
      return '';
    }
  }
}

type InFile = Omit<Place, 'file' | 'language'>;
/** What was found in a content, or why it was not looked into. */
type Contents = readonly InFile[] | string;

interface Listing {
  readonly code: readonly { readonly file: CodeFile; readonly id: string }[];
  readonly all: ReadonlySet<string>;
}

interface Known {
  /** Blobs that need not be looked at again. */
  readonly looked: Set<string>;
  readonly found: Map<string, Contents>;
}

function lookInto(text: string, language: Language, targets: Targets): Contents | undefined {
  if (isGenerated(text)) return undefined;
  if (text.length > LARGEST) return TOO_LARGE;
  const found = usesIn(text, language, targets);
  if (found.length === 0) return undefined;
  const starts = lineStartsOf(text);
  return found.map(({ element, offset, length, does, certainty, test }) => {
    const start = positionAt(starts, offset);
    const from = starts[start.line] ?? 0;
    const line = text.slice(from, starts[start.line + 1]).trim();
    return {
      element,
      start,
      length,
      text: line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE)}…` : line,
      does,
      certainty,
      test,
    };
  });
}

/** The languages of some files, in a fixed order. */
export function languagesOf(files: readonly CodeFile[]): readonly Language[] {
  const found = new Set(files.map(({ language }) => language));
  return LANGUAGES.filter((language) => found.has(language));
}

/** A map that forgets the oldest entry when it holds too many. */
class Kept<T> {
  readonly #most: number;
  readonly #entries = new Map<string, T>();

  constructor(most: number) {
    this.#most = most;
  }

  get(key: string): T | undefined {
    return this.#entries.get(key);
  }

  set(key: string, value: T): void {
    this.#entries.delete(key);
    this.#entries.set(key, value);
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > this.#most && oldest !== undefined) this.#entries.delete(oldest);
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }
}
