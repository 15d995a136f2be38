import { GitError } from '../git/trouble.ts';

/** An invalid or impossible request. The message says why and what to do. The command exits with 2. */
export class CannotRun extends Error {}

export function asCannotRun(error: unknown): unknown {
  return error instanceof GitError ? new CannotRun(`${error.message} ${error.advice}`) : error;
}
