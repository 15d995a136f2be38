import type { Release } from '../release/model.ts';
import type { CheckResult } from './result.ts';

export interface CheckOptions {
  /** A ref to compare with instead of the last release. */
  readonly from?: string;
  /** A ref to compare instead of the working tree. */
  readonly to?: string;
  /** A preset's name, instead of the configured policy. */
  readonly policy?: string;
  /** Report only findings in these files or folders, relative to the repository. All of them are still read where needed. */
  readonly paths?: readonly string[];
  /** Newer edits cancel older work: the check rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/**
 * One repository being worked on: its releases, its `.proto` files with unsaved editors on top, and everything cached between
 * two keystrokes. Both ways in, editor and command, check through it and so agree.
 */
export class Project {
  /**
   * @param directory any folder inside the repository (or no repository at all: `check` then says so).
   */
  static open(directory: string): Promise<Project> {
    throw new Error(`not yet: ${directory}`);
  }

  /** The repository's top folder, absolute; the given directory where there is no repository. */
  readonly root: string = '';

  /** An editor's text, which counts instead of the file on disk until `closeText`. Paths are relative to the root. */
  openText(path: string, text: string): void {
    throw new Error(`not yet: ${path} ${text}`);
  }
  closeText(path: string): void {
    throw new Error(`not yet: ${path}`);
  }

  /** HEAD, tags or configuration may have changed. Cheap when they have not. */
  invalidate(): void {}

  check(options?: CheckOptions): Promise<CheckResult> {
    throw new Error(`not yet: ${String(options)}`);
  }

  /** The text of a file at a commit of this repository, for read-only documents and diffs. */
  textAt(commit: string, path: string): Promise<string | undefined> {
    throw new Error(`not yet: ${commit} ${path}`);
  }

  /** All releases of the repository, newest first; empty where there are none. */
  releases(): Promise<readonly Release[]> {
    throw new Error('not yet');
  }

  /** Ends child processes. */
  close(): void {}
}
