import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { html, Html } from '../../client/html.ts';
import { cellMarks, gridPage, MATRIX_PAGE, openedPage } from '../../client/matrix-page.ts';
import { reportPage } from '../../client/report-page.ts';
import { STYLE } from '../../client/style.ts';
import type { MatrixCell } from '../../server/check/matrix.ts';
import { EFFECTS, type FindingItem, type Report } from '../../server/lsp/protocol.ts';
import { type BrowserPage, hasChromium, openBrowserPage } from './browser-page.ts';
import { compared, finding } from './samples.ts';
import { THEMES } from './themes.ts';

const LONG = 'a_very_long_name_'.repeat(12);
const SEVERITIES = ['error', 'warning', 'information', 'hint'] as const;

/** Every effect and severity, a long name, and a reason in a right-to-left script. */
const FINDINGS: readonly FindingItem[] = EFFECTS.map((effect, index) =>
  finding({
    element: index === 0 ? `grpc.${LONG}.${LONG}` : `grpc.Request.field_${index}`,
    severity: SEVERITIES[index % 4] ?? 'hint',
    message: `\`${index === 0 ? LONG : 'name'}\` was uint32 in 1.0.0 and is string now.`,
    worstEffects: {
      oldClientNewServer: { effect, encoding: 'binary' },
      newClientOldServer: { effect: 'exact', encoding: 'binary' },
    },
    accepted: index === 5 ? { reason: 'לא בשימוש' } : null,
  }),
);

let browser: BrowserPage;
let page: BrowserPage['page'];

describe.skipIf(!hasChromium())('the pages', () => {
  beforeAll(async () => {
    browser = await openBrowserPage();
    ({ page } = browser);
  });
  afterAll(() => browser.close());

  it.each([...THEMES.keys()])('have the contrast of WCAG AA in %s', async (theme) => {
    for (const content of [reportOf(FINDINGS), matrix()]) {
      await show(content, theme);
      const texts = await page.evaluate<Text[]>(MEASURE_TEXTS);
      expect(texts.length).toBeGreaterThan(20);
      expect(texts.filter(({ contrast }) => contrast < 4.5)).toEqual([]);
    }
  });

  it.each([...THEMES.keys()])('show the focus in %s', async (theme) => {
    await show(reportOf(FINDINGS), theme);
    for (let left = 12; left > 0; left--) {
      await page.keyboard.press('Tab');
      const focused = await page.evaluate<Text & { outline: number }>(MEASURE_FOCUS);
      expect(focused.outline, focused.text).toBeGreaterThanOrEqual(2);
      expect(focused.contrast, focused.text).toBeGreaterThanOrEqual(3);
    }
  });

  it.each([
    [400, 620],
    // A window of 1100 by 620 at 200 %.
    [550, 310],
  ])('fit into %i by %i pixels, even with long names', async (width, height) => {
    await page.setViewportSize({ width, height });
    try {
      for (const content of [reportOf(FINDINGS), matrix(), reportOf([])]) {
        await show(content, 'Default Dark Modern');
        const [needed, cut] = await page.evaluate<[number, string[]]>(MEASURE_FIT);
        expect(needed).toBeLessThanOrEqual(width);
        expect(cut).toEqual([]);
      }
    } finally {
      await page.setViewportSize({ width: 1280, height: 800 });
    }
  });

  it('keep the column headers visible while many findings scroll', async () => {
    for (const width of [1100, 400]) {
      await page.setViewportSize({ width, height: 620 });
      const many = Array.from({ length: 500 }, (_, index) => finding({ element: `grpc.Request.field_${index}` }));
      await show(reportOf(many), 'Default Dark Modern');
      await page.locator('section tbody tr').nth(400).scrollIntoViewIfNeeded();
      const { y, height: lines } = await browser.boxOf('section thead th:last-child');
      expect(lines).toBeLessThan(70);
      expect(y).toBeGreaterThanOrEqual(0);
      expect(y).toBeLessThan(60);
    }
    await page.setViewportSize({ width: 1280, height: 800 });
  });

  it.each([1100, 400])('show the changes to screen readers as a table at a width of %i pixels', async (width) => {
    await page.setViewportSize({ width, height: 620 });
    await show(reportOf(FINDINGS.slice(1, 2)), 'Default Dark Modern');
    await page.setViewportSize({ width: 1280, height: 800 });
    const table = page.getByRole('table');
    expect(await table.getByRole('columnheader').allInnerTexts()).toHaveLength(3);
    expect(await table.getByRole('cell').allInnerTexts()).toEqual(['a absent\nseen as unset', '· exact\nworks']);
    // Screen readers announce this before each effect.
    expect(await table.getByRole('rowheader').last().getAttribute('abbr')).toBe('Request.field_1');
  });

  it('have no animation', () => {
    expect(STYLE.markup).not.toMatch(/transition|animation|@keyframes/);
  });
});

interface Text {
  readonly text: string;
  readonly contrast: number;
}

async function show(content: Html, theme: string): Promise<void> {
  await browser.start(content);
  const colours = Object.entries(THEMES.get(theme) ?? {}).map(([name, value]) => `${name}: ${value}`);
  const fonts = [
    '--vscode-font-size: 13px',
    '--vscode-font-family: sans-serif',
    '--vscode-editor-font-family: monospace',
  ];
  await page.evaluate(`document.documentElement.style.cssText = ${JSON.stringify([...colours, ...fonts].join('; '))}`);
  // In VS Code, the frame around the page sets this background.
  await page.evaluate(`document.documentElement.style.background = 'var(--vscode-editor-background)'`);
}

function reportOf(findings: readonly FindingItem[]): Html {
  const report: Report = {
    summary: { status: { ...compared, policy: LONG }, findings, modules: [], problems: [] },
    roles: { client: 'kata-runtime', server: 'kata-agent' },
    pairings: {
      oldClientNewServer: 'kata-runtime 1.0.0 + this kata-agent',
      newClientOldServer: 'this kata-runtime + kata-agent 1.0.0',
    },
    modules: [
      { name: '', step: '1.0.0 → 2.0.0 (major)', because: `because of field-type-changed ${LONG}`, remarks: [LONG] },
    ],
    witnesses: findings.map(() => ({ sent: `kata-runtime sends {${LONG} (1): 1}`, read: 'kata-agent reads {}' })),
    notes: `# 2.0.0\n\n- ${LONG}`,
  };
  return reportPage(report);
}

function matrix(): Html {
  const groups = EFFECTS.map((_, first) => ({ first, label: `1.${first}.0 – 1.${first}.9` }));
  const cells = groups.flatMap((_, client) =>
    groups.map((__, server): MatrixCell => {
      const effect = EFFECTS[server] ?? 'exact';
      return { client, server, effect, class: 'gap', findings: 1, broken: client % 2 };
    }),
  );
  const marks = cellMarks(groups, cells);
  const filled = gridPage(groups, { client: 'kata-runtime', server: LONG }).markup.split('…</td>');
  const grid = filled.map((part, index) => {
    const mark = marks[index];
    return mark === undefined
      ? part
      : `${part.replace(/<td([^>]*)>$/, `<td$1 class="${mark.classes}">`)}${mark.text}</td>`;
  });
  return html`${MATRIX_PAGE}${new Html(grid.join(''))}
    <div>${openedPage('client 1.0.0, server 1.1.0', OPENED, 'oldClientNewServer')}</div>`;
}

const OPENED = FINDINGS.map((item) => ({
  item,
  fact: item.message,
  witness: { sent: `kata-runtime sends {${LONG} (1): 1}`, read: 'kata-agent reads {}' },
}));

/** Runs in the browser. Paints translucent layers over each other for the visible colour. */
const PAINT = `
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 1;
  const paint = canvas.getContext('2d', { willReadFrequently: true });
  const over = (...colours) => {
    for (const colour of colours) { paint.fillStyle = colour; paint.fillRect(0, 0, 1, 1); }
    return paint.getImageData(0, 0, 1, 1).data;
  };
  const backgrounds = (element) => element === null ? [] : [...backgrounds(element.parentElement), getComputedStyle(element).backgroundColor];
  const luminance = (data) => [0.2126, 0.7152, 0.0722].reduce((sum, part, index) => {
    const value = data[index] / 255;
    return sum + part * (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
  }, 0);
  const contrast = (below, colour) => {
    const [a, b] = [luminance(over('white', ...below)), luminance(over('white', ...below, colour))];
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  };`;

const MEASURE_TEXTS = `(() => {${PAINT}
  const texts = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const { parentElement: element, data } = walker.currentNode;
    if (data.trim() === '' || !element.checkVisibility() || ['SCRIPT', 'STYLE'].includes(element.tagName)) continue;
    texts.push({ text: data.trim().slice(0, 40), contrast: contrast(backgrounds(element), getComputedStyle(element).color) });
  }
  return texts;
})()`;

const MEASURE_FOCUS = `(() => {${PAINT}
  const element = document.activeElement;
  const { outlineWidth, outlineColor } = getComputedStyle(element);
  return { text: element.innerText, outline: parseFloat(outlineWidth), contrast: contrast(backgrounds(element.parentElement), outlineColor) };
})()`;

/** The needed width, and the elements that overflow and cannot be scrolled. */
const MEASURE_FIT = `[document.documentElement.scrollWidth, [...document.querySelectorAll('main *')].filter((element) =>
  element.checkVisibility() && element.closest('.scroll') === null && element.scrollWidth > element.clientWidth + 1 &&
  element.clientWidth > 0 && getComputedStyle(element).display !== 'inline' && getComputedStyle(element).clipPath === 'none').map(({ outerHTML }) => outerHTML.slice(0, 100))]`;
