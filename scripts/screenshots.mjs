/**
 * Makes the screenshots `docs/images/NAME.png` of the demo in VS Code in a headless browser. They are dark, because the Marketplace cannot
 * show another picture in a light theme.
 *
 *   node scripts/screenshots.mjs [NAME …]          by default those in docs/editors.md and docs/uses.md
 *   node scripts/screenshots.mjs --look [NAME …]   by default all views, light and dark, into .cache/screenshots;
 *                                                  with --contrast, in high contrast
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { installFromSources, startServer, workbenchAddress } from './browser-vscode.mjs';
import { EDITED_FILE, makeDemoRepository } from './demo-repository.mjs';
import { ensureInstalled, ROOT } from './install.mjs';

const { values: flags, positionals: asked } = parseArgs({
  options: { look: { type: 'boolean', default: false }, contrast: { type: 'boolean', default: false } },
  allowPositionals: true,
});
if (flags.contrast && !flags.look) {
  console.error('--contrast needs --look: the documentation has no pictures in high contrast.');
  process.exit(2);
}

ensureInstalled();
if (spawnSync(process.execPath, ['scripts/build.mjs'], { cwd: ROOT, stdio: 'inherit' }).status !== 0) process.exit(1);
const { openBrowser } = await import('./browser.mjs');

/** @typedef {import('playwright-core').Page} Page */

/**
 * A light and a dark theme, each with the workbench's CSS class.
 * @typedef {object} Themes
 * @property {string} infix part of the pictures' names with `--look`
 * @property {Record<'light' | 'dark', readonly [name: string, className: string]>} schemes
 */
/** @type {Themes} */
const THEMES = {
  infix: '',
  schemes: { light: ['Default Light Modern', 'vs'], dark: ['Default Dark Modern', 'vs-dark'] },
};
/** @type {Themes} */
const CONTRAST = {
  infix: 'contrast-',
  schemes: { light: ['Default High Contrast Light', 'hc-light'], dark: ['Default High Contrast', 'hc-black'] },
};

/**
 * @typedef {object} View
 * @property {(page: Page) => Promise<void>} show opens it, after the file was opened and the status item has its text
 * @property {(repository: string) => void} [prepare] changes the demo's repository for this view
 * @property {string} [file] the open file; by default the edited one
 * @property {string} [status] part of the status item's text after the check; empty if there is no status item
 * @property {number} [height] of the window in CSS pixels
 */

/** @type {Record<string, View>} */
const VIEWS = {
  service: { show: (page) => goTo(page, '14') },
  editor: { show: (page) => goTo(page, '244') },
  hover: {
    show: async (page) => {
      await goTo(page, '234:23');
      await showHover(page, 'As released');
    },
  },
  fixes: {
    show: async (page) => {
      await goTo(page, '252:12');
      await until(page, '.action-widget:visible', () => page.keyboard.press('Control+.'));
    },
  },
  status: {
    show: async (page) => {
      await goTo(page, '244');
      await until(page, '.monaco-hover:visible:has-text("Compared with")', () => page.hover(STATUS_ITEM));
    },
  },
  menu: {
    show: async (page) => {
      await goTo(page, '244');
      await until(page, '.quick-input-widget:visible .monaco-list-row:has-text("Matrix")', () =>
        page.click(STATUS_ITEM),
      );
    },
  },
  unreadable: {
    show: async (page) => {
      await goTo(page, '55:1');
      await page.keyboard.press('End');
      await page.keyboard.press('Backspace');
      await page.keyboard.press('Backspace');
      await page.waitForSelector(`${STATUS_ITEM}:has-text("unreadable")`);
    },
  },
  deletions: { show: (page) => goTo(page, '43') },
  reason: {
    show: async (page) => {
      await goTo(page, '252:12');
      await until(page, '.action-widget:visible', () => page.keyboard.press('Control+.'));
      await page.keyboard.type('Accept');
      await page.waitForTimeout(500);
      await page.keyboard.press('Enter');
      await page.waitForSelector('.view-line:has-text("why this is fine")');
    },
  },
  unchanged: {
    show: async (page) => {
      await goTo(page, '54:20');
      await showHover(page, 'Carried by');
    },
  },
  number: {
    show: async (page) => {
      await goTo(page, '252:1');
      await page.keyboard.press('End');
      await page.keyboard.press('Enter');
      await page.keyboard.type('bool fresh =');
      await until(page, '.suggest-widget:visible:has-text("no release")', async () => {
        await page.keyboard.type(' ');
        await page.keyboard.press('Control+Space');
        await page.keyboard.press('Control+Space');
      });
    },
  },
  types: {
    show: async (page) => {
      await goTo(page, '252:1');
      await page.keyboard.press('End');
      await page.keyboard.press('Enter');
      await page.keyboard.type('Stora');
      await until(page, '.suggest-widget:visible:has-text("Storage")', () => page.keyboard.press('Control+Space'));
    },
  },
  outline: {
    show: async (page) => {
      await goTo(page, '234:3');
      await until(page, '.quick-input-widget:visible .monaco-list-row:has-text("sandbox_id")', async () => {
        await page.keyboard.press('Escape');
        await page.keyboard.press('Control+Shift+o');
      });
    },
  },
  modules: {
    prepare: addModule,
    show: async (page) => {
      await showChanges(page);
      await page.waitForSelector('.monaco-list-row:has-text("cpu_only")');
    },
  },
  'tree-menu': {
    show: async (page) => {
      await showChanges(page);
      const line = page.locator('.monaco-list-row:has-text("cpu_only")');
      await until(page, '.monaco-menu:visible, .context-view:visible', () => line.click({ button: 'right' }));
    },
  },
  problems: {
    show: async (page) => {
      await goTo(page, '234');
      await runCommand(page, 'Problems: Focus on Problems View');
      await page.waitForSelector('.markers-panel:visible');
    },
  },
  compare: {
    show: async (page) => {
      await runCommand(page, 'Proto Compat: Compare with the Release');
      await page.waitForSelector('.monaco-diff-editor');
    },
  },
  changes: {
    show: async (page) => {
      await showChanges(page);
      await page.waitForSelector('.monaco-list-row:has-text("cpu_only")');
    },
  },
  'changes-none': { prepare: undoEdit, status: '1.0.0', show: showChanges },
  'changes-no-tag': { prepare: deleteTag, status: 'no release', show: showChanges },
  report: { show: showReport },
  'hover-uses': {
    prepare: addCode,
    show: async (page) => {
      await goTo(page, '252:21');
      await showHover(page, 'sets it in 1 place');
    },
  },
  'report-uses': {
    prepare: addCode,
    height: 900,
    show: async (page) => {
      await showReport(page);
      await webview(page).locator('[data-do="uses"]').click();
      await webview(page).locator('.uses').first().waitFor();
      await webview(page).locator('.uses').first().scrollIntoViewIfNeeded();
      await webview(page).locator('.uses summary').first().click();
    },
  },
  'report-none': { prepare: undoEdit, status: '1.0.0', show: showReport },
  'report-many': { prepare: breakMuch, show: showReport },
  notes: {
    show: async (page) => {
      await showReport(page);
      await webview(page).locator('pre').scrollIntoViewIfNeeded();
    },
  },
  'baseline-unknown': {
    show: async (page) => {
      await runCommand(page, 'Proto Compat: Choose the Baseline');
      await page.click('.quick-input-widget:visible .monaco-list-row:has-text("A branch or a commit")');
      await page.fill('.quick-input-widget:visible:has-text("a commit") input[type="text"]', 'relaese-1.0');
      await page.keyboard.press('Enter');
      await page.waitForSelector('.quick-input-message:visible:has-text("relaese-1.0")');
    },
  },
  baseline: {
    prepare: addReleases,
    show: async (page) => {
      await runCommand(page, 'Proto Compat: Choose the Baseline');
      await page.waitForSelector('.quick-input-widget:visible .monaco-list-row:has-text("1.0.0")');
    },
  },
  policy: {
    show: async (page) => {
      await runCommand(page, 'Proto Compat: Choose the Policy');
      await page.waitForSelector('.quick-input-widget:visible .monaco-list-row:has-text("lockstep")');
    },
  },
  version: {
    show: async (page) => {
      await page.keyboard.press('Control+p');
      await page.waitForSelector('.quick-input-widget:visible');
      await page.keyboard.type('VERSION');
      await page.waitForSelector('.quick-input-widget .monaco-list-row:has-text("VERSION")');
      await page.keyboard.press('Enter');
      await page.waitForSelector('.tab.active:has-text("VERSION")');
      await goTo(page, '1:3');
      await page.waitForSelector('.squiggly-info', { timeout: 60_000 });
      await until(page, '.action-widget:visible', () => page.keyboard.press('Control+.'));
    },
  },
  acceptance: {
    show: async (page) => {
      await goTo(page, '234:1');
      await page.keyboard.press('Control+Shift+Enter');
      await page.keyboard.type('// proto');
      await until(page, '.suggest-widget:visible:has-text("accept")', () => page.keyboard.press('Control+Space'));
    },
  },
  accepted: {
    prepare: accept,
    show: async (page) => {
      await goTo(page, '253:20');
      await showHover(page, 'Accepted');
    },
  },
  configuration: {
    file: 'proto-compat.json',
    status: '',
    show: async (page) => {
      await goTo(page, '3:6');
      await showHover(page, 'two programs');
    },
  },
  'configuration-mistake': {
    file: 'proto-compat.json',
    status: '',
    show: async (page) => {
      await goTo(page, '4:14');
      await page.keyboard.type('e');
      await goTo(page, '4:14');
      await page.waitForSelector('.squiggly-warning', { timeout: 60_000 });
      await showHover(page, 'Valid values');
    },
  },
  'configuration-completion': {
    file: 'proto-compat.json',
    status: '',
    show: async (page) => {
      await goTo(page, '2:1');
      await page.keyboard.press('Control+Shift+Enter');
      await until(page, '.suggest-widget:visible:has-text("encodings")', () => page.keyboard.press('Control+Space'));
      await page.keyboard.press('Control+Space');
    },
  },
  walkthrough: {
    show: async (page) => {
      await runCommand(page, 'Welcome: Open Walkthrough');
      await page.waitForTimeout(1000);
      await page.keyboard.type('Get Started with Proto Compat');
      await page.waitForTimeout(500);
      await page.keyboard.press('Enter');
      await page.waitForSelector('.getting-started-step:has-text("Choose what your releases promise")');
      await page.click('.getting-started-step:has-text("Choose what your releases promise")');
      await page.waitForTimeout(1500);
    },
  },
  'no-repository': {
    prepare: (repository) => {
      rmSync(path.join(repository, '.git'), { recursive: true });
    },
    status: 'no release',
    show: showMessage,
  },
  'no-tag': { prepare: deleteTag, status: 'no release', show: showMessage },
  shallow: { prepare: makeShallow, status: 'no release', show: showMessage },
  matrix: {
    prepare: addReleases,
    height: 650,
    show: async (page) => {
      const frame = await showMatrix(page);
      await frame.locator('td[tabindex="0"]').focus();
      for (const key of ['ArrowLeft', 'Enter']) await page.keyboard.press(key);
      await frame.locator('#opened h2').waitFor();
    },
  },
  'matrix-many': {
    prepare: addManyReleases,
    show: async (page) => {
      await showMatrix(page);
    },
  },
};

/** @type {[version: string, old: string, replacement: string][]} */
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

/**
 * Texts by path.
 * @type {Record<string, string>}
 */
const CODE = {
  'proto-compat.json': `{
  "roles": {
    "client": { "name": "kata-runtime", "code": ["runtime/**"] },
    "server": { "name": "kata-agent", "code": ["agent/**"] }
  },
  "policy": "semver",
  "versionFile": "VERSION"
}
`,
  'runtime/sandbox.go': `package runtime

import pb "example.com/kata/runtime/protocols"

func (s *Sandbox) create() error {
	request := &pb.CreateSandboxRequest{Hostname: s.hostname, SandboxId: s.id, Dns: s.dns}
	_, err := s.client.CreateSandbox(s.ctx, request)
	return err
}

func (s *Sandbox) addCPUs(count uint32) error {
	_, err := s.client.OnlineCPUMem(s.ctx, &pb.OnlineCPUMemRequest{NbCpus: count, CpuOnly: true})
	return err
}

func (s *Sandbox) reseed(data []byte) error {
	_, err := s.client.ReseedRandomDev(s.ctx, &pb.ReseedRandomDevRequest{Data: data})
	return err
}
`,
  'runtime/protocols/agent.pb.go': `// Code generated by protoc-gen-go. DO NOT EDIT.
// source: protocols/grpc/agent.proto
package protocols

type OnlineCPUMemRequest struct {
	Wait    bool
	NbCpus  uint32
	CpuOnly bool
}
`,
  'agent/src/rpc.rs': `impl AgentService for Agent {
    async fn online_cpu_mem(&self, request: OnlineCPUMemRequest) -> Result<Empty> {
        self.sandbox.online_cpus(request.nb_cpus, request.cpu_only)
    }

    async fn reseed_random_dev(&self, request: ReseedRandomDevRequest) -> Result<Empty> {
        random::reseed(&request.data)
    }
}
`,
};

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

const look = flags.look;
const unknown = asked.filter((name) => !Object.hasOwn(VIEWS, name));
if (unknown.length > 0) {
  console.error(`There is no view ${unknown.join(', ')}; the views are ${Object.keys(VIEWS).join(', ')}.`);
  process.exit(2);
}
const pages = ['editors.md', 'uses.md'].map((name) => readFileSync(path.join(ROOT, 'docs', name), 'utf8')).join('\n');
const shown = Object.entries(VIEWS).filter(([name]) =>
  asked.length > 0 ? asked.includes(name) : look || pages.includes(`images/${name}.png`),
);
const images = look ? path.join(ROOT, '.cache', 'screenshots') : path.join(ROOT, 'docs', 'images');
mkdirSync(images, { recursive: true });
const failed = [];
for (const [name, view] of shown) {
  try {
    await takePicture(name, view, flags.contrast ? CONTRAST : THEMES);
  } catch (error) {
    console.error(`${name}: ${String(error)}`);
    failed.push(name);
  }
}
if (failed.length > 0) process.exit(1);

/**
 * Starts a new server and a new browser, because they remember what was open.
 * @param {string} name
 * @param {View} view
 * @param {Themes} themes
 */
async function takePicture(
  name,
  { show, prepare, file = EDITED_FILE, status = '→', height = 620 },
  { infix, schemes },
) {
  const scratch = mkdtempSync(path.join(os.tmpdir(), 'proto-compat-screenshots-'));
  const repository = path.join(scratch, 'agent');
  makeDemoRepository(repository);
  prepare?.(repository);
  const userData = path.join(scratch, 'user-data');
  const server = await startServer({ scratch, userData, extensions: installFromSources(scratch) });
  const settings = {
    ...SETTINGS,
    'window.autoDetectColorScheme': true,
    'workbench.preferredLightColorTheme': schemes.light[0],
    'workbench.preferredDarkColorTheme': schemes.dark[0],
  };
  writeFileSync(path.join(userData, 'User', 'settings.json'), JSON.stringify(settings));
  const { page, close } = await openBrowser(path.join(scratch, 'profile'), { width: 1100, height }, 1.5);
  try {
    await page.emulateMedia({ colorScheme: 'light' });
    await page.goto(workbenchAddress(server.authority, repository, path.join(repository, file)));
    await page.waitForSelector('.monaco-editor .view-lines');
    if (status !== '') await page.waitForSelector(`${STATUS_ITEM}:has-text("${status}")`, { timeout: 60_000 });
    await page.click('.monaco-editor .view-lines');
    await page.keyboard.press('Control+b');
    try {
      await show(page);
    } catch (error) {
      await page.screenshot({ path: path.join(ROOT, '.cache', `${name}-failed.png`) });
      throw error;
    }
    for (const scheme of look ? /** @type {const} */ (['light', 'dark']) : /** @type {const} */ (['dark'])) {
      await page.emulateMedia({ colorScheme: scheme });
      await page.waitForSelector(`.monaco-workbench.${schemes[scheme][1]}`);
      // Hovers, lists and squiggles change for a moment.
      await page.waitForTimeout(1000);
      const picture = path.join(images, look ? `${name}-${infix}${scheme}.png` : `${name}.png`);
      await page.screenshot({ path: picture });
      // Does nothing if pngquant is not installed.
      spawnSync('pngquant', ['--force', '--strip', '--nofs', '--output', picture, '64', picture]);
      console.log(path.relative(ROOT, picture));
    }
  } finally {
    await close();
    await server.stop();
    rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
  }
}

/**
 * @param {Page} page
 * @param {string} text that the hover at the cursor contains once it is complete
 */
async function showHover(page, text) {
  await until(page, `.monaco-hover:visible:has-text("${text}")`, async () => {
    await page.keyboard.press('Control+k');
    await page.keyboard.press('Control+i');
  });
}

/** @param {Page} page */
async function showChanges(page) {
  await page.keyboard.press('Control+b');
  await runCommand(page, 'Proto Compat: Show the Changes Since the Release');
  await page.waitForSelector(
    '.pane-header:has(h3:text-is("Since the Release")) + .pane-body :is(.monaco-list-row, .message:not(:empty)):visible',
  );
  await widen(page, 140);
  await page.waitForSelector('.pane-header:has(h3:text-is("Graph"))');
  await page.waitForTimeout(2000);
  for (const pane of ['Changes', 'Graph']) {
    const open = page.locator(`.pane-header.expanded:has(h3:text-is("${pane}"))`);
    if ((await open.count()) > 0) await open.locator('h3').click();
  }
}

/** @param {Page} page */
async function showReport(page) {
  await runCommand(page, 'Proto Compat: Show the Compatibility Report');
  await webview(page).locator('#notes').waitFor();
}

/** @param {Page} page */
async function showMatrix(page) {
  await runCommand(page, 'Proto Compat: Show the Version Skew Matrix');
  const frame = webview(page);
  await frame.locator('#export').waitFor({ timeout: 300_000 });
  return frame;
}

/** @param {Page} page */
async function showMessage(page) {
  await page.waitForSelector('.notification-toast:visible');
}

/** @param {Page} page */
function webview(page) {
  return page.frameLocator('iframe.webview.ready').frameLocator('#active-frame');
}

/**
 * @param {Page} page
 * @param {number} pixels
 */
async function widen(page, pixels) {
  const box = await page.locator('.part.sidebar').boundingBox();
  if (box === null) throw new Error('The side bar is not visible.');
  const [x, y] = [box.x + box.width + 1, box.y + box.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + pixels, y, { steps: 5 });
  await page.mouse.up();
}

/**
 * Acts again if the selector is not visible, because a busy editor closes views that were just opened.
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
      // The editor may close the view again.
      await page.waitForTimeout(700);
      if (await page.isVisible(selector)) return;
    }
    if (left === 0) throw new Error(`${selector} is not visible.`);
  }
}

/** @param {string} repository */
function addReleases(repository) {
  const file = path.join(repository, EDITED_FILE);
  const edit = readFileSync(file, 'utf8');
  let text = git(repository, 'show', `HEAD:${EDITED_FILE}`);
  for (const [version, old, replacement] of HISTORY) {
    text = text.replace(old, replacement);
    release(repository, version, text);
  }
  writeFileSync(file, edit);
}

/** @param {string} repository */
function addManyReleases(repository) {
  const file = path.join(repository, EDITED_FILE);
  const edit = readFileSync(file, 'utf8');
  let text = git(repository, 'show', `HEAD:${EDITED_FILE}`);
  for (let number = 1; number < 150; number++) {
    const [major, minor] = [1 + Math.floor(number / 30), number % 30];
    text = text.replace(
      '  repeated string dns = 3;',
      `  repeated string dns = 3;\n  string added_${number} = ${100 + number};`,
    );
    if (minor === 0) text = text.replace(`  string added_${number - 20} = ${80 + number};\n`, '');
    release(repository, `${major}.${minor}.0`, text);
  }
  writeFileSync(file, edit);
}

/**
 * @param {string} repository
 * @param {string} version
 * @param {string} text of the edited file
 */
function release(repository, version, text) {
  writeFileSync(path.join(repository, EDITED_FILE), text);
  const who = ['-c', 'user.name=demo', '-c', 'user.email=demo@example.com'];
  git(repository, ...who, 'commit', '--quiet', '-am', `Release ${version}`);
  git(repository, 'tag', version);
}

/** @param {string} repository */
function addCode(repository) {
  const file = path.join(repository, EDITED_FILE);
  const edit = readFileSync(file, 'utf8');
  undoEdit(repository);
  for (const [name, text] of Object.entries(CODE)) {
    mkdirSync(path.dirname(path.join(repository, name)), { recursive: true });
    writeFileSync(path.join(repository, name), text);
  }
  git(repository, 'add', '.');
  git(repository, 'tag', '--delete', '1.0.0');
  release(repository, '1.0.0', readFileSync(file, 'utf8'));
  writeFileSync(file, edit);
}

/** @param {string} repository */
function addModule(repository) {
  git(repository, 'tag', 'protocols/v1.4.0');
  mkdirSync(path.join(repository, 'api'));
  const text = 'syntax = "proto3";\npackage api;\nmessage Probe {\n  string id = 1;\n}\n';
  writeFileSync(path.join(repository, 'api', 'probe.proto'), text);
}

/** @param {string} repository */
function undoEdit(repository) {
  git(repository, 'checkout', '--quiet', '.');
}

/** @param {string} repository */
function deleteTag(repository) {
  git(repository, 'tag', '--delete', '1.0.0');
}

/** @param {string} repository */
function makeShallow(repository) {
  release(repository, '1.1.0', git(repository, 'show', `HEAD:${EDITED_FILE}`).replace('// What', '// All'));
  git(repository, 'tag', '--delete', '1.1.0');
  const whole = `${repository}-whole`;
  renameSync(repository, whole);
  git(path.dirname(repository), 'clone', '--quiet', '--depth=1', '--no-tags', `file://${whole}`, repository);
}

/** @param {string} repository */
function breakMuch(repository) {
  const file = path.join(repository, EDITED_FILE);
  const long = 'a_very_long_name_'.repeat(12);
  const text = (/** @type {string} */ type) => {
    const fields = Array.from(
      { length: 500 },
      (_, index) => `  ${type} ${index % 50 === 0 ? long : 'name_'}${index} = ${index + 1};`,
    );
    return `${released}\nmessage Much {\n${fields.join('\n')}\n}\n`;
  };
  const released = readFileSync(file, 'utf8').replace('rpc CopyFile(CopyFileRequest)', 'rpc CopyFile(Much)');
  release(repository, '1.1.0', text('string'));
  writeFileSync(file, text('int32'));
}

/** @param {string} repository */
function accept(repository) {
  const file = path.join(repository, EDITED_FILE);
  const comment = '// proto-compat: accept field-removed cpu_only since 1.0 -- never set by any shipped runtime';
  writeFileSync(file, readFileSync(file, 'utf8').replace('message OnlineCPUMemRequest', `${comment}\n$&`));
}

/**
 * @param {string} folder
 * @param {string[]} args
 */
function git(folder, ...args) {
  return execFileSync('git', args, { cwd: folder, encoding: 'utf8' });
}

/**
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
 * @param {string} place line, or line and column, both one-based: `12:3`
 */
async function goTo(page, place) {
  await page.keyboard.press('Control+g');
  await page.waitForSelector('.quick-input-widget:visible');
  await page.keyboard.type(place);
  await page.keyboard.press('Enter');
  await page.waitForSelector('.quick-input-widget', { state: 'hidden' });
}
