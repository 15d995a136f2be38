import type { Class, Effect, Pairings, SourceLanguage } from '../effects/effect.ts';
import type { Range } from '../proto/position.ts';
import type { Fix } from '../rules/rule.ts';
import type { LinkProblem } from '../schema/model.ts';
import type { Severity } from './settings.ts';

/** Findings contain positions and ranges, so their types are exported with them. */
export type { Position, Range } from '../proto/position.ts';

export type Bump = 'major' | 'minor' | 'patch' | 'none';

/** A finding, as reports and editors show it. */
export interface Finding {
  readonly rule: string;
  readonly element: string;
  /** All elements of a merged finding, `element` first. Set only if several findings with one cause were merged. */
  readonly elements?: readonly string[];
  readonly file: string;
  readonly range: Range;
  /** Set if something was deleted. The range is then the last character before the place where it was. */
  readonly gap?: true;
  /** Where the element is in the baseline or in the `older` release. */
  readonly baseline: { readonly file: string; readonly range: Range } | null;
  /** The older release that the finding is about. Set if the change breaks peers of that release, but not those of the baseline. */
  readonly older?: { readonly version: string; readonly commit: string };
  readonly severity: Severity;
  readonly class: Class;
  /** Which promised pairings the change breaks. */
  readonly broken: Pairings<boolean>;
  readonly bump: Bump;
  readonly effects: {
    readonly binary: Pairings<Effect>;
    readonly json: Pairings<Effect>;
    readonly source: 'same' | 'breaks';
  };
  /** The languages in which code that was written for the old file no longer compiles. */
  readonly sourceBreaks: readonly SourceLanguage[];
  /** Set if the finding is about stored data, so that the pairings are about data and code instead of clients and servers. */
  readonly stored?: true;
  /** Computed on first use, which loads protobufjs. Without a pairing, the witness shows the one with the worst effect. */
  readonly witness: (pairing?: keyof Pairings<unknown>) => Witness | null;
  readonly message: string;
  readonly accepted: { readonly reason: string } | null;
  /** Quick fixes, computed on first use. */
  readonly fixes: () => readonly Fix[];
}

export interface Witness {
  readonly sent: string;
  readonly read: string;
}

/**
 * `missing-import`: the import was not found, although all imports of the release were. `unreadable`: the file could not be read.
 * `settings`: a problem in `proto-compat.json`, `buf.yaml` or a version file. `unused-acceptance`: an acceptance that matches no finding.
 */
type ProblemKind = 'syntax' | 'unreadable' | LinkProblem['kind'] | 'missing-import' | 'settings' | 'unused-acceptance';

/**
 * The severity of each kind of problem. A text that protoc would refuse or that could not be read is an error, because it may hide
 * a change. A name that was not found is an error only if it cannot be in a file that is missing here.
 */
export const PROBLEM_SEVERITIES: Readonly<Record<ProblemKind, Severity>> = {
  syntax: 'error',
  unreadable: 'error',
  'duplicate-name': 'error',
  'duplicate-number': 'error',
  'unresolved-import': 'information',
  'unresolved-type': 'information',
  'undeclared-type': 'error',
  'missing-import': 'error',
  settings: 'warning',
  'unused-acceptance': 'warning',
};

/** Whether a problem may hide a change, so that no version can be given. */
export function hidesChanges({ kind }: Pick<FileProblem, 'kind'>): boolean {
  return PROBLEM_SEVERITIES[kind] === 'error';
}

export interface FileProblem {
  readonly kind: ProblemKind;
  readonly file: string;
  readonly range: Range;
  readonly message: string;
}

/** The result of one comparison. */
export interface Verdict {
  readonly bump: Bump;
  readonly nextVersion: string | null;
  readonly findings: readonly Finding[];
  /** The finding that forces the bump. */
  readonly forcedBy: Finding | undefined;
}
