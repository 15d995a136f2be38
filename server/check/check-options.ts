export interface CheckOptions {
  /** By default, the last release. */
  readonly from?: string;
  /** By default, the working tree. */
  readonly to?: string;
  readonly policy?: string;
  /** Instead of the version in the version file. */
  readonly declared?: string;
  /** In minor lines; 1 is only the baseline. */
  readonly skew?: number;
  /** A prefix. If there is no such module, all are compared. */
  readonly module?: string;
  /** Files or folders. Findings are also reported in the own files that they import. */
  readonly paths?: readonly string[];
  /** The check rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}
