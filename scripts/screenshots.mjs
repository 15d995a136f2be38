/**
 * Takes the pictures of the documentation, each light and dark: opens the demo in VS Code in a headless browser, brings each
 * surface to the front as a user would, and writes `docs/images/NAME-light.png` and `-dark.png`.
 *
 *   node scripts/screenshots.mjs [NAME …]          those that README.md shows by default
 *   node scripts/screenshots.mjs --look [NAME …]   every surface by default, in the high-contrast themes as well, to look at:
 *                                                  into .cache/screenshots
 *
 * pngquant makes the pictures smaller where it is installed.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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
const CONTRAST = { 'contrast-light': 'Default High Contrast Light', 'contrast-dark': 'Default High Contrast' };

/**
 * How each surface is brought to the front; the edited file is open, with its findings shown.
 * @type {Record<string, (page: Page) => Promise<void>>}
 */
const SURFACES = {
  service: (page) => goTo(page, '14'),
  editor: (page) => goTo(page, '244'),
  hover: async (page) => {
    await goTo(page, '234:23');
    await until(page, '.monaco-hover:visible:has-text("As released")', async () => {
      await page.keyboard.press('Control+k');
      await page.keyboard.press('Control+i');
    });
  },
  fixes: async (page) => {
    await goTo(page, '249:12');
    await page.keyboard.press('Control+.');
    await page.waitForSelector('.action-widget:visible');
  },
  status: async (page) => {
    await goTo(page, '244');
    await until(page, '.monaco-hover:visible:has-text("Compared with")', () => page.hover(STATUS_ITEM));
  },
  problems: async (page) => {
    await goTo(page, '234');
    await runCommand(page, 'Problems: Focus on Problems View');
    await page.waitForSelector('.markers-panel:visible');
  },
  compare: async (page) => {
    await runCommand(page, 'Proto Compat: Compare with the Release');
    await page.waitForSelector('.monaco-diff-editor');
  },
  changes: async (page) => {
    await page.keyboard.press('Control+b');
    await runCommand(page, 'Proto Compat: Show the Changes Since the Release');
    await page.waitForSelector('.monaco-list-row:has-text("ReseedRandomDev")');
    await widen(page, 140);
    // What belongs to others is closed, where it is open.
    await page.waitForSelector('.pane-header:has(h3:text-is("Graph"))');
    await page.waitForTimeout(2000);
    for (const pane of ['Changes', 'Graph']) {
      const open = page.locator(`.pane-header.expanded:has(h3:text-is("${pane}"))`);
      if ((await open.count()) > 0) await open.locator('h3').click();
    }
    await page.waitForSelector('.monaco-list-row:has-text("cpu_only")');
  },
  report: async (page) => {
    await runCommand(page, 'Proto Compat: Show the Compatibility Report');
    await webview(page).locator('table').waitFor();
  },
  baseline: async (page) => {
    await runCommand(page, 'Proto Compat: Choose the Baseline');
    await page.waitForSelector('.quick-input-widget:visible .monaco-list-row:has-text("1.0.0")');
  },
  policy: async (page) => {
    await runCommand(page, 'Proto Compat: Choose the Policy');
    await page.waitForSelector('.quick-input-widget:visible .monaco-list-row:has-text("lockstep")');
  },
  version: async (page) => {
    await openByName(page, 'VERSION');
    await goTo(page, '1:3');
    await page.waitForSelector('.squiggly-info');
    await until(page, '.action-widget:visible', () => page.keyboard.press('Control+.'));
  },
  walkthrough: async (page) => {
    await runCommand(page, 'Welcome: Open Walkthrough');
    await page.waitForTimeout(1000);
    await page.keyboard.type('Get Started with Proto Compat');
    await page.waitForTimeout(500);
    await page.keyboard.press('Enter');
    await page.waitForSelector('.getting-started-step:has-text("Choose what your releases promise")');
    await page.click('.getting-started-step:has-text("Choose what your releases promise")');
    await page.waitForTimeout(1500);
  },
  // The last one, for it needs a history that the others do without.
  matrix: async (page) => {
    await runCommand(page, 'Proto Compat: Show the Version Skew Matrix');
    const frame = webview(page);
    await frame.locator('#export').waitFor();
    // With the keyboard, as it has to work.
    await frame.locator('td[tabindex="0"]').focus();
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowRight', 'ArrowRight', 'Enter']) {
      await page.keyboard.press(key);
    }
    await frame.locator('#opened h2').waitFor();
  },
};

/**
 * Releases after 1.0.0: version, and what was replaced by what in the edited file.
 * @type {[version: string, old: string, replacement: string][]}
 */
const HISTORY = [
  ['1.0.1', '// What kata-runtime asks', '// All that kata-runtime asks'],
  ['1.1.0', '  Spec OCI = 6;', '  Spec OCI = 6;\n  bool sandbox_pidns = 7;'],
  ['1.2.0', '  bool cpu_only = 3;', '  bool cpu_only = 3;\n  bool wait_for_udev = 4;'],
  [
    '1.3.0',
    '  rpc StatsContainer',
    '  rpc ResumeContainer(StartContainerRequest) returns (google.protobuf.Empty);\n  rpc StatsContainer',
  ],
  ['2.0.0', '  uint32 signal = 3;', '  string signal = 3;'],
  ['2.1.0', '  repeated string dns = 3;', '  repeated string dns = 3;\n  string guest_hook_path = 20;'],
];

const STATUS_ITEM = '#proto-compat\\.proto-compat\\.protoCompat\\.step';
const SETTINGS = {
  'workbench.startupEditor': 'none',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.activityBar.location': 'hidden',
  'chat.disableAIFeatures': true,
  'editor.minimap.enabled': false,
  'diffEditor.useInlineViewWhenSpaceIsLimited': false,
  'window.commandCenter': false,
  'breadcrumbs.enabled': false,
  'git.blame.statusBarItem.enabled': false,
  'editor.occurrencesHighlight': 'off',
  'editor.selectionHighlight': false,
  'editor.stickyScroll.enabled': false,
  'workbench.layoutControl.enabled': false,
  'workbench.reduceMotion': 'on',
  'window.title': '${activeEditorShort} — ${rootName}',
};

const look = process.argv.includes('--look');
const asked = process.argv.slice(2).filter((arg) => !arg.startsWith('--'));
const readme = readFileSync(path.join(ROOT, 'README.md'), 'utf8');
const shown = Object.entries(SURFACES).filter(([name]) =>
  asked.length > 0 ? asked.includes(name) : look || readme.includes(`images/${name}-`),
);
const images = look ? path.join(ROOT, '.cache', 'screenshots') : path.join(ROOT, 'docs', 'images');
mkdirSync(images, { recursive: true });
for (const [brightness, theme] of Object.entries(look ? { ...THEMES, ...CONTRAST } : THEMES))
  await shoot(brightness, theme);

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
  const settings = { ...SETTINGS, 'workbench.colorTheme': theme };
  writeFileSync(path.join(userData, 'User', 'settings.json'), JSON.stringify(settings));
  const address = workbenchAddress(server.authority, repository, path.join(repository, EDITED_FILE));
  try {
    for (const [name, show] of shown) {
      if (name === 'matrix') addReleases(repository);
      // The browser remembers what was open, so each surface gets a new one.
      const { page, close } = await openBrowser(
        path.join(scratch, `profile-${name}`),
        { width: 1100, height: 620 },
        1.5,
      );
      try {
        await page.goto(address);
        await page.waitForSelector(`${STATUS_ITEM}:has-text("→")`, { timeout: 30_000 });
        await page.click('.monaco-editor .view-lines');
        await page.keyboard.press('Control+b');
        await show(page);
        // Until hovers, lists and squiggles have come to rest.
        await page.waitForTimeout(1000);
        const picture = path.join(images, `${name}-${brightness}.png`);
        await page.screenshot({ path: picture });
        // A third of the size, where it is installed.
        spawnSync('pngquant', ['--force', '--strip', '--output', picture, picture]);
      } finally {
        await close();
      }
      console.log(path.relative(ROOT, path.join(images, `${name}-${brightness}.png`)));
    }
  } finally {
    await server.stop();
    rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
  }
}

/**
 * The page inside the panel in front.
 * @param {Page} page
 */
function webview(page) {
  return page.frameLocator('iframe.webview.ready').frameLocator('#active-frame');
}

/**
 * Gives the side bar more room.
 * @param {Page} page
 * @param {number} pixels
 */
async function widen(page, pixels) {
  const box = await page.locator('.part.sidebar').boundingBox();
  if (box === null) throw new Error('There is no side bar.');
  const [x, y] = [box.x + box.width + 1, box.y + box.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + pixels, y, { steps: 5 });
  await page.mouse.up();
}

/**
 * Does something until it shows: what opens while the editor is still busy is closed again.
 * @param {Page} page
 * @param {string} selector
 * @param {() => Promise<void>} act
 */
async function until(page, selector, act) {
  for (let left = 5; ; left--) {
    await act();
    const shows = page.waitForSelector(selector, { timeout: 3000 });
    if (
      await shows.then(
        () => true,
        () => false,
      )
    ) {
      // It may be gone again in a moment.
      await page.waitForTimeout(700);
      if (await page.isVisible(selector)) return;
    }
    if (left === 0) throw new Error(`${selector} does not show.`);
  }
}

/**
 * Gives the demo a history, so that there is something to compare; the edit in the working tree stays what it was.
 * @param {string} repository
 */
function addReleases(repository) {
  const file = path.join(repository, EDITED_FILE);
  const edit = readFileSync(file, 'utf8');
  const git = (/** @type {string[]} */ ...args) => execFileSync('git', args, { cwd: repository, encoding: 'utf8' });
  let text = git('show', `HEAD:${EDITED_FILE}`);
  for (const [version, old, replacement] of HISTORY) {
    text = text.replace(old, replacement);
    writeFileSync(file, text);
    git('-c', 'user.name=demo', '-c', 'user.email=demo@example.com', 'commit', '--quiet', '-am', `Release ${version}`);
    git('tag', version);
  }
  writeFileSync(file, edit);
}

/**
 * Runs a command of the palette by its title.
 * @param {Page} page
 * @param {string} title
 */
async function runCommand(page, title) {
  await page.keyboard.press('F1');
  await page.waitForSelector('.quick-input-widget:visible');
  await page.keyboard.type(title);
  await page.waitForTimeout(300);
  await page.keyboard.press('Enter');
}

/**
 * @param {Page} page
 * @param {string} name of a file of the demo
 */
async function openByName(page, name) {
  await page.keyboard.press('Control+p');
  await page.waitForSelector('.quick-input-widget:visible');
  await page.keyboard.type(name);
  await page.waitForSelector(`.quick-input-widget .monaco-list-row:has-text("${name}")`);
  await page.keyboard.press('Enter');
  await page.waitForSelector(`.tab.active:has-text("${name}")`);
}

/**
 * @param {Page} page
 * @param {string} place line, or line and column, both one-based: `12:3`
 */
async function goTo(page, place) {
  await page.keyboard.press('Control+g');
  await page.waitForSelector('.quick-input-widget:visible');
  await page.keyboard.type(place);
  await page.keyboard.press('Enter');
}
