import { type CheckResult, isBaseline, type Module } from '../check/result.ts';
import { PAIRINGS } from '../effects/effect.ts';
import type { Finding } from '../policy/result.ts';
import { acceptanceOf } from '../rules/fixes/accept.ts';
import { capital, list } from '../rules/words.ts';
import { ruleAddress } from './address.ts';
import { brokenPairings } from './breaks.ts';
import { EFFECT_WORDS } from './effects.ts';
import { block, code, codeCell, plain, prose } from './plain.ts';
import { printable } from './printable.ts';
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

/** The comment that the GitHub Action writes on a pull request. */
export function comment(result: CheckResult): string {
  const lines = result.modules.flatMap((module, index) => [...(index > 0 ? [''] : []), ...section(module, result)]);
  if (result.problems.length > 0) {
    lines.push('', '#### Problems', '');
    lines.push(
      ...result.problems.slice(0, MOST).map((problem) => `- ${code(place(problem))}: ${prose(problem.message)}`),
      ...rest(result.problems.length - MOST),
    );
  }
  lines.push('', `<sub>${plain(counts(result.findings))}; policy ${code(result.policy)}</sub>`);
  return `${lines.join('\n')}\n`;
}

/** Breaking findings per module, and problems. GitHub limits a comment to 65,536 characters. */
const MOST = 20;

function section(module: Module, result: CheckResult): string[] {
  const { findings } = module;
  const lines = [`### ${plain(`${moduleName(module, result)}${versionStep(module)}`)}`];
  const remarkLines = remarks(module, result).flatMap((remark) => ['', plain(remark)]);
  const reason = because(module, result);
  if (!isBaseline(module.baseline) || reason === undefined) return [...lines, ...remarkLines];
  const broken = worstFirst(findings.filter((finding) => !finding.accepted && isBroken(finding)));
  const accepted = findings.filter((finding) => finding.accepted);
  const others = worstFirst(findings.filter((finding) => !finding.accepted && !isBroken(finding)));
  const pairings = brokenPairings(findings, result);
  const declared = declaration(module);
  lines.push(
    '',
    pairings.length > 0 ? `**This breaks ${plain(list(pairings))}.**` : 'This breaks nothing that the policy promises.',
  );
  lines.push(`${capital(plain(reason))}.`);
  if (declared !== undefined) lines.push('', plain(declared));
  lines.push(...remarkLines);
  for (const finding of broken.slice(0, MOST)) lines.push('', ...breaking(finding, module.baseline.version, result));
  lines.push(...rest(broken.length - MOST));
  lines.push(...collapsed('further change', others, result), ...collapsed('accepted change', accepted, result));
  return lines;
}

function breaking(finding: Finding, baseline: string | undefined, result: CheckResult): string[] {
  const pairings = consequences(finding, result);
  const broken = PAIRINGS.map((pairing) => finding.broken[pairing]);
  const cells = pairings.map(({ effect, encoding }, index) => {
    if (effect === 'exact') return '✅ works';
    const what = `**${effect}**: ${EFFECT_WORDS[effect]}${encoding === 'json' ? ' (JSON)' : ''}`;
    return broken[index] === true ? `❌ ${what}` : what;
  });
  const witness = finding.witness();
  const acceptance = acceptanceOf(finding, finding.older?.version ?? baseline);
  return [
    `#### ${link(finding)} ${code(place(finding))}`,
    '',
    prose(finding.message),
    '',
    `| ${pairings.map(({ name }) => plain(name)).join(' | ')} |`,
    `|${'---|'.repeat(pairings.length)}`,
    `| ${cells.join(' | ')} |`,
    ...(witness === null ? [] : ['', block('text', `${printable(witness.sent)}\n${printable(witness.read)}`)]),
    ...(acceptance === undefined
      ? []
      : [
          '',
          '<details><summary>Intended? Accept it with a reason</summary>',
          '',
          'Write this above the element, or above the element that contains it:',
          '',
          block('proto', printable(acceptance)),
          '',
          '</details>',
        ]),
  ];
}

function collapsed(what: string, findings: readonly Finding[], result: CheckResult): string[] {
  if (findings.length === 0) return [];
  return [
    '',
    `<details><summary>${findings.length} ${what}${findings.length === 1 ? '' : 's'}</summary>`,
    ...tablesOf(findings.slice(0, 2 * MOST), result).flatMap((table) => [
      '',
      `| change | ${table.columns.map(plain).join(' | ')} |`,
      '|---|---|---|',
      ...table.findings.map((finding) => collapsedRow(finding, result)),
    ]),
    ...rest(findings.length - 2 * MOST),
    '',
    '</details>',
  ];
}

function collapsedRow(finding: Finding, result: CheckResult): string {
  const effects = consequences(finding, result).map(({ effect }) => effect);
  const reason = finding.accepted ? ` (accepted: ${plain(finding.accepted.reason)})` : '';
  return `| ${prose(finding.message)}${reason}<br>${link(finding)} ${codeCell(place(finding))} | ${effects.join(' | ')} |`;
}

function rest(number: number): string[] {
  return number > 0 ? ['', `… and ${number} more.`] : [];
}

function link({ rule }: Finding): string {
  return `[${rule}](${ruleAddress(rule)})`;
}

function isBroken({ broken }: Finding): boolean {
  return broken.oldClientNewServer || broken.newClientOldServer;
}
