/** Node.js 20 cannot run TypeScript, so this bundles and runs it: `node scripts/run.mjs FILE.ts [ARGUMENTS …]`. */
import path from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { ensureInstalled, ROOT } from './install.mjs';

ensureInstalled();
const { build } = await import('esbuild');

const [file, ...args] = process.argv.slice(2);
if (file === undefined) throw new Error('Usage: node scripts/run.mjs FILE.ts [ARGUMENTS …]');
const outfile = path.join(ROOT, '.cache', 'run', `${path.basename(file, '.ts')}.mjs`);
await build({
  entryPoints: [file],
  outfile,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  packages: 'external',
  sourcemap: 'inline',
  logLevel: 'warning',
});
process.argv.splice(1, process.argv.length, outfile, ...args);
await import(pathToFileURL(outfile).href);
