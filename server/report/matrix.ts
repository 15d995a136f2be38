import type { Matrix, MatrixCell } from '../check/matrix.ts';
import { type Effect, EFFECTS } from '../effects/effect.ts';
import { count } from '../rules/words.ts';
import { EFFECT_LETTERS, EFFECT_WORDS } from './effects.ts';
import { cellSentence, cellSymbol } from './matrix-cell.ts';
import { type Group, groupsOf } from './matrix-groups.ts';
import { code, plain, xml } from './plain.ts';
import { printable, printableJson } from './printable.ts';
import { painter, type Style } from './terminal.ts';

/**
 * A row for each client version, a column for each server version. Columns that do not fit follow in further tables.
 * @param options.columns the width of the terminal; undefined if the output does not go to a terminal
 */
export function matrixText(
  matrix: Matrix,
  options: { readonly color: boolean; readonly columns?: number | undefined },
): string {
  const paint = painter(options.color);
  const groups = groupsOf(matrix.versions);
  const labels = groups.map((group) => printable(group.label));
  const corner = `${printable(matrix.roles.client)} \\ ${printable(matrix.roles.server)}`;
  const cellWidth = Math.max(
    3,
    ...groups.flatMap((_, client) =>
      groups.map((__, server) => cellSymbol(cellOf(matrix, groups, client, server)).length),
    ),
  );
  const numberWidth = String(groups.length).length;
  const heads = labels.map((label, index) => `${String(index + 1).padStart(numberWidth)}  ${label}`);
  const margin = Math.max(corner.length, ...heads.map((head) => head.length));
  const fitting = Math.floor(((options.columns ?? Infinity) - margin - 1) / (cellWidth + 1));
  const parts = chunks([...groups.keys()], Math.max(1, fitting)).map((servers) => [
    `${corner.padEnd(margin)}  ${servers.map((server) => String(server + 1).padStart(cellWidth)).join(' ')}`,
    ...heads.map((head, client) => {
      const cells = servers.map((server) => {
        const cell = cellOf(matrix, groups, client, server);
        return paint(styleOf(cell), cellSymbol(cell).padStart(cellWidth));
      });
      return `${head.padEnd(margin)}  ${cells.join(' ')}`;
    }),
    '',
  ]);
  const lines = [
    ...parts.flat(),
    ...legendEffects(matrix).map((effect) => `${EFFECT_LETTERS[effect]}  ${effect}: ${EFFECT_WORDS[effect]}`),
    ...example(matrix),
    ...leftOut(matrix),
    ...(matrix.versions.length > 1 ? [] : [onlyOneVersion(matrix)]),
  ];
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}

function onlyOneVersion({ versions }: Matrix): string {
  const nothing = 'There is only one version, so there is nothing to combine it with.';
  return versions[0]?.ref === null ? nothing : `${nothing} Use --pending to add the working tree.`;
}

function leftOut({ versions, leftOut }: Matrix): string[] {
  const shown = versions.filter(({ ref }) => ref !== null).length;
  return leftOut === 0
    ? []
    : [`Only the newest ${shown} of ${shown + leftOut} releases are compared. Choose others with --from and --to.`];
}

function example(matrix: Matrix): string[] {
  const breaksPromise = ({ broken }: MatrixCell): number => Number(broken > 0);
  const [worst] = matrix.cells.toSorted(
    (a, b) =>
      breaksPromise(b) - breaksPromise(a) ||
      EFFECTS.indexOf(b.effect) - EFFECTS.indexOf(a.effect) ||
      b.findings - a.findings,
  );
  if (worst === undefined || worst.findings === 0) return [];
  const { effect, findings, broken } = worst;
  const promise = broken > 0 ? `, and at least one breaks a promise${ofPolicy(matrix)}` : '';
  return [`${cellSymbol(worst)}  ${count(findings, 'finding')}, the worst is ${effect}${promise}`];
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  const parts: T[][] = [];
  for (let from = 0; from < items.length; from += size) parts.push(items.slice(from, from + size));
  return parts;
}

function ofPolicy({ policy }: Matrix, shown = (name: string): string => name): string {
  return policy === '' ? '' : ` of the policy ${shown(policy)}`;
}

export function matrixJson(matrix: Matrix): string {
  return `${printableJson(matrix)}\n`;
}

export function matrixMarkdown(matrix: Matrix): string {
  const groups = groupsOf(matrix.versions);
  const lines = [
    `| ${plain(matrix.roles.client)} \\\\ ${plain(matrix.roles.server)} | ${groups.map((group) => plain(group.label)).join(' | ')} |`,
    `|---|${groups.map(() => '---|').join('')}`,
    ...groups.map(
      (group, client) =>
        `| **${plain(group.label)}** | ${groups.map((_, server) => cellWords(cellOf(matrix, groups, client, server))).join(' | ')} |`,
    ),
    '',
    `${legend(matrix)} **Bold** marks a broken promise${ofPolicy(matrix, code)}.`,
    ...leftOut(matrix).flatMap((line) => ['', line]),
  ];
  return `${lines.join('\n')}\n`;
}

/** For light and dark themes. Every cell has a character, so that the meaning does not depend on the colour. */
export function matrixSvg(matrix: Matrix): string {
  const groups = groupsOf(matrix.versions);
  const { roles } = matrix;
  const axes = [`${roles.client} ↓`, `${roles.server} →`];
  const longest = Math.max(...[...axes, ...groups.map((group) => group.label)].map((label) => label.length));
  const [cell, margin] = [28, longest * 7 + 24];
  const size = margin + groups.length * cell + 8;
  const parts: string[] = [];
  for (const [index, group] of groups.entries()) {
    const middle = margin + index * cell + cell / 2;
    parts.push(
      `<text x="${margin - 8}" y="${middle + 4}" text-anchor="end">${xml(group.label)}</text>`,
      `<text transform="translate(${middle + 4} ${margin - 8}) rotate(-90)">${xml(group.label)}</text>`,
    );
  }
  for (const [client, row] of groups.entries()) {
    for (const [server, column] of groups.entries()) {
      const found = cellOf(matrix, groups, client, server);
      const [x, y] = [margin + server * cell, margin + client * cell];
      const title = `${roles.client} ${row.label}, ${roles.server} ${column.label}: ${cellSentence(found)}`;
      parts.push(
        `<g><title>${xml(title)}</title><rect class="${found.effect}${found.broken > 0 ? ' broken' : ''}" x="${x + 1}" y="${y + 1}" width="${cell - 2}" height="${cell - 2}" rx="3"/>` +
          `<text class="letter" x="${x + cell / 2}" y="${y + cell / 2 + 4}" text-anchor="middle">${xml(EFFECT_LETTERS[found.effect])}</text></g>`,
      );
    }
  }
  const keys = legendEffects(matrix).map(
    (effect, index) =>
      `<rect class="${effect}" x="${16 + index * 130}" y="${size + 4}" width="14" height="14" rx="3"/><text x="${36 + index * 130}" y="${size + 15}">${xml(`${EFFECT_LETTERS[effect]} ${effect}`)}</text>`,
  );
  const broken = 16 + keys.length * 130;
  keys.push(
    `<rect class="page broken" x="${broken + 1}" y="${size + 5}" width="12" height="12" rx="3"/><text x="${broken + 20}" y="${size + 15}">breaks a promise</text>`,
  );
  const [width, height] = [Math.max(size, broken + 150), size + 28];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="Version skew matrix">`,
    STYLE,
    `<rect class="page" width="${width}" height="${height}" rx="6"/>`,
    ...axes.map((axis, index) => `<text x="16" y="${margin - 8 - 16 * index}">${xml(axis)}</text>`),
    ...parts,
    ...keys,
    '</svg>',
    '',
  ].join('\n');
}

const STYLE = `<style>
  text { font: 12px system-ui, sans-serif; fill: #1f2328; }
  .exact { fill: #d7efd9; } .absent { fill: #e6ecf5; } .unrecognised { fill: #fdf0bf; }
  .dropped { fill: #fbd9a8; } .rejected { fill: #f6b5ab; } .altered { fill: #e58b9d; }
  .broken { stroke: #b3261e; stroke-width: 3; }
  text.letter { font-weight: 600; fill: #1f2328; }
  .page { fill: #ffffff; }
  @media (prefers-color-scheme: dark) { text { fill: #e6edf3; } .page { fill: #0d1117; } .page.broken { stroke: #ff7b72; } }
</style>`;

function cellOf(matrix: Matrix, groups: readonly Group[], client: number, server: number): MatrixCell {
  const [row, column] = [groups[client]?.first ?? 0, groups[server]?.first ?? 0];
  const cell = matrix.cells[row * matrix.versions.length + column];
  if (!cell) throw new Error(`The matrix has no cell ${row}, ${column}.`);
  return cell;
}

function cellWords(cell: MatrixCell): string {
  const text = cell.findings > 0 ? `${cell.effect} ${cell.findings}` : cell.effect;
  return cell.broken > 0 ? `**${text}**` : text;
}

function styleOf(cell: MatrixCell): Style {
  if (cell.broken > 0) return 'red';
  return cell.findings === 0 ? 'dim' : 'yellow';
}

function legendEffects({ cells }: Matrix): Effect[] {
  const occurring = new Set(cells.map(({ effect }) => effect));
  return EFFECTS.filter((effect) => occurring.has(effect));
}

function legend(matrix: Matrix): string {
  return `${legendEffects(matrix)
    .map((effect) => `${EFFECT_LETTERS[effect]} ${effect} (${EFFECT_WORDS[effect]})`)
    .join(', ')}.`;
}
