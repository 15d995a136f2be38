import { type Git, type Output, runFully } from './run.ts';

const PROTO_FILES = ['--full-name', '--', ':(top)*.proto'];

const COMMANDS = {
  tags: ['for-each-ref', '--format=%(objectname) %(refname)', 'refs/tags/'],
  index: ['ls-files', '--cached', '--stage', '--debug', '-t', '-z', ...PROTO_FILES],
  untracked: ['ls-files', '--others', '--exclude-standard', '-z', ...PROTO_FILES],
} as const satisfies Record<string, readonly string[]>;
type ListCommand = keyof typeof COMMANDS;

/** Listings that can start before `readFacts` has finished. */
export class ListCommands {
  readonly #started = new Map<ListCommand, Promise<Output>>();
  readonly #cancelled = new AbortController();

  prefetch(git: Git): void {
    for (const [command, args] of Object.entries(COMMANDS) as [ListCommand, readonly string[]][]) {
      const output = runFully(git, args, { signal: this.#cancelled.signal });
      // If nobody asks for the result, its failure must not become an unhandled rejection.
      output.catch(() => undefined);
      this.#started.set(command, output);
    }
  }

  cancelPrefetch(): void {
    this.#cancelled.abort();
  }

  /** @throws GitError */
  run(command: ListCommand, git: Git): Promise<Output> {
    const started = this.#started.get(command);
    this.#started.delete(command);
    return started ?? runFully(git, COMMANDS[command]);
  }
}
