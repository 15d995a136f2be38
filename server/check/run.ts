import { diff } from '../diff/diff.ts';
import type { Diff } from '../diff/pairs.ts';
import { CONFIGURATION_FILE } from '../policy/config.ts';
import { judge, type Judgement, wordsOf } from '../policy/judge.ts';
import { pathMatcher } from '../policy/patterns.ts';
import type { FileProblem } from '../policy/result.ts';
import type { Acceptance } from '../policy/settings.ts';
import { rangeOf, START_OF_FILE } from '../proto/position.ts';
import type { Linked } from './comparison.ts';
import type { Plan, PlannedModule } from './plan.ts';
import { type CheckResult, type DeclaredVersion, isBaseline } from './result.ts';

/** What one module's comparison says. */
export interface ModuleResult {
  readonly module: PlannedModule;
  /** Undefined where there is nothing to compare with, or nothing differs. */
  readonly judgement: Judgement | undefined;
  readonly moved: readonly (readonly [now: string, then: string])[];
  readonly problems: readonly FileProblem[];
}

export async function runModule(
  plan: Plan,
  module: PlannedModule,
  open: readonly string[],
  signal: AbortSignal | undefined,
): Promise<ModuleResult> {
  const [link, ...older] = await Promise.all([
    module.comparison.prepare(open, signal),
    ...module.older.map(async ({ version, commit, comparison, past }) => ({
      version,
      commit,
      link: await comparison.prepare(open, signal),
      linkPast: await past.prepare([], signal),
    })),
  ]);
  signal?.throwIfAborted();
  // From here on nothing waits: an edit in between would move the trees.
  const linked = link();
  const problems = linked.flatMap((world) => problemsOf(world, plan, module));
  const { baseline } = module;
  if (linked.length === 0 || !isBaseline(baseline)) return { module, judgement: undefined, moved: [], problems };
  const { branch } = plan;
  const diffs = diffsOf(linked, plan, module);
  const judgement = judge(
    diffs,
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
      changes: diffsOf(each.link(), plan, module),
      past: diffsOf(each.linkPast(), plan, module),
    })),
  );
  return { module, judgement, moved: diffs.flatMap(movedFiles), problems: [...problems, ...judgement.problems] };
}

function diffsOf(linked: readonly Linked[], plan: Plan, module: PlannedModule): Diff[] {
  return linked.flatMap(({ old, edited, served }) => {
    if (old === undefined) return [];
    const files = new Set([...old.files.keys(), ...edited.files.keys()].filter(module.reports));
    return [diff(old, edited, { files, stored: plan.settings.stored, served })];
  });
}

function movedFiles({ new: edited, matches }: Diff): [now: string, then: string][] {
  return [...edited.files.values()].flatMap((file): [string, string][] => {
    const then = matches.files.oldOf(file)?.path;
    return then === undefined || then === file.path ? [] : [[file.path, then]];
  });
}

/** One answer for all modules: the one with the most to say speaks for the whole. */
export function resultOf(plan: Plan, results: readonly ModuleResult[], target: string | null): CheckResult {
  const modules = results.map(({ module, judgement }) => ({
    prefix: module.prefix,
    baseline: module.baseline,
    bump: judgement?.bump ?? 'none',
    nextVersion: judgement?.nextVersion ?? module.countedFrom ?? null,
    declaredVersion: declaredBy({ module, judgement }),
  }));
  // A module that has a release to compare with speaks before one that has none.
  const weight = ({ module, judgement }: ModuleResult): number =>
    judgement?.findings.length ?? (isBaseline(module.baseline) ? -1 : -2);
  const index = results.reduce((best, result, at) => (weight(result) > weight(results[best] ?? result) ? at : best), 0);
  const [speaker, head] = [results[index], modules[index]];
  if (speaker === undefined || head === undefined) throw new Error('A plan has at least one module.');
  const { baseline } = speaker.module;
  return {
    baseline: head.baseline,
    target: { ref: target },
    words: wordsOf(plan.settings, { ...(isBaseline(baseline) ? baseline : NO_RELEASE), edited: plan.edited }),
    policy: typeof plan.settings.policy === 'string' ? plan.settings.policy : 'custom',
    encodings: plan.settings.encodings,
    bump: head.bump,
    nextVersion: head.nextVersion,
    forcedBy: speaker.judgement?.forcedBy,
    declaredVersion: head.declaredVersion,
    versionFiles: plan.versionFiles,
    findings: results.flatMap(({ judgement }) => judgement?.findings ?? []),
    modules,
    moved: new Map(results.flatMap(({ moved }) => moved)),
    problems: [...plan.problems, ...results.flatMap(({ problems }) => problems), ...unusedAcceptances(plan, results)],
    leftOut: plan.leftOut,
  };
}

function declaredBy({
  module: { declared },
  judgement,
}: Pick<ModuleResult, 'module' | 'judgement'>): DeclaredVersion | null {
  const sufficient = judgement?.sufficient;
  return declared && sufficient !== undefined ? { file: declared.file, version: declared.version, sufficient } : null;
}

/** Entries of the configuration that no module has a use for. */
function unusedAcceptances(plan: Plan, results: readonly ModuleResult[]): FileProblem[] {
  const compared = results.filter(({ module }) => isBaseline(module.baseline));
  if (!plan.complete || compared.length === 0) return [];
  const isUnused = (acceptance: Acceptance): boolean =>
    compared.every(({ judgement }) => judgement === undefined || judgement.unusedAcceptances.includes(acceptance));
  return plan.settings.accept.filter(isUnused).map((acceptance) => ({
    kind: 'unused-acceptance',
    file: CONFIGURATION_FILE,
    range: plan.places.get(acceptance) ?? START_OF_FILE,
    message: `This accepts nothing: there is no finding \`${acceptance.rule}\` for \`${acceptance.element}\` since ${acceptance.since}. Remove it.`,
  }));
}

/** Syntax errors and names that lead nowhere, in files that are open or changed; files that cannot be read. */
function problemsOf({ edited, wanted }: Linked, { isolated }: Plan, module: PlannedModule): FileProblem[] {
  const problems: FileProblem[] = [];
  const reported = new Set([...wanted].filter(module.reports));
  const unreadable = module.edited.problems();
  const unreadableBefore = module.old?.problems();
  for (const path of reported) {
    const before = unreadableBefore?.get(path);
    const why = unreadable.get(path) ?? (before && `As released: ${before}`);
    if (why !== undefined) problems.push({ kind: 'unreadable', file: path, range: START_OF_FILE, message: why });
    const node = edited.files.get(path)?.node;
    for (const { span, message } of node?.problems ?? []) {
      problems.push({ kind: 'syntax', file: path, range: rangeOf(node ?? NO_LINES, span), message });
    }
  }
  for (const { file, span, kind, message } of isolated ? [] : edited.problems) {
    if (reported.has(file))
      problems.push({ kind, file, range: rangeOf(edited.files.get(file)?.node ?? NO_LINES, span), message });
  }
  return problems;
}

const NO_RELEASE = { ref: '', version: undefined };
const NO_LINES = { lineStarts: [0] };
