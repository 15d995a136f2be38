import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { type Git, setBusy, spawnGit, startError, TimeoutError, unexpectedOutput } from './run.ts';
import { GitError, troubleOf } from './trouble.ts';

export interface GitObject {
  /** Full object id. */
  readonly id: string;
  readonly type: string;
  /** In bytes. */
  readonly size: number;
  /** Undefined if the object is larger than the reader's limit. */
  readonly content: Buffer | undefined;
}

/** Reads objects through one long-lived `git cat-file --batch` process. The process starts on first use, and again after it has died. */
export class ObjectReader {
  readonly #git: Git;
  readonly #maximum: number;
  #child: ChildProcessWithoutNullStreams | undefined;
  #closed = false;
  /** Requests sent to git. Git answers them in this order. */
  #pending: Request[] = [];
  #unsent: Request[] = [];
  #stderr = '';
  #hanging: NodeJS.Timeout | undefined;
  /** The incomplete first line of the next answer. */
  #line = EMPTY;
  /** The answer whose content is being received. */
  #answer: Answer | undefined;

  /** @param maximum in bytes; the content of larger objects is skipped. */
  constructor(git: Git, maximum: number) {
    this.#git = git;
    this.#maximum = maximum;
  }

  /**
   * @param name any object name, such as an id or `main^{commit}`. Git never takes it for an option.
   * @returns undefined if the name is unknown or ambiguous, or contains a line break or NUL.
   * @throws GitError
   */
  read(name: string): Promise<GitObject | undefined> {
    if (/[\n\r\0]/.test(name)) return Promise.resolve(undefined);
    return new Promise((resolve, reject) => {
      if (this.#closed) {
        reject(new GitError({ reason: 'git-failed', message: 'The repository was closed.', advice: 'Open it again.' }));
        return;
      }
      this.#send({ name, resolve, reject, failures: 0 });
    });
  }

  /** Rejects all pending and later requests. */
  close(): void {
    this.#closed = true;
    const waiting = this.#forgetChild();
    for (const request of waiting) {
      request.reject(
        new GitError({ reason: 'git-failed', message: 'The repository was closed.', advice: 'Open it again.' }),
      );
    }
  }

  /** Answers all pending and later requests with a new process. */
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

  /** Writes all collected requests at once, because thousands of small writes are slow. */
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
    this.#line = EMPTY;
    this.#answer = undefined;
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
   * Sends the requests to a new process, unless git hangs or is missing. If the first request has ended two processes, its object may be
   * damaged, so only the others are sent again.
   */
  #fail(child: ChildProcessWithoutNullStreams, error: GitError, isHanging = false): void {
    if (child !== this.#child) return;
    const waiting = this.#forgetChild();
    const [first] = waiting;
    if (first === undefined) return;
    first.failures++;
    const isHopeless = isHanging || error.reason === 'no-git';
    // A git that hangs would hang again for each request.
    const failed = waiting.splice(0, isHopeless ? Infinity : first.failures > 1 ? 1 : 0);
    for (const request of failed) request.reject(error);
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
    let at = 0;
    while (at < chunk.length) {
      if (this.#answer !== undefined) {
        at = this.#fill(this.#answer, chunk, at);
        continue;
      }
      const end = chunk.indexOf(0x0a, at);
      if (end < 0) {
        this.#line = Buffer.concat([this.#line, chunk.subarray(at)]);
        if (this.#line.length > MAX_LINE_LENGTH) this.#refuse(this.#line.toString());
        break;
      }
      const line = Buffer.concat([this.#line, chunk.subarray(at, end)]).toString();
      this.#line = EMPTY;
      at = end + 1;
      const header = /^([0-9a-f]{40,64}) (\w+) (\d+)$/.exec(line);
      const [asked] = this.#pending;
      const [, id = '', type = '', digits = ''] = header ?? [];
      const size = Number(digits);
      if (asked !== undefined && header === null && line.startsWith(`${asked.name} `)) {
        // "NAME missing", "NAME ambiguous".
        this.#deliver(undefined);
        continue;
      }
      // After unexpected output, every answer would be assigned to the wrong request.
      if (asked === undefined || header === null || size > MAX_OBJECT_SIZE) {
        this.#refuse(line);
        return;
      }
      const content = size <= this.#maximum ? Buffer.allocUnsafe(size) : undefined;
      // Git writes a line feed after the content.
      this.#answer = { object: { id, type, size, content }, received: 0, left: size + 1 };
    }
    if (this.#pending.length === 0) {
      clearTimeout(this.#hanging);
      if (this.#child !== undefined) setBusy(this.#child, false);
    }
  }

  /** Rejects all requests: the process is not git, or a wrapper that prints something of its own. A new process would do the same. */
  #refuse(printed: string): void {
    const waiting = this.#forgetChild();
    for (const request of waiting) request.reject(unexpectedOutput(printed));
  }

  /** @returns the offset in the chunk at which to continue. */
  #fill(answer: Answer, chunk: Buffer, at: number): number {
    const taken = Math.min(answer.left, chunk.length - at);
    if (answer.object.content !== undefined) {
      chunk.copy(
        answer.object.content,
        answer.received,
        at,
        Math.min(at + taken, at + answer.object.size - answer.received),
      );
    }
    answer.received += taken;
    answer.left -= taken;
    if (answer.left === 0) {
      this.#answer = undefined;
      this.#deliver(answer.object);
    }
    return at + taken;
  }

  #deliver(object: GitObject | undefined): void {
    this.#pending.shift()?.resolve(object);
  }
}

const EMPTY = Buffer.alloc(0);
/** Bytes. */
const MAX_LINE_LENGTH = 100_000;
/** Bytes. A larger size counts as unexpected output. */
const MAX_OBJECT_SIZE = 2 ** 32;

interface Request {
  readonly name: string;
  readonly resolve: (object: GitObject | undefined) => void;
  readonly reject: (error: GitError) => void;
  /** How many processes died while this request was the next to be answered. */
  failures: number;
}

interface Answer {
  readonly object: GitObject;
  received: number;
  left: number;
}
