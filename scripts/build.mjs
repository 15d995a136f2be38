/**
 * Bundles what runs: the extension, the language server and the command, and the in-editor tests.
 *
 *   node scripts/build.mjs               with source maps, for development
 *   node scripts/build.mjs --production  minified, without the tests: what is packaged
 *   node scripts/build.mjs --watch       again after every change
 */
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { ensureInstalled, ROOT } from './install.mjs';
import { thirdPartyNotices } from './notices.mjs';

ensureInstalled();
const esbuild = await import('esbuild');

const production = process.argv.includes('--production');
const watch = process.argv.includes('--watch');

/** @satisfies {import('esbuild').BuildOptions} */
const common = {
  absWorkingDir: ROOT,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  outExtension: { '.js': '.cjs' },
  logLevel: 'warning',
  metafile: true,
  sourcemap: !production,
  // Names stay: they show in stack traces of bug reports, and esbuild's way to keep them beside short ones costs time in every call.
  minifyWhitespace: production,
  minifySyntax: production,
  // The UMD builds that `main` names elsewhere load their parts by a `require` that a bundler cannot follow.
  mainFields: ['module', 'main'],
  plugins: [evaluatedOnFirstUse('protobufjs/minimal')],
};

/** @type {import('esbuild').BuildOptions[]} */
const bundles = [
  { ...common, entryPoints: { client: 'client/extension.ts' }, outdir: 'dist', external: ['vscode'] },
  // The script of the extension's own pages.
  {
    ...common,
    entryPoints: { page: 'client/webview/page.ts' },
    outdir: 'dist',
    platform: 'browser',
    target: 'es2022',
    format: 'iife',
    outExtension: { '.js': '.js' },
  },
  { ...common, entryPoints: { server: 'server/main.ts' }, outdir: 'dist' },
  // Loaded by `proto-compat mcp` alone.
  { ...common, entryPoints: { mcp: 'server/mcp.ts' }, outdir: 'dist' },
  { ...common, entryPoints: { cli: 'server/cli.ts' }, outdir: 'dist', banner: { js: '#!/usr/bin/env node' } },
];
if (!production) {
  bundles.push(
    // mocha finds its parts by their paths and cannot be bundled.
    {
      ...common,
      entryPoints: ['suite', 'folders'].flatMap((suite) =>
        ['index', '*.test'].map((file) => `test/editor/${suite}/${file}.ts`),
      ),
      outbase: 'test/editor',
      outdir: 'dist/test',
      external: ['vscode', 'mocha'],
    },
  );
}

if (watch) {
  for (const bundle of bundles) {
    const context = await esbuild.context({ ...bundle, logLevel: 'info' });
    await context.watch();
  }
} else {
  if (production) rmSync(path.join(ROOT, 'dist'), { recursive: true, force: true });
  const results = await Promise.allSettled(bundles.map((bundle) => esbuild.build(bundle)));
  const built = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  // esbuild has said what is wrong.
  if (built.length < results.length) process.exit(1);
  if (production) {
    const notices = thirdPartyNotices(built.flatMap(({ metafile }) => metafile ?? []));
    writeFileSync(path.join(ROOT, 'dist', 'third-party-notices.txt'), notices);
  }
}

/**
 * Loading protobufjs takes some milliseconds that only an example of a loss needs. In the bundle `import protobuf from '…'` therefore yields a proxy
 * that evaluates the library when something of it is first used.
 * @param {string} library
 * @returns {import('esbuild').Plugin}
 */
function evaluatedOnFirstUse(library) {
  const namespace = 'evaluated-on-first-use';
  return {
    name: namespace,
    setup(build) {
      build.onResolve({ filter: new RegExp(`^${library}$`) }, ({ namespace: importer }) =>
        importer === namespace ? undefined : { path: library, namespace },
      );
      build.onLoad({ filter: /./, namespace }, () => ({
        resolveDir: ROOT,
        contents: `
          let library;
          module.exports = new Proxy({}, { get: (_, name) => (library ??= require('${library}'))[name] });
        `,
      }));
    },
  };
}
