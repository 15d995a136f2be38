/**
 * Shows the main job: makes a small git repository with a release and a pending edit, prints what `proto-compat check` says of it,
 * and opens it in VS Code, or serves VS Code in the browser where there is none. Works on a fresh clone by itself.
 *
 *   node scripts/demo.mjs             VS Code if it is installed, else the browser
 *   node scripts/demo.mjs --browser   the browser
 *   node scripts/demo.mjs --terminal  only what the command prints
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
/** Two numbers that have changed places: what is sent as the one is read as the other. */
const [swapped, deleted] = ['sandbox_id = 1;', 'message OnlineCPUMemRequest'].map(lineOf);

console.log(`
kata-runtime calls kata-agent as ${EDITED_FILE} says, and the two are upgraded at different times.
1.0.0 is released. Somebody has edited the file since: which mix of old and new breaks, and how?
`);
console.log(`$ node dist/cli.cjs check --repo ${path.relative(ROOT, repository)}`);
node('dist/cli.cjs', 'check', '--repo', repository);

if (!process.argv.includes('--terminal')) {
  if (process.argv.includes('--browser') || !openDesktop()) await serve();
  console.log(`  line ${swapped}: hover over the number, to see what is sent and what is read
  line ${deleted}: Ctrl+. shows the ways out of a deletion
  the status bar: which version it needs, and why
`);
}

/** @param {string} text */
function lineOf(text) {
  const [before = ''] = readFileSync(file, 'utf8').split(text);
  return before.split('\n').length;
}

/** @returns {boolean} false where there is no VS Code or nothing to show it on */
function openDesktop() {
  const display = process.platform !== 'linux' || process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY'];
  if (!display) return false;
  const args = ['--new-window', `--extensionDevelopmentPath=${ROOT}`, repository, '--goto', `${file}:${swapped}`];
  // On Windows `code` is a script, which needs a shell, and a shell needs the quotes.
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
  console.log('\nVS Code in the browser shows the same while you type; Ctrl+C ends it:');
  const address = workbenchAddress(authority, repository, `${file}:${swapped}`, [['gotoLineMode', 'true']]);
  console.log(`\n  ${await shortAddress(address)}\n`);
}

/**
 * An address that leads to a long one and fits in a line of a terminal, where a long one cannot be clicked.
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
