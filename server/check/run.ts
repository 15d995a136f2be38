import { diff } from '../diff/diff.ts';
import type { Diff } from '../diff/pairs.ts';
import { type Changes, findChanges } from '../rules/run.ts';
import { CONFIGURATION_FILE } from '../policy/config.ts';
import { judge, type Judgement, wordsOf, worstBump } from '../policy/judge.ts';
import { pathMatcher } from '../policy/patterns.ts';
import type { FileProblem } from '../policy/result.ts';
import type { Acceptance } from '../policy/settings.ts';
import { START_OF_FILE } from '../proto/position.ts';
import type { ComparisonPlan, Linked } from './comparison.ts';
import type { Plan, PlannedModule } from './plan.ts';
import type { LeftOut } from '../sources/ownership.ts';
import { isTyped, problemsOf } from './problems.ts';
import { type CheckResult, type DeclaredVersion, isBaseline, type Module, type NotCompared } from './result.ts';

export interface ModuleResult {
  readonly module: PlannedModule;
  readonly judgement: Judgement | undefined;
  readonly moved: readonly (readonly [now: string, then: string])[];
  readonly problems: readonly FileProblem[];
  readonly notCompared: readonly NotCompared[];
  readonly plan: ComparisonPlan | undefined;
  readonly isTyping: boolean;
}

export async function runModule(
  plan: Plan,
  module: PlannedModule,
  open: readonly string[],
  signal: AbortSignal | undefined,
): Promise<ModuleResult> {
  const [loaded, ...older] = await Promise.all([
    module.comparison.load(open, signal),
    ...module.older.map(async ({ version, commit, comparison, past }) => ({
      version,
      commit,
      changes: await comparison.load(open, signal),
      past: await past.load([], signal),
    })),
  ]);
  signal?.throwIfAborted();
  // No await from here on, because an edit would move the spans in the trees.
  const linked = loaded.link();
  if (linked === undefined) return { ...NOTHING, module };
  const problems = problemsOf(linked, plan, module, open);
  const isTyping = linked.isTyping || linked.edited.problems.some((problem) => isTyped(problem, module));
  const found = { module, notCompared: notComparedIn(linked), plan: linked.plan, isTyping };
  const { baseline } = module;
  const changes = isBaseline(baseline) ? compare(linked, plan, baseline) : undefined;
  if (changes === undefined || !isBaseline(baseline)) return { ...found, judgement: undefined, moved: [], problems };
  const { branch } = plan;
  const judgement = judge(
    changes,
    plan.settings,
    {
      ref: baseline.ref,
      version: baseline.version,
      countedFrom: module.countedFrom,
      edited: plan.edited,
      ...(module.declared !== undefined && { declared: module.declared }),
      ...(branch !== undefined && pathMatcher(plan.settings.frozenBranches)(branch) && { frozen: { branch } }),
    },
    older.map((each) => ({
      version: each.version,
      commit: each.commit,
      changes: compare(each.changes.link(), plan, each),
      past: compare(each.past.link(), plan, each),
    })),
  );
  return {
    ...found,
    judgement,
    moved: movedFiles(changes.diff),
    problems: [...problems, ...judgement.problems],
  };
}

const NOTHING = {
  judgement: undefined,
  moved: [],
  problems: [],
  notCompared: [],
  plan: undefined,
  isTyping: false,
} satisfies Omit<ModuleResult, 'module'>;

function compare(
  linked: Linked | undefined,
  { settings, edited }: Plan,
  { ref = '', version }: { readonly ref?: string; readonly version: string | undefined },
): Changes | undefined {
  if (linked?.old === undefined) return undefined;
  const { reports, isOwn, protocol } = linked.plan;
  const compared = diff(linked.old, linked.edited, { stored: settings.stored, reports, isOwn, protocol });
  return findChanges(compared, {
    words: wordsOf(settings, { ref, version, edited }),
    encodings: settings.encodings,
  });
}

function movedFiles({ new: edited, matches }: Diff): [now: string, then: string][] {
  return [...edited.files.values()].flatMap((file): [string, string][] => {
    const then = matches.files.oldOf(file)?.path;
    return then === undefined || then === file.path ? [] : [[file.path, then]];
  });
}

export function resultOf(plan: Plan, results: readonly ModuleResult[], target: string | null): CheckResult {
  const modules = results.map((result): Module => {
    const { module, judgement } = result;
    const { baseline } = module;
    return {
      prefix: module.prefix,
      baseline,
      words: wordsOf(plan.settings, { ...(isBaseline(baseline) ? baseline : NO_RELEASE), edited: plan.edited }),
      bump: judgement?.bump ?? 'none',
      nextVersion: judgement?.nextVersion ?? module.countedFrom ?? null,
      forcedBy: judgement?.forcedBy,
      declaredVersion: declaredBy(result),
      findings: judgement?.findings ?? [],
      isTyping: result.isTyping,
    };
  });
  return {
    target: { ref: target },
    policy: typeof plan.settings.policy === 'string' ? plan.settings.policy : 'custom',
    encodings: plan.settings.encodings,
    modules,
    bump: worstBump(modules.map(({ bump }) => bump)),
    versionFiles: plan.versionFiles,
    findings: modules.flatMap(({ findings }) => findings),
    moved: new Map(results.flatMap(({ moved }) => moved)),
    problems: [...plan.problems, ...results.flatMap(({ problems }) => problems), ...unusedAcceptances(plan, results)],
    notCompared: [...results.flatMap(({ notCompared }) => notCompared), ...unlistedFolders(plan)],
    leftOut: (file) =>
      plan.unstable(file) ?? results.map((each) => each.plan?.whyLeftOut(file)).find((why) => why !== undefined),
  };
}

function declaredBy({
  module: { declared },
  judgement,
}: Pick<ModuleResult, 'module' | 'judgement'>): DeclaredVersion | null {
  const sufficient = judgement?.sufficient;
  return declared && sufficient !== undefined ? { file: declared.file, version: declared.version, sufficient } : null;
}

function unusedAcceptances(plan: Plan, results: readonly ModuleResult[]): FileProblem[] {
  const compared = results.filter(({ module }) => isBaseline(module.baseline));
  if (!plan.complete || compared.length === 0) return [];
  const isUnused = (acceptance: Acceptance): boolean =>
    compared.every(({ judgement }) => judgement === undefined || judgement.unusedAcceptances.includes(acceptance));
  return plan.settings.accept.filter(isUnused).map((acceptance) => ({
    kind: 'unused-acceptance',
    file: CONFIGURATION_FILE,
    range: plan.places.get(acceptance) ?? START_OF_FILE,
    message: `This accepts nothing: no comparison with ${acceptance.since} has a finding \`${acceptance.rule}\` for \`${acceptance.element}\`. Remove it.`,
  }));
}

function notComparedIn({ edited, plan }: Linked): NotCompared[] {
  const found: NotCompared[] = plan.leftOut.map((each) => ({
    kind: 'file',
    file: each.path,
    name: undefined,
    reason: whyLeftOut(each),
  }));
  const seen = new Set<string>();
  for (const { file, kind, name } of edited.problems) {
    if (kind !== 'unresolved-import' || !plan.reports(file) || seen.has(name)) continue;
    seen.add(name);
    found.push({ kind: 'import', file, name, reason: 'It was not found, so what it declares was not compared.' });
  }
  return found;
}

function unlistedFolders({ modules }: Plan): NotCompared[] {
  const found = new Map(modules.flatMap(({ edited }) => [...edited.unlistedFolders()]));
  return [...found].map(([file, reason]) => ({ kind: 'folder', file, name: undefined, reason }));
}

function whyLeftOut({ by, name }: LeftOut): string {
  switch (by) {
    case 'files':
      return '`files` in the configuration leaves it out.';
    case 'unstable':
      return '`unstable` in the configuration says that it promises nothing.';
    case 'folder':
      return `Folders called \`${name ?? ''}\` usually hold third-party code, tests or examples.`;
    case 'package':
      return `Package \`${name ?? ''}\` looks like a copy of a third-party package.`;
    case 'submodule':
      return `It is in the git submodule \`${name ?? ''}\`.`;
  }
}

const NO_RELEASE = { ref: '', version: undefined };
