import type { CheckResult } from '../check/result.ts';
import type { Effect, Encoding } from '../effects/effect.ts';
import type { Finding } from '../policy/result.ts';
import { SEVERITIES } from '../policy/settings.ts';
import { ruleAddress } from './address.ts';
import { code, codeCell, plain, prose } from './plain.ts';
import { because, consequences, counts, declaration, pairingNames, place, versionStep } from './words.ts';

/** A summary for pull requests and job pages: one table, worst first. */
export function markdown(result: CheckResult): string {
  const names = pairingNames(result.words);
  const declared = declaration(result);
  const open = result.findings.filter((finding) => !finding.accepted);
  const accepted = result.findings.filter((finding) => finding.accepted);
  const lines = [`## ${plain(versionStep(result))}`, '', `${capital(plain(because(result)))}.`];
  if (declared !== undefined) lines.push('', plain(declared));
  if (open.length > 0) {
    lines.push(
      '',
      `| | ${plain(names.oldClientNewServer)} | ${plain(names.newClientOldServer)} | change |`,
      '|---|---|---|---|',
      ...worstFirst(open).map((finding) => row(finding, result)),
    );
  }
  if (accepted.length > 0) {
    lines.push(
      '',
      '### Accepted',
      '',
      ...accepted.map((finding) => `- ${prose(finding.message)} (${plain(finding.accepted?.reason ?? '')})`),
    );
  }
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

function row(finding: Finding, result: CheckResult): string {
  const effects = consequences(finding, result).map(({ effect, encoding }) => cell(effect, encoding));
  const rule = `[${finding.rule}](${ruleAddress(finding.rule)})`;
  return `| ${finding.severity} | ${effects.join(' | ')} | ${prose(finding.message)}<br>${rule} ${codeCell(place(finding))} |`;
}

function cell(effect: Effect, encoding: Encoding): string {
  return effect === 'exact' ? effect : `**${effect}**${encoding === 'json' ? ' (JSON)' : ''}`;
}

function worstFirst(findings: readonly Finding[]): Finding[] {
  return findings.toSorted((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity));
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
