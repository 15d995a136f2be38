import type { Bump, FileProblem, Finding } from '../policy/result.ts';
import type { Baseline, NoBaseline } from '../release/model.ts';
import type { Words } from '../rules/rule.ts';

/** One check of a working tree or a commit against a baseline: what `check --format json` prints, before it is printed. */
export interface CheckResult {
  /** Of the module with the most findings where there are several; see `modules`. */
  readonly baseline: Baseline | NoBaseline;
  readonly target: { readonly ref: string | null };
  /** The names that messages use: the configured roles, or "the client" and "the server". */
  readonly words: Words;
  /** The preset's name, or `custom`. */
  readonly policy: string;
  readonly bump: Bump;
  readonly nextVersion: string | null;
  /** Why that bump: the finding that forces it. */
  readonly forcedBy: Finding | undefined;
  readonly declaredVersion: DeclaredVersion | null;
  /** In the order of file, then place. */
  readonly findings: readonly Finding[];
  readonly modules: readonly Module[];
  readonly problems: readonly FileProblem[];
}

export interface DeclaredVersion {
  readonly file: string;
  readonly version: string;
  readonly sufficient: boolean;
}

export interface Module {
  /** Directory prefix of its tags, with a slash: "api/". Empty for the repository's own. */
  readonly prefix: string;
  readonly baseline: Baseline | NoBaseline;
  readonly bump: Bump;
  readonly nextVersion: string | null;
}

export function isBaseline(found: Baseline | NoBaseline): found is Baseline {
  return 'commit' in found;
}
