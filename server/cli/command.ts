export interface Command {
  readonly name: string;
  /** Without a full stop. */
  readonly summary: string;
  /** "[FILE|DIR…]"; empty if the command takes none. */
  readonly positionals: string;
  readonly flags: readonly Flag[];
  /** Returns the exit code. Loads the command's module. */
  run(input: Input): Promise<number>;
}

export interface Flag {
  readonly name: string;
  /** "REF"; undefined for a switch. */
  readonly value: string | undefined;
  /** Another flag that must also be given. */
  readonly needs?: string;
  /** The flag can be repeated. */
  readonly many?: boolean;
  /** Without a full stop. */
  readonly help: string;
  readonly choices?: readonly string[];
}

export interface Input {
  readonly positionals: readonly string[];
  /** Undefined if the flag was not given. */
  value(name: string): string | undefined;
  values(name: string): readonly string[];
  has(name: string): boolean;
}

/** The exit code is 2, and stderr gets one line without a stack trace. */
export { CannotRun } from '../check/cannot-run.ts';
