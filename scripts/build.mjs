/**
 * Bundles what runs: the extension, the language server and the command, and the in-editor tests.
 *
 *   node scripts/build.mjs               with source maps, for development
 *   node scripts/build.mjs --production=DIR  minified and without the tests, into a folder of its own: what is packaged
 *   node scripts/build.mjs --watch       again after every change
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { ensureInstalled, ROOT } from './install.mjs';
import { thirdPartyNotices } from './notices.mjs';

ensureInstalled();
const esbuild = await import('esbuild');

/** Where what is packaged goes, so that nobody who runs something from `dist` finds it empty meanwhile. */
const production = process.argv.map((argument) => /^--production=(.+)$/.exec(argument)?.[1]).find(Boolean);
const outdir = production ?? 'dist';
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
  sourcemap: production === undefined,
  // Names stay: they show in stack traces of bug reports, and esbuild's way to keep them beside short ones costs time in every call.
  minifyWhitespace: production !== undefined,
  minifySyntax: production !== undefined,
  // The UMD builds that `main` names elsewhere load their parts by a `require` that a bundler cannot follow.
  mainFields: ['module', 'main'],
  plugins: [evaluatedOnFirstUse('protobufjs/minimal')],
};

/** @type {import('esbuild').BuildOptions[]} */
const bundles = [
  { ...common, entryPoints: { client: 'client/extension.ts' }, outdir, external: ['vscode'] },
  // The script of the extension's own pages.
  {
    ...common,
    entryPoints: { page: 'client/webview/page.ts' },
    outdir,
    platform: 'browser',
    target: 'es2022',
    format: 'iife',
    outExtension: { '.js': '.js' },
  },
  { ...common, entryPoints: { server: 'server/main.ts' }, outdir },
  // Loaded by `proto-compat mcp` alone.
  { ...common, entryPoints: { mcp: 'server/mcp.ts' }, outdir },
  { ...common, entryPoints: { cli: 'server/cli.ts' }, outdir, banner: { js: '#!/usr/bin/env node' } },
];
if (production === undefined) {
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
  const results = await Promise.allSettled(bundles.map((bundle) => esbuild.build(bundle)));
  const built = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  // esbuild has said what is wrong.
  if (built.length < results.length) process.exit(1);
  if (production !== undefined) {
    const notices = thirdPartyNotices(built.flatMap(({ metafile }) => metafile ?? []));
    writeFileSync(path.resolve(ROOT, production, 'third-party-notices.txt'), notices);
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
