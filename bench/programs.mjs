import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { performance } from 'node:perf_hooks';
import path from 'node:path';
import process from 'node:process';
import { cached, npm } from '../scripts/install.mjs';

export const BUF = nativeBuf(createRequire(import.meta.url).resolve('@bufbuild/buf/package.json'));

/** In milliseconds. A longer run is stopped, and counts with this time. */
const TIME_LIMIT = 120_000;

/** With this variable, Node.js 20 reads certificates at every start. */
export const ENVIRONMENT = { ...process.env };
delete ENVIRONMENT['NODE_EXTRA_CA_CERTS'];

/**
 * @param {readonly string[]} command
 * @param {string} directory
 * @param {readonly number[]} codes exit codes of a successful run
 * @param {string} [input] for its standard input
 * @returns {{ time: number, output: string }} milliseconds, with the start of the process
 * @throws {Error} with the first line of the program's output, if it failed
 */
export function run([program = '', ...args], directory, codes = [0], input = '') {
  const started = performance.now();
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd: directory,
    env: ENVIRONMENT,
    encoding: 'utf8',
    stdio: ['pipe', 'pipe', 'pipe'],
    input,
    maxBuffer: 1 << 30,
    timeout: TIME_LIMIT,
  });
  const time = performance.now() - started;
  if (time >= TIME_LIMIT) return { time, output: stdout };
  if (error !== undefined) throw error;
  if (!codes.includes(status ?? -1)) {
    throw new Error(`${path.basename(program)} ${args[0] ?? ''}: ${`${stderr}${stdout}`.trim().split('\n')[0] ?? ''}`);
  }
  return { time, output: stdout };
}

/**
 * @param {string} directory
 * @param {string} against
 * @param {string} [input]
 * @throws {Error} if the files do not compile, because then buf compares nothing
 */
export function bufBreaking(directory, against, input = '.') {
  const command = [BUF, 'breaking', input, '--against', against, '--error-format', 'json'];
  // The exit code is 100 for findings and for errors of the compiler.
  const result = run(command, directory, [0, 100]);
  const [error] = result.output.split('\n').filter((line) => line.includes('"type":"COMPILE"'));
  if (error !== undefined) throw new Error(`buf breaking: ${error}`);
  return result;
}

/**
 * buf 1.59 is the last version whose language server checks for breaking changes.
 * @returns {string} the absolute path of the program
 */
export function bufLanguageServer() {
  const folder = cached('buf-1.59.0', (unfinished) => {
    writeFileSync(path.join(unfinished, 'package.json'), '{ "private": true }');
    npm(['install', '@bufbuild/buf@1.59.0', '--ignore-scripts', '--no-audit', '--no-fund'], unfinished);
  });
  return nativeBuf(path.join(folder, 'node_modules', '@bufbuild', 'buf', 'package.json'));
}

/**
 * Avoids the script of the npm package, which takes time.
 * @param {string} manifest path of the npm package's package.json
 */
function nativeBuf(manifest) {
  const arch = process.platform === 'linux' && process.arch === 'arm64' ? 'aarch64' : process.arch;
  const file = process.platform === 'win32' ? 'buf.exe' : 'buf';
  return createRequire(manifest).resolve(`@bufbuild/buf-${process.platform}-${arch}/bin/${file}`);
}
