import { ruleMarkdown } from '../../server/report/rule.ts';
import { RULES } from '../../server/rules/index.ts';

/** `docs/rules.md`, generated from the rules' own documentation. A rule's anchor is its id. */
export function rulesPage(): string {
  return [
    '# Rules',
    '',
    `Proto Compat has ${String(RULES.length)} rules. Each finds one kind of change between the release and the edit, and reports who breaks and how. The [configuration](configuration.md) sets their severities: \`policy\`, \`encodings\`, \`rules\` and \`overrides\`.`,
    '',
    '| Rule | What happened | buf |',
    '|---|---|---|',
    ...RULES.map(
      ({ id, title, buf }) =>
        `| [\`${id}\`](#${id}) | ${title} | ${buf.map((name) => `\`${name}\``).join(' ') || '–'} |`,
    ),
    '',
    ...RULES.map(ruleMarkdown),
  ].join('\n');
}
