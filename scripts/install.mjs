import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

export const ROOT = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** Runs `npm ci` if `node_modules` does not fit `package-lock.json`. */
export function ensureInstalled() {
  if (isInstalled()) return;
  withProgress('Installing dependencies', () => {
    npm(['ci', '--no-audit', '--no-fund'], ROOT);
  });
}

/**
 * A folder under `.cache/` that is filled once.
 * @param {string} name of the folder, for example `buf-1.59.0`
 * @param {(folder: string) => void} fill fills an empty folder
 * @returns {string} the absolute path
 * @throws {Error} if it cannot be filled; then it does not exist
 */
export function cached(name, fill) {
  const folder = path.join(ROOT, '.cache', name);
  if (existsSync(folder)) return folder;
  mkdirSync(path.dirname(folder), { recursive: true });
  const unfinished = mkdtempSync(path.join(path.dirname(folder), 'unfinished-'));
  try {
    withProgress(`Installing ${path.basename(name)}`, () => {
      fill(unfinished);
    });
    renameSync(unfinished, folder);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    // Another process may have filled it in the meantime.
    if (!existsSync(folder)) throw error;
  }
  return folder;
}

/**
 * npm may print nothing for a minute.
 * @param {string} what
 * @param {() => void} work
 */
function withProgress(what, work) {
  const started = Date.now();
  const { stderr } = process;
  if (!stderr.isTTY) console.log(`${what} …`);
  const count = `let seconds = 0; setInterval(() => process.stderr.write('\\r' + process.argv[1] + ' … ' + ++seconds + ' s '), 1000)`;
  const counter = stderr.isTTY
    ? spawn(process.execPath, ['-e', count, what], { stdio: ['ignore', 'ignore', 'inherit'] })
    : undefined;
  try {
    work();
  } finally {
    counter?.kill();
    if (stderr.isTTY) stderr.write(`\r${what} … ${Math.round((Date.now() - started) / 1000)} s\n`);
  }
}

/**
 * @param {readonly string[]} args
 * @param {string} cwd
 * @throws {Error} if npm fails; npm has printed the reason.
 */
export function npm(args, cwd) {
  // npm's script starts without a shell on every platform.
  const script = process.env['npm_execpath'];
  const [command, first] = script?.endsWith('.js') ? [process.execPath, [script]] : ['npm', []];
  const { status, error } = spawnSync(command, [...first, ...args], {
    cwd,
    stdio: ['ignore', 'inherit', 'inherit'],
    // Errors are also printed under `npm test --silent`.
    env: { ...process.env, npm_config_loglevel: 'error' },
    shell: command === 'npm' && process.platform === 'win32',
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`npm ${args.join(' ')} failed in ${cwd}`);
}

function isInstalled() {
  // npm writes this file last.
  const installed = path.join(ROOT, 'node_modules', '.package-lock.json');
  const wanted = path.join(ROOT, 'package-lock.json');
  if (!statSync(installed, { throwIfNoEntry: false })) return false;
  const here = packages(installed);
  return Object.entries(packages(wanted)).every(
    ([where, entry]) => where === '' || entry.optional || here[where]?.version === entry.version,
  );
}

/**
 * @param {string} lockFile
 * @returns {Record<string, { version?: string, optional?: boolean }>}
 */
function packages(lockFile) {
  return JSON.parse(readFileSync(lockFile, 'utf8')).packages;
}
