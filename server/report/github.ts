import { type CheckResult, isBaseline, type Module } from '../check/result.ts';
import { PROBLEM_SEVERITIES, type Range } from '../policy/result.ts';
import type { Severity } from '../policy/settings.ts';
import { printable } from './printable.ts';
import { counts, declaration, moduleName, remarks, verdict } from './words.ts';

/** Annotations for GitHub Actions. https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions */
export function github(result: CheckResult): string {
  const lines = [
    ...result.findings
      // People stop reading annotations that appear in every pull request.
      .filter((finding) => finding.severity !== 'hint')
      .map((finding) =>
        annotation(LEVELS[finding.severity], finding.file, finding.range, finding.rule, finding.message),
      ),
    ...result.problems.map(({ kind, file, range, message }) =>
      annotation(LEVELS[PROBLEM_SEVERITIES[kind]], file, range, kind, message),
    ),
    ...result.modules.flatMap((module) =>
      notices(module, result).map(
        (sentence) => `::notice title=Proto Compat::${data(`${moduleName(module, result)}${sentence}`)}`,
      ),
    ),
  ];
  return `${lines.join('\n')}\n`;
}

function notices(module: Module, result: CheckResult): string[] {
  const declared = declaration(module);
  return [
    `${verdict(module, result)}${isBaseline(module.baseline) ? `; ${counts(module.findings)}` : ''}`,
    ...(declared === undefined ? [] : [declared]),
    ...remarks(module, result),
  ];
}

const LEVELS = { error: 'error', warning: 'warning', information: 'notice', hint: 'notice' } as const satisfies Record<
  Severity,
  string
>;

function annotation(
  level: 'error' | 'warning' | 'notice',
  file: string,
  { start, end }: Range,
  title: string,
  message: string,
): string {
  const properties = [
    `file=${property(file)}`,
    `line=${start.line + 1}`,
    `endLine=${end.line + 1}`,
    // GitHub accepts columns only if the start and the end are on the same line.
    ...(start.line === end.line ? [`col=${start.character + 1}`, `endColumn=${end.character + 1}`] : []),
    `title=${property(title)}`,
  ];
  return `::${level} ${properties.join(',')}::${data(message)}`;
}

function data(text: string): string {
  return encoded(text, /[%\r\n]/g);
}

function property(text: string): string {
  return encoded(text, /[%\r\n:,]/g);
}

/** The runner decodes percent-encoded characters. */
function encoded(text: string, special: RegExp): string {
  return printable(
    text.replace(special, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`),
  );
}
