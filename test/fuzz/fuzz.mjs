/*
 * Makes random edits:
 * - `server` compares the server's answers with those of a new server,
 * - `project` compares each result with that of a check from scratch,
 * - `released` tests that nothing throws if the release does not compile.
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
// Ctrl+C runs the handler of `exit`, too.
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
  // Some bundled modules need `require`.
  banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  // esbuild cannot be found from the temporary folder.
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
