/**
 * Makes a repository with a release and a pending edit, prints the output of `proto-compat check`, and opens an editor.
 *
 *   node scripts/demo.mjs             in VS Code if it can be started, otherwise in VS Code in the browser
 *   node scripts/demo.mjs --browser   in VS Code in the browser
 *   node scripts/demo.mjs --terminal  only prints
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { installFromSources, startServer, workbenchAddress } from './browser-vscode.mjs';
import { EDITED_FILE, makeDemoRepository } from './demo-repository.mjs';
import { ensureInstalled, ROOT } from './install.mjs';

const repository = path.join(ROOT, '.cache', 'demo', 'agent');

ensureInstalled();
if (node('scripts/build.mjs') !== 0) process.exit(1);
mkdirSync(path.dirname(repository), { recursive: true });
makeDemoRepository(repository);

const file = path.join(repository, EDITED_FILE);
/** One-based: a field with a swapped number, and the field above a deleted one. */
const [swapped, deleted] = ['sandbox_id = 1;', 'uint32 nb_cpus = 2;'].map(lineOf);

console.log(`
kata-runtime and kata-agent communicate with the protocol in ${EDITED_FILE} and are upgraded at different times.
The file was edited after release 1.0.0. What breaks between an old and a new version?
`);
console.log(`$ node dist/cli.cjs check --repo ${path.relative(ROOT, repository)}`);
node('dist/cli.cjs', 'check', '--repo', repository);

if (!process.argv.includes('--terminal')) {
  if (process.argv.includes('--browser') || !openDesktop()) await serve();
  console.log(`  line ${swapped}: hover over the number to see what is sent and what is read
  line ${deleted}: press Ctrl+. to see the fixes for a deletion
  the status bar shows the version that the edit needs, and why
`);
}

/** @param {string} text */
function lineOf(text) {
  const [before = ''] = readFileSync(file, 'utf8').split(text);
  return before.split('\n').length;
}

/** @returns {boolean} whether VS Code could be started */
function openDesktop() {
  const display = process.platform !== 'linux' || process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY'];
  if (!display) return false;
  const args = ['--new-window', `--extensionDevelopmentPath=${ROOT}`, repository, '--goto', `${file}:${swapped}`];
  // On Windows `code` is a script, which needs a shell with quotes.
  const windows = process.platform === 'win32';
  const { status } = spawnSync('code', windows ? args.map((arg) => `"${arg}"`) : args, {
    stdio: 'inherit',
    shell: windows,
  });
  if (status === 0) console.log('\nVS Code shows the same while you type:\n');
  return status === 0;
}

async function serve() {
  const scratch = mkdtempSync(path.join(os.tmpdir(), 'proto-compat-demo-'));
  process.once('exit', () => {
    rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
  });
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(0));
  const { authority } = await startServer({ scratch, extensions: installFromSources(scratch) });
  console.log('\nVS Code in the browser shows the same while you type (Ctrl+C stops it):');
  const address = workbenchAddress(authority, repository, `${file}:${swapped}`, [['gotoLineMode', 'true']]);
  console.log(`\n  ${await shortAddress(address)}\n`);
}

/**
 * Many terminals cannot open a URL that is longer than a line, so a short one redirects to it.
 * @param {string} address
 */
async function shortAddress(address) {
  const server = createServer((_, response) => {
    response.writeHead(302, { location: address }).end();
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const listening = server.address();
  return typeof listening === 'object' && listening !== null ? `http://127.0.0.1:${listening.port}/` : address;
}

/** @param {string[]} args */
function node(...args) {
  return spawnSync(process.execPath, args, { cwd: ROOT, stdio: 'inherit' }).status;
}
