import type { Diff } from '../diff/pairs.ts';
import type { FileProblem, Range, Verdict } from './result.ts';
import type { Acceptance, Settings } from './settings.ts';

/** What the edit is compared with, and what is known about the version it will get. */
export interface Compared {
  /** The tag, branch or commit of the baseline. */
  readonly ref: string;
  /** The baseline's version; undefined where the ref is no release. Of a pre-release, the last stable release's. */
  readonly version: string | undefined;
  /** The version that the version file announces, and where it stands. */
  readonly declared?: { readonly file: string; readonly version: string; readonly range: Range };
  /** The branch being edited, where the settings freeze it. */
  readonly frozen?: { readonly branch: string };
}

export interface Judgement extends Verdict {
  /** Acceptances written in the files that match nothing, have expired or cannot be read. */
  readonly problems: readonly FileProblem[];
  /** The entries of `accept` in the configuration that match nothing or have expired. */
  readonly unusedAcceptances: readonly Acceptance[];
  /** Whether `declared` is at least the next version; undefined where nothing is declared or there is no next version. */
  readonly sufficient: boolean | undefined;
}

/** Turns what changed into findings, a bump and the next version, as the settings promise. Findings are in the order of file, then place. */
export function judge(_diff: Diff, _settings: Settings, _release: Compared): Judgement {
  throw new Error('not yet');
}
