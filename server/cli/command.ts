export interface Command {
  readonly name: string;
  /** One line, without a full stop. */
  readonly summary: string;
  /** As the help shows them, for example "[FILE|DIR…]"; empty if the command takes none. */
  readonly positionals: string;
  readonly flags: readonly Flag[];
  /** Returns the exit code. Loads the command's module. */
  run(input: Input): Promise<number>;
}

export interface Flag {
  readonly name: string;
  /** As the help shows it, for example "REF"; undefined for a switch. */
  readonly value: string | undefined;
  /** Another flag that must also be given. */
  readonly needs?: string;
  /** Whether it can be repeated. */
  readonly many?: boolean;
  /** Without a full stop. */
  readonly help: string;
  readonly choices?: readonly string[];
}

export interface Input {
  readonly positionals: readonly string[];
  /** The flag's last value; undefined if it was not given. */
  value(name: string): string | undefined;
  /** In the order of the command line. */
  values(name: string): readonly string[];
  has(name: string): boolean;
}

/** If a command throws this, the exit code is 2, and stderr gets one line without a stack trace. */
export { CannotRun } from '../check/cannot-run.ts';
