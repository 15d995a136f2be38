/**
 * Makes the extension (`proto-compat-VERSION.vsix`) and the command (`proto-compat-VERSION.tgz`, for npm) in the top
 * folder. Neither has dependencies.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { ensureInstalled, npm, ROOT } from './install.mjs';

ensureInstalled();
/** The option is for VS Code's pre-release channel. */
const preRelease = process.argv.includes('--pre-release') ? ['--pre-release'] : [];
const manifest = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
const name = `${manifest.name}-${manifest.version}`;

mkdirSync(path.join(ROOT, 'dist'), { recursive: true });
/** Complete packages are moved, because programs may run from `dist`. */
const stage = mkdtempSync(path.join(ROOT, 'dist', 'packing-'));
process.once('exit', () => {
  rmSync(stage, { recursive: true, force: true });
});
node('scripts/build.mjs', `--production=${path.join(stage, 'dist')}`);
packExtension();
packCommand();
for (const folder of ['vsix', 'npm']) {
  rmSync(path.join(ROOT, 'dist', folder), { recursive: true, force: true });
  renameSync(path.join(stage, folder), path.join(ROOT, 'dist', folder));
}
for (const file of [`${name}.vsix`, `${name}.tgz`]) renameSync(path.join(stage, file), path.join(ROOT, file));

function packExtension() {
  const vsce = path.join(ROOT, 'node_modules', '@vscode', 'vsce', 'vsce');
  const folder = path.join(stage, 'vsix');
  const listed = execFileSync(process.execPath, [vsce, 'ls', '--no-dependencies'], { cwd: ROOT, encoding: 'utf8' });
  const sources = listed
    .trim()
    .split('\n')
    .filter((file) => !file.startsWith('dist/'));
  for (const file of [...sources, '.vscodeignore']) cpSync(path.join(ROOT, file), path.join(folder, file));
  cpSync(path.join(stage, 'dist'), path.join(folder, 'dist'), { recursive: true });
  writeFileSync(path.join(folder, 'README.md'), publishedPage());
  nodeIn(folder, vsce, 'package', '--no-dependencies', ...preRelease, '--out', path.join(stage, `${name}.vsix`));
}

function packCommand() {
  const folder = path.join(stage, 'npm');
  mkdirSync(folder);
  const { description, version, license, homepage, repository, bugs, keywords, engines } = manifest;
  const command = {
    name: manifest.name,
    version,
    description,
    license,
    homepage,
    repository,
    bugs,
    keywords,
    engines: { node: engines.node },
    bin: { 'proto-compat': 'cli.cjs' },
  };
  writeFileSync(path.join(folder, 'package.json'), `${JSON.stringify(command, null, 2)}\n`);
  for (const file of ['cli.cjs', 'third-party-notices.txt'])
    copyFileSync(path.join(stage, 'dist', file), path.join(folder, file));
  cpSync(path.join(stage, 'dist', 'cli'), path.join(folder, 'cli'), { recursive: true });
  for (const file of ['schemas/proto-compat.schema.json', 'LICENSE'])
    copyFileSync(path.join(ROOT, file), path.join(folder, path.basename(file)));
  writeFileSync(path.join(folder, 'README.md'), publishedPage());
  npm(['pack', '--silent'], folder);
  renameSync(path.join(folder, `${name}.tgz`), path.join(stage, `${name}.tgz`));
}

/** VS Code shows only images from the web for an extension. */
function publishedPage() {
  /** @type {string} */
  const hosted = manifest.repository.url;
  const project = hosted.replace(/\.git$/, '');
  const raw = project.replace('//github.com/', '//raw.githubusercontent.com/');
  return readFileSync(path.join(ROOT, 'README.md'), 'utf8')
    .replace(/\]\((?![a-z]+:|#)/g, `](${project}/blob/main/`)
    .replace(/\b(src|srcset)="(?!https:)/g, `$1="${raw}/main/`);
}

/** @param {string[]} args */
function node(...args) {
  nodeIn(ROOT, ...args);
}

/**
 * @param {string} cwd
 * @param {string[]} args
 */
function nodeIn(cwd, ...args) {
  const { status } = spawnSync(process.execPath, args, { cwd, stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) process.exit(1);
}
