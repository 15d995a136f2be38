import { RULES } from '../../server/rules/index.ts';
import { CONFIGURATION, CONFIGURATION_FILE } from '../../server/policy/config.ts';
import type { Shape } from '../../server/policy/shape.ts';

/** `docs/configuration.md`, from the description that the configuration is checked against. */
export function configurationPage(): string {
  return [
    '# Configuration',
    '',
    `\`${CONFIGURATION_FILE}\` at the top of the repository holds what a team promises, so that the editor, the command and CI agree. It is JSON with comments; everything in it is optional. \`proto-compat init\` writes a first one.`,
    '',
    'In a repository without it, the `breaking` section of `buf.yaml` at the top counts: `use` gives the encodings (WIRE is binary, the other categories are JSON as well; under FILE and PACKAGE changes that only generated code notices are errors), rules in `except` become hints, `ignore` and `ignore_unstable_packages` leave out, and `ignore_only` leaves out for the rules it names.',
    '',
    'What is wrong in it is shown where it stands, with the allowed values; the default then counts, and that is said, too. While it is half typed in an editor, what it said before counts.',
    '',
    ...Object.entries(CONFIGURATION.properties ?? {})
      .filter(([name]) => name !== '$schema')
      .flatMap(([name, shape]) => section(name, shape)),
  ].join('\n');
}

function section(name: string, shape: Shape): string[] {
  const lines = [`## \`${name}\``, '', shape.description ?? '', ''];
  const values = choices(shape);
  if (values.length > 0) lines.push(...values, '');
  if (shape.default !== undefined) lines.push(`Default: \`${JSON.stringify(shape.default)}\``, '');
  for (const example of shape.examples ?? []) {
    lines.push('```json', `"${name}": ${JSON.stringify(example)}`, '```', '');
  }
  return lines;
}

/** One list item per value or member that can be chosen. */
function choices(shape: Shape): string[] {
  const alternatives = shape.anyOf ?? [];
  if (alternatives.length > 0) return alternatives.flatMap(choices);
  const inner = shape.items ?? (shape.additionalProperties || undefined);
  if (inner) return choices(inner);
  // Every rule is on a page of its own.
  if (shape.properties && RULES.every(({ id }) => shape.properties?.[id])) {
    const severities = (shape.properties[RULES[0]?.id ?? '']?.enum ?? []).map((value) => `\`"${value}"\``);
    return [`- the id of a [rule](rules.md): ${severities.join(', ')}`];
  }
  const values = (shape.enumDescriptions ?? []).map(
    (meaning, index) => `- \`"${shape.enum?.[index] ?? ''}"\`: ${meaning}`,
  );
  const members = Object.entries(shape.properties ?? {}).flatMap(([name, member]) => [
    `- \`${name}\`: ${member.description ?? ''}`,
    ...choices(member).map((line) => `  ${line}`),
  ]);
  return [...values, ...members];
}
