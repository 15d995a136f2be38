import { ruleMarkdown } from '../../server/report/rule.ts';
import { RULES } from '../../server/rules/index.ts';

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
    ...RULES.map(ruleMarkdown),
  ].join('\n');
}
