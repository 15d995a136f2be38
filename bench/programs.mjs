import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { performance } from 'node:perf_hooks';
import path from 'node:path';
import process from 'node:process';

/** The newest buf, for `buf breaking`. */
export const BUF = nativeBuf('@bufbuild/buf');
/** The last buf whose language server checks for breaking changes. */
export const BUF_LANGUAGE_SERVER = nativeBuf('buf-language-server');

/** A run that takes longer (milliseconds) is stopped and counts as that long: what is compared with it comes out too low. */
const PATIENCE = 120_000;

/**
 * Runs a program to its end.
 * @param {readonly string[]} command
 * @param {string} directory
 * @param {readonly number[]} codes exit codes of a run that did its work
 * @returns {{ time: number, output: string }} milliseconds from before the start of the process to its end, and what it printed
 * @throws {Error} with what the program said, where it failed
 */
export function run([program = '', ...args], directory, codes = [0]) {
  const started = performance.now();
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd: directory,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 1 << 30,
    timeout: PATIENCE,
  });
  const time = performance.now() - started;
  if (time >= PATIENCE) return { time, output: stdout };
  if (error !== undefined) throw error;
  if (!codes.includes(status ?? -1)) {
    throw new Error(`${path.basename(program)} ${args[0] ?? ''}: ${`${stderr}${stdout}`.trim().split('\n')[0] ?? ''}`);
  }
  return { time, output: stdout };
}

/**
 * Runs `buf breaking`; 100 is its exit code for findings.
 * @param {string} directory
 * @param {string} against
 * @param {string} [input]
 */
export function bufBreaking(directory, against, input = '.') {
  return run([BUF, 'breaking', input, '--against', against], directory, [0, 100]);
}

/**
 * npm's `buf` is a script that starts this; the peer is measured without it.
 * @param {string} name of the npm package
 */
function nativeBuf(name) {
  const manifest = createRequire(import.meta.url).resolve(`${name}/package.json`);
  const arch = process.platform === 'linux' && process.arch === 'arm64' ? 'aarch64' : process.arch;
  const file = process.platform === 'win32' ? 'buf.exe' : 'buf';
  return createRequire(manifest).resolve(`@bufbuild/buf-${process.platform}-${arch}/bin/${file}`);
}
