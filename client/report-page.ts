import {
  capital,
  type Effect,
  EFFECT_LETTERS,
  EFFECT_WORDS,
  type FindingItem,
  PAIRINGS,
  type Pairings,
  type Report,
  type UsesItem,
} from '../server/lsp/protocol.ts';
import { counted, countOf, GROUPS, groupOf } from './counts.ts';
import { html, type Html, prose } from './html.ts';
import { shortName } from './names.ts';

export type Uses = readonly (readonly UsesItem[])[];

/** A click on an element sends its `data-do` and `data-index` to the extension, as a `FromPage`. */
export function reportPage(report: Report, uses?: Uses): Html {
  const { summary, notes } = report;
  const { status, findings } = summary;
  if (status.kind !== 'compared') {
    return html`<h1>Nothing is compared</h1>
      <p>${'message' in status ? status.message : 'The check has not finished yet.'}</p>
      ${status.kind === 'nothing' ? html`<p>${status.advice}</p>` : ''}`;
  }
  return html`<header>
      ${report.modules.map(
        ({ name, step, because, remarks }) =>
          html`<h1>${name}${step}</h1>
            ${because === '' ? '' : html`<p>${capital(because)}.</p>`}
            ${remarks.map((remark) => html`<p class="aside">${remark}</p>`)}`,
      )}
      <p class="aside">
        ${capital(counted((group) => findings.filter((finding) => groupOf(finding) === group).length) || 'no findings')}
        · policy
        ${status.policy}${
          // Each module has its own baseline.
          report.modules.length > 1
            ? ''
            : ` · compared with ${status.baseline.ref} (${status.baseline.commit.slice(0, 7)})`
        }
      </p>
      <p class="bar">
        <button data-do="copy" ${findings.length === 0 ? HIDDEN : ''}>Copy the release notes</button>
        <button data-do="uses" class="second" ${findings.length === 0 || uses !== undefined ? HIDDEN : ''}>
          Search for uses
        </button>
        <button data-do="matrix" class="second">Version skew matrix</button>
      </p>
    </header>
    ${
      findings.length === 0
        ? ''
        : html`<section aria-labelledby="changes">
              <h2 id="changes">Changes</h2>
              ${table(report, uses)}
            </section>
            <section aria-labelledby="notes">
              <h2 id="notes">Release notes</h2>
              <pre tabindex="0" aria-label="Release notes in Markdown">${notes}</pre>
            </section>`
    }`;
}

const HIDDEN = html`hidden`;

/** With a character and a word, because colour must not be the only sign. */
export function effectMark(effect: Effect): Html {
  return html`<span class="mark ${effect}"><b aria-hidden="true">${EFFECT_LETTERS[effect]}</b> ${effect}</span>`;
}

export function findingHead(finding: FindingItem, index: number): Html {
  return html`<button
      class="link"
      data-do="show"
      data-index="${index}"
      title="${finding.file}:${finding.range.start.line + 1}"
    >
      ${shortName(finding)}
    </button>
    <a class="aside" href="${finding.href}">${finding.rule}</a>`;
}

function table({ summary: { findings }, pairings, witnesses }: Report, uses: Uses | undefined): Html {
  const first = firstPlaces(uses);
  const indexed = findings.map((finding, index) => ({ finding, index }));
  const groups = GROUPS.map((group) => ({
    group,
    own: indexed.filter(({ finding }) => groupOf(finding) === group),
  })).filter(({ own }) => own.length > 0);
  return html`<table>
    <thead>
      <tr>
        <th scope="col">What changed</th>
        ${PAIRINGS.map((pairing) => html`<th scope="col" class="pairing">${sides(pairings[pairing])}</th>`)}
      </tr>
    </thead>
    ${groups.map(
      ({ group, own }) =>
        html`<tbody>
          <tr>
            <th colspan="3" scope="rowgroup" class="severity ${group}">${countOf(own.length, group)}</th>
          </tr>
          ${own.map(
            ({ finding, index }) =>
              html`<tr>
                <th scope="row" abbr="${shortName(finding)}">
                  <h3>${findingHead(finding, index)}</h3>
                  <p>${prose(finding.message)}</p>
                  ${finding.accepted === null ? '' : html`<p class="aside">Accepted: <bdi>${finding.accepted.reason}</bdi></p>`}
                  ${witness(witnesses[index] ?? null)} ${used(uses?.[index] ?? [], first[index] ?? 0)}
                </th>
                ${PAIRINGS.map((pairing) => html`<td>${effectCell(finding, pairing)}</td>`)}
              </tr>`,
          )}
        </tbody>`,
    )}
  </table>`;
}

/** Two lines, so that no name is broken. */
function sides(pairing: string): Html {
  const [one = '', ...other] = pairing.split(' + ');
  return html`<div>${one}</div>
    <div>+ ${other.join(' + ')}</div>`;
}

/** Empty for a finding without class and bump, such as one about a version. */
function effectCell({ worstEffects, class: kind, bump }: FindingItem, pairing: keyof Pairings<unknown>): Html {
  if (kind === 'none' && bump === 'none') return html``;
  const { effect, encoding } = worstEffects[pairing];
  return html`${effectMark(effect)}
    <div class="aside">${EFFECT_WORDS[effect]}${effect !== 'exact' && encoding === 'json' ? ' (JSON)' : ''}</div>`;
}

function witness(example: Report['witnesses'][number]): Html | string {
  return example === null
    ? ''
    : html`<div class="witness" role="group" aria-label="Example">
        <div>${example.sent}</div>
        <div>${example.read}</div>
      </div>`;
}

/** @param first the index of the first place among all places of the page */
function used(items: readonly UsesItem[], first: number): Html | string {
  if (items.length === 0) return '';
  let index = first;
  return html`<ul class="uses" aria-label="Uses">
    ${items.map(
      ({ sentence, places, more }) =>
        html`<li>
          ${
            places.length === 0
              ? prose(sentence)
              : html`<details>
                  <summary>${prose(sentence)}</summary>
                  ${places.map(
                    ({ label, text, how }) =>
                      html`<div>
                        <button class="link" data-do="use" data-index="${index++}" title="${how}">${label}</button>
                        <code>${text}</code>
                      </div>`,
                  )}
                  ${more === 0 ? '' : html`<div class="aside">… and ${more} more</div>`}
                </details>`
          }
        </li>`,
    )}
  </ul>`;
}

/** For each finding, the number of places before it. */
function firstPlaces(uses: Uses | undefined): readonly number[] {
  let count = 0;
  return (uses ?? []).map((items) => {
    const first = count;
    for (const { places } of items) count += places.length;
    return first;
  });
}
