import { type Diagnostic, DiagnosticSeverity, DiagnosticTag } from 'vscode-languageserver/node';

import { type CheckResult, moduleOf, moduleOfFinding } from '../check/result.ts';
import { type FileProblem, type Finding, PROBLEM_SEVERITIES } from '../policy/result.ts';
import type { Severity } from '../policy/settings.ts';
import { START_OF_FILE } from '../proto/position.ts';
import { ruleAddress } from '../report/address.ts';
import { printable } from '../report/printable.ts';
import { staleSentence } from '../report/uses.ts';
import versionTooLow from '../rules/catalogue/version-too-low.ts';
import elementDeprecated from '../rules/catalogue/element-deprecated.ts';
import type { Capabilities } from './capabilities.ts';
import { isCompatibleAddition, type RepositorySession } from './repository-session.ts';
import { isHalfTyped } from './session-state.ts';

/** VS Code shows it before the rule: `proto-compat(field-removed)`. */
const SOURCE = 'proto-compat';

/**
 * The diagnostics by path. If a file has more than `MAX_DIAGNOSTICS`, the most severe are included and the others
 * counted.
 */
export function diagnosticsByFile(
  result: CheckResult,
  repository: RepositorySession,
  capabilities: Capabilities,
): ReadonlyMap<string, readonly Diagnostic[]> {
  const byFile = new Map<string, LazyDiagnostic[]>();
  const add = (file: string, diagnostic: LazyDiagnostic): void => {
    const known = byFile.get(file);
    if (known === undefined) byFile.set(file, [diagnostic]);
    else known.push(diagnostic);
  };
  for (const problem of result.problems) {
    // Half-typed text may hide the finding that an acceptance is for.
    if (problem.kind === 'unused-acceptance' && isHalfTyped(moduleOf(result, problem.file), result)) continue;
    add(problem.file, {
      severity: PROBLEM_SEVERITIES[problem.kind],
      make: () => problemDiagnostic(problem, capabilities),
    });
  }
  for (const finding of result.findings) {
    // While text is half-typed, the version that it needs is unknown.
    if (finding.rule === versionTooLow.id && isHalfTyped(moduleOfFinding(result, finding), result)) continue;
    add(finding.file, {
      severity: shownSeverity(finding, repository),
      make: () => findingDiagnostic(finding, repository, capabilities),
    });
    const stale = repository.staleFilesOf(finding);
    if (stale.length > 0) add(finding.file, { severity: 'hint', make: () => staleCodeDiagnostic(finding, stale) });
  }
  const open = [...byFile].filter(([file]) => repository.documents.has(file));
  const closed = [...byFile].filter(([file]) => !repository.documents.has(file));
  return new Map([...open, ...worstFiles(closed)].map(([file, all]) => [file, capped(all)]));
}

function worstFiles(files: readonly (readonly [file: string, all: readonly LazyDiagnostic[]])[]): typeof files {
  const worst = ([, all]: (typeof files)[number]): number =>
    all.reduce((most, { severity }) => Math.min(most, SEVERITIES[severity]), Infinity);
  let count = 0;
  return files
    .map((each) => ({ each, rank: worst(each) }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ each }) => each)
    .filter(([, all]) => {
      const isFull = count >= MAX_DIAGNOSTICS;
      count += all.length;
      return !isFull;
    });
}

interface LazyDiagnostic {
  readonly severity: Severity;
  readonly make: () => Diagnostic;
}

/** For one file, and for all closed files together. More diagnostics make editors slow. */
const MAX_DIAGNOSTICS = 1000;

function capped(all: readonly LazyDiagnostic[]): readonly Diagnostic[] {
  if (all.length <= MAX_DIAGNOSTICS) return all.map(({ make }) => make());
  const order = (severity: Severity): number => SEVERITIES[severity];
  const worst = new Set(all.toSorted((a, b) => order(a.severity) - order(b.severity)).slice(0, MAX_DIAGNOSTICS));
  const rest = all.filter((each) => !worst.has(each));
  const severity = Math.min(...rest.map((each) => order(each.severity)));
  return [
    ...all.filter((each) => worst.has(each)).map(({ make }) => make()),
    {
      range: START_OF_FILE,
      severity: severity as DiagnosticSeverity,
      code: 'more',
      source: SOURCE,
      message: `${rest.length} more findings and problems in this file are not shown. \`proto-compat check\` lists all of them.`,
    },
  ];
}

export function findingDiagnostic(
  finding: Finding,
  repository: Pick<RepositorySession, 'isCommitted'>,
  capabilities: Capabilities,
): Diagnostic {
  return {
    range: finding.range,
    severity: SEVERITIES[shownSeverity(finding, repository)],
    code: finding.rule,
    codeDescription: { href: ruleAddress(finding.rule) },
    source: SOURCE,
    message: [finding.message, ...(finding.accepted === null ? [] : [`Accepted: ${finding.accepted.reason}`])]
      .map(printable)
      .join('\n'),
    ...(capabilities.tags && finding.rule === elementDeprecated.id && { tags: [DiagnosticTag.Deprecated] }),
  };
}

function staleCodeDiagnostic({ range }: Finding, files: readonly string[]): Diagnostic {
  return {
    range,
    severity: DiagnosticSeverity.Hint,
    code: 'stale-generated-code',
    source: SOURCE,
    message: printable(staleSentence(files)),
  };
}

/** A compatible addition becomes a hint once it is committed, because it only matters to the person who adds it. */
function shownSeverity(finding: Finding, repository: Pick<RepositorySession, 'isCommitted'>): Severity {
  return isCompatibleAddition(finding) && repository.isCommitted(finding) === true ? 'hint' : finding.severity;
}

const SEVERITIES: Record<Severity, DiagnosticSeverity> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

export function problemDiagnostic(problem: FileProblem, capabilities: Capabilities): Diagnostic {
  return {
    range: problem.range,
    severity: SEVERITIES[PROBLEM_SEVERITIES[problem.kind]],
    code: problem.kind,
    source: SOURCE,
    message: printable(problem.message),
    ...(capabilities.tags && problem.kind === 'unused-acceptance' && { tags: [DiagnosticTag.Unnecessary] }),
  };
}
