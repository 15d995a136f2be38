import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { gitEnvironment, SAFE_OPTIONS } from './executable.ts';
import { GitError, type Trouble, troubleOf } from './trouble.ts';

export interface Git {
  /** Absolute. */
  readonly executable: string;
  /** Any folder inside the repository. */
  readonly directory: string;
  readonly timeout: number;
}

export interface RunOptions {
  readonly input?: string;
  /** Those other than 0 that mean success. */
  readonly exitCodes?: readonly number[];
  /** Bytes, 256 MB by default. */
  readonly maxOutput?: number;
  readonly signal?: AbortSignal | undefined;
}

export interface Output {
  readonly printed: Buffer;
  /** Standard error, up to about 10,000 characters. */
  readonly warnings: string;
}

/** See `runFully`. */
export async function run(git: Git, args: readonly string[], options?: RunOptions): Promise<Buffer> {
  return (await runFully(git, args, options)).printed;
}

/** @throws GitError, or the reason of `options.signal` */
export function runFully(git: Git, args: readonly string[], options: RunOptions = {}): Promise<Output> {
  return new Promise((resolve, reject) => {
    const { signal, maxOutput = MAX_OUTPUT } = options;
    signal?.throwIfAborted();
    const child = spawnGit(git, args);
    const printed: Buffer[] = [];
    let size = 0;
    let stderr = '';
    const fail = (error: Error): void => {
      clearTimeout(hanging);
      clearTimeout(endless);
      child.kill('SIGKILL');
      // A child process of git may still hold the pipes open.
      child.stdout.destroy();
      child.stderr.destroy();
      reject(error);
    };
    const hanging = setTimeout(() => {
      fail(new TimeoutError(git));
    }, git.timeout);
    // For a git that keeps printing.
    const endless = setTimeout(() => {
      fail(endlessError(`is still printing after ${(git.timeout * MAX_TIMEOUTS) / 1000} seconds`));
    }, git.timeout * MAX_TIMEOUTS);
    child.stdout.on('data', (chunk: Buffer) => {
      hanging.refresh();
      size += chunk.length;
      if (size > maxOutput) fail(endlessError(`printed more than ${maxOutput / 1_000_000} MB`));
      else printed.push(chunk);
    });
    child.stderr.on('data', (chunk: Buffer) => {
      if (stderr.length < 10_000) stderr += chunk.toString();
    });
    const abort = (): void => {
      fail(signal?.reason instanceof Error ? signal.reason : new Error('The work was cancelled.'));
    };
    signal?.addEventListener('abort', abort, { once: true });
    const settle = (): void => {
      clearTimeout(hanging);
      clearTimeout(endless);
      signal?.removeEventListener('abort', abort);
    };
    child.on('error', (error) => {
      settle();
      reject(startError(error));
    });
    child.on('close', (code, killer) => {
      settle();
      if (code === 0 || (code !== null && (options.exitCodes ?? []).includes(code)))
        resolve({ printed: Buffer.concat(printed), warnings: stderr });
      else reject(new GitError(troubleOf(killer === null ? stderr : `it was killed by ${killer}.`, git.directory)));
    });
    // Git may exit before it has read its input.
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.input ?? '');
  });
}

/** Total time of a command, as a multiple of the timeout. */
const MAX_TIMEOUTS = 10;
/** Bytes. */
const MAX_OUTPUT = 256_000_000;

function endlessError(what: string): GitError {
  return new GitError({
    reason: 'git-failed',
    message: `Git ${what}, so it was stopped.`,
    advice: 'Check that `git status` works in this folder and that the git on the PATH is git itself.',
  });
}

export function unexpectedOutput(printed: string): GitError {
  return new GitError({
    reason: 'git-failed',
    message: `Git printed unexpected output: ${JSON.stringify(printed.slice(0, 200))}.`,
    advice:
      'A program that wraps git must print nothing of its own to standard output; put git itself first on the PATH.',
  });
}

/** The folder is not the `cwd`: Node reports a missing `cwd` like a missing git. */
export function spawnGit(git: Git, args: readonly string[]) {
  // Before git runs, so that no signal is missed.
  updateSignalHandlers(true);
  try {
    const child = spawn(git.executable, ['-C', git.directory, ...SAFE_OPTIONS, ...args], {
      cwd: path.parse(git.executable).root,
      env: gitEnvironment(),
      shell: false,
      windowsHide: true,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    // Without file handles, Node returns a process object without streams, and reports the error later.
    if ((child as Partial<typeof child>).stdout === undefined) {
      child.on('error', () => undefined);
      throw new GitError(startTrouble('no file handles are left'));
    }
    running.add(child);
    setBusy(child, true);
    const forget = (): void => {
      running.delete(child);
      setBusy(child, false);
    };
    child.once('close', forget);
    child.once('error', forget);
    return child;
  } finally {
    updateSignalHandlers();
  }
}

const running = new Set<ChildProcess>();
const busy = new Set<ChildProcess>();
let killsOnExit = false;

/** An idle process needs no signal handler: it ends with its input. */
export function setBusy(child: ChildProcess, isBusy: boolean): void {
  if (isBusy) busy.add(child);
  else busy.delete(child);
  updateSignalHandlers();
}

/** Git processes then end with this process, also after SIGHUP, SIGINT or SIGTERM. */
export function killGitOnExit(): void {
  killsOnExit = true;
  process.once('exit', () => {
    for (const child of running) child.kill('SIGKILL');
  });
  updateSignalHandlers();
}

/** Only while git is working: a handler delays the exit until a long computation has finished. */
function updateSignalHandlers(isStarting = false): void {
  const isWanted = killsOnExit && (isStarting || busy.size > 0);
  if (isWanted === hasHandlers) return;
  hasHandlers = isWanted;
  for (const [signal, handler] of SIGNAL_HANDLERS) {
    if (isWanted) process.on(signal, handler);
    else process.removeListener(signal, handler);
  }
}

let hasHandlers = false;
/** Exit codes as in shells: 128 plus the signal's number. */
const SIGNAL_HANDLERS = Object.entries({ SIGHUP: 1, SIGINT: 2, SIGTERM: 15 }).map(
  ([signal, number]) => [signal, () => process.exit(128 + number)] as const,
);

export function startError(error: NodeJS.ErrnoException): GitError {
  if (error.code === 'ENOENT' || error.code === 'EACCES') return new GitError(NO_GIT);
  return new GitError(startTrouble(error.message));
}

function startTrouble(why: string): Trouble {
  return {
    reason: 'git-failed',
    message: `Git could not be started: ${why}.`,
    advice: 'Close other programs or raise the limit of open files (`ulimit -n`), then try again.',
  };
}

export const NO_GIT = {
  reason: 'no-git',
  message: 'Git was not found, so there is no release to compare with.',
  advice: 'Install git from https://git-scm.com and make sure that it is on the PATH, then reload.',
} as const;

export class TimeoutError extends GitError {
  constructor({ timeout }: Git) {
    super({
      reason: 'git-failed',
      message: `Git did not answer within ${timeout / 1000} seconds.`,
      advice: 'Check that the disk responds and that `git status` works in this folder, then try again.',
    });
  }
}
