import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Repository } from '../../server/git/repository.ts';
import type { WorkingTree } from '../../server/git/working-tree.ts';
import { WorktreeSnapshot } from '../../server/release/worktree-snapshot.ts';

/** Text or bytes by path. Null removes the file. */
export type Files = Readonly<Record<string, string | Buffer | null>>;

export interface MakeOptions {
  readonly bare?: boolean;
  readonly format?: 'sha1' | 'sha256';
  /** How refs are stored, in files by default. `reftable` needs git 2.45. */
  readonly refs?: 'reftable';
  /** Name of the first branch. */
  readonly branch?: string;
  readonly folder?: string;
}

/** Makes a repository in a temporary folder, until `remove`. Commits have the same ids in every run. */
export function makeRepository(options: MakeOptions = {}): TestRepository {
  const temporary = mkdtempSync(path.join(tmpdir(), 'proto-compat-test-'));
  const directory = path.join(temporary, options.folder ?? 'repository');
  mkdirSync(directory);
  const repository = new TestRepository(temporary, directory);
  const bare = options.bare === true ? ['--bare'] : [];
  repository.git(
    'init',
    '--quiet',
    `--initial-branch=${options.branch ?? 'main'}`,
    `--object-format=${options.format ?? 'sha1'}`,
    ...(options.refs === undefined ? [] : [`--ref-format=${options.refs}`]),
    ...bare,
  );
  return repository;
}

/** Throws for a bare repository. */
export function workingTreeOf({ workingTree }: Repository): WorkingTree {
  if (workingTree === undefined) throw new Error('The repository is bare.');
  return workingTree;
}

export function worktreeSnapshot(repository: Repository): WorktreeSnapshot {
  return new WorktreeSnapshot(repository, workingTreeOf(repository));
}

export class TestRepository {
  /** Contains the repository and has space for clones, worktrees and other files. */
  readonly temporary: string;
  /** The top folder. */
  readonly directory: string;
  #seconds = 0;

  constructor(temporary: string, directory: string) {
    this.temporary = temporary;
    this.directory = directory;
  }

  /** Each call has a date one minute later. @returns the output without the last line end */
  git(...args: string[]): string {
    return this.gitWithInput(undefined, ...args);
  }

  gitWithInput(input: string | Buffer | undefined, ...args: string[]): string {
    this.#seconds += 60;
    const date = `${1_500_000_000 + this.#seconds} +0000`;
    const printed = execFileSync('git', args, {
      cwd: this.directory,
      input: input ?? '',
      env: { ...environmentWithoutGit(), ...IDENTITY, GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date },
      stdio: ['pipe', 'pipe', 'pipe'],
      maxBuffer: 1 << 28,
    });
    return printed.toString().replace(/\n$/, '');
  }

  write(files: Files): void {
    for (const [file, content] of Object.entries(files)) {
      const absolute = path.join(this.directory, file);
      if (content === null) {
        rmSync(absolute, { force: true, recursive: true });
        continue;
      }
      mkdirSync(path.dirname(absolute), { recursive: true });
      writeFileSync(absolute, content);
    }
  }

  /** Commits everything in the working tree. @returns the commit's id */
  commit(files: Files = {}, message = 'change'): string {
    this.write(files);
    this.git('add', '--all');
    this.git('commit', '--quiet', '--allow-empty', '--message', message);
    return this.git('rev-parse', 'HEAD');
  }

  tag(name: string, commit = 'HEAD'): void {
    this.git('tag', '--', name, commit);
  }

  annotatedTag(name: string, commit = 'HEAD'): void {
    this.git('tag', '--annotate', '--message', name, '--', name, commit);
  }

  branch(name: string, from = 'HEAD'): void {
    this.git('checkout', '--quiet', '-b', name, from);
  }

  /** Detaches HEAD, unless `ref` is a branch. */
  checkout(ref: string): void {
    this.git('checkout', '--quiet', ref, '--');
  }

  /** @returns the id of the merge commit */
  merge(commit: string): string {
    this.git('merge', '--quiet', '--no-ff', '--message', `merge ${commit}`, commit);
    return this.git('rev-parse', 'HEAD');
  }

  /** Much faster than making the same commits again. */
  copy(): TestRepository {
    const temporary = mkdtempSync(path.join(tmpdir(), 'proto-compat-test-'));
    cpSync(this.temporary, temporary, { recursive: true });
    const copy = new TestRepository(temporary, path.join(temporary, path.relative(this.temporary, this.directory)));
    copy.#seconds = this.#seconds;
    return copy;
  }

  remove(): void {
    rmSync(this.temporary, { force: true, recursive: true, maxRetries: 3 });
  }
}

const IDENTITY = {
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'Test',
  GIT_AUTHOR_EMAIL: 'test@example.com',
  GIT_COMMITTER_NAME: 'Test',
  GIT_COMMITTER_EMAIL: 'test@example.com',
  LC_ALL: 'C',
};

function environmentWithoutGit(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_')));
}
