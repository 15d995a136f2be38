import { isChange } from '../check/history.ts';
import { type CheckResult, isBaseline, type Module, moduleOf } from '../check/result.ts';
import { type Finding, hidesChanges } from '../policy/result.ts';
import elementDeprecated from '../rules/catalogue/element-deprecated.ts';
import type { Evidence } from '../uses/evidence.ts';
import { EFFECT_WORDS } from './effects.ts';
import { code, plain, prose } from './plain.ts';
import { evidenceParts } from './uses.ts';
import { bare, consequences, isAddition, moduleName, place, verdict, wordsFor } from './words.ts';

/** The protocol's part of the release notes, in Markdown; a chapter for each module. */
export function notes(result: CheckResult, evidence?: ReadonlyMap<Finding, Evidence>): string {
  const chapters = result.modules
    .filter(({ baseline }) => isBaseline(baseline))
    .map((module) => chapter(module, result, evidence));
  return `${chapters.join('\n\n')}\n`;
}

function chapter(module: Module, result: CheckResult, evidence: ReadonlyMap<Finding, Evidence> | undefined): string {
  const sections = new Map<Section, Finding[]>();
  for (const finding of module.findings.filter(isChange)) {
    const section = sectionOf(finding);
    sections.set(section, [...(sections.get(section) ?? []), finding]);
  }
  const unread = result.problems.filter(
    (problem) => hidesChanges(problem) && moduleOf(result, problem.file).prefix === module.prefix,
  );
  const name = plain(moduleName(module, result));
  const lines =
    unread.length === 0
      ? [`# ${name}${module.nextVersion ?? 'Next release'}`, '', `${plain(verdict(module, result))}.`]
      : [
          `# ${name}Next release`,
          '',
          'The version is not known yet: some text could not be read and may hide changes.',
        ];
  for (const section of SECTIONS) {
    const findings = sections.get(section);
    if (!findings) continue;
    lines.push('', `## ${section}`, '');
    for (const finding of findings) lines.push(...entry(finding, section, module, result, evidence?.get(finding)));
  }
  if (unread.length > 0) {
    lines.push('', '## Not compared', '');
    lines.push(...unread.map((problem) => `- ${code(place(problem))}: ${prose(problem.message)}`));
  }
  return lines.join('\n');
}

const SECTIONS = ['Breaking changes', 'Accepted breaks', 'Additions', 'Deprecations', 'Other changes'] as const;
type Section = (typeof SECTIONS)[number];

function sectionOf(finding: Finding): Section {
  const breaks = finding.class === 'regression' || finding.bump === 'major' || finding.severity === 'error';
  if (finding.accepted) return 'Accepted breaks';
  if (breaks) return 'Breaking changes';
  if (finding.rule === elementDeprecated.id) return 'Deprecations';
  return isAddition(finding) ? 'Additions' : 'Other changes';
}

function entry(
  finding: Finding,
  section: Section,
  module: Module,
  result: CheckResult,
  evidence: Evidence | undefined,
): string[] {
  const lines = [`- ${prose(finding.message)}`];
  if (section === 'Breaking changes' || section === 'Accepted breaks') {
    const toDo = advice(finding, module, result);
    lines.push(...affected(finding, result).map((line) => `  - ${line}`));
    // What of the searched code is affected: places are for those who change it.
    const known = evidence === undefined ? [] : evidenceParts({ ...evidence, pending: undefined, stale: [] });
    lines.push(...known.map(({ sentence }) => `  - ${prose(sentence)}`));
    if (toDo !== undefined) lines.push(`  - To do: ${plain(toDo)}`);
  }
  if (finding.accepted) lines.push(`  - Accepted: ${plain(finding.accepted.reason)}`);
  return lines;
}

function affected(finding: Finding, result: CheckResult): string[] {
  return consequences(finding, { encodings: result.encodings, words: wordsFor(result, finding) })
    .filter(({ effect }) => effect !== 'exact')
    .map(
      ({ name, effect, encoding }) =>
        `${plain(name)}: ${effect}, ${EFFECT_WORDS[effect]}${encoding === 'json' ? ' (JSON)' : ''}.`,
    );
}

/** The order of upgrade in which nobody meets the loss; undefined where there is nothing to do. */
function advice(finding: Finding, { words }: Module, result: CheckResult): string | undefined {
  const [client, server] = [bare(words.client), bare(words.server)];
  const [oldClient, newClient] = consequences(finding, {
    encodings: result.encodings,
    words: wordsFor(result, finding),
  }).map(({ effect }) => effect !== 'exact');
  if (oldClient && newClient)
    return `either order of upgrade meets a mix that is affected: stop the calls, upgrade ${client} and ${server} together, then go on.`;
  if (oldClient) return inOrder(client, server);
  if (newClient) return inOrder(server, client);
  return finding.effects.source === 'breaks' ? 'adapt the code that uses the generated names.' : undefined;
}

function inOrder(first: string, second: string): string {
  return `upgrade every ${first} before the first ${second}, and roll back in the reverse order.`;
}
