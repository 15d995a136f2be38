import { RULES } from '../../server/rules/index.ts';
import type { RuleInfo } from '../../server/rules/rule.ts';

/** `docs/rules.md`, from what the rules say about themselves. Each rule's address is `#` and its id. */
export function rulesPage(): string {
  return [
    '# Rules',
    '',
    `Proto Compat has ${String(RULES.length)} rules. Each looks at one kind of change between the release and the edit and says who suffers from it, and how. Which of them count, and how much, is said by the [configuration](configuration.md): \`policy\`, \`encodings\` and \`rules\`.`,
    '',
    '| Rule | What happened | buf |',
    '|---|---|---|',
    ...RULES.map(
      ({ id, title, buf }) =>
        `| [\`${id}\`](#${id}) | ${title} | ${buf.map((name) => `\`${name}\``).join(' ') || '–'} |`,
    ),
    '',
    ...RULES.flatMap(section),
  ].join('\n');
}

function section({ id, title, docs, reference, buf }: RuleInfo): string[] {
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
  ];
}
