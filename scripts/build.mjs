/**
 * Bundles the extension, the language server, the command and the in-editor tests.
 *
 *   node scripts/build.mjs               with source maps, for development
 *   node scripts/build.mjs --production=DIR  minified, without tests, into another folder: for the packages
 *   node scripts/build.mjs --watch       rebuilds after every change
 */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { ensureInstalled, ROOT } from './install.mjs';
import { thirdPartyNotices } from './notices.mjs';

ensureInstalled();
const esbuild = await import('esbuild');
const { cycleOfParts, withConstantImports } = await import('./parts.mjs');

/** Node.js's compile cache (from version 22 on) must be enabled before any import. */
const START = `#!/usr/bin/env node
require('node:module').enableCompileCache?.();
`;

/** The folder is not `dist`, because programs may run from there. */
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
  // Bug reports show our own names. esbuild's `keepNames` costs time in every call.
  minifyWhitespace: production !== undefined,
  minifySyntax: production !== undefined,
  // A bundler cannot follow the `require` of the UMD builds in `main`.
  mainFields: ['module', 'main'],
};

/** @type {import('esbuild').BuildOptions[]} */
const bundles = [
  { ...inParts('client', 'client/extension.ts'), external: ['vscode'] },
  {
    ...common,
    entryPoints: { page: 'client/webview/page.ts' },
    outdir,
    platform: 'browser',
    target: 'es2022',
    format: 'iife',
    outExtension: { '.js': '.js' },
  },
  inParts('server', 'server/main.ts', evaluatedOnFirstUse('protobufjs/minimal.js')),
  inParts('cli', 'server/cli.ts', evaluatedOnFirstUse('protobufjs/minimal.js')),
];
if (production === undefined) {
  bundles.push(
    // mocha loads its parts by path and cannot be bundled.
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
  if (built.length < results.length) {
    // esbuild does not print what a plugin reports at the end of a build.
    for (const result of results) if (result.status === 'rejected') console.error(String(result.reason));
    process.exit(1);
  }
  if (production !== undefined) {
    const notices = thirdPartyNotices(built.flatMap(({ metafile }) => metafile ?? []));
    writeFileSync(path.resolve(ROOT, production, 'third-party-notices.txt'), notices);
  }
}

/**
 * Builds NAME.cjs, and a folder NAME with the modules that are loaded on demand. esbuild only splits ES modules, which
 * load more slowly than CommonJS.
 * @param {string} name
 * @param {string} entry
 * @param {readonly import('esbuild').Plugin[]} plugins
 * @returns {import('esbuild').BuildOptions}
 */
function inParts(name, entry, ...plugins) {
  return {
    ...common,
    entryPoints: { [name]: entry },
    outdir,
    format: 'esm',
    splitting: true,
    chunkNames: `${name}/[name]-[hash]`,
    sourcemap: production === undefined ? 'inline' : false,
    write: false,
    plugins: [...plugins, writtenAsCommonJs(name)],
  };
}

/**
 * @param {string} name
 * @returns {import('esbuild').Plugin}
 */
function writtenAsCommonJs(name) {
  return {
    name: 'written-as-commonjs',
    setup(build) {
      build.onEnd(async ({ outputFiles = [], metafile }) => {
        if (outputFiles.length === 0 || metafile === undefined) return undefined;
        const cycle = cycleOfParts(metafile);
        if (cycle !== undefined) return { errors: [{ text: `Parts import each other: ${cycle.join(' -> ')}` }] };
        const folder = path.resolve(ROOT, outdir, name);
        mkdirSync(folder, { recursive: true });
        const parts = await Promise.all(
          outputFiles.map(async ({ path: file, text }) => {
            const part = metafile.outputs[path.relative(ROOT, file).split(path.sep).join('/')];
            return { file, ...(await asCommonJs(path.basename(file), text, isMostlyLibraries(part))) };
          }),
        );
        for (const { file, code, map } of parts) {
          const link = map === '' ? '' : `//# sourceMappingURL=${path.basename(file)}.map\n`;
          writeFileSync(file, `${code}${link}`);
          if (map !== '') writeFileSync(`${file}.map`, map);
        }
        const written = new Set(parts.flatMap(({ file }) => [path.basename(file), `${path.basename(file)}.map`]));
        for (const file of readdirSync(folder)) if (!written.has(file)) rmSync(path.join(folder, file));
        return undefined;
      });
    },
  };
}

/** @param {import('esbuild').Metafile['outputs'][string] | undefined} part */
function isMostlyLibraries(part) {
  const inputs = Object.entries(part?.inputs ?? {});
  const libraries = inputs.filter(([input]) => input.startsWith('node_modules/'));
  const size = (/** @type {typeof inputs} */ counted) =>
    counted.reduce((sum, [, { bytesInOutput }]) => sum + bytesInOutput, 0);
  return size(libraries) > 0.9 * size(inputs);
}

/**
 * @param {string} file
 * @param {string} text
 * @param {boolean} isLibrary whether names are shortened in production
 */
async function asCommonJs(file, text, isLibrary) {
  return esbuild.transform(withConstantImports(text), {
    format: 'cjs',
    ...(file.startsWith('cli.') || file.startsWith('server.') ? { banner: START } : {}),
    platform: 'node',
    target: common.target,
    // `import()` becomes `require`.
    supported: { 'dynamic-import': false },
    sourcemap: production === undefined ? 'external' : false,
    sourcefile: file,
    minifyWhitespace: common.minifyWhitespace,
    minifySyntax: common.minifySyntax,
    minifyIdentifiers: production !== undefined && isLibrary,
  });
}

/**
 * In the bundle, `import protobuf from '…'` is a proxy that loads the library at its first use.
 * @param {string} library
 * @returns {import('esbuild').Plugin}
 */
function evaluatedOnFirstUse(library) {
  const namespace = 'evaluated-on-first-use';
  return {
    name: namespace,
    setup(build) {
      let isImported = false;
      build.onResolve({ filter: new RegExp(`^${library}$`) }, ({ namespace: importer }) => {
        isImported = true;
        return importer === namespace ? undefined : { path: library, namespace };
      });
      // Another form of import would load the library at the start.
      build.onEnd(() => (isImported ? {} : { errors: [{ text: `Nothing imports ${library}.` }] }));
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
