import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { readInside, whyNotRead } from '../git/file.ts';
import type { Repository } from '../git/repository.ts';
import type { Folder } from '../git/tree.ts';
import { lineStartsOf, type Position, positionAt } from '../proto/position.ts';
import type { Certainty } from './code/context.ts';
import { findUses, type FoundUse } from './code/find-uses.ts';
import type { Targets } from './code/targets.ts';
import { type CodeFile, codeFile, isGenerated } from './code-files.ts';
import { ENDINGS, type Language, LANGUAGES } from './languages.ts';
import type { Act } from './names/names.ts';

export interface Place {
  /** Full name. */
  readonly element: string;
  /** Relative to its repository. */
  readonly file: string;
  /** Of the name, or of the string around it. */
  readonly start: Position;
  /** Of the name, in UTF-16 code units. */
  readonly length: number;
  /** Trimmed and shortened. */
  readonly text: string;
  readonly language: Language;
  readonly does: Act;
  readonly certainty: Certainty;
  readonly test: boolean;
}

export interface Found {
  readonly places: readonly Place[];
  readonly files: readonly CodeFile[];
  /** All files, not only code, to match globs against. */
  readonly all: Iterable<string>;
  /** Files that may use an element but were not analysed. Each reason is a sentence. */
  readonly unread: readonly { readonly file: string; readonly reason: string }[];
}

export const NOTHING_SEARCHED: Found = { places: [], files: [], all: [], unread: [] };

export function onlyIn({ places, files, all, unread }: Found, matches: (file: string) => boolean): Found {
  const isWanted = ({ file }: { readonly file: string }): boolean => matches(file);
  return { places: places.filter(isWanted), files: files.filter(isWanted), all, unread: unread.filter(isWanted) };
}

/** In bytes on disk, in UTF-16 code units in a commit. Larger code files usually contain data. */
const MAX_SIZE = 2_000_000;
const TOO_LARGE = 'The file is larger than 2 MB, so it was not analysed.';
const DAMAGED = 'Git cannot read the file. Run `git fsck`.';
/** In UTF-16 code units. */
const LONGEST_LINE = 200;
const BATCH = 200;

/** Caches results by blob, because releases share most of their files. */
export class CodeSearch {
  readonly repository: Repository;
  readonly #isWatched: boolean;
  readonly #codeFiles = new Map<string, CodeFile | 'other'>();
  readonly #listings = new Recent<Promise<Listing>>(200);
  readonly #folders = new WeakMap<Folder, readonly CommittedCode[]>();
  /** By `Targets.key`. */
  readonly #inBlobs = new Recent<SearchedBlobs>(20);
  /** By `Targets.key`. */
  #onDisk = new Recent<Promise<Found>>(20);

  /** @param isWatched whether the caller reports each change of the working tree with `filesChanged`. */
  constructor(repository: Repository, isWatched = false) {
    this.repository = repository;
    this.#isWatched = isWatched;
  }

  filesChanged(): void {
    this.#onDisk = new Recent(20);
  }

  /**
   * @param commit a full object id; undefined for the working tree.
   * @param signal unused for a watched working tree, because other callers may wait for the same search.
   * @throws GitError, and the signal's reason
   */
  async search(targets: Targets, commit: string | undefined, signal?: AbortSignal): Promise<Found> {
    return commit === undefined
      ? await this.#searchDisk(targets, signal)
      : await this.#searchCommit(targets, commit, signal);
  }

  /** Makes a later `search` of each of these commits fast. */
  async prepare(targets: Targets, commits: readonly string[], signal?: AbortSignal): Promise<void> {
    const listings: Listing[] = [];
    for (const commit of commits) {
      signal?.throwIfAborted();
      listings.push(await this.#listCommit(commit));
    }
    await this.#searchBlobs(
      targets,
      listings.flatMap(({ code }) => code),
      signal,
    );
  }

  async #searchCommit(targets: Targets, commit: string, signal: AbortSignal | undefined): Promise<Found> {
    const { code, all } = await this.#listCommit(commit);
    const answers = await this.#searchBlobs(targets, code, signal);
    return combined(
      code.map(({ file, id }) => ({ file, answer: answers.get(keyOf(id, file)) })),
      all,
    );
  }

  #searchDisk(targets: Targets, signal: AbortSignal | undefined): Promise<Found> {
    if (!this.#isWatched) return this.#searchDiskNow(targets, signal);
    const { key } = targets;
    const onDisk = this.#onDisk;
    let known = onDisk.get(key);
    if (known === undefined) {
      known = this.#searchDiskNow(targets, undefined);
      onDisk.set(key, known);
      known.catch(() => {
        onDisk.delete(key);
      });
    }
    return known;
  }

  async #searchDiskNow(targets: Targets, signal: AbortSignal | undefined): Promise<Found> {
    const { workingTree } = this.repository;
    const [all, matching] = await Promise.all([
      workingTree?.files(signal) ?? [],
      workingTree?.filesWith(targets.terms, ENDINGS, signal) ?? [],
    ]);
    const withTerm = new Set(matching);
    const answers: { file: CodeFile; answer: Answer | undefined }[] = [];
    for (const name of all) {
      const file = this.#codeFile(name);
      if (file === undefined) continue;
      signal?.throwIfAborted();
      const content = withTerm.has(name) ? await this.#readDisk(name) : { text: '' };
      answers.push({
        file,
        answer: 'reason' in content ? content.reason : analyse(content.text, file.language, targets),
      });
    }
    return combined(answers, all);
  }

  #listCommit(commit: string): Promise<Listing> {
    let listing = this.#listings.get(commit);
    if (listing === undefined) {
      listing = this.#listCommitNow(commit);
      this.#listings.set(commit, listing);
      listing.catch(() => {
        this.#listings.delete(commit);
      });
    }
    return listing;
  }

  async #listCommitNow(commit: string): Promise<Listing> {
    const folder = await this.repository.folder(commit);
    return { code: this.#codeIn(folder), all: { [Symbol.iterator]: () => pathsIn(folder) } };
  }

  /** Cached, because releases share most of their folders. */
  #codeIn(folder: Folder): readonly CommittedCode[] {
    const known = this.#folders.get(folder);
    if (known !== undefined) return known;
    const code: CommittedCode[] = [];
    for (const { path: name, id } of folder.files) {
      const file = this.#codeFile(name);
      if (file !== undefined) code.push({ file, id });
    }
    for (const inner of folder.folders) for (const each of this.#codeIn(inner)) code.push(each);
    this.#folders.set(folder, code);
    return code;
  }

  #codeFile(name: string): CodeFile | undefined {
    const known = this.#codeFiles.get(name);
    if (known !== undefined) return known === 'other' ? undefined : known;
    const file = codeFile(name);
    this.#codeFiles.set(name, file ?? 'other');
    return file;
  }

  /** @returns answers by `keyOf`, also of blobs that were searched earlier. */
  async #searchBlobs(
    targets: Targets,
    files: readonly CommittedCode[],
    signal: AbortSignal | undefined,
  ): Promise<ReadonlyMap<string, Answer>> {
    const { key } = targets;
    const known = this.#inBlobs.get(key) ?? { searched: new Set(), answers: new Map() };
    this.#inBlobs.set(key, known);
    const { searched, answers } = known;
    const languages = new Map<string, Set<Language>>();
    for (const { file, id } of files) {
      if (searched.has(keyOf(id, file))) continue;
      const known = languages.get(id);
      if (known === undefined) languages.set(id, new Set([file.language]));
      else known.add(file.language);
    }
    const matching = [...(await this.repository.blobsWith(targets.terms, [...languages.keys()], signal))];
    for (let start = 0; start < matching.length; start += BATCH) {
      signal?.throwIfAborted();
      const batch = matching.slice(start, start + BATCH);
      const contents = await Promise.all(batch.map((id) => this.repository.readBlob(id)));
      for (const [index, id] of batch.entries()) {
        const content = contents[index];
        for (const language of languages.get(id) ?? []) {
          const answer =
            content === undefined
              ? DAMAGED
              : content === 'too-large'
                ? TOO_LARGE
                : analyse(content.toString(), language, targets);
          if (answer !== undefined) answers.set(keyOf(id, { language }), answer);
        }
      }
    }
    for (const [id, ofBlob] of languages) for (const language of ofBlob) searched.add(keyOf(id, { language }));
    return answers;
  }

  /** Empty for a file that isn't code of the repository. */
  async #readDisk(file: string): Promise<{ readonly text: string } | { readonly reason: string }> {
    // Other requests run between two files.
    await setImmediate();
    const { root } = this.repository;
    const content = readInside(root, path.join(root, file), MAX_SIZE);
    if (Buffer.isBuffer(content)) return { text: content.toString() };
    if (content === undefined || content.reason === 'outside') return { text: '' };
    return { reason: content.reason === 'too-large' ? TOO_LARGE : whyNotRead(content, 'The file') };
  }
}

/** Several files may have the same content. */
type PlaceInContent = Omit<Place, 'file' | 'language'> & Pick<FoundUse, 'byName'>;
interface FoundInContent {
  readonly places: readonly PlaceInContent[];
  readonly lookalikes: ReadonlySet<string>;
}
/** What was found, or why the content was not analysed. */
type Answer = FoundInContent | string;

interface CommittedCode {
  readonly file: CodeFile;
  readonly id: string;
}

interface Listing {
  readonly code: readonly CommittedCode[];
  readonly all: Iterable<string>;
}

function* pathsIn(folder: Folder): Generator<string> {
  for (const { path: name } of folder.files) yield name;
  for (const inner of folder.folders) yield* pathsIn(inner);
}

/** Files with the same content can be in different languages. */
function keyOf(id: string, { language }: Pick<CodeFile, 'language'>): string {
  return `${id} ${language}`;
}

/** By `keyOf`. */
interface SearchedBlobs {
  readonly searched: Set<string>;
  readonly answers: Map<string, Answer>;
}

function combined(
  answers: readonly { readonly file: CodeFile; readonly answer: Answer | undefined }[],
  all: Iterable<string>,
): Found {
  const places: Place[] = [];
  const unread: { file: string; reason: string }[] = [];
  const lookalikes = new Set<string>();
  for (const { file, answer } of answers)
    if (typeof answer === 'object') for (const each of answer.lookalikes) lookalikes.add(`${file.language} ${each}`);
  for (const { file, answer } of answers) {
    const { file: name, language, test } = file;
    if (typeof answer === 'string') unread.push({ file: name, reason: answer });
    else
      for (const { byName, ...place } of answer?.places ?? []) {
        const isUncertain = byName && place.certainty === 'exact' && lookalikes.has(`${language} ${place.element}`);
        const certainty = isUncertain ? 'likely' : place.certainty;
        places.push({ ...place, certainty, file: name, language, test: test || place.test });
      }
  }
  // In a commit, the files of a folder are listed before those of its subfolders.
  places.sort((a, b) => (a.file === b.file ? 0 : a.file < b.file ? -1 : 1));
  return { places, files: answers.map(({ file }) => file), all, unread };
}

function analyse(text: string, language: Language, targets: Targets): Answer | undefined {
  if (text === '' || isGenerated(text)) return undefined;
  if (text.length > MAX_SIZE) return TOO_LARGE;
  const { uses, lookalikes } = findUses(text, language, targets);
  if (uses.length === 0 && lookalikes.size === 0) return undefined;
  const starts = lineStartsOf(text);
  const places = uses.map(({ element, offset, length, does, certainty, byName, test }) => {
    const start = positionAt(starts, offset);
    const line = text.slice(starts[start.line] ?? 0, starts[start.line + 1]).trim();
    return {
      element,
      start,
      length,
      text: line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE)}…` : line,
      does,
      certainty,
      byName,
      test,
    };
  });
  return { places, lookalikes };
}

export function languagesOf(files: readonly CodeFile[]): readonly Language[] {
  const found = new Set(files.map(({ language }) => language));
  return LANGUAGES.filter((language) => found.has(language));
}

/** Keeps the entries that were set last. */
class Recent<T> {
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
