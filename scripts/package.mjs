/**
 * Makes what users install: the extension (`proto-compat-VERSION.vsix`) and the command (`proto-compat-VERSION.tgz`, for npm), both
 * from bundles without dependencies.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { ensureInstalled, npm, ROOT } from './install.mjs';

ensureInstalled();
const manifest = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
const name = `${manifest.name}-${manifest.version}`;

node('scripts/build.mjs', '--production');
node(
  'node_modules/@vscode/vsce/vsce',
  'package',
  '--no-dependencies',
  '--allow-missing-repository',
  // Pages and pictures are found beside the README, wherever the repository is hosted.
  '--no-rewrite-relative-links',
  '--out',
  `${name}.vsix`,
);
packCommand();

/** The npm package is the command alone: its manifest says nothing of VS Code, so that npm brings nothing else along. */
function packCommand() {
  const folder = path.join(ROOT, 'dist', 'npm');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const { description, version, license, keywords, engines } = manifest;
  const command = {
    ...{ name: manifest.name, version, description, license, keywords },
    ...{ engines: { node: engines.node }, bin: { 'proto-compat': 'cli.cjs' } },
  };
  writeFileSync(path.join(folder, 'package.json'), `${JSON.stringify(command, null, 2)}\n`);
  const files = ['dist/cli.cjs', 'dist/third-party-notices.txt', 'schemas/proto-compat.schema.json', 'LICENSE'];
  for (const file of files) copyFileSync(path.join(ROOT, file), path.join(folder, path.basename(file)));
  // Its pictures show VS Code, and would be several times the size of everything else.
  const page = readFileSync(path.join(ROOT, 'README.md'), 'utf8').replace(/<picture>[^]*?<\/picture>\n+/g, '');
  writeFileSync(path.join(folder, 'README.md'), page);
  npm(['pack', '--silent'], folder);
  renameSync(path.join(folder, `${name}.tgz`), path.join(ROOT, `${name}.tgz`));
}

/** @param {string[]} args */
function node(...args) {
  const { status } = spawnSync(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) process.exit(1);
}
