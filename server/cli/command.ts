/** A command of `proto-compat`: what its help says, and what it does. */
export interface Command {
  readonly name: string;
  /** One line of the overview, without a full stop. */
  readonly summary: string;
  /** "[FILE|DIR…]", or empty. */
  readonly positionals: string;
  readonly flags: readonly Flag[];
  /** Loaded only when the command runs, so that none pays for the others. Gives the exit code. */
  run(input: Input): Promise<number>;
}

export interface Flag {
  readonly name: string;
  /** "REF"; undefined for a switch. */
  readonly value: string | undefined;
  /** It can be given more than once. */
  readonly many?: boolean;
  /** What it does, without a full stop. */
  readonly help: string;
  /** The allowed values, where there are only some. */
  readonly choices?: readonly string[];
}

/** What was typed after the command's name, known to be flags that it has. */
export interface Input {
  readonly positionals: readonly string[];
  /** The flag's value; undefined where it was not given. */
  value(name: string): string | undefined;
  /** Every value of a flag that can be given more than once, in their order. */
  values(name: string): readonly string[];
  /** Whether a switch was given. */
  has(name: string): boolean;
}

/** Exit code 2 and one line on stderr, never a stack trace. */
export { CannotRun } from '../check/cannot-run.ts';
