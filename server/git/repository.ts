import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { type Commit, commitOf, tagOf } from './commit.ts';
import { findGit } from './executable.ts';
import { MAXIMUM_FILE_SIZE, readRegular } from './file.ts';
import { ObjectReader } from './objects.ts';
import { Once } from './once.ts';
import { checkRef } from './ref.ts';
import { foreignAnswer, type Git, NO_GIT, run } from './run.ts';
import { type Folder, FolderReader, SUBMODULE, SYMLINK, type Tree, type TreeEntry, TreeReader } from './tree.ts';
import { GitError, PARTIAL, type Trouble, troubleOf } from './trouble.ts';

export interface OpenOptions {
  /** Absolute path of git; found on the PATH by default. Never taken from a workspace's settings. */
  readonly executable?: string;
  /** Milliseconds without an answer after which a git process is killed. */
  readonly timeout?: number;
  /**
   * The tags and the files of the working tree are asked for at once, beside the first questions. For a command, which looks once: who
   * watches a repository has to ask from then on.
   */
  readonly ahead?: boolean;
}

export interface Head {
  /** Undefined before the first commit. */
  readonly commit: string | undefined;
  /** Without `refs/heads/`; undefined where HEAD is detached (also during a rebase). */
  readonly branch: string | undefined;
}

export interface Tag {
  /** Without `refs/tags/`. */
  readonly name: string;
  /** What the tag points to, not peeled. */
  readonly object: string;
}

/** A tracked file, with what the index remembers of the file on disk when it last equalled the blob. */
export interface IndexEntry extends TreeEntry {
  /** False while a merge conflict is unresolved. */
  readonly merged: boolean;
  /** Left out of the working tree on purpose (sparse checkout). */
  readonly skipped: boolean;
  /** Nanoseconds since the epoch. */
  readonly changed: bigint;
  readonly modified: bigint;
  /** In bytes, of the file on disk. */
  readonly size: number;
}

/** Milliseconds. The first questions look at a few small files: whoever needs longer for them waits for something that never comes. */
const FIRST_ANSWER = 10_000;

/** The oldest git with every option that is used here. */
const OLDEST = [2, 25];

/** One git repository. Every method rejects with a GitError where git cannot answer; the next call may well succeed. */
export class Repository {
  /** The top folder, absolute, links resolved; the git folder where there is no working tree. */
  readonly root: string;
  /** Absolute. Of this worktree, where there are several. */
  readonly gitDirectory: string;
  /** Absolute. Shared by all worktrees: the same folder where there is only one. */
  readonly commonDirectory: string;
  /** There are no files on disk, only commits. */
  readonly bare: boolean;
  /** Of object ids, as `node:crypto` calls it. */
  readonly hash: 'sha1' | 'sha256';
  readonly #git: Git;
  readonly #objects: ObjectReader;
  readonly #trees: TreeReader;
  readonly #folders: FolderReader;
  /** Those that were opened, by their folder. */
  readonly #submodules = new Map<string, Repository>();
  /** Of commits, that is, as they will stay: a version file is asked for in each comparison of two releases. */
  readonly #files = new Once<string | undefined>();
  /** What was asked for ahead, each to be used once. */
  readonly #ahead: Map<Ahead, Promise<Buffer>>;

  private constructor(git: Git, facts: Facts, ahead: Map<Ahead, Promise<Buffer>>) {
    this.root = facts.root;
    this.gitDirectory = facts.gitDirectory;
    this.commonDirectory = facts.commonDirectory;
    this.bare = facts.bare;
    this.hash = facts.hash;
    this.#git = git;
    this.#objects = new ObjectReader(git, MAXIMUM_FILE_SIZE);
    this.#trees = new TreeReader(this.#objects);
    this.#folders = new FolderReader(this.#objects);
    this.#ahead = ahead;
  }

  /** @param directory any folder inside the repository, also of a bare one. */
  static async open(directory: string, options: OpenOptions = {}): Promise<Repository | Trouble> {
    const executable = options.executable ?? findGit();
    if (executable === undefined) return NO_GIT;
    const git = { executable, directory: path.resolve(directory), timeout: options.timeout ?? 30_000 };
    const ahead = new Map<Ahead, Promise<Buffer>>();
    const unwanted = new AbortController();
    if (options.ahead === true) {
      for (const question of AHEAD) {
        const asked = run(git, QUESTIONS[question], { signal: unwanted.signal });
        // Where nobody comes to use the answer, its failure is nobody's.
        asked.catch(() => undefined);
        ahead.set(question, asked);
      }
    }
    try {
      const facts = await factsOf({ ...git, timeout: Math.min(git.timeout, FIRST_ANSWER) });
      return new Repository({ ...git, directory: facts.root }, facts, ahead);
    } catch (error) {
      unwanted.abort();
      // A git that is too old may well fail at the facts: its age is what to tell.
      const tooOld = await versionTrouble(git).catch(() => undefined);
      if (tooOld !== undefined) return tooOld;
      if (error instanceof GitError) return error;
      throw error;
    }
  }

  /** An absolute path of this machine, relative to the top folder with forward slashes; undefined where it lies outside. */
  relative(absolute: string): string | undefined {
    const folder = realPath(path.dirname(absolute));
    for (const candidate of [absolute, ...(folder === undefined ? [] : [path.join(folder, path.basename(absolute))])]) {
      const parts = path.relative(this.root, candidate).split(path.sep);
      // On Windows the way to another drive is absolute.
      if (parts[0] !== '' && parts[0] !== '..' && !path.isAbsolute(parts.join(path.sep))) return parts.join('/');
    }
    return undefined;
  }

  /**
   * Costs no process where there are commits, so that every check can ask.
   * @throws GitError also where HEAD names a commit that is missing, which is not the same as none
   */
  async head(): Promise<Head> {
    const [commit, branch] = await Promise.all([this.find('HEAD'), this.#branch()]);
    if (commit === undefined) {
      const named = await run(this.#git, ['rev-parse', '--quiet', '--verify', 'HEAD'], { answers: [1] });
      if (named.length > 0)
        throw new GitError(troubleOf(`the commit of HEAD is missing: ${named.toString()}`, this.root));
    }
    return { commit, branch };
  }

  async #branch(): Promise<string | undefined> {
    const read = readRegular(path.join(this.gitDirectory, 'HEAD'), LONGEST_NAME);
    // Where it cannot be read, git says below what is wrong.
    const written = Buffer.isBuffer(read) ? read.toString() : '';
    if (/^[0-9a-f]{40,64}\n?$/.test(written)) return undefined;
    const branch = /^ref: refs\/heads\/(.+)\n?$/.exec(written)?.[1];
    // Where refs are kept in tables, the file holds this placeholder.
    if (branch !== undefined && branch !== '.invalid') return branch;
    return (
      (await run(this.#git, ['symbolic-ref', '--quiet', '--short', 'HEAD'], { answers: [1] })).toString().trimEnd() ||
      undefined
    );
  }

  /** The branch that releases grow from: `origin/HEAD`, else main or master at origin or here. */
  async trunk(): Promise<{ readonly ref: string; readonly commit: string } | undefined> {
    const commits = await Promise.all(TRUNKS.map((ref) => this.find(ref)));
    for (const [index, commit] of commits.entries()) {
      const ref = TRUNKS[index];
      if (commit !== undefined && ref !== undefined) return { ref, commit };
    }
    return undefined;
  }

  /** All tags. No object is looked at, so that ten thousand of them cost one small process and a broken one harms no other. */
  async tags(): Promise<readonly Tag[]> {
    const listed = await this.#ask('tags');
    return listed
      .toString()
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => {
        if (!/^[0-9a-f]{40,64} refs\/tags\//.test(line)) throw foreignAnswer(line);
        const space = line.indexOf(' ');
        return { object: line.slice(0, space), name: line.slice(space + 1 + 'refs/tags/'.length) };
      });
  }

  /**
   * The commit that a person's word for it means: a tag, branch, id or expression such as `HEAD~2`.
   * @throws GitError with the reason `bad-ref`
   */
  async resolve(ref: string): Promise<string> {
    const trouble = checkRef(ref);
    if (trouble !== undefined) throw new GitError(trouble);
    const commit = await this.find(ref);
    if (commit !== undefined) return commit;
    throw new GitError({
      reason: 'bad-ref',
      message: `There is no commit, tag or branch ${JSON.stringify(ref)} in this repository.`,
      advice:
        this.shallowSince() !== undefined
          ? 'This clone is shallow: run `git fetch --tags --unshallow` (in CI: `fetch-depth: 0`).'
          : 'Run `git fetch --tags`, or check the name with `git tag --list`.',
    });
  }

  /** The commit that a name stands for, tags peeled; undefined where there is none. The name is not checked: see `resolve`. */
  async find(name: string): Promise<string | undefined> {
    const object = await this.#objects.read(`${name}^{commit}`);
    return object?.id;
  }

  /** @returns undefined where there is no such commit. */
  async commit(id: string): Promise<Commit | undefined> {
    const object = await this.#objects.read(id);
    return object && commitOf(object);
  }

  /**
   * The commit that a tag leads to, and when it was tagged: for a tag without a date of its own, when that was committed.
   * @param object what the tag points to.
   * @returns undefined where that leads to no commit.
   */
  async tagged(object: string): Promise<{ readonly commit: Commit; readonly date: number } | undefined> {
    let date: number | undefined;
    for (let id = object, hops = 0; hops < MOST_HOPS; hops++) {
      const found = await this.#objects.read(id);
      if (found === undefined) return undefined;
      const tag = tagOf(found);
      if (tag === undefined) {
        const commit = commitOf(found);
        return commit && { commit, date: date ?? commit.date };
      }
      date ??= tag.date;
      id = tag.target;
    }
    return undefined;
  }

  /** The `.proto` files of a commit, by path. Cheap for a commit that shares folders with one listed before. */
  async listTree(commit: string): Promise<ReadonlyMap<string, TreeEntry>> {
    return (await this.tree(commit)).files;
  }

  /** The `.proto` files and the submodules of a commit. */
  async tree(commit: string): Promise<Tree> {
    try {
      return await this.#trees.list(commit);
    } catch (error) {
      this.#expectWhole();
      throw error;
    }
  }

  /**
   * @param id of a blob.
   * @returns undefined where there is no such blob; `too-large` above MAXIMUM_FILE_SIZE.
   */
  async readBlob(id: string): Promise<Buffer | 'too-large' | undefined> {
    const object = await this.#objects.read(id);
    if (object === undefined) this.#expectWhole();
    if (object?.type !== 'blob') return undefined;
    return object.content ?? 'too-large';
  }

  /**
   * Asked where an object is missing. Git before 2.45 says by itself that it was to be fetched.
   * @throws GitError where the clone is partial; it marks the packs that lack something
   * @see https://git-scm.com/docs/partial-clone
   */
  #expectWhole(): void {
    const packs = path.join(this.commonDirectory, 'objects', 'pack');
    if (existsSync(packs) && readdirSync(packs).some((name) => name.endsWith('.promisor'))) throw new GitError(PARTIAL);
  }

  /**
   * A file of any kind at a commit.
   * @param commit a full object id.
   * @param file relative to the top folder, with forward slashes.
   * @returns undefined where there is none, it is no text of a bearable size, or the name cannot be asked for.
   */
  async readFile(commit: string, file: string): Promise<string | undefined> {
    // To git `./x` and `../x` are relative to a working tree, and without one it ends instead of answering.
    if (/[\n\0]/.test(file) || /^\.\.?(\/|$)/.test(file)) return undefined;
    if (this.#files.size > MOST_FILES) this.#files.clear();
    return await this.#files.get(`${commit}:${file}`, async () => {
      const object = await this.#objects.read(`${commit}:${file}`);
      return object?.type === 'blob' ? object.content?.toString() : undefined;
    });
  }

  /** Tracked `.proto` files. Git looks at no file for it, so no filter of the repository can run. */
  async index(): Promise<ReadonlyMap<string, IndexEntry>> {
    if (this.bare) return new Map();
    return parseIndex((await this.#ask('index')).toString());
  }

  /** Folders of git submodules, each with the commit that the index records for it. */
  async indexedSubmodules(): Promise<ReadonlyMap<string, string>> {
    const found = new Map<string, string>();
    // Without this file there are none, and listing every tracked file can be spared.
    if (this.bare || !existsSync(path.join(this.root, '.gitmodules'))) return found;
    const listed = await run(this.#git, ['ls-files', '--cached', '--stage', '-z']);
    for (const [, id = '', folder = ''] of listed.toString().matchAll(INDEXED_SUBMODULE))
      if (!folder.includes('\ufffd')) found.set(folder, id);
    return found;
  }

  /** Whether a git submodule may have been initialised: `submodule` says whether it can be read. */
  mayHaveSubmodule(folder: string): boolean {
    return !this.bare && existsSync(path.join(this.root, folder, '.git'));
  }

  /**
   * The repository of an initialised git submodule.
   * @param folder relative to the top folder.
   * @returns undefined where it is not initialised, or its objects are kept outside of this repository.
   */
  async submodule(folder: string): Promise<Repository | undefined> {
    const known = this.#submodules.get(folder);
    if (known !== undefined) return known;
    const absolute = path.join(this.root, folder);
    if (!this.mayHaveSubmodule(folder) || realPath(absolute) !== absolute) return undefined;
    const found = await Repository.open(absolute, { executable: this.#git.executable, timeout: this.#git.timeout });
    const isInside = (directory: string): boolean =>
      [this.root, this.commonDirectory].some((own) => isBelow(realPath(directory) ?? directory, realPath(own) ?? own));
    if (!(found instanceof Repository) || found.root !== absolute || !isInside(found.commonDirectory)) {
      if (found instanceof Repository) found.close();
      return undefined;
    }
    this.#submodules.set(folder, found);
    return found;
  }

  /** Untracked `.proto` files that are not ignored. */
  async untracked(): Promise<readonly string[]> {
    if (this.bare) return [];
    const listed = await this.#ask('untracked');
    return listed
      .toString()
      .split('\0')
      .filter((file) => file !== '' && !file.endsWith('/') && !file.includes('\ufffd'));
  }

  /**
   * The top folder of a commit with everything in it. Cheap for a commit that shares folders with one that was read before.
   * @param commit a full object id.
   */
  async folder(commit: string): Promise<Folder> {
    try {
      return await this.#folders.read(commit);
    } catch (error) {
      this.#expectWhole();
      throw error;
    }
  }

  /** The files of the working tree, tracked ones and new ones that are not ignored. */
  async workingFiles(signal?: AbortSignal): Promise<readonly string[]> {
    if (this.bare) return [];
    const listed = await run(this.#git, ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { signal });
    // A file with a merge conflict is listed several times.
    const files = [...new Set(listed.toString().split('\0'))];
    return files.filter((file) => file !== '' && !file.endsWith('/') && !file.includes('\ufffd')).sort();
  }

  /**
   * Which of some blobs have one of the terms. Binary ones do not.
   * @returns their ids.
   */
  async blobsWith(terms: Terms, blobs: readonly string[], signal?: AbortSignal): Promise<ReadonlySet<string>> {
    const found = new Set<string>();
    if (isEmpty(terms)) return found;
    // Many blobs fit into one command line, on Windows a few hundred.
    const most = process.platform === 'win32' ? 600 : 10_000;
    for (let start = 0; start < blobs.length; start += most) {
      const part = blobs.slice(start, start + most);
      for (const id of await this.#grep(terms, [...part, '--'], signal)) found.add(id);
    }
    return found;
  }

  /**
   * Which files of the working tree have one of the terms: tracked ones and new ones that are not ignored.
   * @param endings of file names, ".go"
   */
  async filesWith(terms: Terms, endings: readonly string[], signal?: AbortSignal): Promise<readonly string[]> {
    if (this.bare || isEmpty(terms)) return [];
    const paths = endings.map((ending) => `:(icase)*${ending}`);
    const found = await this.#grep(terms, ['--untracked', '--', ...paths], signal);
    return found.filter((file) => !file.includes('\ufffd'));
  }

  /** One expression of all terms: git looks for a list of fixed strings one after the other, a hundred times slower for a thousand. */
  async #grep(terms: Terms, rest: readonly string[], signal?: AbortSignal): Promise<string[]> {
    const printed = await run(
      this.#git,
      ['grep', ...GREP, '--extended-regexp', '-f', '-', ...rest],
      // Without a match git ends with 1.
      { input: `${expressionOf(terms)}\n`, answers: [1], signal },
    );
    return printed
      .toString()
      .split('\0')
      .filter((name) => name !== '');
  }

  /**
   * The commits that any of these revisions reaches, children before parents. Objects that are missing are passed over.
   * @param revisions ids, `^ID` to leave out what that reaches, `ID...ID` to leave out what both reach.
   * @param options.firstParent of merges only the first parents are followed; what is left out still follows all.
   * @returns lines `commit parent parent…`
   */
  async history(revisions: readonly string[], { firstParent = false } = {}): Promise<string> {
    const input = revisions.map((revision) => `${revision}\n`).join('');
    const options = ['--topo-order', '--parents', '--ignore-missing', ...(firstParent ? ['--first-parent'] : [])];
    return (await run(this.#git, ['rev-list', ...options, '--stdin'], { input })).toString('latin1');
  }

  #ask(question: Ahead): Promise<Buffer> {
    const asked = this.#ahead.get(question);
    this.#ahead.delete(question);
    return asked ?? run(this.#git, QUESTIONS[question]);
  }

  /** When the history was last cut or lengthened, in milliseconds; undefined where it is whole, unlike in most CI checkouts. */
  shallowSince(): number | undefined {
    return statSync(path.join(this.commonDirectory, 'shallow'), { throwIfNoEntry: false })?.mtimeMs;
  }

  /** Ends the child process; what was asked and not answered is rejected. */
  close(): void {
    this.#objects.close();
    for (const submodule of this.#submodules.values()) submodule.close();
  }

  /** The process that reads objects, for tests that kill it. */
  get processId(): number | undefined {
    return this.#objects.processId;
  }
}

/** What a search looks for. Terms are taken literally; none has a line break. */
export interface Terms {
  /** Found anywhere, also within a longer word. */
  readonly parts?: readonly string[];
  /** Found only as whole words. */
  readonly words?: readonly string[];
}

function isEmpty({ parts = [], words = [] }: Terms): boolean {
  return parts.length + words.length === 0;
}

/** A POSIX extended regular expression. It spells out what a whole word is, because not every system's git knows `\b`. */
function expressionOf({ parts = [], words = [] }: Terms): string {
  const literal = (term: string): string => term.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  const whole = words.length === 0 ? [] : [`(^|[^[:alnum:]_])(${words.map(literal).join('|')})([^[:alnum:]_]|$)`];
  return `(${[...parts.map(literal), ...whole].join('|')})`;
}

/** Files of git that hold a name or a path, in bytes. */
const LONGEST_NAME = 100_000;

const TRUNKS = [
  'refs/remotes/origin/HEAD',
  'refs/remotes/origin/main',
  'refs/remotes/origin/master',
  'refs/heads/main',
  'refs/heads/master',
];

/** More than a repository has releases; the files are small. */
const MOST_FILES = 5000;

/** Of tags that point to tags; hardly any tag does. */
const MOST_HOPS = 10;

/** All of the repository, whichever folder of it git is started in. */
const PROTOS = ['--full-name', '--', ':(top)*.proto'];

/** What does not depend on the repository's facts. */
const QUESTIONS = {
  tags: ['for-each-ref', '--format=%(objectname) %(refname)', 'refs/tags/'],
  index: ['ls-files', '--cached', '--stage', '--debug', '-t', '-z', ...PROTOS],
  untracked: ['ls-files', '--others', '--exclude-standard', '-z', ...PROTOS],
} as const satisfies Record<string, readonly string[]>;
const AHEAD = ['tags', 'index', 'untracked'] as const;
type Ahead = (typeof AHEAD)[number];

/** Names alone, whatever the user's configuration says of `git grep`. */
const GREP = [
  '--files-with-matches',
  '--null',
  '-I',
  '--full-name',
  '--no-color',
  '--no-column',
  '--no-line-number',
  '--no-textconv',
];

interface Facts {
  readonly root: string;
  readonly gitDirectory: string;
  readonly commonDirectory: string;
  readonly bare: boolean;
  readonly hash: 'sha1' | 'sha256';
}

async function factsOf(git: Git): Promise<Facts> {
  const linesOf = (printed: Buffer) =>
    printed
      .toString()
      .replace(/\r?\n$/, '')
      .split('\n');
  // The path comes last, because it may hold line breaks.
  const printed = await run(
    git,
    ['rev-parse', '--is-inside-work-tree', '--show-object-format', '--show-cdup', '--absolute-git-dir'],
    { most: LONGEST_NAME },
  );
  const [inside = '', format = '', up = '', ...rest] = linesOf(printed);
  // A greeting in front would be read as a bare repository.
  if (!/^(?:true|false)$/.test(inside) || !/^sha(?:1|256)$/.test(format)) throw foreignAnswer(printed.toString());
  const bare = inside !== 'true';
  // Outside of a working tree there is no line for the way up, or another one.
  const gitDirectory = (
    bare ? linesOf(await run(git, ['rev-parse', '--absolute-git-dir'], { most: LONGEST_NAME })) : rest
  ).join('\n');
  const directory = realPath(git.directory) ?? git.directory;
  return {
    root: bare ? (realPath(gitDirectory) ?? gitDirectory) : path.resolve(directory, up),
    gitDirectory,
    commonDirectory: commonDirectoryOf(gitDirectory),
    bare,
    hash: format === 'sha256' ? 'sha256' : 'sha1',
  };
}

/** The folder of a worktree names the one that all worktrees share. See https://git-scm.com/docs/gitrepository-layout. */
function commonDirectoryOf(gitDirectory: string): string {
  const written = readRegular(path.join(gitDirectory, 'commondir'), LONGEST_NAME);
  return Buffer.isBuffer(written) ? path.resolve(gitDirectory, written.toString().trimEnd()) : gitDirectory;
}

async function versionTrouble(git: Git): Promise<Trouble | undefined> {
  const printed = (
    await run({ ...git, directory: path.parse(git.directory).root }, ['version'], { most: LONGEST_NAME })
  ).toString();
  const [, major, minor] = /^git version (\d+)\.(\d+)/.exec(printed) ?? [];
  if (major === undefined) throw foreignAnswer(printed);
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST;
  const newEnough = Number(major) > oldestMajor || (Number(major) === oldestMajor && Number(minor) >= oldestMinor);
  if (newEnough) return undefined;
  return {
    reason: 'git-too-old',
    message: `${printed.trim()} is too old: ${OLDEST.join('.')} is the oldest that works here.`,
    advice: 'Install a newer git from https://git-scm.com, then reload.',
  };
}

/** The answer of `ls-files --stage --debug -t -z`. */
function parseIndex(printed: string): ReadonlyMap<string, IndexEntry> {
  const entries = new Map<string, IndexEntry>();
  let end = 0;
  for (const match of printed.matchAll(INDEX_ENTRY)) {
    end = match.index + match[0].length;
    const [
      ,
      status,
      mode = '',
      id = '',
      stage,
      file = '',
      changed = '',
      changedRest = '',
      modified = '',
      modifiedRest = '',
      size,
    ] = match;
    if (!(mode.startsWith('100') || mode === SYMLINK) || file.includes('\ufffd')) continue;
    entries.set(file, {
      id,
      symlink: mode === SYMLINK,
      merged: stage === '0',
      skipped: status === 'S',
      changed: nanoseconds(changed, changedRest),
      modified: nanoseconds(modified, modifiedRest),
      size: Number(size),
    });
  }
  if (end === printed.length) return entries;
  // Nobody promises that the answer stays as it is; taking what was not understood for deleted files would be worse than to fail.
  throw new GitError({
    reason: 'git-failed',
    message: 'This version of git lists its index in a way that is not understood here.',
    advice: 'Compare commits instead of the working tree, and report the version of git.',
  });
}
const INDEX_ENTRY =
  /(\S) (\d{6}) ([0-9a-f]{40,64}) (\d)\t([^\0]*)\0 *ctime: (\d+):(\d+)\n *mtime: (\d+):(\d+)\n.*\n.*\n *size: (\d+)(?!\d).*\n/gy;

const INDEXED_SUBMODULE = new RegExp(`(?<=^|\\0)${SUBMODULE} ([0-9a-f]{40,64}) \\d\\t([^\\0]*)\\0`, 'g');

function isBelow(file: string, folder: string): boolean {
  const way = path.relative(folder, file);
  return way !== '' && way.split(path.sep)[0] !== '..' && !path.isAbsolute(way);
}

function nanoseconds(seconds: string, rest: string): bigint {
  return BigInt(seconds) * 1_000_000_000n + BigInt(rest);
}

function realPath(file: string): string | undefined {
  try {
    return realpathSync.native(file);
  } catch {
    return undefined;
  }
}
