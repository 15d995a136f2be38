import type { CheckResult } from '../check/result.ts';
import { type FileProblem, type Finding, PROBLEM_SEVERITIES } from '../policy/result.ts';
import { SEVERITIES } from '../policy/settings.ts';

export interface Failing {
  readonly findings: readonly Finding[];
  readonly problems: readonly FileProblem[];
}

/**
 * Accepted findings never fail.
 * @param failOn the lowest severity that fails, or `never`
 */
export function failing({ findings, problems }: Pick<CheckResult, 'findings' | 'problems'>, failOn: string): Failing {
  if (failOn === 'never') return { findings: [], problems: [] };
  const lowest = SEVERITIES.findIndex((severity) => severity === failOn);
  return {
    findings: findings.filter(({ accepted, severity }) => !accepted && SEVERITIES.indexOf(severity) <= lowest),
    problems: problems.filter(({ kind }) => PROBLEM_SEVERITIES[kind] === 'error'),
  };
}
