/**
 * Runs the test layers, also in a fresh clone. The last line is `N passed, N failed`. A layer that did not finish or passed no test has
 * failed.
 *
 *   node scripts/test.mjs [unit|editor|package …]   all layers by default
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { ensureInstalled, ROOT } from './install.mjs';

/** @typedef {{ passed: number, failed: number, failures: readonly string[] }} Counts `failures` says what failed, for people */

/** @type {Record<string, () => Counts>} */
const LAYERS = {
  unit: () => vitest('unit'),
  editor: () => editor(),
  // In the newest VS Code and in the oldest supported one.
  package: () => {
    if (!run('scripts/package.mjs')) return NOT_RUN;
    const { name, version } = readJson(path.join(ROOT, 'package.json'));
    const vsix = path.join(ROOT, `${name}-${version}.vsix`);
    return sum([
      vitest('package', '--config', 'test/package/vitest.config.ts'),
      editor(vsix),
      editor('--oldest', vsix),
    ]);
  },
};
const NOT_RUN = { passed: 0, failed: 1, failures: ['could not be prepared'] };

const asked = process.argv.slice(2);
const names = asked.length > 0 ? asked : Object.keys(LAYERS);
const results = prepare() ? names.map(layer) : [NOT_RUN];
const total = sum(results);
if (total.failures.length > 0) console.log(`\nFailed:\n${total.failures.map((failure) => `  ${failure}\n`).join('')}`);
console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 ? 0 : 1;

/** @returns {boolean} whether that worked */
function prepare() {
  try {
    ensureInstalled();
  } catch (error) {
    console.error(String(error));
    return false;
  }
  return run('scripts/build.mjs');
}

/** @param {string} name */
function layer(name) {
  const counts = LAYERS[name]?.();
  if (counts === undefined) throw new Error(`No such layer: ${name}`);
  console.log(`\n${name}: ${counts.passed} passed, ${counts.failed} failed`);
  return { ...counts, failures: counts.failures.map((failure) => `${name}: ${failure}`) };
}

/**
 * @param {string} name of the layer
 * @param {string[]} args
 */
function vitest(name, ...args) {
  return counted(`${name}.json`, (file) =>
    run(
      'node_modules/vitest/vitest.mjs',
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile=${file}`,
      ...args,
    ),
  );
}

/** @param {string[]} args */
function editor(...args) {
  return counted('editor.json', () => run('test/editor/run.mjs', ...args));
}

/**
 * A runner that fails without a failed test, or that passes no test, counts as one failure.
 * @param {string} name of the file
 * @param {(file: string) => boolean} runs returns whether the runner succeeded
 * @returns {Counts}
 */
function counted(name, runs) {
  const file = path.join(ROOT, 'dist', 'test', name);
  mkdirSync(path.dirname(file), { recursive: true });
  rmSync(file, { force: true });
  const ok = runs(file);
  const result = existsSync(file) ? readJson(file) : {};
  const passed = result.passed ?? result.numPassedTests ?? 0;
  const failed = result.failed ?? result.numFailedTests ?? 0;
  for (const title of skipped(result)) console.log(`not run: ${title}`);
  const failures = [...(result.failures ?? []), ...failedTests(result)];
  if (failed > 0 || (ok && passed > 0)) return { passed, failed, failures };
  return { passed, failed: 1, failures: [...failures, ok ? 'ran no test' : 'failed without a failed test'] };
}

/** @param {{ testResults?: readonly { assertionResults: readonly { status: string, fullName: string }[] }[] }} result of vitest */
function skipped({ testResults = [] }) {
  return testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status }) => status !== 'passed' && status !== 'failed')
    .map(({ fullName }) => fullName);
}

/**
 * A file that could not be loaded has no tests and is listed itself.
 * @param {{ testResults?: readonly { name: string, status: string, assertionResults: readonly { status: string, fullName: string }[] }[] }} result
 */
function failedTests({ testResults = [] }) {
  return testResults
    .filter(({ status }) => status === 'failed')
    .flatMap(({ name, assertionResults }) => {
      const file = path.relative(ROOT, name);
      const failed = assertionResults.filter(({ status }) => status === 'failed');
      return failed.length === 0 ? [file] : failed.map(({ fullName }) => `${file} > ${fullName}`);
    });
}

/**
 * @param {readonly Counts[]} counts
 * @returns {Counts}
 */
function sum(counts) {
  return {
    passed: counts.reduce((total, { passed }) => total + passed, 0),
    failed: counts.reduce((total, { failed }) => total + failed, 0),
    failures: counts.flatMap(({ failures }) => failures),
  };
}

/** @param {string[]} command */
function run(...command) {
  return spawnSync(process.execPath, command, { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'] }).status === 0;
}

/** @param {string} file */
function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}
