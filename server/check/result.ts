import { type Effect, EFFECTS, type Encoding, type Pairings } from '../effects/effect.ts';
import type { Bump, FileProblem, Finding } from '../policy/result.ts';
import { type Baseline, type NoBaseline, prefixOf } from '../release/model.ts';
import type { Words } from '../rules/rule.ts';
import type { LeftOut } from '../sources/ownership.ts';

export type { LeftOut };

/** One check of a working tree or a commit: what `check --format json` prints, before it is printed. */
export interface CheckResult {
  readonly target: { readonly ref: string | null };
  /** The preset's name, or `custom`. */
  readonly policy: string;
  /** The encodings in which the policy promises anything. */
  readonly encodings: readonly Encoding[];
  /** At least one. Each has its own baseline, and none speaks for another. */
  readonly modules: readonly Module[];
  /** The worst of all modules. */
  readonly bump: Bump;
  /** Of all modules; the configured one even where it declares nothing. */
  readonly versionFiles: readonly string[];
  /** Of all modules, in the order of file, then place. */
  readonly findings: readonly Finding[];
  /** Where files were in the release that are elsewhere now: old path by new path. */
  readonly moved: ReadonlyMap<string, string>;
  readonly problems: readonly FileProblem[];
  /** Changed files that were left out, and imports that could not be found. */
  readonly notCompared: readonly NotCompared[];
  /** Why a file is not compared although others are; undefined where it is. */
  readonly leftOut: (file: string) => LeftOut | undefined;
}

/** What one module's comparison says. */
export interface Module {
  /** Directory prefix of its tags, with a slash: "api/". Empty for the repository's own. */
  readonly prefix: string;
  readonly baseline: Baseline | NoBaseline;
  /** The names that its messages use: the configured roles, or "the client" and "the server". */
  readonly words: Words;
  readonly bump: Bump;
  /** Null where the baseline is no release. */
  readonly nextVersion: string | null;
  /** Why that bump: the finding that forces it. */
  readonly forcedBy: Finding | undefined;
  readonly declaredVersion: DeclaredVersion | null;
  /** In the order of file, then place. */
  readonly findings: readonly Finding[];
}

/** What was not looked at, so that silence is not taken for "nothing has changed". */
export interface NotCompared {
  readonly file: string;
  /** The import's path or the type's name, as it is written; undefined where the file as a whole was left out. */
  readonly name: string | undefined;
  /** One sentence. */
  readonly reason: string;
}

export interface DeclaredVersion {
  readonly file: string;
  readonly version: string;
  readonly sufficient: boolean;
}

export function isBaseline(found: Baseline | NoBaseline): found is Baseline {
  return 'commit' in found;
}

/** The module that a file belongs to. A command that was asked for some files may know none of it: then the first one. */
export function moduleOf({ modules }: Pick<CheckResult, 'modules'>, file: string): Module {
  const [first] = modules;
  if (first === undefined) throw new Error('A result has at least one module.');
  const byPrefix = new Map(modules.map((module) => [module.prefix, module]));
  return byPrefix.get(prefixOf(file, new Set(['', ...byPrefix.keys()]))) ?? first;
}

/** The module whose baseline a finding is measured against; a copy may be in another one. */
export function moduleOfFinding({ modules }: Pick<CheckResult, 'modules'>, finding: Finding): Module {
  const found = modules.find(({ findings }) => findings.includes(finding)) ?? modules[0];
  if (found === undefined) throw new Error('A result has at least one module.');
  return found;
}

/** What a file is compared with. */
export function baselineOf(result: Pick<CheckResult, 'modules'>, file: string): Baseline | NoBaseline {
  return moduleOf(result, file).baseline;
}

/** What all modules agree on; null where they differ. */
export function agreed<T>({ modules }: Pick<CheckResult, 'modules'>, of: (module: Module) => T): T | null {
  const [first, ...others] = modules.map(of);
  if (first === undefined) return null;
  const key = JSON.stringify(first);
  return others.every((other) => JSON.stringify(other) === key) ? first : null;
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
