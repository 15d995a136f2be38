import type { CheckResult, Module } from '../check/result.ts';
import type { Effect, Encoding } from '../effects/effect.ts';
import type { Finding } from '../policy/result.ts';
import { capital } from '../rules/words.ts';
import type { Evidence } from '../uses/evidence.ts';
import { ruleAddress } from './address.ts';
import { code, codeCell, plain, prose } from './plain.ts';
import { evidenceParts, placeItems } from './uses.ts';
import {
  because,
  consequences,
  counts,
  declaration,
  moduleName,
  place,
  remarks,
  tablesOf,
  versionStep,
  worstFirst,
} from './words.ts';

export function markdown(result: CheckResult, evidence?: ReadonlyMap<Finding, Evidence>): string {
  const lines: string[] = [];
  for (const module of result.modules) {
    if (lines.length > 0) lines.push('');
    lines.push(...section(module, result));
  }
  const used = evidence === undefined ? [] : usesSection(worstFirst(result.findings), evidence);
  if (used.length > 0) lines.push('', '### Uses', '', ...used);
  if (result.problems.length > 0) {
    lines.push(
      '',
      '### Problems',
      '',
      ...result.problems.map((problem) => `- ${code(place(problem))}: ${prose(problem.message)}`),
    );
  }
  lines.push('', `${capital(counts(result.findings))}, policy ${code(result.policy)}.`);
  return `${lines.join('\n')}\n`;
}

function section(module: Module, result: CheckResult): string[] {
  const lines = [`## ${plain(`${moduleName(module, result)}${versionStep(module)}`)}`];
  const reason = because(module, result);
  if (reason !== undefined) lines.push('', `${capital(plain(reason))}.`);
  const declared = declaration(module);
  const open = module.findings.filter((finding) => !finding.accepted);
  const accepted = module.findings.filter((finding) => finding.accepted);
  if (declared !== undefined) lines.push('', plain(declared));
  for (const remark of remarks(module, result)) lines.push('', plain(remark));
  for (const { columns, findings } of tablesOf(worstFirst(open), result))
    lines.push(
      '',
      `| | ${columns.map(plain).join(' | ')} | change |`,
      '|---|---|---|---|',
      ...findings.map((finding) => row(finding, result)),
    );
  if (accepted.length > 0) {
    lines.push(
      '',
      '### Accepted',
      '',
      ...accepted.map((finding) => `- ${prose(finding.message)} (${plain(finding.accepted?.reason ?? '')})`),
    );
  }
  return lines;
}

function usesSection(findings: readonly Finding[], evidence: ReadonlyMap<Finding, Evidence>): string[] {
  return findings.flatMap((finding) => {
    const known = evidence.get(finding);
    const parts = known === undefined ? [] : evidenceParts(known);
    if (parts.length === 0) return [];
    return [
      `- ${code(finding.element)}`,
      ...parts.flatMap(({ sentence, places }) => [
        `  - ${prose(sentence)}`,
        ...placeItems(places, MOST_PLACES).map((line) => `    ${line}`),
      ]),
    ];
  });
}

const MOST_PLACES = 5;

function row(finding: Finding, result: CheckResult): string {
  const effects = consequences(finding, result).map(({ effect, encoding }) => cell(effect, encoding));
  const rule = `[${finding.rule}](${ruleAddress(finding.rule)})`;
  return `| ${finding.severity} | ${effects.join(' | ')} | ${prose(finding.message)}<br>${rule} ${codeCell(place(finding))} |`;
}

function cell(effect: Effect, encoding: Encoding): string {
  return effect === 'exact' ? effect : `**${effect}**${encoding === 'json' ? ' (JSON)' : ''}`;
}
