/**
 * Makes what users install: the extension (`proto-compat-VERSION.vsix`) and the command (`proto-compat-VERSION.tgz`, for npm), both
 * from bundles without dependencies.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { ensureInstalled, npm, ROOT } from './install.mjs';

ensureInstalled();
/** With `--pre-release`, the extension is for the channel of that name; `--release` says that it is not. */
const preRelease = process.argv.includes('--pre-release') ? ['--pre-release'] : [];
const manifest = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
const name = `${manifest.name}-${manifest.version}`;

node('scripts/build.mjs', '--production');
packExtension();
packCommand();

/** What .vscodeignore lets through, in a folder of its own, so that the page is the published one. */
function packExtension() {
  const vsce = path.join(ROOT, 'node_modules', '@vscode', 'vsce', 'vsce');
  const folder = emptied('vsix');
  const listed = execFileSync(process.execPath, [vsce, 'ls', '--no-dependencies'], { cwd: ROOT, encoding: 'utf8' });
  for (const file of [...listed.trim().split('\n'), '.vscodeignore'])
    cpSync(path.join(ROOT, file), path.join(folder, file));
  writeFileSync(path.join(folder, 'README.md'), publishedPage());
  nodeIn(folder, vsce, 'package', '--no-dependencies', ...preRelease, '--out', path.join(ROOT, `${name}.vsix`));
}

/** The npm package is the command alone: its manifest says nothing of VS Code, so that npm brings nothing else along. */
function packCommand() {
  const folder = emptied('npm');
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
  const files = [
    'dist/cli.cjs',
    'dist/mcp.cjs',
    'dist/third-party-notices.txt',
    'schemas/proto-compat.schema.json',
    'LICENSE',
  ];
  for (const file of files) copyFileSync(path.join(ROOT, file), path.join(folder, path.basename(file)));
  writeFileSync(path.join(folder, 'README.md'), publishedPage());
  npm(['pack', '--silent'], folder);
  renameSync(path.join(folder, `${name}.tgz`), path.join(ROOT, `${name}.tgz`));
}

/**
 * README.md for pages that stand apart from the repository: what it links to and shows is where the project is hosted. An extension's
 * page in VS Code shows no pictures but from the web.
 */
function publishedPage() {
  /** @type {string} */
  const hosted = manifest.repository.url;
  const project = hosted.replace(/\.git$/, '');
  const raw = project.replace('//github.com/', '//raw.githubusercontent.com/');
  return readFileSync(path.join(ROOT, 'README.md'), 'utf8')
    .replace(/\]\((?![a-z]+:|#)/g, `](${project}/blob/main/`)
    .replace(/\b(src|srcset)="(?!https:)/g, `$1="${raw}/main/`);
}

/** @param {string} name of a folder of what is built */
function emptied(name) {
  const folder = path.join(ROOT, 'dist', name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return folder;
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
