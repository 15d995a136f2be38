import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { afterAll, describe, expect, it } from 'vitest';
import { makeDemoRepository } from '../../scripts/demo-repository.mjs';
import { npm, ROOT } from '../../scripts/install.mjs';
import { librariesIn } from '../../scripts/notices.mjs';

const scratch = mkdtempSync(path.join(os.tmpdir(), 'proto-compat-package-'));
afterAll(() => {
  rmSync(scratch, { recursive: true, force: true });
});

describe('the extension', () => {
  it('contains only what is needed at run time', () => {
    const vsce = path.join(ROOT, 'node_modules', '@vscode', 'vsce', 'vsce');
    const files = execFileSync(process.execPath, [vsce, 'ls', '--no-dependencies'], { cwd: ROOT, encoding: 'utf8' });
    const kept =
      /^(package\.json|README\.md|CHANGELOG\.md|LICENSE|icon\.png|docs\/walkthrough\/\w+\.md|dist\/(client|server)\.cjs|dist\/(client|server)\/[\w-]+\.cjs|dist\/page\.js|dist\/third-party-notices\.txt|schemas\/proto-compat\.schema\.json|syntaxes\/[\w.-]+\.json)$/;
    const names = files.trim().split('\n');
    expect(names).toContain('package.json');
    expect(names.filter((name) => !kept.test(name))).toEqual([]);
  });
});

it('the third-party notices cover exactly the bundled libraries', async () => {
  const { metafile } = await build({
    entryPoints: ['client/extension.ts', 'client/webview/page.ts', 'server/main.ts', 'server/cli.ts'],
    ...{ absWorkingDir: ROOT, outdir: scratch, write: false, metafile: true, logLevel: 'silent' },
    ...{ bundle: true, platform: 'node', external: ['vscode'], mainFields: ['module', 'main'] },
  });
  const bundled = Object.keys(metafile.inputs).flatMap(
    (input) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1] ?? [],
  );
  const notices = readFileSync(path.join(ROOT, 'dist', 'npm', 'third-party-notices.txt'), 'utf8');
  expect(bundled.length).toBeGreaterThan(0);
  expect(new Set(librariesIn(notices).map(([name]) => name))).toEqual(new Set(bundled));
  for (const folder of ['vsix/dist', 'npm'])
    expect(readFileSync(path.join(ROOT, 'dist', folder, 'third-party-notices.txt'), 'utf8')).toBe(notices);
});

it('every library is pinned by its hash, and no shipped one has an install script', () => {
  const { packages } = JSON.parse(readFileSync(path.join(ROOT, 'package-lock.json'), 'utf8')) as Lock;
  const loose = Object.entries(packages).filter(([where, { integrity }]) => where !== '' && integrity === undefined);
  expect(loose.map(([where]) => where)).toEqual([]);
  const notices = readFileSync(path.join(ROOT, 'dist', 'npm', 'third-party-notices.txt'), 'utf8');
  const scripted = librariesIn(notices).filter(
    ([name]) => packages[`node_modules/${name}`]?.hasInstallScript !== undefined,
  );
  expect(scripted).toEqual([]);
});

it('the links in the published README are absolute', () => {
  const pages = ['vsix', 'npm'].map((folder) => readFileSync(path.join(ROOT, 'dist', folder, 'README.md'), 'utf8'));
  for (const page of pages) {
    const links = [...page.matchAll(/\]\(([^)]+)\)|\b(?:src|srcset)="([^"]+)"/g)].map(
      ([, link, picture]) => link ?? picture,
    );
    expect(links.length).toBeGreaterThan(10);
    expect(links.filter((link) => !/^(https:|#)/.test(link ?? ''))).toEqual([]);
    expect(links.filter((link) => link?.startsWith('https://')).every((link) => link?.includes('/proto-compat/'))).toBe(
      true,
    );
  }
});

describe('the npm package', () => {
  it('runs from its tarball in an empty folder, without dependencies', () => {
    const { name, version } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as Manifest;
    const repository = path.join(scratch, 'agent');
    makeDemoRepository(repository);
    npm(['install', '--silent', '--offline', path.join(ROOT, `${name}-${version}.tgz`)], scratch);
    const command = path.join(scratch, 'node_modules', 'proto-compat', 'cli.cjs');
    const next = execFileSync(process.execPath, [command, 'next', '--repo', repository], { encoding: 'utf8' });
    expect(next).toBe('2.0.0\n');
    const { packages } = JSON.parse(readFileSync(path.join(scratch, 'package-lock.json'), 'utf8')) as Lock;
    expect(Object.keys(packages)).toEqual(['', 'node_modules/proto-compat']);
  });
});

interface Manifest {
  readonly name: string;
  readonly version: string;
}

interface Lock {
  readonly packages: Readonly<Record<string, { readonly integrity?: string; readonly hasInstallScript?: true }>>;
}
