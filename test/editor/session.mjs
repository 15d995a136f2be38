import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { openBrowser } from '../../scripts/browser.mjs';
import { installFromSources, startServer, workbenchAddress } from '../../scripts/browser-vscode.mjs';
import { EDITED_FILE, makeDemoRepository } from '../../scripts/demo-repository.mjs';
import { ROOT } from '../../scripts/install.mjs';

/** @typedef {import('playwright-core').Page} Page */

/* Controls VS Code from outside, because a test inside cannot click and trusts every folder. */

const STATUS_ITEM = '#proto-compat\\.proto-compat\\.protoCompat\\.step';

/** @type {Record<string, { trusted: boolean, run: (page: Page, repository: string) => Promise<void> }>} */
const TESTS = {
  'an untrusted folder is not compared until it is trusted, and the views say why': {
    trusted: false,
    async run(page) {
      await page.waitForSelector(`${STATUS_ITEM}:has-text("Proto Compat")`);
      await hoverUntil(page, STATUS_ITEM, '.monaco-hover:visible:has-text("This folder is not trusted")');
      assert.equal(await page.locator('.squiggly-error').count(), 0);
      await runCommand(page, 'Proto Compat: Show the Compatibility Report');
      await page.waitForSelector(
        '.notification-list-item:has-text("Git does not run in this folder until you trust it.")',
      );
      await runCommand(page, 'Proto Compat: Show the Changes Since the Release');
      await page.waitForSelector('.welcome-view-content:has-text("so nothing is compared")');
      await runCommand(page, 'Workspaces: Manage Workspace Trust');
      await page.click('.workspace-trust-editor .monaco-button:has-text("Trust")');
      await page.waitForSelector('.monaco-list-row:has-text("ReseedRandomDev")');
      await page.locator('.monaco-modal-editor-block .codicon-close').first().click();
      await page.waitForSelector(`${STATUS_ITEM}:has-text("1.0.0 → 2.0.0")`);
    },
  },
  'a click in the matrix lists the changes of its cell, and a click on one goes to its location': {
    trusted: true,
    async run(page) {
      await page.waitForSelector(`${STATUS_ITEM}:has-text("→")`);
      await runCommand(page, 'Proto Compat: Show the Version Skew Matrix');
      const panel = shownPanel(page);
      await panel.locator('#export').waitFor();
      await panel.locator('tbody tr:nth-child(1) td').nth(1).click();
      await panel.locator('#opened h2:has-text("kata-runtime 1.0.0, kata-agent working tree")').waitFor();
      await panel.locator('button:has-text("SignalProcessRequest.signal")').click();
      await page.waitForSelector('.tab.active:has-text("agent.proto")');
      await page.waitForSelector('.view-line:has-text("SIGTERM")');
    },
  },
  'a click on the status opens the menu; a ref that does not exist keeps the baseline, one that exists replaces it': {
    trusted: true,
    async run(page) {
      await page.waitForSelector(`${STATUS_ITEM}:has-text("1.0.0 → 2.0.0")`);
      await page.click(STATUS_ITEM);
      for (const name of ['Report', 'Changes', 'Matrix', 'Compare', 'Baseline', 'Policy', 'Output'])
        await page.waitForSelector(`.quick-input-widget:visible .monaco-list-row:has-text("${name}")`);
      await page.click('.quick-input-widget:visible .monaco-list-row:has-text("Baseline")');
      await page.click('.quick-input-widget:visible .monaco-list-row:has-text("A branch or a commit")');
      await page.waitForSelector('.quick-input-message:visible:has-text("A branch, a tag or a commit")');
      const box = page.locator('.quick-input-widget:visible input[type="text"]');
      await box.fill('no-such-branch');
      await page.keyboard.press('Enter');
      await page.waitForSelector('.quick-input-widget:visible .quick-input-message:has-text("no-such-branch")');
      assert.equal((await page.innerText(STATUS_ITEM)).trim(), '1.0.0 → 2.0.0');
      await box.fill('main');
      await page.keyboard.press('Enter');
      await page.waitForSelector(`${STATUS_ITEM}:has-text("(chosen)")`);
    },
  },
  'the demo prints a short URL, which opens the edited file': {
    trusted: true,
    async run(page) {
      const demo = spawn(process.execPath, ['scripts/demo.mjs', '--browser'], {
        cwd: ROOT,
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      try {
        await page.goto(await urlIn(demo.stdout));
        await page.waitForSelector('.tab.active:has-text("agent.proto")');
        await page.waitForSelector(`${STATUS_ITEM}:has-text("1.0.0 → 2.0.0")`);
      } finally {
        demo.kill();
      }
    },
  },
  'the matrix is exported as an image to a file that the user chooses': {
    trusted: true,
    async run(page, repository) {
      await page.waitForSelector(`${STATUS_ITEM}:has-text("→")`);
      await runCommand(page, 'Proto Compat: Show the Version Skew Matrix');
      await shownPanel(page).locator('#export:enabled').click();
      const file = path.join(repository, 'version-skew.svg');
      // VS Code's dialog proposes this name.
      const name = page.locator('.quick-input-widget:visible input[type="text"]');
      await name.waitFor();
      await eventually(async () => (await name.inputValue()) === file);
      await page.keyboard.press('Enter');
      await name.waitFor({ state: 'hidden' });
      const svg = await eventually(() => existsSync(file) && readFileSync(file, 'utf8'));
      assert.match(svg, /^<svg [^]*<\/svg>\s*$/);
      assert.match(svg, /working tree/);
    },
  },
};

/**
 * @param {import('node:stream').Readable} output
 */
async function urlIn(output) {
  for await (const line of createInterface({ input: output })) {
    const url = /^ *(http:\/\/127\.0\.0\.1:\d+\/)$/.exec(line)?.[1];
    if (url !== undefined) return url;
  }
  throw new Error('The program ended without a URL.');
}

/** @param {Page} page */
function shownPanel(page) {
  return page.frameLocator('iframe.webview.ready').frameLocator('#active-frame');
}

/**
 * @template T
 * @param {() => T | false} look
 * @returns {Promise<T>}
 */
async function eventually(look) {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline;) {
    const found = look();
    if (found !== false && found !== '') return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('The condition did not hold within a minute.');
}

/**
 * Hovers again if the tooltip is not visible, because a window that is still loading closes it.
 * @param {Page} page
 * @param {string} selector
 * @param {string} shown
 */
async function hoverUntil(page, selector, shown) {
  for (let tries = 10; ; tries--) {
    await page.hover(selector);
    try {
      return await page.waitForSelector(shown, { timeout: 5000 });
    } catch (error) {
      if (tries === 0) throw error;
      await page.mouse.move(400, 300);
    }
  }
}

/**
 * @param {string} scratch an existing folder; the caller deletes it
 * @returns {Promise<{ passed: number, failed: number, failures: string[] }>}
 */
export async function runSession(scratch) {
  /** @type {{ passed: number, failed: number, failures: string[] }} */
  const counts = { passed: 0, failed: 0, failures: [] };
  console.log('\n  a session in the browser');
  for (const [index, [name, { trusted, run }]] of Object.entries(TESTS).entries()) {
    const folder = path.join(scratch, `session-${index}`);
    mkdirSync(folder);
    const failure = await inSession(folder, trusted, run).catch((/** @type {unknown} */ error) => error);
    counts[failure === undefined ? 'passed' : 'failed']++;
    console.log(`    ${failure === undefined ? '✔' : '✘'} ${name}`);
    if (failure !== undefined) {
      counts.failures.push(`in the browser: ${name}`);
      console.error(failure);
    }
  }
  return counts;
}

/**
 * @param {string} scratch
 * @param {boolean} trusted
 * @param {(page: Page, repository: string) => Promise<void>} run
 * @returns {Promise<undefined>}
 */
async function inSession(scratch, trusted, run) {
  const repository = path.join(scratch, 'agent');
  makeDemoRepository(repository);
  const userData = path.join(scratch, 'user-data');
  mkdirSync(path.join(userData, 'User'), { recursive: true });
  const settings = {
    'security.workspace.trust.startupPrompt': 'never',
    'workbench.startupEditor': 'none',
    'workbench.secondarySideBar.defaultVisibility': 'hidden',
    'chat.disableAIFeatures': true,
  };
  writeFileSync(path.join(userData, 'User', 'settings.json'), JSON.stringify(settings));
  const extensions = installFromSources(scratch);
  const server = await startServer({ scratch, userData, extensions, trusted });
  const browser = await openBrowser(path.join(scratch, 'profile'));
  try {
    browser.page.setDefaultTimeout(60_000);
    await browser.page.goto(workbenchAddress(server.authority, repository, path.join(repository, EDITED_FILE)));
    await run(browser.page, repository);
  } catch (error) {
    if (process.env['VERBOSE']) await browser.page.screenshot({ path: path.join(os.tmpdir(), 'session.png') });
    throw error;
  } finally {
    await browser.close();
    await server.stop();
  }
}

/**
 * @param {Page} page
 * @param {string} title
 */
async function runCommand(page, title) {
  const row = page.locator(`.quick-input-widget .monaco-list-row.focused:has-text("${title}")`);
  // If a view gets the focus late, the list of commands closes again.
  for (let left = 5; ; left--) {
    await page.keyboard.press('F1');
    try {
      await page.locator('.quick-input-widget:visible input[type="text"]').fill(`>${title}`, { timeout: 5000 });
      await row.waitFor({ timeout: 5000 });
      break;
    } catch (error) {
      if (left === 0) throw error;
      await page.keyboard.press('Escape');
    }
  }
  await page.keyboard.press('Enter');
}
