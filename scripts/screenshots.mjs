/**
 * Takes the pictures of the documentation, each light and dark: opens the demo in VS Code in a headless browser, brings each
 * surface to the front as a user would, and writes `docs/images/NAME-light.png` and `-dark.png`.
 *
 *   node scripts/screenshots.mjs [NAME …]   all of them by default
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { installFromSources, startServer, workbenchAddress } from './browser-vscode.mjs';
import { EDITED_FILE, makeDemoRepository } from './demo-repository.mjs';
import { ensureInstalled, ROOT } from './install.mjs';

ensureInstalled();
if (spawnSync(process.execPath, ['scripts/build.mjs'], { cwd: ROOT, stdio: 'inherit' }).status !== 0) process.exit(1);
const { openBrowser } = await import('./browser.mjs');

/** @typedef {import('playwright-core').Page} Page */

const THEMES = { light: 'Default Light Modern', dark: 'Default Dark Modern' };

/**
 * How each surface is brought to the front; the edited file is open, with findings shown.
 * @type {Record<string, (page: Page) => Promise<void>>}
 */
const SURFACES = {
  editor: (page) => goToLine(page, 244),
  status: async (page) => {
    await goToLine(page, 244);
    await page.hover('#proto-compat\\.proto-compat\\.protoCompat\\.step');
    await page.waitForSelector('.monaco-hover:visible');
  },
  hover: async (page) => {
    await goToLine(page, 244);
    await page.hover('.squiggly-error >> nth=0', { force: true });
    await page.waitForSelector('.monaco-hover:visible');
  },
  problems: async (page) => {
    await goToLine(page, 244);
    await command(page, 'View: Focus Problems');
  },
  compare: async (page) => {
    await command(page, 'Proto Compat: Compare with the Release');
    await page.waitForSelector('.monaco-diff-editor');
  },
  baseline: async (page) => {
    await command(page, 'Proto Compat: Choose the Baseline');
    await page.waitForSelector('.quick-input-widget:visible .monaco-list-row');
  },
};

const asked = process.argv.slice(2);
const images = path.join(ROOT, 'docs', 'images');
mkdirSync(images, { recursive: true });
for (const [brightness, theme] of Object.entries(THEMES)) await shoot(brightness, theme);

/**
 * @param {string} brightness
 * @param {string} theme
 */
async function shoot(brightness, theme) {
  const scratch = mkdtempSync(path.join(os.tmpdir(), 'proto-compat-screenshots-'));
  const repository = path.join(scratch, 'agent');
  makeDemoRepository(repository);
  const userData = path.join(scratch, 'user-data');
  const server = await startServer({ scratch, userData, extensions: installFromSources(scratch) });
  writeFileSync(
    path.join(userData, 'User', 'settings.json'),
    JSON.stringify({
      'workbench.colorTheme': theme,
      'workbench.startupEditor': 'none',
      'workbench.secondarySideBar.defaultVisibility': 'hidden',
      'chat.disableAIFeatures': true,
      'editor.minimap.enabled': false,
      'window.commandCenter': false,
      'breadcrumbs.enabled': false,
      'extensions.ignoreRecommendations': true,
    }),
  );
  const browser = await openBrowser(path.join(scratch, 'profile'), { width: 1200, height: 720 }, 2);
  try {
    for (const [name, show] of Object.entries(SURFACES)) {
      if (asked.length > 0 && !asked.includes(name)) continue;
      const { page } = browser;
      await page.goto(workbenchAddress(server.authority, repository, path.join(repository, EDITED_FILE)));
      await page.waitForSelector('#proto-compat\\.proto-compat\\.protoCompat\\.step:has-text("→")', {
        timeout: 30_000,
      });
      await show(page);
      // Animations of hovers, lists and squiggles.
      await page.waitForTimeout(1000);
      await page.screenshot({ path: path.join(images, `${name}-${brightness}.png`) });
      console.log(`docs/images/${name}-${brightness}.png`);
    }
  } finally {
    await browser.close();
    await server.stop();
    rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
  }
}

/**
 * Runs a command of the palette by its title.
 * @param {Page} page
 * @param {string} title
 */
async function command(page, title) {
  await page.keyboard.press('F1');
  await page.waitForSelector('.quick-input-widget:visible');
  await page.keyboard.type(title);
  await page.waitForTimeout(300);
  await page.keyboard.press('Enter');
}

/**
 * @param {Page} page
 * @param {number} line one-based
 */
async function goToLine(page, line) {
  await page.click('.monaco-editor .view-lines');
  await page.keyboard.press('Control+g');
  await page.waitForSelector('.quick-input-widget:visible');
  await page.keyboard.type(String(line));
  await page.keyboard.press('Enter');
}
