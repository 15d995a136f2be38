import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { type Git, setBusy, spawnGit, startError, TimeoutError, unexpectedOutput } from './run.ts';
import { GitError, troubleOf } from './trouble.ts';

export interface GitObject {
  readonly id: string;
  readonly type: string;
  /** In bytes. */
  readonly size: number;
  /** Undefined if the object is too large. */
  readonly content: Buffer | undefined;
}

/** One `git cat-file --batch` process, which starts on first use and again after it has died. */
export class ObjectReader {
  readonly #git: Git;
  readonly #maximum: number;
  #child: ChildProcessWithoutNullStreams | undefined;
  #closed = false;
  /** Sent to git, which answers in this order. */
  #pending: Request[] = [];
  #unsent: Request[] = [];
  #stderr = '';
  #hanging: NodeJS.Timeout | undefined;
  #partialLine = EMPTY;
  #incomplete: Answer | undefined;

  /** @param maximum in bytes; the content of larger objects is skipped. */
  constructor(git: Git, maximum: number) {
    this.#git = git;
    this.#maximum = maximum;
  }

  /**
   * @param name any object name, such as an id or `main^{commit}`. Git never takes it for an option.
   * @returns undefined if it is unknown or ambiguous, or contains a line break or NUL.
   * @throws GitError
   */
  read(name: string): Promise<GitObject | undefined> {
    if (/[\n\r\0]/.test(name)) return Promise.resolve(undefined);
    return new Promise((resolve, reject) => {
      if (this.#closed) {
        reject(closedError());
        return;
      }
      this.#send({ name, resolve, reject, failures: 0 });
    });
  }

  close(): void {
    this.#closed = true;
    for (const request of this.#forgetChild()) request.reject(closedError());
  }

  /** Answers pending requests with a new process. */
  restart(): void {
    for (const request of this.#forgetChild()) this.#send(request);
  }

  /** For tests. */
  get processId(): number | undefined {
    return this.#child?.pid;
  }

  #send(request: Request): void {
    if (this.#unsent.length === 0) queueMicrotask(() => this.#flush());
    this.#unsent.push(request);
  }

  /** All at once, because thousands of small writes are slow. */
  #flush(): void {
    if (this.#unsent.length === 0) return;
    let child;
    try {
      child = this.#child ??= this.#start();
    } catch (error) {
      if (!(error instanceof GitError)) throw error;
      for (const request of this.#unsent.splice(0)) request.reject(error);
      return;
    }
    if (this.#pending.length === 0) this.#watch(child);
    child.stdin.write(this.#unsent.map((request) => `${request.name}\n`).join(''));
    for (const request of this.#unsent.splice(0)) this.#pending.push(request);
  }

  #start(): ChildProcessWithoutNullStreams {
    const child = spawnGit(this.#git, ['cat-file', '--batch']);
    this.#stderr = '';
    this.#partialLine = EMPTY;
    this.#incomplete = undefined;
    child.stdout.on('data', (chunk: Buffer) => {
      if (child === this.#child) this.#receive(chunk);
    });
    child.stderr.on('data', (chunk: Buffer) => {
      this.#stderr = (this.#stderr + chunk.toString()).slice(-10_000);
    });
    child.stdin.on('error', () => undefined);
    child.on('error', (error) => this.#fail(child, startError(error)));
    child.on('close', () => this.#fail(child, new GitError(troubleOf(this.#stderr, this.#git.directory))));
    return child;
  }

  #watch(child: ChildProcessWithoutNullStreams): void {
    clearTimeout(this.#hanging);
    setBusy(child, true);
    this.#hanging = setTimeout(() => this.#fail(child, new TimeoutError(this.#git), true), this.#git.timeout);
  }

  /**
   * Sends the requests to a new process, or rejects all if this would fail as well. If two processes died at the first
   * request, only this one is rejected: its object may be damaged.
   */
  #fail(child: ChildProcessWithoutNullStreams, error: GitError, isHanging = false): void {
    if (child !== this.#child) return;
    const waiting = this.#forgetChild();
    const [first] = waiting;
    if (first === undefined) return;
    first.failures++;
    const wouldFailAgain = isHanging || error.reason === 'no-git';
    const rejected = wouldFailAgain ? waiting.length : first.failures > 1 ? 1 : 0;
    for (const request of waiting.splice(0, rejected)) request.reject(error);
    for (const request of waiting) this.#send(request);
  }

  #forgetChild(): Request[] {
    clearTimeout(this.#hanging);
    const child = this.#child;
    this.#child = undefined;
    if (child !== undefined) {
      child.kill('SIGKILL');
      child.stdin.destroy();
      child.stdout.destroy();
      child.stderr.destroy();
    }
    return [...this.#pending.splice(0), ...this.#unsent.splice(0)];
  }

  #receive(chunk: Buffer): void {
    this.#hanging?.refresh();
    for (let at = 0; at < chunk.length && this.#child !== undefined;)
      at = this.#incomplete === undefined ? this.#readLine(chunk, at) : this.#readContent(this.#incomplete, chunk, at);
    if (this.#pending.length === 0) {
      clearTimeout(this.#hanging);
      if (this.#child !== undefined) setBusy(this.#child, false);
    }
  }

  /** Like `#readContent`, returns the offset in the chunk at which to continue. */
  #readLine(chunk: Buffer, at: number): number {
    const found = chunk.indexOf('\n', at);
    const end = found < 0 ? chunk.length : found;
    this.#partialLine = Buffer.concat([this.#partialLine, chunk.subarray(at, end)]);
    const line = this.#partialLine.toString();
    if (found >= 0) {
      this.#partialLine = EMPTY;
      this.#startAnswer(line);
    } else if (this.#partialLine.length > MAX_LINE_BYTES) this.#refuse(line);
    return end + 1;
  }

  /** @param line such as `ID blob 120`, `NAME missing` or `NAME ambiguous`. */
  #startAnswer(line: string): void {
    const [asked] = this.#pending;
    const [, id = '', type = '', digits] = /^([0-9a-f]{40,64}) (\w+) (\d+)$/.exec(line) ?? [];
    const size = Number(digits);
    if (asked !== undefined && digits === undefined && line.startsWith(`${asked.name} `)) this.#deliver(undefined);
    // After unexpected output, every answer would be assigned to the wrong request.
    else if (asked === undefined || digits === undefined || size > MAX_OBJECT_BYTES) this.#refuse(line);
    else {
      const content = size <= this.#maximum ? Buffer.allocUnsafe(size) : undefined;
      this.#incomplete = { object: { id, type, size, content }, received: 0 };
    }
  }

  #readContent(answer: Answer, chunk: Buffer, at: number): number {
    const { object, received } = answer;
    // A line feed follows the content.
    const missing = object.size + 1 - received;
    const end = Math.min(at + missing, chunk.length);
    if (object.content !== undefined) chunk.copy(object.content, received, at, end);
    answer.received += end - at;
    if (answer.received > object.size) {
      this.#incomplete = undefined;
      this.#deliver(object);
    }
    return end;
  }

  /** Rejects all: a new process would print the same. */
  #refuse(printed: string): void {
    for (const request of this.#forgetChild()) request.reject(unexpectedOutput(printed));
  }

  #deliver(object: GitObject | undefined): void {
    this.#pending.shift()?.resolve(object);
  }
}

const EMPTY = Buffer.alloc(0);
const MAX_LINE_BYTES = 100_000;
const MAX_OBJECT_BYTES = 2 ** 32;

interface Request {
  readonly name: string;
  readonly resolve: (object: GitObject | undefined) => void;
  readonly reject: (error: GitError) => void;
  failures: number;
}

interface Answer {
  readonly object: GitObject;
  /** Bytes, including the line feed after the content. */
  received: number;
}

function closedError(): GitError {
  return new GitError({ reason: 'git-failed', message: 'The repository was closed.', advice: 'Open it again.' });
}
