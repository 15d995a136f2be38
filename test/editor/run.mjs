/**
 * Runs the in-editor suite in a downloaded VS Code. If that is not possible, runs it in VS Code's server with a headless Chromium.
 * Prints mocha's report and writes the counts to dist/test/editor.json. Exits with 1 if a test failed or a suite did not finish.
 *
 *   node test/editor/run.mjs [--oldest] [extension.vsix]
 *
 *   extension.vsix                    the packaged extension instead of the checkout
 *   --oldest                          in the oldest VS Code that the extension supports
 *   VSCODE_EXECUTABLE=/path/to/Code   run in this VS Code
 *   BROWSER=1                         run in the browser without trying to download VS Code
 */
import { downloadAndUnzipVSCode, resolveCliArgsFromVSCodeExecutablePath, runTests } from '@vscode/test-electron';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
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
process.once('exit', () => {
  rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
});
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(130));
rmSync(RESULTS, { force: true });
process.exitCode = 1;
const executable = await vscodeExecutable();
const counts = [await runSuite('suite', makeFolder(), executable)];
// Other suites depend on neither the packaging nor VS Code's age.
if (vsix === undefined && !oldest) {
  counts.push(await runSuite('folders', makeWorkspace(), executable));
  // The session needs the browser.
  if (executable === STAND_IN) counts.push(await runSession(scratch));
}
const sum = (/** @type {'passed' | 'failed'} */ what) => counts.reduce((total, count) => total + count[what], 0);
if (counts.every(({ passed }) => passed > 0)) {
  writeFileSync(
    RESULTS,
    JSON.stringify({
      passed: sum('passed'),
      failed: sum('failed'),
      failures: counts.flatMap(({ failures }) => failures),
    }),
  );
  process.exitCode = sum('failed') === 0 ? 0 : 1;
}

/**
 * Runs the tests of a folder next to this file in a new window.
 * @param {string} suite
 * @param {string} opened folder or workspace, absolute
 * @param {string} executable
 * @returns {Promise<{ passed: number, failed: number, failures: string[] }>} all zero if the run did not finish
 */
async function runSuite(suite, opened, executable) {
  const results = path.join(scratch, `${suite}.json`);
  const folders = ['user-data', 'extensions'].map((name) => {
    const folder = path.join(scratch, suite, name);
    // Old versions create only the last folder of a path.
    mkdirSync(folder, { recursive: true });
    return `--${name}-dir=${folder}`;
  });
  await runTests({
    vscodeExecutablePath: executable,
    extensionDevelopmentPath: vsix === undefined ? ROOT : install(vsix, executable, folders),
    extensionTestsPath: path.join(ROOT, 'dist', 'test', suite, 'index.cjs'),
    extensionTestsEnv: { TEST_RESULTS: results, ...(oldest && { CODE_SERVER_VERSION: OLDEST }) },
    launchArgs: [opened, ...folders],
  }).catch((/** @type {unknown} */ error) => {
    console.error(String(error));
  });
  return existsSync(results) ? JSON.parse(readFileSync(results, 'utf8')) : { passed: 0, failed: 0, failures: [] };
}

function makeFolder() {
  const folder = path.join(scratch, 'agent');
  makeDemoRepository(folder);
  return folder;
}

/** Two repositories with their own releases; the second one is opened through a link. */
function makeWorkspace() {
  const folder = path.join(scratch, 'two', 'agent');
  makeDemoRepository(folder);
  const shim = path.join(scratch, 'elsewhere', 'shim');
  makeDemoRepository(shim);
  const git = (/** @type {string[]} */ ...args) => {
    const who = ['-c', 'user.name=Proto Compat', '-c', 'user.email=demo@example.com'];
    execFileSync('git', [...who, ...args], { cwd: shim });
  };
  git('checkout', '--quiet', '.');
  writeFileSync(path.join(shim, 'VERSION'), '2.5.0\n');
  git('commit', '--quiet', '--all', '--message=Release 2.5.0');
  git('tag', 'v2.5.0');
  symlinkSync(shim, path.join(scratch, 'two', 'linked-shim'), 'junction');
  const file = path.join(scratch, 'two', 'both.code-workspace');
  writeFileSync(file, JSON.stringify({ folders: [{ path: 'agent' }, { path: 'linked-shim' }] }));
  return file;
}

/**
 * Installs the packaged extension.
 * @param {string} file
 * @param {string} executable
 * @param {readonly string[]} folders
 * @returns {string} the folder of a second, empty extension, because the test runner requires one that is under development
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
  // The desktop application needs a display.
  const display = process.platform !== 'linux' || process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY'];
  if (process.env['BROWSER'] || !display) return STAND_IN;
  try {
    const version = oldest ? oldestSupported() : 'stable';
    return await downloadAndUnzipVSCode({ version, cachePath: path.join(ROOT, '.cache', 'vscode') });
  } catch (error) {
    console.log(`VS Code cannot be downloaded here (${String(error)}); using its server and a browser instead.`);
    return STAND_IN;
  }
}

/** @returns {string} `engines.vscode` of package.json without the caret */
function oldestSupported() {
  const manifest = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
  return String(manifest.engines.vscode).replace('^', '');
}
