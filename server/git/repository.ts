import path from 'node:path';
import { type Commit, commitOf, followTag, type TaggedCommit } from './commit.ts';
import { CommitFiles } from './commit-files.ts';
import { findGit } from './executable.ts';
import { checkVersion, readFacts, type RepositoryFacts } from './facts.ts';
import { MAXIMUM_FILE_SIZE, mayExist, type NotRead, realPath, relativeTo } from './file.ts';
import { grepBlobs, grepWorkingTree, type Terms } from './grep.ts';
import { findTrunk, type Head, readBranch } from './head.ts';
import { type IndexEntry, parseIndex, parseIndexedSubmodules, parsePaths } from './index-entries.ts';
import { ListCommands } from './list-commands.ts';
import { ObjectReader } from './objects.ts';
import { checkRef } from './ref.ts';
import { type Git, NO_GIT, run, TimeoutError } from './run.ts';
import { parseTags, type Tag } from './tag-list.ts';
import type { Folder, Tree, TreeEntry } from './tree.ts';
import { GitError, type Trouble, troubleOf } from './trouble.ts';
import { changedAt, filesBelow, unreadableRef } from './unreadable.ts';

export interface OpenOptions {
  /** Absolute path of git, by default from the PATH. It must not come from a workspace's settings. */
  readonly executable?: string;
  /** Milliseconds without output after which a git process is killed, by default 30,000. */
  readonly timeout?: number;
  /** Starts to list tags and files while the repository is being opened. For commands, which list them once. */
  readonly prefetch?: boolean;
}

/** Milliseconds. Opening a repository reads only a few small files, so a git that needs longer hangs. */
const OPEN_TIMEOUT = 10_000;

/** One git repository. Unless a method says otherwise, it rejects with a GitError if git fails. */
export class Repository {
  /** Absolute path of the top folder, links resolved; the git folder if `bare`. */
  readonly root: string;
  /** Absolute. Each linked worktree has its own. */
  readonly gitDirectory: string;
  /** Absolute. Shared by all worktrees. */
  readonly commonDirectory: string;
  /** True if the opened folder is not in a working tree. Only commits can then be read. */
  readonly bare: boolean;
  readonly hash: 'sha1' | 'sha256';
  readonly #git: Git;
  readonly #objects: ObjectReader;
  readonly #files: CommitFiles;
  /** By folder. */
  readonly #submodules = new Map<string, Repository>();
  readonly #listings: ListCommands;

  private constructor(git: Git, facts: RepositoryFacts, listings: ListCommands) {
    this.root = facts.root;
    this.gitDirectory = facts.gitDirectory;
    this.commonDirectory = facts.commonDirectory;
    this.bare = facts.bare;
    this.hash = facts.hash;
    this.#git = git;
    this.#objects = new ObjectReader(git, MAXIMUM_FILE_SIZE);
    this.#files = new CommitFiles(this.#objects, facts.commonDirectory);
    this.#listings = listings;
  }

  /**
   * @param directory any folder inside the repository, which may be bare.
   * @returns the trouble if git is missing, is too old or fails.
   */
  static async open(directory: string, options: OpenOptions = {}): Promise<Repository | Trouble> {
    const executable = options.executable ?? findGit();
    if (executable === undefined) return NO_GIT;
    const git = { executable, directory: path.resolve(directory), timeout: options.timeout ?? 30_000 };
    const listings = new ListCommands();
    if (options.prefetch === true) listings.prefetch(git);
    const opening = { ...git, timeout: Math.min(git.timeout, OPEN_TIMEOUT) };
    try {
      const facts = await readFacts(opening);
      return new Repository({ ...git, directory: facts.root }, facts, listings);
    } catch (error) {
      listings.cancelPrefetch();
      if (!(error instanceof GitError)) throw error;
      // An old git may lack an option. Its version is then the useful error.
      const tooOld = error instanceof TimeoutError ? undefined : await checkVersion(opening).catch(() => undefined);
      return tooOld ?? error;
    }
  }

  /**
   * The path relative to the top folder, with forward slashes, also if it goes through links to folders.
   * @returns undefined for the top folder itself and for paths outside.
   */
  relative(absolute: string): string | undefined {
    const folder = realPath(path.dirname(absolute));
    for (const candidate of [absolute, ...(folder === undefined ? [] : [path.join(folder, path.basename(absolute))])]) {
      const relative = relativeTo(this.root, candidate);
      if (relative !== undefined && relative !== '') return relative.split(path.sep).join('/');
    }
    return undefined;
  }

  /** @throws GitError also if the commit of HEAD is missing */
  async head(): Promise<Head> {
    const [found, branch] = await Promise.all([this.find('HEAD'), readBranch(this.#git, this.gitDirectory)]);
    if (found !== undefined) return { commit: found, branch };
    const named = await run(this.#git, ['rev-parse', '--quiet', '--verify', 'HEAD'], { exitCodes: [1] });
    if (named.length === 0) return { commit: undefined, branch };
    // After a new clone in the same place, the process that reads objects is still in the deleted folder.
    this.#objects.restart();
    const commit = await this.find('HEAD');
    if (commit !== undefined) return { commit, branch };
    throw new GitError(troubleOf(`the commit of HEAD is missing: ${named.toString()}`, this.root));
  }

  /** The main branch: `origin/HEAD`, else main or master of origin, else the local main or master. */
  async trunk(): Promise<{ readonly ref: string; readonly commit: string } | undefined> {
    return await findTrunk((ref) => this.find(ref));
  }

  async tags(): Promise<readonly Tag[]> {
    const { printed, warnings } = await this.#listings.run('tags', this.#git);
    const tags = parseTags(printed.toString(), warnings);
    const known = new Set(tags.map(({ name }) => name));
    const unreadable = this.#looseTags().filter((name) => !known.has(name) && this.#unreadableRef(`refs/tags/${name}`));
    return [...tags, ...unreadable.map((name) => ({ object: undefined, name }))];
  }

  /** Includes the tags that git leaves out of its list because it cannot read them. */
  #looseTags(): readonly string[] {
    const names = filesBelow(path.join(this.commonDirectory, 'refs', 'tags'));
    if (!Array.isArray(names)) throw new GitError(names);
    return names;
  }

  #unreadableRef(ref: string): Trouble | undefined {
    return unreadableRef(ref, this.gitDirectory, this.commonDirectory);
  }

  /**
   * Finds the commit of a tag, branch, id or expression such as `HEAD~2`.
   * @throws GitError with the reason `bad-ref` if there is none
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

  /** Like `resolve`, but does not check the ref, and returns undefined if there is no commit. */
  async find(ref: string): Promise<string | undefined> {
    const object = await this.#objects.read(`${ref}^{commit}`);
    if (object === undefined && (ref === 'HEAD' || ref.startsWith('refs/'))) throwIfAny(this.#unreadableRef(ref));
    return object?.id;
  }

  async commit(id: string): Promise<Commit | undefined> {
    const object = await this.#objects.read(id);
    return object && commitOf(object);
  }

  /** See `followTag`. */
  tagged(object: string): Promise<TaggedCommit | 'missing' | undefined> {
    return followTag(this.#objects, object);
  }

  async listTree(commit: string): Promise<ReadonlyMap<string, TreeEntry>> {
    return (await this.tree(commit)).files;
  }

  tree(commit: string): Promise<Tree> {
    return this.#files.tree(commit);
  }

  /**
   * @param id a blob id.
   * @returns undefined if there is no such blob; `too-large` above MAXIMUM_FILE_SIZE.
   * @throws GitError also if the blob is missing in a partial clone
   */
  readBlob(id: string): Promise<Buffer | 'too-large' | undefined> {
    return this.#files.readBlob(id);
  }

  /**
   * Reads a file of any kind at a commit.
   * @param commit a full object id.
   * @param file relative to the top folder, with forward slashes, without `.` and `..`.
   * @returns undefined if there is no such file.
   */
  readFile(commit: string, file: string): Promise<string | NotRead | undefined> {
    return this.#files.readFile(commit, file);
  }

  /** Tracked `.proto` files. Git reads only its index, so no filter of the repository runs. */
  async index(): Promise<ReadonlyMap<string, IndexEntry>> {
    if (this.bare) return new Map();
    return parseIndex((await this.#listings.run('index', this.#git)).printed.toString());
  }

  /** Folders of git submodules, each with the commit that the index records. */
  async indexedSubmodules(): Promise<ReadonlyMap<string, string>> {
    // Without this file, git cannot initialise a submodule, so the listing is not needed.
    if (this.bare || !mayExist(path.join(this.root, '.gitmodules'))) return new Map();
    const listed = await run(this.#git, ['ls-files', '--cached', '--stage', '-z']);
    return parseIndexedSubmodules(listed.toString());
  }

  /** `submodule` may still fail to open it. */
  mayHaveSubmodule(folder: string): boolean {
    return !this.bare && mayExist(path.join(this.root, folder, '.git'));
  }

  /**
   * A git submodule, which stays open until this repository is closed.
   * @param folder relative to the top folder.
   * @returns undefined also if its path contains a link, or if its objects are outside this repository.
   */
  async submodule(folder: string): Promise<Repository | undefined> {
    const known = this.#submodules.get(folder);
    if (known !== undefined) return known;
    const absolute = path.join(this.root, folder);
    if (!this.mayHaveSubmodule(folder) || realPath(absolute) !== absolute) return undefined;
    const found = await Repository.open(absolute, { executable: this.#git.executable, timeout: this.#git.timeout });
    const isInside = (directory: string): boolean =>
      [this.root, this.commonDirectory].some((own) =>
        Boolean(relativeTo(realPath(own) ?? own, realPath(directory) ?? directory)),
      );
    if (!(found instanceof Repository) || found.root !== absolute || !isInside(found.commonDirectory)) {
      if (found instanceof Repository) found.close();
      return undefined;
    }
    this.#submodules.set(folder, found);
    return found;
  }

  /** Untracked `.proto` files that are not ignored, and the folders that git could not open. */
  async untracked(): Promise<{ readonly files: readonly string[]; readonly unopened: readonly string[] }> {
    if (this.bare) return { files: [], unopened: [] };
    const { printed, warnings } = await this.#listings.run('untracked', this.#git);
    const unopened = [...warnings.matchAll(/^warning: could not open directory '(.+)\/': /gm)];
    return {
      files: parsePaths(printed.toString()),
      unopened: unopened.map(([, folder = '']) => folder),
    };
  }

  /** @param commit a full object id. */
  folder(commit: string): Promise<Folder> {
    return this.#files.folder(commit);
  }

  /** Sorted paths of tracked files (also deleted ones), submodules, and new files that are not ignored. */
  async workingFiles(signal?: AbortSignal): Promise<readonly string[]> {
    if (this.bare) return [];
    const listed = await run(this.#git, ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { signal });
    // A file with a merge conflict is listed several times.
    return [...new Set(parsePaths(listed.toString()))].sort();
  }

  async blobsWith(terms: Terms, blobs: readonly string[], signal?: AbortSignal): Promise<ReadonlySet<string>> {
    return grepBlobs(this.#git, terms, blobs, signal);
  }

  async filesWith(terms: Terms, endings: readonly string[], signal?: AbortSignal): Promise<readonly string[]> {
    return this.bare ? [] : grepWorkingTree(this.#git, terms, endings, signal);
  }

  /**
   * The commits reachable from any of these revisions, children before parents. Unknown revisions are ignored.
   * @param revisions commit ids; `^ID^@` excludes the ancestors of ID.
   * @returns one line `commit parent parent…` for each commit.
   */
  async history(revisions: readonly string[]): Promise<string> {
    const input = revisions.map((revision) => `${revision}\n`).join('');
    const args = ['rev-list', '--topo-order', '--parents', '--ignore-missing', '--stdin'];
    return (await run(this.#git, args, { input })).toString('latin1');
  }

  /** An ancestor of all these commits that is as new as possible; undefined if there is none. */
  async commonAncestor(commits: readonly string[]): Promise<string | undefined> {
    const printed = await run(this.#git, ['merge-base', '--octopus', ...commits], { exitCodes: [1] });
    return printed.toString().trim() || undefined;
  }

  /**
   * When a shallow clone was last made, deepened or cut, in milliseconds since the epoch; undefined if the history is complete.
   * @throws GitError if that cannot be found out
   */
  shallowSince(): number | undefined {
    const changed = changedAt(path.join(this.commonDirectory, 'shallow'));
    if (typeof changed === 'object') throw new GitError(changed);
    return changed;
  }

  close(): void {
    this.#objects.close();
    for (const submodule of this.#submodules.values()) submodule.close();
  }

  /** For tests. */
  get processId(): number | undefined {
    return this.#objects.processId;
  }
}

function throwIfAny(trouble: Trouble | undefined): void {
  if (trouble !== undefined) throw new GitError(trouble);
}
