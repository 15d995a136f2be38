import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { gitEnvironment, SAFE_OPTIONS } from './executable.ts';
import { GitError, type Trouble, troubleOf } from './trouble.ts';

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
  /** Bytes that an answer may have, 256 MB by default. */
  readonly most?: number;
  /** Ends the process: the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs one git command to its end and gives what it printed.
 * @throws GitError
 */
export function run(git: Git, args: readonly string[], options: RunOptions = {}): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const { signal, most = MOST_PRINTED } = options;
    signal?.throwIfAborted();
    const child = spawnGit(git, args);
    const printed: Buffer[] = [];
    let size = 0;
    let stderr = '';
    const give = (error: Error): void => {
      clearTimeout(hanging);
      clearTimeout(endless);
      child.kill('SIGKILL');
      // A grandchild may still hold the pipes open.
      child.stdout.destroy();
      child.stderr.destroy();
      reject(error);
    };
    const hanging = setTimeout(() => {
      give(timeoutError(git));
    }, git.timeout);
    // What prints a little now and then would never be silent for long enough.
    const endless = setTimeout(() => {
      give(endlessError(`is still printing after ${(git.timeout * LONGEST_TIME) / 1000} seconds`));
    }, git.timeout * LONGEST_TIME);
    child.stdout.on('data', (chunk: Buffer) => {
      hanging.refresh();
      size += chunk.length;
      if (size > most) give(endlessError(`printed more than ${most / 1_000_000} MB`));
      else printed.push(chunk);
    });
    child.stderr.on('data', (chunk: Buffer) => {
      if (stderr.length < 10_000) stderr += chunk.toString();
    });
    const abort = (): void => {
      give(signal?.reason instanceof Error ? signal.reason : new Error('The work was given up.'));
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
      if (code === 0 || (code !== null && (options.answers ?? []).includes(code))) resolve(Buffer.concat(printed));
      else reject(new GitError(troubleOf(killer === null ? stderr : `it was ended by ${killer}.`, git.directory)));
    });
    // Git may end before it has read everything; what went wrong then is on its standard error.
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.input ?? '');
  });
}

/** In units of the time without an answer. */
const LONGEST_TIME = 10;
/** Bytes: three million commits with their parents. */
const MOST_PRINTED = 256_000_000;

function endlessError(what: string): GitError {
  return new GitError({
    reason: 'git-failed',
    message: `Git ${what}, so its answer was given up.`,
    advice: 'Check that `git status` works in this folder and that the git on the PATH is git itself.',
  });
}

/** What git never answers: a program that wraps it may print a greeting before the answer. */
export function foreignAnswer(printed: string): GitError {
  return new GitError({
    reason: 'git-failed',
    message: `Git printed what is not its answer: ${JSON.stringify(printed.slice(0, 200))}.`,
    advice:
      'A program that wraps git must print nothing of its own to standard output; put git itself first on the PATH.',
  });
}

/** Starts git with the safe options and environment. Its current folder is no repository's. */
export function spawnGit(git: Git, args: readonly string[]) {
  // From the moment that git runs, a signal has to end it, too.
  heedSignals(true);
  try {
    const child = spawn(git.executable, ['-C', git.directory, ...SAFE_OPTIONS, ...args], {
      cwd: path.parse(git.executable).root,
      env: gitEnvironment(),
      shell: false,
      windowsHide: true,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    // Without a file handle left there is a process object without streams, which reports the error later.
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
    heedSignals();
  }
}

const running = new Set<ChildProcess>();
/** Those that somebody waits for. */
const busy = new Set<ChildProcess>();
let isEnding = false;

/** Says whether somebody waits for an answer of this git; one that waits for a question ends by itself when its input ends. */
export function setBusy(child: ChildProcess, isBusy: boolean): void {
  if (isBusy) busy.add(child);
  else busy.delete(child);
  heedSignals();
}

/**
 * Ends every git with this process, also where that is told to end: one that hangs would not notice that nobody reads its answer. To be
 * called once by a program.
 */
export function endGitWithUs(): void {
  isEnding = true;
  process.once('exit', () => {
    for (const child of running) child.kill('SIGKILL');
  });
  heedSignals();
}

/**
 * A signal is handled here only while git is at work. A handler runs between two turns of the event loop, which a long computation does
 * not leave room for; without a handler the system ends the process at once.
 */
function heedSignals(isStarting = false): void {
  const isWanted = isEnding && (isStarting || busy.size > 0);
  if (isWanted === isHeeding) return;
  isHeeding = isWanted;
  for (const [signal, handler] of HANDLERS) {
    if (isWanted) process.on(signal, handler);
    else process.removeListener(signal, handler);
  }
}

let isHeeding = false;
/** The exit codes of shells. */
const HANDLERS = Object.entries({ SIGHUP: 1, SIGINT: 2, SIGTERM: 15 }).map(
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

export function timeoutError(git: Git): GitError {
  return new GitError({
    reason: 'git-failed',
    message: `Git gave no answer within ${git.timeout / 1000} seconds.`,
    advice: 'Check that the disk answers and that `git status` works in this folder, then try again.',
  });
}
