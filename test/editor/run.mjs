/**
 * Runs the in-editor suite: in a VS Code that is downloaded or installed, else in VS Code's server and a headless Chromium.
 * Prints mocha's report, writes the counts to dist/test/editor.json and exits 1 unless every test passed and there were some.
 *
 *   VSCODE_EXECUTABLE=/path/to/Code   run in this VS Code
 *   BROWSER=1                         run in the browser without trying to download one
 */
import { downloadAndUnzipVSCode, runTests } from '@vscode/test-electron';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { makeDemoRepository } from '../../scripts/demo-repository.mjs';
import { ROOT } from '../../scripts/install.mjs';

const RESULTS = path.join(ROOT, 'dist', 'test', 'editor.json');

const scratch = mkdtempSync(path.join(os.tmpdir(), 'proto-compat-'));
rmSync(RESULTS, { force: true });
try {
  const workspace = path.join(scratch, 'agent');
  makeDemoRepository(workspace);
  await runTests({
    vscodeExecutablePath: await vscodeExecutable(),
    extensionDevelopmentPath: ROOT,
    extensionTestsPath: path.join(ROOT, 'dist', 'test', 'suite', 'index.cjs'),
    extensionTestsEnv: { TEST_RESULTS: RESULTS },
    launchArgs: [
      workspace,
      '--disable-extensions',
      `--user-data-dir=${path.join(scratch, 'user-data')}`,
      `--extensions-dir=${path.join(scratch, 'extensions')}`,
    ],
  }).catch((/** @type {unknown} */ error) => {
    console.error(String(error));
  });
} finally {
  rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
}
const { passed, failed } = readResults();
process.exitCode = passed > 0 && failed === 0 ? 0 : 1;

async function vscodeExecutable() {
  const named = process.env['VSCODE_EXECUTABLE'];
  if (named) return named;
  const standIn = path.join(ROOT, 'test', 'editor', 'code-stand-in.mjs');
  // Without a display the desktop application cannot start.
  const display = process.platform !== 'linux' || process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY'];
  if (process.env['BROWSER'] || !display) return standIn;
  try {
    return await downloadAndUnzipVSCode({ cachePath: path.join(ROOT, '.cache', 'vscode') });
  } catch (error) {
    console.log(`VS Code cannot be downloaded here (${String(error)}); its server and a browser stand in.`);
    return standIn;
  }
}

/** @returns {{ passed: number, failed: number }} none where the suite did not come to its end */
function readResults() {
  try {
    return JSON.parse(readFileSync(RESULTS, 'utf8'));
  } catch {
    return { passed: 0, failed: 0 };
  }
}
