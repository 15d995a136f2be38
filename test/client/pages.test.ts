import { describe, expect, it } from 'vitest';
import { html, prose } from '../../client/html.ts';
import { cellMarks, cellTitle, gridPage, openedPage } from '../../client/matrix-page.ts';
import { reportPage } from '../../client/report-page.ts';
import { wholePage } from '../../client/whole-page.ts';
import type { MatrixCell, MatrixVersion } from '../../server/check/matrix.ts';
import { groupsOf, type Report } from '../../server/lsp/protocol.ts';
import { compared, finding, noTags } from './samples.ts';

const HOSTILE = `<img src=x onerror="evil()">'&\``;

function withoutAttributeValues(markup: string): string {
  return markup.replace(/"[^"]*"/g, '""');
}

describe('markup', () => {
  it('escapes every value, also in attributes and lists', () => {
    expect(html`<a title="${HOSTILE}">${[HOSTILE]}</a>`.markup).toBe(
      '<a title="&#60;img src=x onerror=&#34;evil()&#34;&#62;&#39;&#38;`">&#60;img src=x onerror=&#34;evil()&#34;&#62;&#39;&#38;`</a>',
    );
    expect(html`<p>${'a<b'}${1}${html`<b>${'&'}</b>`}</p>`.markup).toBe('<p>a&#60;b1<b>&#38;</b></p>');
  });

  it('shows names in backticks as code', () => {
    expect(prose('`a<b` is *new*').markup).toBe('<code>a&#60;b</code> is *new*');
    expect(prose('a ` b').markup).toBe('a ` b');
  });
});

describe('a whole page', () => {
  const SCRIPT = 'https://file+.vscode-resource.vscode-cdn.net/extension/dist/page.js';

  it('allows one script and one style by their nonce, and nothing else', () => {
    const page = wholePage(HOSTILE, html`<p>${HOSTILE}</p>`, SCRIPT, '0123456789abcdef');
    const [, policy = ''] = /<meta http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page) ?? [];
    expect(policy.replaceAll('&#39;', "'").split('; ')).toEqual([
      "default-src 'none'",
      "style-src 'nonce-0123456789abcdef'",
      "script-src 'nonce-0123456789abcdef'",
      "base-uri 'none'",
      "form-action 'none'",
    ]);
    expect(page.match(/<(script|style|link|iframe|object|embed|base|form|img|meta http)\b[^>]*>/g)).toEqual([
      expect.stringContaining('<meta http-equiv="Content-Security-Policy"'),
      '<style nonce="0123456789abcdef">',
      `<script nonce="0123456789abcdef" src="${SCRIPT}">`,
    ]);
    expect(page).toContain('</script>\n      </body>');
    // The policy must be before everything to which it applies.
    expect(page.indexOf('Content-Security-Policy')).toBeLessThan(page.indexOf('<style'));
  });

  it('has no URL except that of its script, even in its style', () => {
    const page = wholePage('title', html``, SCRIPT, 'n');
    expect(page.match(/\b\w+:\/\/[^"'\s)]*|url\(|@import/g)).toEqual([SCRIPT]);
  });
});

describe('report', () => {
  const report: Report = {
    summary: { status: compared, findings: [finding({})], modules: [], problems: [] },
    roles: { client: 'kata-runtime', server: 'kata-agent' },
    pairings: {
      oldClientNewServer: 'kata-runtime 1.0.0 + this kata-agent',
      newClientOldServer: 'this kata-runtime + kata-agent 1.0.0',
    },
    modules: [{ name: '', step: '1.0.0 → 2.0.0 (major)', because: 'because of field-renumbered', remarks: [] }],
    witnesses: [{ sent: 'sends 1', read: 'reads 2' }],
    notes: '# 2.0.0',
  };

  it('names the version step, its cause, the effects and an example', () => {
    const { markup } = reportPage(report);
    const text = markup.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ');
    expect(text).toContain('1.0.0 → 2.0.0 (major)');
    expect(text).toContain('Because of field-renumbered.');
    expect(text).toContain(
      'What changed kata-runtime 1.0.0 + this kata-agent this kata-runtime + kata-agent 1.0.0 1 error',
    );
    expect(text.match(/x altered silently read as something else/g)).toHaveLength(2);
    expect(text).toContain('sends 1 reads 2');
    expect(text).toContain('# 2.0.0');
    expect(markup).toMatch(/data-do="show"\s+data-index="0"/);
  });

  it('counts accepted findings separately, in the list and above it', () => {
    const findings = [finding({ severity: 'hint' }), finding({ severity: 'hint', accepted: { reason: 'planned' } })];
    const { markup } = reportPage({ ...report, summary: { ...report.summary, findings } });
    expect(markup).toContain('1 hint, 1 accepted');
    expect([...markup.matchAll(/scope="rowgroup"[^>]*>([^<]*)/g)].map(([, label]) => label)).toEqual([
      '1 hint',
      '1 accepted',
    ]);
  });

  it('leaves both pairings empty for findings that affect no peer', () => {
    const tooLow = finding({ rule: 'version-too-low', class: 'none', bump: 'none' });
    const { markup } = reportPage({ ...report, summary: { ...report.summary, findings: [tooLow] } });
    expect(markup.match(/<td><\/td>/g)).toHaveLength(2);
  });

  it('escapes all names and messages', () => {
    const bad = finding({ element: HOSTILE, file: HOSTILE, message: HOSTILE, accepted: { reason: HOSTILE } });
    const summary = { ...report.summary, findings: [bad] };
    const witnesses = [{ sent: HOSTILE, read: HOSTILE }];
    const { markup } = reportPage({
      ...report,
      summary,
      witnesses,
      notes: HOSTILE,
      modules: [{ name: HOSTILE, step: HOSTILE, because: HOSTILE, remarks: [HOSTILE] }],
    });
    expect(withoutAttributeValues(markup)).not.toMatch(/<img|<script|<style|<[^>]*\s(on\w+|style)=/);
  });

  it('explains why nothing is compared', () => {
    const { markup } = reportPage({ ...report, summary: { status: noTags, findings: [], modules: [], problems: [] } });
    expect(markup).toContain('The repository has no tags.');
    expect(markup).toContain('Fetch them.');
  });
});

describe('matrix', () => {
  const ROLES = { client: HOSTILE, server: HOSTILE };
  const version = (label: string, schema: number): MatrixVersion => ({ ref: label, label, schema });
  const cell = (client: number, server: number, findings: number, broken: number): MatrixCell => ({
    client,
    server,
    effect: findings > 0 ? 'dropped' : 'exact',
    class: findings > 0 ? 'gap' : 'none',
    findings,
    broken,
  });
  const groups = groupsOf([version('1.0.0', 0), version('1.0.1', 0), version('1.1.0', 1)]);

  it('has a row and a column for each schema, named after its releases', () => {
    expect(groups).toEqual([
      { first: 0, label: '1.0.0 – 1.0.1' },
      { first: 2, label: '1.1.0' },
    ]);
    expect(gridPage(groups, ROLES).markup.match(/<td\b/g)).toHaveLength(4);
  });

  it('marks one cell for each pair of schemas, in symbols and in words', () => {
    expect(cellMarks(groups, [cell(2, 0, 3, 1), cell(2, 1, 3, 1), cell(0, 0, 0, 0)])).toEqual([
      {
        row: 1,
        column: 0,
        classes: 'dropped broken',
        text: 'd3!',
        label: 'dropped, 3 findings, 1 breaks a promise',
      },
      { row: 0, column: 0, classes: 'exact', text: '·', label: 'exact' },
    ]);
  });

  it('names the roles at its axes and in the title of a cell', () => {
    const { markup } = gridPage(groups, { client: 'kata-runtime', server: 'kata-agent' });
    expect(markup).toContain('kata-runtime ↓ kata-agent →');
    expect(cellTitle(groups, { client: 'kata-runtime', server: 'kata-agent' }, 0, 1)).toBe(
      'kata-runtime 1.0.0 – 1.0.1, kata-agent 1.1.0',
    );
  });

  it('has only the newest cell in the tab order', () => {
    const { markup } = gridPage(groups, ROLES);
    expect(markup.indexOf('tabindex="0"')).toBe(markup.lastIndexOf('<td') + '<td '.length);
  });

  it('escapes the names of the roles', () => {
    expect(withoutAttributeValues(gridPage(groups, ROLES).markup)).not.toMatch(
      /<img|<script|<style|<[^>]*\s(on\w+|style)=/,
    );
  });

  it('escapes the changes between the two versions of a cell', () => {
    const { markup } = openedPage(
      'client a, server b',
      [{ item: finding({}), fact: HOSTILE, witness: { sent: HOSTILE, read: HOSTILE } }],
      'oldClientNewServer',
    );
    expect(markup).toContain('data-do="show"');
    expect(markup).toContain('altered');
    expect(withoutAttributeValues(markup)).not.toMatch(/<img|<script|<style|<[^>]*\s(on\w+|style)=/);
  });
});
