import type { Class, Effect, Pairings, SourceLanguage } from '../effects/effect.ts';
import type { Range } from '../proto/position.ts';
import type { Fix } from '../rules/rule.ts';
import type { LinkProblem } from '../schema/model.ts';
import type { Severity } from './settings.ts';

export type { Position, Range } from '../proto/position.ts';

export type Bump = 'major' | 'minor' | 'patch' | 'none';

export interface Finding {
  readonly rule: string;
  readonly element: string;
  /** Set if findings with one cause were merged: all elements, `element` first. */
  readonly elements?: readonly string[];
  readonly file: string;
  readonly range: Range;
  /** Set if something was deleted behind the range. */
  readonly isBeforeDeletion?: true;
  /** In the baseline, or in `older`. Null if the element is not there. */
  readonly baseline: { readonly file: string; readonly range: Range } | null;
  /** Set if the change breaks only releases older than the baseline: the newest of them. */
  readonly older?: { readonly version: string; readonly commit: string };
  readonly severity: Severity;
  readonly class: Class;
  /** Whether the change breaks the promise. */
  readonly broken: Pairings<boolean>;
  readonly bump: Bump;
  readonly effects: {
    readonly binary: Pairings<Effect>;
    readonly json: Pairings<Effect>;
    readonly source: 'same' | 'breaks';
  };
  /** The languages in which code that was written for the old file no longer compiles. */
  readonly sourceBreaks: readonly SourceLanguage[];
  /** Set if no method carries the element: the pairings are then old data with new code, and new data with old code. */
  readonly stored?: true;
  /**
   * Computed on first use, which may load protobufjs. Without a pairing, it shows the worst loss of both. Null if there
   * is no loss or no example.
   */
  readonly witness: (pairing?: keyof Pairings<unknown>) => Witness | null;
  readonly message: string;
  readonly accepted: { readonly reason: string } | null;
  readonly fixes: () => readonly Fix[];
}

export interface Witness {
  readonly sent: string;
  readonly read: string;
}

/** A `missing-import` is an unresolved import that is probably a mistake. */
type ProblemKind = 'syntax' | 'unreadable' | LinkProblem['kind'] | 'missing-import' | 'settings' | 'unused-acceptance';

/**
 * Errors may hide a change: protoc refuses the text, or it could not be read. An unresolved type or import may be
 * declared in another repository.
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

export function hidesChanges({ kind }: Pick<FileProblem, 'kind'>): boolean {
  return PROBLEM_SEVERITIES[kind] === 'error';
}

export interface FileProblem {
  readonly kind: ProblemKind;
  readonly file: string;
  readonly range: Range;
  readonly message: string;
}

export interface Verdict {
  readonly bump: Bump;
  readonly nextVersion: string | null;
  readonly findings: readonly Finding[];
  readonly forcedBy: Finding | undefined;
}
