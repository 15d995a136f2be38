import {
  cellSentence,
  cellSymbol,
  EFFECT_LETTERS,
  EFFECT_WORDS,
  EFFECTS,
  type CellFinding,
  type Effect,
  type Group,
  type MatrixCell,
  type Pairings,
  type Roles,
} from '../server/lsp/protocol.ts';
import { html, type Html, prose } from './html.ts';
import { effectMark, findingHead } from './report-page.ts';
import type { CellMark } from './webview/messages.ts';

/** The cells of a group are those of its first release. */
export function cellMarks(groups: readonly Group[], cells: readonly MatrixCell[]): readonly CellMark[] {
  const shown = new Map(groups.map(({ first }, index) => [first, index]));
  return cells.flatMap((cell) => {
    const [row, column] = [shown.get(cell.client), shown.get(cell.server)];
    if (row === undefined || column === undefined) return [];
    return {
      row,
      column,
      classes: cell.broken > 0 ? `${cell.effect} broken` : cell.effect,
      text: cellSymbol(cell),
      label: cellSentence(cell),
    };
  });
}

export const MATRIX_PAGE = html`<header>
    <h1>Version skew matrix</h1>
    <p>
      Each client release combined with each server release; the pending edit is last. Select a cell to see the changes
      that affect it.
    </p>
    <div class="bar">
      <progress id="progress" max="100" aria-label="Comparing releases"></progress>
      <span id="state" role="status"></span>
      <button data-do="cancel" class="second" id="cancel">Cancel</button>
      <button data-do="refresh" class="second" id="refresh" hidden>Compare again</button>
      <button data-do="export" id="export" hidden>Export as SVG …</button>
    </div>
  </header>
  <div class="beside">
    <div id="grid"></div>
    <section id="opened" aria-live="polite"></section>
  </div>`;

/** The cells are filled later. Tab reaches the newest cell, and the arrow keys the others. */
export function gridPage(groups: readonly Group[], { client, server }: Roles): Html {
  const last = groups.length - 1;
  return html`<div class="scroll" data-start="end">
      <table role="grid" aria-label="${client} in rows, ${server} in columns" aria-rowcount="${groups.length + 1}">
        <thead>
          <tr>
            <th class="corner" scope="col">${client} ↓ ${server} →</th>
            ${groups.map(({ label }) => html`<th scope="col" title="${server} ${label}"><span>${label}</span></th>`)}
          </tr>
        </thead>
        <tbody>
          ${groups.map(
            ({ label }, row) =>
              html`<tr>
                <th scope="row" title="${client} ${label}">${label}</th>
                ${groups.map((_, column) => (row === last && column === last ? FOCUSABLE : CELL))}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    <ul class="legend" aria-label="Legend">
      ${EFFECTS.map(
        (effect) =>
          html`<li>
            <b class="key ${effect}" aria-hidden="true">${EFFECT_LETTERS[effect]}</b>
            <span>${effect}: ${EFFECT_WORDS[effect]}</span>
          </li>`,
      )}
      <li><b class="key broken" aria-hidden="true">!</b> <span>breaks a promise of the policy</span></li>
      <li>
        <b class="key altered broken" aria-hidden="true">x6!</b>
        <span>6 findings; the worst is altered, and at least one breaks a promise</span>
      </li>
    </ul>`;
}

/** Short, because a matrix may have thousands of cells. The page finds them by position. */
const CELL = html`<td>…</td>`;
const FOCUSABLE = html`<td tabindex="0">…</td>`;

export function openedPage(title: string, findings: readonly CellFinding[], pairing: keyof Pairings<Effect>): Html {
  return html`<h2>${title}</h2>
    ${findings.length === 0 ? html`<p>Everything works in this combination.</p>` : ''}
    <ul class="findings">
      ${findings.map(
        ({ item, fact, witness }, index) =>
          html`<li>
            <h3>${findingHead(item, index)}</h3>
            ${effectMark(item.worstEffects[pairing].effect)}
            <p>${prose(fact)}</p>
            ${witness === null ? '' : html`<div class="witness">${witness.sent}<br />${witness.read}</div>`}
          </li>`,
      )}
    </ul>`;
}

/** "kata-runtime 1.0.0, kata-agent 1.1.0" */
export function cellTitle(groups: readonly Group[], { client, server }: Roles, row: number, column: number): string {
  return `${client} ${groups[row]?.label ?? ''}, ${server} ${groups[column]?.label ?? ''}`;
}
