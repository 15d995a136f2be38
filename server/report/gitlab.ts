import type { CheckResult } from '../check/result.ts';
import { PROBLEM_SEVERITIES, type Range } from '../policy/result.ts';
import type { Severity } from '../policy/settings.ts';
import { fingerprints, numbered } from './fingerprint.ts';
import { printable, printableJson } from './printable.ts';

/**
 * A Code Quality report. https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
 * Every issue needs a line, so remarks about the baseline and about what was not compared are left out.
 */
export function gitlab(result: CheckResult): string {
  const identities = fingerprints(result.findings);
  const problems = numbered(
    result.problems.map(({ kind, file, message }) => `${kind}:${file}:${message}`),
    (text, number) => `${text}:${number}`,
  );
  const issues = [
    ...result.findings
      // People stop reading annotations that appear in every merge request.
      .filter(({ severity }) => severity !== 'hint')
      .map((finding) =>
        issue(finding.rule, LEVELS[finding.severity], finding, identities.get(finding) ?? finding.message),
      ),
    ...result.problems.map((problem, index) =>
      issue(problem.kind, LEVELS[PROBLEM_SEVERITIES[problem.kind]], problem, problems[index] ?? problem.message),
    ),
  ];
  return `${printableJson(issues)}\n`;
}

const LEVELS = { error: 'critical', warning: 'major', information: 'info', hint: 'info' } as const satisfies Record<
  Severity,
  string
>;

interface Issue {
  readonly description: string;
  readonly check_name: string;
  readonly fingerprint: string;
  readonly severity: (typeof LEVELS)[Severity];
  readonly location: { readonly path: string; readonly lines: { readonly begin: number; readonly end: number } };
}

function issue(
  name: string,
  severity: Issue['severity'],
  { file, range, message }: { readonly file: string; readonly range: Range; readonly message: string },
  fingerprint: string,
): Issue {
  return {
    description: printable(message),
    check_name: name,
    fingerprint,
    severity,
    location: { path: file, lines: { begin: range.start.line + 1, end: range.end.line + 1 } },
  };
}
