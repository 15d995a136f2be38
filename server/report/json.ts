import { type CheckResult, isBaseline, moduleOf } from '../check/result.ts';
import type { FileProblem, Finding } from '../policy/result.ts';
import type { Baseline, NoBaseline } from '../release/model.ts';
import { printableJson } from './printable.ts';

/** What `check --format json` prints; the shape is fixed, other programs read it. */
export function json(result: CheckResult): string {
  return `${printableJson(report(result))}\n`;
}

function report(result: CheckResult): object {
  const modules = result.modules.length > 1 ? result.modules : [];
  return {
    baseline: baseline(result.baseline),
    target: { ref: result.target.ref },
    policy: result.policy,
    bump: result.bump,
    nextVersion: result.nextVersion,
    declaredVersion: result.declaredVersion,
    findings: result.findings.map((found) => {
      const module = moduleOf({ modules }, found.file);
      return module === undefined ? finding(found) : { ...finding(found), module: module.prefix };
    }),
    modules: modules.map(({ prefix, baseline: from, bump, nextVersion }) => ({
      prefix,
      baseline: baseline(from),
      bump,
      nextVersion,
    })),
    problems: result.problems.map(problem),
  };
}

/** Member by member, so that what is only for editors (fixes) stays out and the witness is made. */
function finding(found: Finding): object {
  return {
    rule: found.rule,
    element: found.element,
    file: found.file,
    range: found.range,
    baseline: found.baseline,
    severity: found.severity,
    class: found.class,
    bump: found.bump,
    effects: found.effects,
    witness: found.witness(),
    message: found.message,
    accepted: found.accepted,
  };
}

/** Null where there is nothing to compare with. */
function baseline(found: Baseline | NoBaseline): object | null {
  return isBaseline(found) ? { ref: found.ref, version: found.version ?? null, commit: found.commit } : null;
}

function problem({ file, range, message }: FileProblem): object {
  return { file, range, message };
}
