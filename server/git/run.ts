import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { gitEnvironment, SAFE_OPTIONS } from './executable.ts';
import { GitError, troubleOf } from './trouble.ts';

/** How git is started in one repository. */
export interface Git {
  /** Absolute. */
  readonly executable: string;
  /** Absolute; any folder inside the repository. */
  readonly directory: string;
  /** Milliseconds without an answer after which a git process is killed. */
  readonly timeout: number;
}

export interface RunOptions {
  /** Written to standard input. */
  readonly input?: string;
  /** Exit codes other than 0 that are an answer, too. */
  readonly answers?: readonly number[];
  /** Ends the process: the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs one git command to its end and gives what it printed.
 * @throws GitError
 */
export function run(git: Git, args: readonly string[], options: RunOptions = {}): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const { signal } = options;
    signal?.throwIfAborted();
    const child = spawnGit(git, args);
    const printed: Buffer[] = [];
    let stderr = '';
    const hanging = setTimeout(() => {
      child.kill('SIGKILL');
      // A grandchild may still hold the pipes open.
      child.stdout.destroy();
      child.stderr.destroy();
      reject(timeoutError(git));
    }, git.timeout);
    child.stdout.on('data', (chunk: Buffer) => {
      hanging.refresh();
      printed.push(chunk);
    });
    child.stderr.on('data', (chunk: Buffer) => {
      if (stderr.length < 10_000) stderr += chunk.toString();
    });
    const abort = (): void => {
      child.kill('SIGKILL');
      reject(signal?.reason instanceof Error ? signal.reason : new Error('The work was given up.'));
    };
    signal?.addEventListener('abort', abort, { once: true });
    const settle = (): void => {
      clearTimeout(hanging);
      signal?.removeEventListener('abort', abort);
    };
    child.on('error', (error) => {
      settle();
      reject(startError(error));
    });
    child.on('close', (code, killer) => {
      settle();
      if (code === 0 || (code !== null && (options.answers ?? []).includes(code))) resolve(Buffer.concat(printed));
      else reject(new GitError(troubleOf(killer === null ? stderr : `it was ended by ${killer}.`, git.directory)));
    });
    // Git may end before it has read everything; what went wrong then is on its standard error.
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.input ?? '');
  });
}

/** Starts git with the safe options and environment. Its current folder is no repository's. */
export function spawnGit(git: Git, args: readonly string[]) {
  const child = spawn(git.executable, ['-C', git.directory, ...SAFE_OPTIONS, ...args], {
    cwd: path.parse(git.executable).root,
    env: gitEnvironment(),
    shell: false,
    windowsHide: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  running.add(child);
  child.once('close', () => running.delete(child));
  child.once('error', () => running.delete(child));
  return child;
}

const running = new Set<ChildProcess>();

/**
 * Ends every git with this process, also where that is told to end: one that hangs would not notice that nobody reads its answer. To be
 * called once by a program.
 */
export function endGitWithUs(): void {
  process.once('exit', () => {
    for (const child of running) child.kill('SIGKILL');
  });
  // The exit codes of shells.
  for (const [signal, number] of Object.entries({ SIGHUP: 1, SIGINT: 2, SIGTERM: 15 }))
    process.once(signal, () => process.exit(128 + number));
}

export function startError(error: NodeJS.ErrnoException): GitError {
  if (error.code === 'ENOENT' || error.code === 'EACCES') return new GitError(NO_GIT);
  return new GitError({
    reason: 'git-failed',
    message: `Git could not be started: ${error.message}`,
    advice: 'Close other programs, then try again.',
  });
}

export const NO_GIT = {
  reason: 'no-git',
  message: 'Git was not found, so there is no release to compare with.',
  advice: 'Install git from https://git-scm.com and make sure that it is on the PATH, then reload.',
} as const;

export function timeoutError(git: Git): GitError {
  return new GitError({
    reason: 'git-failed',
    message: `Git gave no answer within ${git.timeout / 1000} seconds.`,
    advice: 'Check that the disk answers and that `git status` works in this folder, then try again.',
  });
}
