import { moduleOf, type CheckResult, type Module } from '../../server/check/result.ts';

/** The members that a test can set: those of the result, and those of its only module. */
export type Given = Partial<Omit<CheckResult, 'modules'>> &
  Partial<Omit<Module, 'findings'>> & {
    /** For several modules: the members in which each differs from the default. */
    readonly modules?: readonly Partial<Module>[];
  };

const BASELINE = { ref: '1.0.0', version: '1.0.0', commit: 'a'.repeat(40), prefix: '', note: undefined };

/** A result with one module, unless several are given. */
export function resultWith(given: Given): CheckResult {
  const findings = given.findings ?? [];
  const {
    baseline,
    words,
    bump,
    nextVersion,
    forcedBy,
    declaredVersion,
    prefix,
    isTyping,
    modules = [{}],
    ...rest
  } = given;
  const own: Module = {
    prefix: prefix ?? '',
    baseline: baseline ?? BASELINE,
    words: words ?? { client: 'kata-runtime', server: 'kata-agent', baseline: '1.0.0', edited: undefined },
    bump: bump ?? 'none',
    nextVersion: nextVersion === undefined ? '1.0.0' : nextVersion,
    forcedBy,
    declaredVersion: declaredVersion ?? null,
    findings: [],
    isTyping: isTyping ?? false,
  };
  const made = modules.map((module): Module => ({ ...own, ...module }));
  return {
    target: { ref: null },
    policy: 'semver',
    encodings: ['binary'],
    bump: own.bump,
    versionFiles: [],
    moved: new Map(),
    problems: [],
    notCompared: [],
    leftOut: () => undefined,
    ...rest,
    findings,
    modules: made.map((module) => ({
      ...module,
      findings: findings.filter(({ file }) => moduleOf({ modules: made }, file).prefix === module.prefix),
    })),
  };
}

export function only({ modules }: CheckResult): Module {
  const [module, ...others] = modules;
  if (module === undefined || others.length > 0) throw new Error(`There are ${String(modules.length)} modules.`);
  return module;
}
