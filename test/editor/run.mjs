/**
 * Runs the in-editor suite: in a VS Code that is downloaded or installed, else in VS Code's server and a headless Chromium.
 * Prints mocha's report, writes the counts to dist/test/editor.json and exits 1 unless every test passed and there were some.
 *
 *   node test/editor/run.mjs [--oldest] [extension.vsix]
 *
 *   extension.vsix                    the extension as it is packaged, instead of as it stands in the checkout
 *   --oldest                          in the oldest VS Code that the extension promises to run in
 *   VSCODE_EXECUTABLE=/path/to/Code   run in this VS Code
 *   BROWSER=1                         run in the browser without trying to download one
 */
import { downloadAndUnzipVSCode, resolveCliArgsFromVSCodeExecutablePath, runTests } from '@vscode/test-electron';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { makeDemoRepository } from '../../scripts/demo-repository.mjs';
import { OLDEST } from '../../scripts/browser-vscode.mjs';
import { ROOT } from '../../scripts/install.mjs';
import { runSession } from './session.mjs';

const oldest = process.argv.includes('--oldest');
const vsix = process.argv.slice(2).find((arg) => arg.endsWith('.vsix'));
const STAND_IN = path.join(ROOT, 'test', 'editor', 'code-stand-in.mjs');
const RESULTS = path.join(ROOT, 'dist', 'test', 'editor.json');

const scratch = mkdtempSync(path.join(os.tmpdir(), 'proto-compat-'));
rmSync(RESULTS, { force: true });
try {
  const workspace = path.join(scratch, 'agent');
  makeDemoRepository(workspace);
  const executable = await vscodeExecutable();
  const folders = [
    `--user-data-dir=${path.join(scratch, 'user-data')}`,
    `--extensions-dir=${path.join(scratch, 'extensions')}`,
  ];
  await runTests({
    vscodeExecutablePath: executable,
    extensionDevelopmentPath: vsix === undefined ? ROOT : install(vsix, executable, folders),
    extensionTestsPath: path.join(ROOT, 'dist', 'test', 'suite', 'index.cjs'),
    extensionTestsEnv: { TEST_RESULTS: RESULTS, ...(oldest && { CODE_SERVER_VERSION: OLDEST }) },
    launchArgs: [workspace, ...folders],
  }).catch((/** @type {unknown} */ error) => {
    console.error(String(error));
  });
  // Where the browser stands in there is one to drive; an extension that is packaged is not installed from the checkout, and old
  // versions write into the manifest of one that is.
  if (executable === STAND_IN && vsix === undefined && !oldest) {
    const [inside, outside] = [readResults(), await runSession(scratch)];
    const sum = { passed: inside.passed + outside.passed, failed: inside.failed + outside.failed };
    // A suite that did not come to its end is not made up for.
    if (inside.passed > 0) writeFileSync(RESULTS, JSON.stringify(sum));
  }
} finally {
  rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
}
const { passed, failed } = readResults();
process.exitCode = passed > 0 && failed === 0 ? 0 : 1;

/**
 * @param {string} file
 * @param {string} executable
 * @param {readonly string[]} folders
 * @returns {string} an extension that does nothing, for VS Code wants one that is being developed
 */
function install(file, executable, folders) {
  const command = executable === STAND_IN ? [executable] : resolveCliArgsFromVSCodeExecutablePath(executable);
  const [program = executable, ...args] = command.filter((arg) => !/^--(user-data|extensions)-dir=/.test(arg));
  execFileSync(program, [...args, '--install-extension', file, ...folders], {
    stdio: 'inherit',
    env: { ...process.env, ...(oldest && { CODE_SERVER_VERSION: OLDEST }) },
  });
  const idle = path.join(scratch, 'idle');
  mkdirSync(idle);
  const manifest = { name: 'idle', publisher: 'idle', version: '0.0.0', engines: { vscode: '*' } };
  writeFileSync(path.join(idle, 'package.json'), JSON.stringify(manifest));
  return idle;
}

async function vscodeExecutable() {
  const named = process.env['VSCODE_EXECUTABLE'];
  if (named) return named;
  // Without a display the desktop application cannot start.
  const display = process.platform !== 'linux' || process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY'];
  if (process.env['BROWSER'] || !display) return STAND_IN;
  try {
    const version = oldest ? oldestPromised() : 'stable';
    return await downloadAndUnzipVSCode({ version, cachePath: path.join(ROOT, '.cache', 'vscode') });
  } catch (error) {
    console.log(`VS Code cannot be downloaded here (${String(error)}); its server and a browser stand in.`);
    return STAND_IN;
  }
}

/** @returns {string} what `engines.vscode` of package.json says, without the caret */
function oldestPromised() {
  const manifest = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
  return String(manifest.engines.vscode).replace('^', '');
}

/** @returns {{ passed: number, failed: number }} none where the suite did not come to its end */
function readResults() {
  try {
    return JSON.parse(readFileSync(RESULTS, 'utf8'));
  } catch {
    return { passed: 0, failed: 0 };
  }
}
