import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';

/** Bundles an entry point into one file, which `remove` deletes. */
export async function bundle(entry: string): Promise<{ readonly path: string; remove(): void }> {
  const folder = mkdtempSync(join(tmpdir(), 'proto-compat-bundle-'));
  const path = join(folder, 'server.cjs');
  await build({
    entryPoints: [entry],
    outfile: path,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    mainFields: ['module', 'main'],
    logLevel: 'silent',
  });
  return {
    path,
    remove: () => {
      rmSync(folder, { recursive: true });
    },
  };
}
