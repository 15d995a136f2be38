/**
 * Asks the registry for known holes in the libraries that the packages contain, and fails when there is one. They are bundled, so that
 * `npm audit --omit=dev` would look at none of them. After `npm run package`.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { npm, ROOT } from './install.mjs';
import { noticed } from './notices.mjs';

const libraries = noticed(readFileSync(path.join(ROOT, 'dist', 'npm', 'third-party-notices.txt'), 'utf8'));
const folder = mkdtempSync(path.join(os.tmpdir(), 'proto-compat-audit-'));
process.once('exit', () => {
  rmSync(folder, { recursive: true, force: true });
});
writeFileSync(
  path.join(folder, 'package.json'),
  JSON.stringify({ private: true, dependencies: Object.fromEntries(libraries) }),
);
npm(['install', '--package-lock-only', '--ignore-scripts', '--no-audit', '--no-fund'], folder);
npm(['audit'], folder);
console.log(`Nothing is known of these: ${libraries.map(([name, version]) => `${name} ${version}`).join(', ')}.`);
