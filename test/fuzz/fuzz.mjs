/*
 * Makes random edits. `server` and `project` compare the results with those of a new server and of checks from scratch. `released` tests
 * that nothing throws even if the released text is damaged.
 *
 *   npm run fuzz -- --seed 1 --minutes 10 --edits 100000 --only server|project|released   (all options are optional)
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const ROOT = path.join(import.meta.dirname, '..', '..');
const folder = mkdtempSync(path.join(tmpdir(), 'proto-compat-fuzz-'));
process.once('exit', () => {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});
// Ctrl+C also removes the repositories and bundles.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(130));
for (const name of ['TMPDIR', 'TEMP', 'TMP']) process.env[name] = folder;
process.chdir(ROOT);
const outfile = path.join(folder, 'fuzz.mjs');
await build({
  entryPoints: ['test/fuzz/main.ts'],
  outfile,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  external: ['esbuild'],
  mainFields: ['module', 'main'],
  // Some bundled modules load parts of Node by `require`.
  banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  // The bundle is in a temporary folder, from which esbuild, which is not bundled, would not be found.
  plugins: [
    {
      name: 'esbuild-outside',
      setup: (build) => {
        build.onResolve({ filter: /^esbuild$/ }, () => ({ path: import.meta.resolve('esbuild'), external: true }));
      },
    },
  ],
  logLevel: 'warning',
});
await import(pathToFileURL(outfile).href);
