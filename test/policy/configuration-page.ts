import { RULES } from '../../server/rules/index.ts';
import { CONFIGURATION, CONFIGURATION_FILE } from '../../server/policy/config.ts';
import type { Shape } from '../../server/policy/shape.ts';

/** `docs/configuration.md`, generated from the description that validates the configuration. */
export function configurationPage(): string {
  return [
    '# Configuration',
    '',
    `\`${CONFIGURATION_FILE}\` at the top of the repository holds the team's policy, so that the editor, the command and CI agree. It is JSON with comments, and all options are optional. \`proto-compat init\` writes a first one.`,
    '',
    'In a repository without this file, the `breaking` section of a `buf.yaml` at the top is used. `use` sets the encodings: binary for WIRE, JSON as well for the other categories. With FILE, PACKAGE and CSR, a finding is an error if its rule has equivalents there, but none in WIRE or WIRE_JSON. Rules in `except` become hints. `ignore` and `ignore_unstable_packages` leave files and packages out, and `ignore_only` leaves them out for the rules that it names.',
    '',
    'A mistake is reported at its position, with the allowed values, and the default is used instead. While the file is half typed in an editor, its last valid content is used.',
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

/** One list item for each possible value or member. */
function choices(shape: Shape): string[] {
  const alternatives = shape.anyOf ?? [];
  if (alternatives.length > 0) return alternatives.flatMap(choices);
  const inner = shape.items ?? (shape.additionalProperties || undefined);
  if (inner) return choices(inner);
  // The rules are listed in docs/rules.md.
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
