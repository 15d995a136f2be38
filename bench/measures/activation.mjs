import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { openBrowser } from '../../scripts/browser.mjs';
import { installFromSources, startServer, workbenchAddress } from '../../scripts/browser-vscode.mjs';
import { EDITED_FILE, makeDemoRepository } from '../../scripts/demo-repository.mjs';
import { ROOT } from '../../scripts/install.mjs';
import { run } from '../programs.mjs';

/** @type {import('../measure.mjs').Measure} */
export const activation = {
  name: 'activation',
  async *run({ rounds }) {
    const scratch = mkdtempSync(path.join(os.tmpdir(), 'proto-compat-activation-'));
    const repository = path.join(scratch, 'agent');
    const userData = path.join(scratch, 'user-data');
    makeDemoRepository(repository);
    run([process.execPath, 'scripts/build.mjs'], ROOT);
    const server = await startServer({ scratch, userData, extensions: installFromSources(scratch) });
    writeFileSync(path.join(userData, 'User', 'settings.json'), '{ "security.workspace.trust.enabled": false }');
    const address = workbenchAddress(server.authority, repository, path.join(repository, EDITED_FILE));
    try {
      const values = [];
      for (let start = 0; start < rounds(5); start++)
        values.push(await activationTime(path.join(scratch, `profile-${start}`), address));
      yield {
        name: 'activation',
        what: 'activation of the extension, as reported by VS Code in a browser',
        unit: 'ms',
        values,
        targets: [{ of: 'median', most: 50 }],
      };
    } finally {
      await server.stop();
      rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
    }
  },
};

/**
 * The time that VS Code's list of running extensions shows in a new window.
 * @param {string} profile a folder that does not exist yet
 * @param {string} address
 * @returns {Promise<number>} milliseconds
 */
async function activationTime(profile, address) {
  const { page, close } = await openBrowser(profile);
  try {
    await page.goto(address);
    await page.waitForSelector('.statusbar-item:has-text("1.0.0 → 2.0.0")');
    await page.keyboard.press('F1');
    await page.keyboard.type('Show Running Extensions');
    await page.waitForSelector('.quick-input-list .monaco-list-row:has-text("Show Running Extensions")');
    await page.keyboard.press('Enter');
    const row = page.locator('.runtime-extensions-editor .monaco-list-row:has-text("Proto Compat")');
    const time = /Activation: (\d+)ms/.exec(await row.innerText())?.[1];
    if (time === undefined) throw new Error('VS Code does not show the activation time.');
    return Number(time);
  } finally {
    await close();
  }
}
