/**
 * Shows the main job: makes a small git repository with a release and a pending edit, prints what `proto-compat check` says of it,
 * and opens it in VS Code, or serves VS Code in the browser where there is none. Works on a fresh clone by itself.
 *
 *   node scripts/demo.mjs             VS Code if it is installed, else the browser
 *   node scripts/demo.mjs --browser   the browser
 *   node scripts/demo.mjs --terminal  only what the command prints
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
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

console.log(`\nThe repository ${repository} has the release 1.0.0 and an edit since. In the terminal:\n`);
console.log(`$ node dist/cli.cjs check --repo ${path.relative(ROOT, repository)}`);
node('dist/cli.cjs', 'check', '--repo', repository);

if (!process.argv.includes('--terminal') && (process.argv.includes('--browser') || !openDesktop())) await serve();

/** @returns {boolean} false where there is no VS Code or nothing to show it on */
function openDesktop() {
  const display = process.platform !== 'linux' || process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY'];
  if (!display) return false;
  const file = path.join(repository, EDITED_FILE);
  const args = ['--new-window', `--extensionDevelopmentPath=${ROOT}`, repository, file];
  // On Windows `code` is a script, which needs a shell, and a shell needs the quotes.
  const windows = process.platform === 'win32';
  const { status } = spawnSync('code', windows ? args.map((arg) => `"${arg}"`) : args, {
    stdio: 'inherit',
    shell: windows,
  });
  if (status === 0) console.log('\nVS Code shows the same while you type.');
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
  console.log(`\n  ${workbenchAddress(authority, repository, path.join(repository, EDITED_FILE))}\n`);
}

/** @param {string[]} args */
function node(...args) {
  return spawnSync(process.execPath, args, { cwd: ROOT, stdio: 'inherit' }).status;
}
