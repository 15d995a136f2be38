export interface CheckOptions {
  /** A ref to compare with instead of the last release. */
  readonly from?: string;
  /** A ref to compare instead of the working tree. */
  readonly to?: string;
  /** A preset's name, instead of the configured policy. */
  readonly policy?: string;
  /** The planned version, instead of what the version file says. */
  readonly declared?: string;
  /** How many minor versions a peer may lag, instead of the configured number. With 1, only the baseline is compared. */
  readonly skew?: number;
  /** Compare only this module, by its prefix, if it exists. */
  readonly module?: string;
  /** Report only findings in these files or folders, relative to the repository. Other files are still read if needed. */
  readonly paths?: readonly string[];
  /** Cancels the check, for example after a newer edit: it rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}
