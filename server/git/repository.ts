import path from 'node:path';
import { type Commit, commitOf, followTag, type TaggedCommit } from './commit.ts';
import { CommitFiles } from './commit-files.ts';
import { findGit } from './executable.ts';
import { checkVersion, readFacts, type RepositoryFacts } from './facts.ts';
import { MAXIMUM_FILE_SIZE, type NotRead } from './file.ts';
import { grepBlobs, type Terms } from './grep.ts';
import { findTrunk, type Head, readBranch } from './head.ts';
import { ListCommands } from './list-commands.ts';
import { ObjectReader } from './objects.ts';
import { checkRef } from './ref.ts';
import { type Git, NO_GIT, run, TimeoutError } from './run.ts';
import { Submodules } from './submodules.ts';
import { parseTags, type Tag } from './tag-list.ts';
import type { Folder, Tree, TreeEntry } from './tree.ts';
import { GitError, type Trouble, troubleOf } from './trouble.ts';
import { changedAt, filesBelow, unreadableRef } from './unreadable.ts';
import { WorkingTree } from './working-tree.ts';

export interface OpenOptions {
  /** By default from the PATH. It must not come from a workspace's settings. */
  readonly executable?: string;
  /** Milliseconds without output after which git is killed, by default 30,000. */
  readonly timeout?: number;
  /** Starts to list tags and files while the repository is being opened, for commands, which list them once. */
  readonly prefetch?: boolean;
}

/** Milliseconds. Only a few small files are read, so a git that needs longer hangs. */
const OPEN_TIMEOUT = 10_000;

/** The refs, commits and history of one git repository. Methods reject with a GitError if git fails. */
export class Repository {
  /** The top folder of the working tree, links resolved; the git folder if there is none. */
  readonly root: string;
  /** Each linked worktree has its own. */
  readonly gitDirectory: string;
  /** Shared by all worktrees. */
  readonly commonDirectory: string;
  readonly hash: 'sha1' | 'sha256';
  /** Undefined if the opened folder is in none, as in a bare repository. */
  readonly workingTree: WorkingTree | undefined;
  readonly #git: Git;
  readonly #objects: ObjectReader;
  readonly #files: CommitFiles;
  readonly #listings: ListCommands;

  private constructor(git: Git, facts: RepositoryFacts, listings: ListCommands) {
    this.root = facts.root;
    this.gitDirectory = facts.gitDirectory;
    this.commonDirectory = facts.commonDirectory;
    this.hash = facts.hash;
    this.#git = git;
    this.#objects = new ObjectReader(git, MAXIMUM_FILE_SIZE);
    this.#files = new CommitFiles(this.#objects, facts.commonDirectory);
    this.#listings = listings;
    this.workingTree = facts.bare ? undefined : workingTreeOf(git, facts, listings);
  }

  /** @param directory any folder inside the repository, which may be bare. */
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

  /** @throws GitError also if the commit of HEAD is missing */
  async head(): Promise<Head> {
    const [found, branch] = await Promise.all([this.find('HEAD'), readBranch(this.#git, this.gitDirectory)]);
    if (found !== undefined) return { commit: found, branch };
    const named = await run(this.#git, ['rev-parse', '--quiet', '--verify', 'HEAD'], { exitCodes: [1] });
    if (named.length === 0) return { commit: undefined, branch };
    // The process that reads objects may be in the folder of an earlier clone, which was deleted.
    this.#objects.restart();
    const commit = await this.find('HEAD');
    if (commit !== undefined) return { commit, branch };
    throw new GitError(troubleOf(`the commit of HEAD is missing: ${named.toString()}`, this.root));
  }

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

  /** Git leaves out tags that it cannot read. */
  #looseTags(): readonly string[] {
    const names = filesBelow(path.join(this.commonDirectory, 'refs', 'tags'));
    if (!Array.isArray(names)) throw new GitError(names);
    return names;
  }

  #unreadableRef(ref: string): Trouble | undefined {
    return unreadableRef(ref, this.gitDirectory, this.commonDirectory);
  }

  /**
   * @param ref a tag, branch, id or expression such as `HEAD~2`, checked by `checkRef`.
   * @throws GitError with the reason `bad-ref` if there is no commit
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

  /** Like `resolve` for a ref that need not be checked. Undefined if there is no commit. */
  async find(ref: string): Promise<string | undefined> {
    const object = await this.#objects.read(`${ref}^{commit}`);
    if (object === undefined && (ref === 'HEAD' || ref.startsWith('refs/'))) throwIfAny(this.#unreadableRef(ref));
    return object?.id;
  }

  async commit(id: string): Promise<Commit | undefined> {
    const object = await this.#objects.read(id);
    return object && commitOf(object);
  }

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
   * @returns undefined if there is no such blob; `too-large` above MAXIMUM_FILE_SIZE.
   * @throws GitError also if the blob is missing in a partial clone
   */
  readBlob(id: string): Promise<Buffer | 'too-large' | undefined> {
    return this.#files.readBlob(id);
  }

  /**
   * @param commit a full object id.
   * @param file of any kind, relative to the top folder, without `.` and `..`.
   * @returns undefined if there is no such file.
   */
  readFile(commit: string, file: string): Promise<string | NotRead | undefined> {
    return this.#files.readFile(commit, file);
  }

  folder(commit: string): Promise<Folder> {
    return this.#files.folder(commit);
  }

  async blobsWith(terms: Terms, blobs: readonly string[], signal?: AbortSignal): Promise<ReadonlySet<string>> {
    return grepBlobs(this.#git, terms, blobs, signal);
  }

  /**
   * The commits reachable from any of these revisions, children before parents. Unknown ones are ignored.
   * @param revisions commit ids; `^ID^@` excludes the ancestors of ID.
   * @returns lines of `commit parent parent…`.
   */
  async history(revisions: readonly string[]): Promise<string> {
    const input = revisions.map((revision) => `${revision}\n`).join('');
    const args = ['rev-list', '--topo-order', '--parents', '--ignore-missing', '--stdin'];
    return (await run(this.#git, args, { input })).toString('latin1');
  }

  /** The newest one; undefined if there is none. */
  async commonAncestor(commits: readonly string[]): Promise<string | undefined> {
    const printed = await run(this.#git, ['merge-base', '--octopus', ...commits], { exitCodes: [1] });
    return printed.toString().trim() || undefined;
  }

  /**
   * When a shallow clone was last made, deepened or cut, in milliseconds since the epoch; undefined for a complete
   * history.
   */
  shallowSince(): number | undefined {
    const changed = changedAt(path.join(this.commonDirectory, 'shallow'));
    if (typeof changed === 'object') throw new GitError(changed);
    return changed;
  }

  close(): void {
    this.#objects.close();
    this.workingTree?.submodules.close();
  }

  /** For tests. */
  get processId(): number | undefined {
    return this.#objects.processId;
  }
}

function throwIfAny(trouble: Trouble | undefined): void {
  if (trouble !== undefined) throw new GitError(trouble);
}

function workingTreeOf(git: Git, { root, commonDirectory }: RepositoryFacts, listings: ListCommands): WorkingTree {
  const open = async (directory: string): Promise<Repository | undefined> => {
    const found = await Repository.open(directory, { executable: git.executable, timeout: git.timeout });
    return found instanceof Repository ? found : undefined;
  };
  return new WorkingTree(git, root, new Submodules(git, root, commonDirectory, open), listings);
}
