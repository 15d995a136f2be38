import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { foreignAnswer, type Git, setBusy, spawnGit, startError, timeoutError } from './run.ts';
import { GitError, troubleOf } from './trouble.ts';

export interface GitObject {
  /** Full object id. */
  readonly id: string;
  readonly type: string;
  /** In bytes. */
  readonly size: number;
  /** Undefined where the object is larger than was asked for. */
  readonly content: Buffer | undefined;
}

/** Reads objects through one long-lived `git cat-file --batch`, started on first use and again whenever it has died. */
export class ObjectReader {
  readonly #git: Git;
  readonly #maximum: number;
  #child: ChildProcessWithoutNullStreams | undefined;
  #closed = false;
  /** Asked and not yet answered, in the order of the answers to come. */
  #pending: Request[] = [];
  #unsent: Request[] = [];
  #stderr = '';
  #hanging: NodeJS.Timeout | undefined;
  /** The start of the next answer's first line. */
  #line = EMPTY;
  #answer: Answer | undefined;

  /** @param maximum bytes; the content of larger objects is passed over. */
  constructor(git: Git, maximum: number) {
    this.#git = git;
    this.#maximum = maximum;
  }

  /**
   * @param name whatever names an object, an id, `main^{commit}`; it cannot be mistaken for an option, but must not hold a line break.
   * @returns undefined where there is no such object.
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

  /** Ends the process. What was asked and not answered is rejected. */
  close(): void {
    this.#closed = true;
    const waiting = this.#forgetChild();
    for (const request of waiting) {
      request.reject(
        new GitError({ reason: 'git-failed', message: 'The repository was closed.', advice: 'Open it again.' }),
      );
    }
  }

  /** The process that answers now, for tests that kill it. */
  get processId(): number | undefined {
    return this.#child?.pid;
  }

  #send(request: Request): void {
    if (this.#unsent.length === 0) queueMicrotask(() => this.#flush());
    this.#unsent.push(request);
  }

  /** One write for everything asked within one turn: thousands of small ones are slow. */
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
    this.#hanging = setTimeout(() => this.#fail(child, timeoutError(this.#git), true), this.#git.timeout);
  }

  /** The process is of no more use. It may have been killed by anybody, so everything is asked once more, of a new one. */
  #fail(child: ChildProcessWithoutNullStreams, error: GitError, hangs = false): void {
    if (child !== this.#child) return;
    const waiting = this.#forgetChild();
    const [first] = waiting;
    if (first === undefined) return;
    first.failures++;
    const isHopeless = hangs || error.reason === 'no-git';
    // One damaged object can end the process, and says nothing of the others; a git that hangs would hang for each of them.
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
        if (this.#line.length > LONGEST_LINE) this.#refuse(this.#line.toString());
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
      // Whatever else is printed would make each answer that of another question.
      if (asked === undefined || header === null || size > LARGEST_OBJECT) {
        this.#refuse(line);
        return;
      }
      const content = size <= this.#maximum ? Buffer.allocUnsafe(size) : undefined;
      // A line feed follows the content.
      this.#answer = { object: { id, type, size, content }, received: 0, left: size + 1 };
    }
    if (this.#pending.length === 0) {
      clearTimeout(this.#hanging);
      if (this.#child !== undefined) setBusy(this.#child, false);
    }
  }

  /** This is no git, or not git alone, so that asking once more would not help. */
  #refuse(printed: string): void {
    const waiting = this.#forgetChild();
    for (const request of waiting) request.reject(foreignAnswer(printed));
  }

  /** @returns where the next answer starts in the chunk. */
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
/** Bytes of an answer's first line, which holds the name that was asked for. */
const LONGEST_LINE = 100_000;
/** Bytes. What claims to be larger is endless. */
const LARGEST_OBJECT = 2 ** 32;

interface Request {
  readonly name: string;
  readonly resolve: (object: GitObject | undefined) => void;
  readonly reject: (error: GitError) => void;
  /** How often a process died with this one being the next to answer. */
  failures: number;
}

interface Answer {
  readonly object: GitObject;
  received: number;
  left: number;
}
