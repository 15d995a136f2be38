import { GitError } from '../git/trouble.ts';

/**
 * A request that cannot be fulfilled, because it is invalid or because of the state of the repository. The message says why and what to do.
 * The command prints it and exits with 2; a tool of a coding agent returns it.
 */
export class CannotRun extends Error {}

/** A git error is not a bug in this program, so it becomes a CannotRun. Any other error is returned unchanged. */
export function asCannotRun(error: unknown): unknown {
  return error instanceof GitError ? new CannotRun(`${error.message} ${error.advice}`) : error;
}
