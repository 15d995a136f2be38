import { type CheckResult, isBaseline, isChange, type Module, moduleOf, worstEffect } from '../check/result.ts';
import type { Pairings } from '../effects/effect.ts';
import { type Finding, hidesChanges } from '../policy/result.ts';
import elementDeprecated from '../rules/catalogue/element-deprecated.ts';
import fileOptionChanged from '../rules/catalogue/file-option-changed.ts';
import { rulesOn } from '../rules/index.ts';
import { released } from '../rules/words.ts';
import type { Evidence } from '../uses/evidence.ts';
import { EFFECT_WORDS, sourceSentence } from './effects.ts';
import { code, plain, prose } from './plain.ts';
import { evidenceParts } from './uses.ts';
import { bare, consequences, isAddition, moduleName, place, verdict, wordsFor } from './words.ts';

/** Markdown, with a chapter for each module that has a baseline. */
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
  const hidingProblems = result.problems.filter(
    (problem) => hidesChanges(problem) && moduleOf(result, problem.file).prefix === module.prefix,
  );
  const version = hidingProblems.length === 0 ? (module.nextVersion ?? undefined) : undefined;
  const context: ChapterContext = { result, module, version, evidence };
  const name = plain(moduleName(module, result));
  const lines =
    hidingProblems.length === 0
      ? // Positions mean nothing to people who read the notes later.
        [`# ${name}${version ?? 'Next release'}`, '', `${plain(verdict(module, result, false))}.`]
      : [
          `# ${name}Next release`,
          '',
          'The version is not known yet: some text could not be read and may hide changes.',
        ];
  const lastBreaks = BREAKS.findLast((section) => sections.has(section));
  for (const section of SECTIONS) {
    const findings = sections.get(section);
    if (!findings) continue;
    lines.push('', `## ${section}`, '');
    for (const finding of findings) lines.push(...entry(finding, section, context));
    if (section === lastBreaks) {
      const broken = BREAKS.flatMap((one) => sections.get(one) ?? []);
      const steps = upgrade(broken, context);
      if (steps.length > 0) lines.push('', '## Upgrading', '', ...steps.map((step) => `- ${plain(step)}`));
    }
  }
  if (hidingProblems.length > 0) {
    lines.push('', '## Not compared', '');
    lines.push(...hidingProblems.map((problem) => `- ${code(place(problem))}: ${prose(problem.message)}`));
  }
  return lines.join('\n');
}

interface ChapterContext {
  readonly result: CheckResult;
  readonly module: Module;
  readonly version: string | undefined;
  readonly evidence: ReadonlyMap<Finding, Evidence> | undefined;
}

const BREAKS = ['Breaking changes', 'Accepted breaks'] as const;
const SECTIONS = [...BREAKS, 'Additions', 'Deprecations', 'Other changes'] as const;
type Section = (typeof SECTIONS)[number];

function sectionOf(finding: Finding): Section {
  const breaks = finding.class === 'regression' || finding.bump === 'major' || finding.severity === 'error';
  if (finding.accepted) return 'Accepted breaks';
  if (breaks) return 'Breaking changes';
  if (finding.rule === elementDeprecated.id) return 'Deprecations';
  return isAddition(finding) ? 'Additions' : 'Other changes';
}

function entry(finding: Finding, section: Section, { result, version, evidence }: ChapterContext): string[] {
  const words = wordsFor(result, finding);
  const reworded = (sentence: string): string => released(sentence, words, version);
  const lines = [`- ${whose(finding)}${prose(reworded(finding.message))}`];
  if (section === 'Breaking changes' || section === 'Accepted breaks') {
    lines.push(...affected(finding, result).map((line) => `  - ${plain(reworded(line))}`));
    const known = evidence?.get(finding);
    const parts = known === undefined ? [] : evidenceParts({ ...known, pending: undefined, stale: [] });
    lines.push(...parts.map(({ sentence }) => `  - ${prose(reworded(sentence))}`));
  }
  if (finding.accepted) lines.push(`  - Accepted: ${plain(finding.accepted.reason)}`);
  return lines;
}

/** The element's full name. A message only has the short name, and the notes show no position. */
function whose({ rule, element, elements }: Finding): string {
  return elements === undefined && !ABOUT_FILES.has(rule) ? `${code(element)}: ` : '';
}

const ABOUT_FILES: ReadonlySet<string> = new Set([...rulesOn('file').map(({ id }) => id), fileOptionChanged.id]);

function affected(finding: Finding, result: CheckResult): string[] {
  return consequences(finding, result)
    .filter(({ effect }) => effect !== 'exact')
    .map(
      ({ name, effect, encoding }) =>
        `${name}: ${effect}, ${EFFECT_WORDS[effect]}${encoding === 'json' ? ' (JSON)' : ''}.`,
    );
}

function upgrade(
  broken: readonly Finding[],
  { result, module: { words }, version = 'the new version' }: ChapterContext,
): string[] {
  const isAffected = (finding: Finding, pairing: keyof Pairings<unknown>): boolean =>
    worstEffect(finding, pairing, result.encodings).effect !== 'exact';
  const [calls, data] = [broken.filter(({ stored }) => !stored), broken.filter(({ stored }) => stored)];
  const source = sourceSentence({ sourceBreaks: broken.flatMap(({ sourceBreaks }) => sourceBreaks) });
  const order = orderOf(
    calls.some((finding) => isAffected(finding, 'oldClientNewServer')),
    calls.some((finding) => isAffected(finding, 'newClientOldServer')),
    { client: bare(words.client), server: bare(words.server) },
  );
  return [
    ...(order === undefined ? [] : [order]),
    ...(data.some((finding) => isAffected(finding, 'oldClientNewServer'))
      ? [`Convert data that ${words.baseline} has stored before ${version} reads it.`]
      : []),
    ...(data.some((finding) => isAffected(finding, 'newClientOldServer'))
      ? [`Once ${version} has stored data, do not roll back to ${words.baseline}.`]
      : []),
    ...(source === undefined ? [] : [`${source}.`]),
  ];
}

function orderOf(
  isOldClientAffected: boolean,
  isNewClientAffected: boolean,
  { client, server }: { readonly client: string; readonly server: string },
): string | undefined {
  if (isOldClientAffected && isNewClientAffected)
    return `Both mixed pairings are affected: stop the calls, upgrade ${client} and ${server}, then resume the calls.`;
  if (isOldClientAffected) return inOrder(client, server);
  return isNewClientAffected ? inOrder(server, client) : undefined;
}

function inOrder(first: string, second: string): string {
  return `Upgrade every ${first} before the first ${second}, and roll back in the reverse order.`;
}
