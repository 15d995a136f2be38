import { GitError } from '../git/trouble.ts';

/**
 * A request that is invalid or impossible in this repository. The message says why and what to do. The command prints it and exits with 2;
 * a tool returns it.
 */
export class CannotRun extends Error {}

/** A git error is not a bug in this program. */
export function asCannotRun(error: unknown): unknown {
  return error instanceof GitError ? new CannotRun(`${error.message} ${error.advice}`) : error;
}
