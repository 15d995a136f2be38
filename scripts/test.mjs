/**
 * Runs every layer of tests and ends with one line that counts them: `N passed, N failed`. Fails when a test failed, when a layer
 * did not come to its end, and when a layer ran nothing. Works on a fresh clone by itself.
 *
 *   node scripts/test.mjs [unit|editor …]   all of them by default
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { ensureInstalled, ROOT } from './install.mjs';

const RESULTS = path.join(ROOT, 'dist', 'test');

/**
 * Each layer runs and says how many of its tests passed and failed, and whether its runner was content.
 * @type {Record<string, () => { passed: number, failed: number, ok: boolean }>}
 */
const LAYERS = {
  unit: () => {
    const file = path.join(RESULTS, 'unit.json');
    rmSync(file, { force: true });
    const ok = run('node_modules/vitest/vitest.mjs', [
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${file}`,
    ]);
    const { numPassedTests: passed = 0, numFailedTests: failed = 0 } = readJson(file);
    return { passed, failed, ok };
  },
  editor: () => {
    const ok = run('test/editor/run.mjs', []);
    const { passed = 0, failed = 0 } = readJson(path.join(RESULTS, 'editor.json'));
    return { passed, failed, ok };
  },
};

ensureInstalled();
if (!run('scripts/build.mjs', [])) process.exit(1);
mkdirSync(RESULTS, { recursive: true });

const asked = process.argv.slice(2);
const names = asked.length > 0 ? asked : Object.keys(LAYERS);
const total = { passed: 0, failed: 0 };
let ok = true;
for (const name of names) {
  const layer = LAYERS[name];
  if (layer === undefined) throw new Error(`No such layer: ${name}`);
  const result = layer();
  total.passed += result.passed;
  total.failed += result.failed;
  console.log(`\n${name}: ${result.passed} passed, ${result.failed} failed`);
  if (result.passed === 0) console.log(`${name}: nothing ran to its end`);
  else if (!result.ok && result.failed === 0) console.log(`${name}: its runner failed, see above`);
  ok &&= result.ok && result.passed > 0 && result.failed === 0;
}
console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exitCode = ok ? 0 : 1;

/** @param {string} script
 * @param {string[]} args
 */
function run(script, args) {
  return (
    spawnSync(process.execPath, [script, ...args], { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'] }).status === 0
  );
}

/** @param {string} file */
function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return {};
  }
}
