import type { RuleInfo } from '../rules/rule.ts';
import { ruleAddress } from './address.ts';
import { painter, wrapped } from './terminal.ts';

/** Paragraphs are wrapped at 80 columns. */
export function ruleText(rule: RuleInfo, options: { readonly color: boolean }): string {
  const paint = painter(options.color);
  const lines = [
    `${paint('bold', rule.id)}: ${rule.title}`,
    ...sectionsOf(rule).flatMap(({ heading, paragraphs }) => [
      '',
      paint('bold', heading),
      ...paragraphs.flatMap((paragraph, index) => [
        ...(index === 0 ? [] : ['']),
        ...wrapped(paragraph, COLUMNS - 2).map((line) => `  ${line}`),
      ]),
    ]),
    '',
    `Specification: ${rule.reference}`,
    ...(rule.buf.length === 0 ? [] : hanging('buf: ', rule.buf.join(', '))),
    `Online: ${ruleAddress(rule.id)}`,
  ];
  return `${lines.join('\n')}\n`;
}

/** A section of `docs/rules.md`. Its anchor is the rule's id. */
export function ruleMarkdown({ id, title, docs, reference, buf }: RuleInfo): string {
  return [
    `## ${id}`,
    '',
    `**${title}**`,
    '',
    docs.trim().replaceAll(/^## /gm, '### '),
    '',
    `Specification: <${reference}>`,
    '',
    ...(buf.length === 0 ? [] : [`buf: ${buf.map((name) => `\`${name}\``).join(', ')}`, '']),
  ].join('\n');
}

/** Part of `explain --format json`. Members may be added, but not removed. */
interface RuleExplanation {
  readonly rule: string;
  readonly title: string;
  /** Plain text, with line breaks only between paragraphs. Names are in backticks. */
  readonly whatItMeans: string;
  readonly whoBreaks: string;
  readonly whatToDo: string;
  /** The address of the specification. */
  readonly reference: string;
  /** buf's rules for the same edit. */
  readonly buf: readonly string[];
  /** The address of the rule's documentation. */
  readonly href: string;
}

export function ruleExplanation(rule: RuleInfo): RuleExplanation {
  const [whatItMeans = '', whoBreaks = '', whatToDo = ''] = sectionsOf(rule).map(({ paragraphs }) =>
    paragraphs.join('\n\n'),
  );
  const { id, title, reference, buf } = rule;
  return { rule: id, title, whatItMeans, whoBreaks, whatToDo, reference, buf, href: ruleAddress(id) };
}

export function ruleList(rules: readonly RuleInfo[], options: { readonly color: boolean }): string {
  const paint = painter(options.color);
  const width = Math.max(...rules.map(({ id }) => id.length));
  return rules.map(({ id, title }) => `${paint('bold', id)}${' '.repeat(width - id.length)}  ${title}\n`).join('');
}

const COLUMNS = 80;

interface Section {
  readonly heading: string;
  readonly paragraphs: readonly string[];
}

/** Each paragraph is one line. */
function sectionsOf({ docs }: RuleInfo): Section[] {
  return docs
    .trim()
    .split(/^## /m)
    .slice(1)
    .map((section) => {
      const [heading = '', ...lines] = section.split('\n');
      const paragraphs = lines
        .join('\n')
        .trim()
        .split(/\n{2,}/);
      return { heading, paragraphs: paragraphs.map((paragraph) => paragraph.replaceAll('\n', ' ')) };
    });
}

function hanging(label: string, text: string): string[] {
  return wrapped(text, COLUMNS - label.length).map(
    (line, index) => (index === 0 ? label : ' '.repeat(label.length)) + line,
  );
}
