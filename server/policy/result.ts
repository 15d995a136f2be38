import type { Class, Effect, Pairings, SourceLanguage } from '../effects/effect.ts';
import type { Range } from '../proto/position.ts';
import type { Fix } from '../rules/rule.ts';
import type { LinkProblem } from '../schema/model.ts';
import type { Severity } from './settings.ts';

/** Places are part of what is said here. */
export type { Position, Range } from '../proto/position.ts';

export type Bump = 'major' | 'minor' | 'patch' | 'none';

/** One finding: what every report and every editor shows. */
export interface Finding {
  readonly rule: string;
  readonly element: string;
  /** All that it is about, `element` first, where many elements have one cause. */
  readonly elements?: readonly string[];
  readonly file: string;
  readonly range: Range;
  /** Something was deleted behind the range, which is the last character before the gap. */
  readonly gap?: true;
  /** Where the old thing stands, in the baseline or in the `older` release. */
  readonly baseline: { readonly file: string; readonly range: Range } | null;
  /** The release before the baseline that the finding is about: only peers that old suffer, or the baseline broke them already. */
  readonly older?: { readonly version: string; readonly commit: string };
  readonly severity: Severity;
  readonly class: Class;
  /** Which pairings do not work although the policy promises them. */
  readonly broken: Pairings<boolean>;
  readonly bump: Bump;
  readonly effects: {
    readonly binary: Pairings<Effect>;
    readonly json: Pairings<Effect>;
    readonly source: 'same' | 'breaks';
  };
  /** In which languages code that was generated from the old file no longer compiles. */
  readonly sourceBreaks: readonly SourceLanguage[];
  /** It is about data that one version writes and another reads, so the pairings have no client and no server. */
  readonly stored?: true;
  /** Made on first use: it loads protobufjs. Without a pairing it is about the one that suffers worst. */
  readonly witness: (pairing?: keyof Pairings<unknown>) => Witness | null;
  readonly message: string;
  readonly accepted: { readonly reason: string } | null;
  /** Made on first use: the light bulb's ways out. */
  readonly fixes: () => readonly Fix[];
}

export interface Witness {
  readonly sent: string;
  readonly read: string;
}

/**
 * `missing-import`: it cannot be found, although all imports of the release can. `unreadable`: the file as a whole.
 * `settings`: in `proto-compat.json`. `unused-acceptance`: it matches no finding.
 */
export type ProblemKind =
  'syntax' | 'unreadable' | LinkProblem['kind'] | 'missing-import' | 'settings' | 'unused-acceptance';

/**
 * How serious a problem is, wherever it is shown. A text that protoc would refuse or that could not be read is an error, because it
 * hides what it may have lost. A name that cannot be found is one only where it is known not to be in a file that is elsewhere.
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

/** What one comparison says. */
export interface Verdict {
  readonly bump: Bump;
  readonly nextVersion: string | null;
  readonly findings: readonly Finding[];
  /** The finding that forces the bump. */
  readonly forcedBy: Finding | undefined;
}
