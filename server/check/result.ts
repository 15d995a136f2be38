import { type Effect, EFFECTS, type Encoding, type Pairings } from '../effects/effect.ts';
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
  /** The encodings in which the policy promises anything. */
  readonly encodings: readonly Encoding[];
  readonly bump: Bump;
  readonly nextVersion: string | null;
  /** Why that bump: the finding that forces it. */
  readonly forcedBy: Finding | undefined;
  readonly declaredVersion: DeclaredVersion | null;
  /** Of all modules; the configured one even where it declares nothing. */
  readonly versionFiles: readonly string[];
  /** In the order of file, then place. */
  readonly findings: readonly Finding[];
  readonly modules: readonly Module[];
  /** Where files stood in the release that stand elsewhere now: path then, by path now. */
  readonly moved: ReadonlyMap<string, string>;
  readonly problems: readonly FileProblem[];
  /** Why a file is not compared although others are; undefined where it is. */
  readonly leftOut: (file: string) => LeftOut | undefined;
}

/** A file that nobody asked to have compared. */
export interface LeftOut {
  /** The option that leaves it out; `folder` where it is in a folder of other people's files. */
  readonly by: 'files' | 'unstable' | 'folder';
  /** That folder's name. */
  readonly folder: string | undefined;
  /** The file that the option stands in; undefined where it is at its default. */
  readonly configuration: string | undefined;
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
  readonly declaredVersion: DeclaredVersion | null;
}

export function isBaseline(found: Baseline | NoBaseline): found is Baseline {
  return 'commit' in found;
}

/** The module that a file belongs to: as with Go modules, the longest prefix wins. */
export function moduleOf({ modules }: Pick<CheckResult, 'modules'>, file: string): Module | undefined {
  return modules
    .filter(({ prefix }) => file.startsWith(prefix))
    .reduce<Module | undefined>(
      (best, one) => (best && best.prefix.length >= one.prefix.length ? best : one),
      undefined,
    );
}

/** What a file is compared with: its own module's baseline, where there are several modules. */
export function baselineOf(result: CheckResult, file: string): Baseline | NoBaseline {
  return moduleOf(result, file)?.baseline ?? result.baseline;
}

/** The worst that a pairing meets in the promised encodings, and the encoding in which it does. */
export function worstEffect(
  { effects }: Pick<Finding, 'effects'>,
  pairing: keyof Pairings<unknown>,
  encodings: readonly Encoding[],
): { readonly effect: Effect; readonly encoding: Encoding } {
  const met = encodings.map((encoding) => ({ effect: effects[encoding][pairing], encoding }));
  const rank = ({ effect }: { readonly effect: Effect }): number => EFFECTS.indexOf(effect);
  return met.reduce(
    (worst, one) => (rank(one) > rank(worst) ? one : worst),
    met[0] ?? { effect: 'exact', encoding: 'binary' },
  );
}
