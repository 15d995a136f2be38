/** A command of `proto-compat`. */
export interface Command {
  readonly name: string;
  /** One line for the overview, without a full stop. */
  readonly summary: string;
  /** How the help shows the arguments, for example "[FILE|DIR…]"; empty if the command takes none. */
  readonly positionals: string;
  readonly flags: readonly Flag[];
  /** Runs the command and returns the exit code. The command's module is loaded only now. */
  run(input: Input): Promise<number>;
}

export interface Flag {
  readonly name: string;
  /** How the help shows the value, for example "REF"; undefined for a switch. */
  readonly value: string | undefined;
  /** The name of another flag that must also be given. */
  readonly needs?: string;
  /** Whether it can be repeated. */
  readonly many?: boolean;
  /** What it does, without a full stop. */
  readonly help: string;
  /** The allowed values, if there is a fixed set. */
  readonly choices?: readonly string[];
}

/** The parsed arguments of a command. */
export interface Input {
  readonly positionals: readonly string[];
  /** The flag's last value; undefined if it was not given. */
  value(name: string): string | undefined;
  /** All values of a repeatable flag, in order. */
  values(name: string): readonly string[];
  /** Whether the flag was given. */
  has(name: string): boolean;
}

/** Thrown if a command cannot run. The exit code is then 2, and stderr gets one line without a stack trace. */
export { CannotRun } from '../check/cannot-run.ts';
