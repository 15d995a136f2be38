import { agreed, type CheckResult, isBaseline, type Module } from '../check/result.ts';
import { type FileProblem, type Finding, PROBLEM_SEVERITIES } from '../policy/result.ts';
import type { Baseline, NoBaseline } from '../release/model.ts';
import type { Evidence } from '../uses/evidence.ts';
import { printableJson } from './printable.ts';
import { evidenceJson } from './uses.ts';

/** Other programs read `check --format json`, so existing members must not change. */
export function json(result: CheckResult, evidence?: ReadonlyMap<Finding, Evidence>): string {
  return `${printableJson(report(result, evidence))}\n`;
}

function report(result: CheckResult, evidence: ReadonlyMap<Finding, Evidence> | undefined): object {
  const modules = result.modules.length > 1 ? result.modules : [];
  return {
    baseline: agreed(result, (module) => baseline(module.baseline)),
    target: { ref: result.target.ref },
    policy: result.policy,
    bump: result.bump,
    nextVersion: agreed(result, ({ nextVersion }) => nextVersion),
    declaredVersion: agreed(result, ({ declaredVersion }) => declaredVersion),
    note: agreed(result, note),
    findings: result.modules.flatMap(({ prefix, findings }) =>
      findings.map((found) => {
        const uses = evidence?.get(found);
        return {
          ...finding(found),
          ...(modules.length > 0 && { module: prefix }),
          ...(evidence !== undefined && { uses: uses === undefined ? null : evidenceJson(uses) }),
        };
      }),
    ),
    modules: modules.map((module) => ({
      prefix: module.prefix,
      baseline: baseline(module.baseline),
      bump: module.bump,
      nextVersion: module.nextVersion,
      declaredVersion: module.declaredVersion,
      note: note(module),
    })),
    problems: result.problems.map(problem),
    notCompared: result.notCompared.map(({ kind, file, name, reason }) => ({ kind, file, name: name ?? null, reason })),
  };
}

/** Leaves out the fixes, which are only for editors, and calls the witness. */
function finding(found: Finding): object {
  return {
    rule: found.rule,
    element: found.element,
    ...(found.elements && { elements: found.elements }),
    file: found.file,
    range: found.range,
    baseline: found.baseline,
    severity: found.severity,
    class: found.class,
    bump: found.bump,
    broken: found.broken,
    effects: found.effects,
    sourceBreaks: found.sourceBreaks,
    witness: found.witness(),
    message: found.message,
    accepted: found.accepted,
  };
}

function baseline(found: Baseline | NoBaseline): object | null {
  return isBaseline(found) ? { ref: found.ref, version: found.version ?? null, commit: found.commit } : null;
}

function note({ baseline }: Module): string | null {
  return isBaseline(baseline) ? (baseline.note ?? null) : `${baseline.message} ${baseline.advice}`;
}

function problem({ kind, file, range, message }: FileProblem): object {
  return { file, range, message, severity: PROBLEM_SEVERITIES[kind] };
}
