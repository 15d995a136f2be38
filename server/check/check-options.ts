export interface CheckOptions {
  /** By default, the last release. */
  readonly from?: string;
  /** By default, the working tree. */
  readonly to?: string;
  /** A preset instead of the configured policy. */
  readonly policy?: string;
  /** The planned version, instead of that in the version file. */
  readonly declared?: string;
  /** In minor lines. 1 means only the baseline. */
  readonly skew?: number;
  /** Its prefix. If there is no such module, all are compared. */
  readonly module?: string;
  /** Files or folders, relative to the repository. Findings are also reported in the own files that they import. */
  readonly paths?: readonly string[];
  /** The check rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}
