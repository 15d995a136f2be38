export interface CheckOptions {
  /** A ref to compare with instead of the last release. */
  readonly from?: string;
  /** A ref to compare instead of the working tree. */
  readonly to?: string;
  /** A preset's name, instead of the configured policy. */
  readonly policy?: string;
  /** The planned version, instead of what the version file says. */
  readonly declared?: string;
  /** The number of minor lines to compare with, instead of the configured one. 1 means only the baseline. */
  readonly skew?: number;
  /** The prefix of the only module to compare. If there is no such module, all are compared. */
  readonly module?: string;
  /**
   * Files or folders, relative to the repository. Findings are reported in these and in the own files that they import. Other files are
   * read if needed.
   */
  readonly paths?: readonly string[];
  /** Cancels the check, which then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}
