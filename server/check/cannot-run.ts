import { GitError } from '../git/trouble.ts';

/**
 * What was asked cannot be done, because of how it was asked or what was found. The message is one line for the user that says why
 * and what to do: the command prints it and exits with 2, a tool of a coding agent answers with it.
 */
export class CannotRun extends Error {}

/** An error of git is not a bug of this program, so it becomes a CannotRun. Any other error stays as it is. */
export function asCannotRun(error: unknown): unknown {
  return error instanceof GitError ? new CannotRun(`${error.message} ${error.advice}`) : error;
}
