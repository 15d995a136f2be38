import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';

/** Builds the command as one bundle. */
export async function buildMcp(): Promise<{ readonly command: string; remove(): void }> {
  const folder = mkdtempSync(join(tmpdir(), 'proto-compat-mcp-'));
  await build({
    entryPoints: { cli: 'server/cli.ts' },
    outdir: folder,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    mainFields: ['module', 'main'],
    logLevel: 'silent',
  });
  return {
    command: join(folder, 'cli.cjs'),
    remove: () => {
      rmSync(folder, { recursive: true });
    },
  };
}
