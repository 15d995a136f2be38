import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { cellMarks, gridPage, MATRIX_PAGE } from '../../client/matrix-page.ts';
import type { MatrixCell } from '../../server/check/matrix.ts';
import type { Group } from '../../server/lsp/protocol.ts';
import { type BrowserPage, hasChromium, openBrowserPage } from './browser-page.ts';

const RELEASES = 50;
const ROLES = { client: 'kata-runtime', server: 'kata-agent' };

let browser: BrowserPage;
let page: BrowserPage['page'];
let messages: BrowserPage['messages'];
let boxOf: BrowserPage['boxOf'];

describe.skipIf(!hasChromium())('the page of the matrix', () => {
  beforeAll(async () => {
    browser = await openBrowserPage();
    ({ page, messages, boxOf } = browser);
  });
  beforeEach(() => browser.start(MATRIX_PAGE));
  afterAll(() => browser.close());

  it('keeps the headers of 150 releases visible while it scrolls', async () => {
    await draw(150);
    expect(await page.locator('[role=grid] td').count()).toBe(150 * 150);
    expect(await page.locator('[role=grid] td').nth(3).innerText()).toBe('d3');
    await page.evaluate(`document.querySelector('.scroll').scrollBy(3000, 2500)`);
    const area = await boxOf('.scroll');
    for (const head of ['thead th.corner', 'tbody tr:nth-child(120) th'])
      expect((await boxOf(head)).x - area.x).toBeLessThan(3);
    for (const head of ['thead th.corner', 'thead th:nth-child(90)'])
      expect((await boxOf(head)).y - area.y).toBeLessThan(3);
    expect((await boxOf('tbody tr:nth-child(1) td')).x).toBeLessThan(area.x - 2000);
  });

  it('opens the clicked cell, and names its versions in a tooltip', async () => {
    await draw();
    const cell = page.locator('tbody tr:nth-child(3) td').nth(7);
    await cell.click();
    await expect.poll(() => messages).toEqual([{ do: 'open', index: 2 * RELEASES + 7 }]);
    expect(await cell.getAttribute('title')).toBe('kata-runtime 1.2.0, kata-agent 1.7.0: dropped, 5 findings');
    expect(await page.locator('td[aria-selected=true]').count()).toBe(1);
    expect(await page.locator('td[tabindex="0"]').count()).toBe(1);
  });

  it.each([
    ['first to the newest cell', ['Enter'], RELEASES - 1, RELEASES - 1],
    ['up and left', ['ArrowDown', 'ArrowUp', 'ArrowLeft', 'Enter'], RELEASES - 2, RELEASES - 2],
    ['to the oldest cell, down and right', ['Control+Home', 'ArrowDown', 'ArrowRight', 'ArrowRight', 'Enter'], 1, 2],
    ['down by ten rows, and to the last column', ['Control+Home', 'PageDown', 'End', ' '], 10, RELEASES - 1],
    ['to the newest cell, up, and to the first column', ['Control+End', 'ArrowUp', 'Home', 'Enter'], RELEASES - 2, 0],
    ['not beyond the oldest cell', ['Control+Home', 'ArrowUp', 'ArrowLeft', 'Enter'], 0, 0],
    [
      'up to a cell that the sticky headers would cover',
      [
        'Control+Home',
        'PageDown',
        'PageDown',
        'PageDown',
        'PageDown',
        ...Array.from({ length: 35 }, () => 'ArrowUp'),
        ' ',
      ],
      5,
      0,
    ],
  ])('moves the focus with keys: %s', async (_, keys, row, column) => {
    await draw();
    // The grid is one tab stop, after the buttons.
    await page.locator('#cancel').focus();
    await page.keyboard.press('Tab');
    for (const key of keys) await page.keyboard.press(key);
    await expect.poll(() => messages).toEqual([{ do: 'open', index: row * RELEASES + column }]);
    const area = await boxOf('.scroll');
    const focused = await boxOf('td:focus');
    expect(focused.x + focused.width).toBeLessThanOrEqual(area.x + area.width);
    expect(focused.y + focused.height).toBeLessThanOrEqual(area.y + area.height);
    // The headers do not hide the focused cell.
    const corner = await boxOf('thead th.corner');
    expect(focused.x).toBeGreaterThanOrEqual(corner.x + corner.width - 1);
    expect(focused.y).toBeGreaterThanOrEqual(corner.y + corner.height - 1);
  });

  it('keeps its layout while cells are added', async () => {
    const groups = groupsOf(RELEASES);
    await browser.post({ kind: 'html', id: 'grid', html: gridPage(groups, ROLES).markup });
    const places = async () => [await boxOf('tbody tr:last-child td:last-child'), await boxOf('.legend')];
    const before = await places();
    const most = cells(groups).map((cell) => ({ ...cell, findings: 999, broken: 1 }));
    await browser.post({ kind: 'cells', cells: cellMarks(groups, most) });
    expect(await page.locator('[role=grid] td').nth(3).innerText()).toBe('d999!');
    expect(await places()).toEqual(before);
  });

  it('shows the progress and the available actions', async () => {
    const shown = async () => page.locator('.bar button:visible').allInnerTexts();
    await browser.post({ kind: 'state', text: '3 of 9', progress: 33, exportable: false });
    expect(await shown()).toEqual(['Cancel']);
    expect(await page.locator('progress').getAttribute('value')).toBe('33');
    await page.click('#cancel');
    await expect.poll(() => messages).toEqual([{ do: 'cancel', index: -1 }]);
    await browser.post({ kind: 'state', text: 'Cancelled.', progress: null, exportable: false });
    expect(await shown()).toEqual(['Compare again']);
    expect(await page.locator('[role=status]').innerText()).toBe('Cancelled.');
    await browser.post({ kind: 'state', text: '', progress: null, exportable: true });
    expect(await shown()).toEqual(['Compare again', 'Export as SVG …']);
  });
});

async function draw(releases = RELEASES): Promise<void> {
  const groups = groupsOf(releases);
  await browser.post({ kind: 'html', id: 'grid', html: gridPage(groups, ROLES).markup });
  await browser.post({ kind: 'cells', cells: cellMarks(groups, cells(groups)) });
}

function groupsOf(releases: number): readonly Group[] {
  return Array.from({ length: releases }, (_, first) => ({ first, label: `1.${first}.0` }));
}

function cells(groups: readonly Group[]): MatrixCell[] {
  return groups.flatMap((_, client) =>
    groups.map((__, server): MatrixCell => {
      const apart = Math.abs(client - server);
      return {
        client,
        server,
        effect: apart === 0 ? 'exact' : apart < 20 ? 'dropped' : 'rejected',
        class: apart === 0 ? 'none' : 'gap',
        findings: apart,
        broken: apart > 100 ? 1 : 0,
      };
    }),
  );
}
