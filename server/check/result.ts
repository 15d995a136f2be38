import { type Effect, EFFECTS, type Encoding, type Pairings } from '../effects/effect.ts';
import type { Bump, FileProblem, Finding } from '../policy/result.ts';
import { type Baseline, type NoBaseline, prefixOf } from '../release/model.ts';
import type { Words } from '../rules/rule.ts';
import type { LeftOut } from '../sources/ownership.ts';

export type { LeftOut };

export interface CheckResult {
  readonly target: { readonly ref: string | null };
  readonly policy: string;
  /** Those that the policy promises. */
  readonly encodings: readonly Encoding[];
  /** At least one. */
  readonly modules: readonly Module[];
  readonly bump: Bump;
  /** See `Plan.versionFiles`. */
  readonly versionFiles: readonly string[];
  readonly findings: readonly Finding[];
  /** Old path by new path. */
  readonly moved: ReadonlyMap<string, string>;
  readonly problems: readonly FileProblem[];
  readonly notCompared: readonly NotCompared[];
  readonly leftOut: (file: string) => LeftOut | undefined;
}

export interface Module {
  /** With a slash: "api/". Empty for the whole repository. */
  readonly prefix: string;
  readonly baseline: Baseline | NoBaseline;
  /** The configured roles, or "the client" and "the server". */
  readonly words: Words;
  readonly bump: Bump;
  /** Null if the baseline isn't a release. */
  readonly nextVersion: string | null;
  readonly forcedBy: Finding | undefined;
  readonly declaredVersion: DeclaredVersion | null;
  /** Sorted by file and position, then those about the branch and the declared version. */
  readonly findings: readonly Finding[];
  /** A declaration is not judged while its name or number is being typed. */
  readonly isTyping: boolean;
}

/** A check that compared nothing must not look like one without changes. */
export interface NotCompared {
  /** A file, a folder whose new files could not be listed, or what an import declares. */
  readonly kind: 'file' | 'folder' | 'import';
  /** Of an import, the file that contains it. */
  readonly file: string;
  /** Of an import, its path as written. */
  readonly name: string | undefined;
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

/** The module in the innermost folder around the file, else the first one. */
export function moduleOf({ modules }: Pick<CheckResult, 'modules'>, file: string): Module {
  const [first] = modules;
  if (first === undefined) throw new Error('A result has at least one module.');
  if (modules.length === 1) return first;
  const byPrefix = new Map(modules.map((module) => [module.prefix, module]));
  return byPrefix.get(prefixOf(file, new Set(['', ...byPrefix.keys()]))) ?? first;
}

/** Not that of its file: the file of a copied declaration may be in another module. */
export function moduleOfFinding({ modules }: Pick<CheckResult, 'modules'>, finding: Finding): Module {
  let known = MODULES.get(modules);
  if (known === undefined) {
    known = new Map(modules.flatMap((module) => module.findings.map((one) => [one, module])));
    MODULES.set(modules, known);
  }
  const found = known.get(finding) ?? modules[0];
  if (found === undefined) throw new Error('A result has at least one module.');
  return found;
}

/** A result can have 100,000 findings. */
const MODULES = new WeakMap<readonly Module[], ReadonlyMap<Finding, Module>>();

/** Findings about the version or the branch, and breaks that the baseline already had, require no bump. */
export function isChange({ bump }: Finding): boolean {
  return bump !== 'none';
}

export function changesIn({ modules }: Pick<CheckResult, 'modules'>, prefix: string): readonly Finding[] {
  return modules.find((module) => module.prefix === prefix)?.findings.filter(isChange) ?? [];
}

export function baselineOf(result: Pick<CheckResult, 'modules'>, file: string): Baseline | NoBaseline {
  return moduleOf(result, file).baseline;
}

/** Null if the modules differ. */
export function agreed<T>({ modules }: Pick<CheckResult, 'modules'>, of: (module: Module) => T): T | null {
  const [first, ...others] = modules.map(of);
  if (first === undefined) return null;
  const key = JSON.stringify(first);
  return others.every((other) => JSON.stringify(other) === key) ? first : null;
}

/** Of several encodings with this effect, the first. */
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
