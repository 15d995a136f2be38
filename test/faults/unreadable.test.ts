import type * as fs from 'node:fs';
import { chmodSync, mkdirSync, realpathSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Project } from '../../server/check/project.ts';
import type { CheckResult } from '../../server/check/result.ts';
import { Repository } from '../../server/git/repository.ts';
import { json } from '../../server/report/json.ts';
import { text } from '../../server/report/text.ts';
import { Uses } from '../../server/uses/uses.ts';
import { only } from '../check/results.ts';
import { makeRepository, type TestRepository } from '../git/repository.ts';

/** By path, the error code of the mocked calls. Git is not affected. */
const broken = vi.hoisted(() => new Map<string, string>());

vi.mock('node:fs', async (original) => {
  const real = await original<typeof fs>();
  const { errno } = (await import('node:os')).constants;
  const { getSystemErrorMap } = await import('node:util');
  const failing = <T extends (...all: never[]) => unknown>(name: string, call: T): T =>
    ((file: unknown, ...rest: unknown[]): unknown => {
      const code = typeof file === 'string' ? broken.get(file) : undefined;
      if (code === undefined) return (call as unknown as (...all: unknown[]) => unknown)(file, ...rest);
      const number = -((errno as Readonly<Record<string, number | undefined>>)[code] ?? NaN);
      // Node does not know every error code.
      const known = getSystemErrorMap().has(number) ? code : `Unknown system error ${String(number)}`;
      throw Object.assign(new Error(`${known}: ${name} '${String(file)}'`), {
        code: known,
        errno: number,
        syscall: name,
      });
    }) as unknown as T;
  const names = ['accessSync', 'lstatSync', 'openSync', 'readdirSync', 'statSync'] as const;
  return {
    ...real,
    ...Object.fromEntries(names.map((name) => [name, failing(name, real[name] as (...all: never[]) => unknown)])),
    realpathSync: Object.assign(failing('realpath', real.realpathSync as (...all: never[]) => unknown), {
      native: failing('realpath', real.realpathSync.native as (...all: never[]) => unknown),
    }),
  };
});

const RELEASED = 'syntax = "proto3";\npackage agent;\nmessage Start {\n  string name = 1;\n  string host = 2;\n}\n';
const EDITED = RELEASED.replace('  string host = 2;\n', '');

let made: TestRepository;
/** On macOS, the temporary folder is behind a link. */
let root: string;
beforeEach(() => {
  made = makeRepository();
  root = realpathSync.native(made.directory);
  made.commit({ 'a.proto': RELEASED, 'b.proto': 'syntax = "proto3";\nmessage B {\n  string b = 1;\n}\n' });
  made.tag('1.0.0');
  made.write({ 'a.proto': EDITED });
});
afterEach(() => {
  broken.clear();
  made.remove();
});

async function check(): Promise<CheckResult> {
  const project = await Project.open(made.directory);
  try {
    return await project.check();
  } finally {
    project.close();
  }
}

function breakFile(file: string, code = 'EIO'): void {
  broken.set(path.join(root, file), code);
}

const NO_SOURCES = { edited: () => undefined, released: () => undefined };

describe('a file that cannot be read is reported, and the check continues', () => {
  test.each([
    ['EIO', 'This file cannot be read: i/o error (EIO). Check the disk.'],
    ['ESTALE', 'This file cannot be read: the file system failed (ESTALE). Check that its network drive is connected.'],
    ['EACCES', 'This file cannot be read: permission denied (EACCES). Check its permissions.'],
    ['ELOOP', 'This symbolic link leads back to itself or through too many links, so it is not followed.'],
  ])('VERSION: %s', async (code, output) => {
    made.write({ VERSION: '1.0.1\n' });
    const readable = await check();
    expect(readable.findings.map(({ rule }) => rule)).toEqual(['field-removed', 'version-too-low']);
    breakFile('VERSION', code);
    const result = await check();
    expect(result.findings.map(({ rule }) => rule)).toEqual(['field-removed']);
    const message = `${output} The version that it declares is not checked.`;
    expect(result.problems).toMatchObject([{ kind: 'settings', file: 'VERSION', message }]);
    // The editor watches the file.
    expect(result.versionFiles).toEqual(['VERSION']);
    expect(text(result, NO_SOURCES, { color: false })).toContain(`VERSION:1:1: problem: ${message}`);
    expect(JSON.parse(json(result))).toMatchObject({ problems: [{ file: 'VERSION', message }], declaredVersion: null });
  });

  test.each(['proto-compat.json', 'buf.yaml', 'buf.work.yaml', 'package.json', 'Cargo.toml'])('%s', async (file) => {
    const isVersionFile = file === 'package.json' || file === 'Cargo.toml';
    made.write({ [file]: '{}', ...(isVersionFile && { 'proto-compat.json': JSON.stringify({ versionFile: file }) }) });
    breakFile(file);
    const { findings, problems } = await check();
    expect(findings.map(({ rule }) => rule)).toEqual(['field-removed']);
    expect(problems).toMatchObject([
      {
        file: isVersionFile ? 'proto-compat.json' : file,
        message: expect.stringContaining('cannot be read: i/o error (EIO). Check the disk.') as string,
      },
    ]);
  });

  test.each(['EIO', 'ESTALE', 'EACCES', 'ELOOP'])('a .proto file: %s', async (code) => {
    made.write({ 'b.proto': 'syntax = "proto3";\nmessage B {\n}\n' });
    breakFile('b.proto', code);
    const result = await check();
    expect(result.findings.map(({ element }) => element)).toEqual(['agent.Start.host']);
    expect(result.problems).toMatchObject([{ kind: 'unreadable', file: 'b.proto' }]);
  });

  test('the only edited .proto file: the next version is reported as not final', async () => {
    breakFile('a.proto');
    const result = await check();
    expect(text(result, NO_SOURCES, { color: false })).toContain(
      '1.0.0 stays 1.0.0: not final, because some text could not be read and was not compared',
    );
  });

  test('a Git LFS object', async () => {
    const id = '1'.repeat(64);
    const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${id}\nsize 1\n`;
    const object = `.git/lfs/objects/11/11/${id}`;
    made.write({ 'b.proto': pointer, [object]: 'x' });
    breakFile(object);
    const { problems } = await check();
    expect(problems).toMatchObject([
      { file: 'b.proto', message: 'The Git LFS object of this file cannot be read: i/o error (EIO). Check the disk.' },
    ]);
  });

  test('a version file whose object git cannot read', async () => {
    made.commit({ VERSION: '1.0.1\n' });
    made.write({ [looseObject('HEAD:VERSION')]: null });
    const project = await Project.open(made.directory);
    const { problems } = await project.check({ to: 'HEAD' });
    project.close();
    expect(problems).toMatchObject([
      {
        file: 'VERSION',
        message: expect.stringMatching(/^Git cannot read this file at \w{10}\. Run `git fsck`\./) as string,
      },
    ]);
  });

  test('a Go file: the list of uses names it', async () => {
    made.commit({ 'a.go': 'package a\n\nvar _ = start.GetHost()\n' });
    breakFile('a.go');
    const project = await Project.open(made.directory);
    const base = await project.codeBase();
    if (base === undefined) throw new Error('There is no repository.');
    const uses = await Uses.open(base);
    const elements = await uses.elementsNamed('Start.host');
    const [usage] = await uses.at(elements, null);
    uses.close();
    project.close();
    expect(usage?.by.flatMap(({ notes }) => notes)).toContain(
      'a.go: The file cannot be read: i/o error (EIO). Check the disk.',
    );
  });
});

describe.skipIf(process.platform === 'win32')('a file of git that cannot be read is reported, with what to do', () => {
  test.each(['.git/shallow', '.git/refs/tags', '.git/objects/pack'])('%s', async (file) => {
    if (file === '.git/objects/pack') made.write({ [looseObject('HEAD:a.proto')]: null });
    breakFile(file);
    expect(only(await check()).baseline).toEqual({
      reason: 'git-failed',
      message: `Git cannot read ${path.join(root, file)}: i/o error (EIO).`,
      advice: 'Check the disk.',
    });
  });

  test.each([
    ['.git/index', 'fatal: .git/index: index file open failed: Input/output error', 'Check the disk.'],
    ['.git/index', 'fatal: .git/index: index file open failed: Stale file handle', /network drive/],
    ['.git/config', "fatal: unable to access '.git/config': Permission denied", 'Check its permissions.'],
    ['.git/packed-refs', "fatal: couldn't read .git/packed-refs: Input/output error", 'Check the disk.'],
  ])('%s, for which git prints: %s', async (_, output, advice) => {
    expect(await openWith(`echo "${output}" >&2; exit 128`)).toMatchObject({
      reason: 'git-failed',
      message: `Git failed: ${output}.`,
      advice: expect.stringMatching(advice) as string,
    });
  });

  test.each([
    ['.git/HEAD', 'fatal: not a git repository (or any of the parent directories): .git'],
    ['.git/objects', 'fatal: not a git repository (or any of the parent directories): .git'],
    ['.git', "fatal: detected dubious ownership in repository at '/repository'"],
  ])('%s, for which git prints another reason: %s', async (file, output) => {
    breakFile(file);
    expect(await openWith(`echo "${output}" >&2; exit 128`)).toMatchObject({
      reason: 'git-failed',
      message: `Git cannot read ${path.join(root, file)}: i/o error (EIO).`,
      advice: 'Check the disk.',
    });
  });

  test('HEAD is a folder: reported as damaged, not as missing', async () => {
    renameSync(path.join(made.directory, '.git/HEAD'), path.join(made.temporary, 'HEAD'));
    mkdirSync(path.join(made.directory, '.git/HEAD'));
    expect(await Repository.open(root)).toMatchObject({
      reason: 'git-failed',
      message: `${path.join(root, '.git')} is damaged: git does not recognise it as a repository.`,
    });
  });

  test('the branch of HEAD: not reported as a repository without commits', async () => {
    made.write({ '.git/refs/heads/main': '\0' });
    expect(only(await check()).baseline).toMatchObject({ reason: 'git-failed' });
    expect(JSON.stringify(only(await check()).baseline)).toContain('main is damaged');
  });

  test.each(['the file', 'the commit'])(
    '%s of the last tag: an older release is compared, with a remark',
    async (part) => {
      const commit = made.commit({ 'a.proto': EDITED });
      made.tag('1.1.0');
      made.commit({ 'a.proto': RELEASED });
      if (part === 'the file') made.write({ '.git/refs/tags/1.1.0': 'nonsense' });
      else made.write({ '.git/refs/tags/1.1.0': `${'1'.repeat(commit.length)}\n` });
      expect(only(await check()).baseline).toMatchObject({
        ref: '1.0.0',
        note: expect.stringContaining(
          'Git cannot read the tag 1.1.0, so a later release may have been missed. Run `git fsck`',
        ) as string,
      });
      // After a later release, the tag doesn't matter.
      made.tag('1.2.0');
      expect(only(await check()).baseline).toMatchObject({ ref: '1.2.0' });
      expect(JSON.stringify(only(await check()).baseline)).not.toContain('1.1.0');
    },
  );
});

function looseObject(name: string): string {
  const id = made.git('rev-parse', name);
  return `.git/objects/${id.slice(0, 2)}/${id.slice(2)}`;
}

async function openWith(script: string): ReturnType<typeof Repository.open> {
  const executable = path.join(made.temporary, 'fake-git');
  writeFileSync(executable, `#!/bin/sh\n${script}\n`);
  chmodSync(executable, 0o755);
  return await Repository.open(root, { executable });
}
