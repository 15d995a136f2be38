/**
 * Fails if the registry knows vulnerabilities in the bundled libraries, which `npm audit --omit=dev` does not check. Run it after
 * `npm run package`.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { npm, ROOT } from './install.mjs';
import { librariesIn } from './notices.mjs';

const libraries = librariesIn(readFileSync(path.join(ROOT, 'dist', 'npm', 'third-party-notices.txt'), 'utf8'));
const folder = mkdtempSync(path.join(os.tmpdir(), 'proto-compat-audit-'));
process.once('exit', () => {
  rmSync(folder, { recursive: true, force: true });
});
/** A library can be bundled in two versions. */
const dependencies = Object.fromEntries(
  libraries.map(([name, version], index) => [`library-${index}`, `npm:${name}@${version}`]),
);
writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ private: true, dependencies }));
npm(['install', '--package-lock-only', '--ignore-scripts', '--no-audit', '--no-fund'], folder);
npm(['audit'], folder);
console.log(`No known vulnerabilities in ${libraries.map(([name, version]) => `${name} ${version}`).join(', ')}.`);
