import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, truncateSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Project } from '../../server/check/project.ts';
import type { CheckResult } from '../../server/check/result.ts';
import { makeRepository, type TestRepository } from '../git/repository.ts';

let made: TestRepository;
beforeEach(() => {
  made = makeRepository();
});
afterEach(() => {
  made.remove();
});

/** `put` changes the folder before the check. */
async function checkWith(files: Record<string, string>, put?: (directory: string) => void): Promise<CheckResult> {
  made.commit({ 'a.proto': 'syntax = "proto3";\nmessage M {\n  string a = 1;\n}\n' });
  made.tag('1.0.0');
  made.write({ 'a.proto': 'syntax = "proto3";\nmessage M {\n  string a = 2;\n}\n', ...files });
  put?.(made.directory);
  const project = await Project.open(made.directory);
  try {
    return await project.check();
  } finally {
    project.close();
  }
}

/** Expects the finding of the edit, and one problem in this file. */
function expectReported(result: CheckResult, file: string, message: RegExp | string): void {
  expect(result.findings.map(({ rule }) => rule)).toEqual(['field-renumbered']);
  expect(result.problems).toMatchObject([
    { kind: 'settings', file, message: expect.stringMatching(message) as string },
  ]);
}

const DEEP = 20_000;

describe('a file that breaks parsers', () => {
  test.each([
    ['buf.yaml', '- '.repeat(2000), /not valid YAML \(nesting exceeded maxDepth \(100\)\)/],
    ['buf.yaml', `a: ${'['.repeat(DEEP)}`, /not valid YAML \(nesting exceeded maxDepth \(100\)\)/],
    ['buf.yaml', '{a: '.repeat(5000), /not valid YAML \(nesting exceeded maxDepth \(100\)\)/],
    ['buf.yaml', '? '.repeat(2000), /not valid YAML \(nesting exceeded maxDepth \(100\)\)/],
    [
      'buf.yaml',
      Array.from({ length: 300 }, (_, level) => `${' '.repeat(level)}a:`).join('\n'),
      /not valid YAML \(nesting exceeded maxDepth \(100\)\)/,
    ],
    ['buf.yaml', 'a: !b '.repeat(50_000), /not valid YAML/],
    ['buf.yaml', '# comment\n'.repeat(1_000_000), /larger than 1 MB/],
    ['buf.work.yaml', '- '.repeat(2000), /not valid YAML \(nesting exceeded maxDepth \(100\)\)/],
    ['buf.work.yaml', '# comment\n'.repeat(200_000), /larger than 1 MB/],
    ['proto-compat.json', '['.repeat(DEEP), /nested too deeply to be read; all defaults are used/],
    ['proto-compat.json', `{"files": ${'['.repeat(DEEP)}${']'.repeat(DEEP)}}`, /nested too deeply to be read/],
    ['proto-compat.json', ' '.repeat(3_000_000), /larger than 1 MB, so it is not read. Nothing in it is used/],
  ])('%s is reported (text %#)', async (file, text, said) => {
    expectReported(await checkWith({ [file]: text }), file, said);
  });

  test.each([
    ['package.json', `{"a": ${'['.repeat(DEEP)}${']'.repeat(DEEP)}, "version": "1.2.0"}`, /contains no/],
    ['package.json', '{"a":'.repeat(DEEP), /contains no/],
    ['package.json', ' '.repeat(3_000_000), /larger than 1 MB/],
    ['Cargo.toml', '\n'.repeat(1_000_000), /contains no/],
    ['VERSION', '1.1.1.'.repeat(150_000), /contains no/],
  ])('%s as version file is reported', async (file, text, message) => {
    expectReported(
      await checkWith({ [file]: text, 'proto-compat.json': JSON.stringify({ versionFile: file }) }),
      'proto-compat.json',
      message,
    );
  });

  test('a configuration with thousands of unknown options does not stop the check', async () => {
    const options = Array.from({ length: 20_000 }, (_, index) => [`option${index}`, 1]);
    const { findings } = await checkWith({ 'proto-compat.json': JSON.stringify(Object.fromEntries(options)) });
    expect(findings).toHaveLength(1);
  });
});

describe.skipIf(process.platform === 'win32')('a configuration file of an unusual kind or size', () => {
  const FILES = ['proto-compat.json', 'buf.yaml', 'buf.work.yaml'];
  test.each(FILES)('%s is a pipe: reported', async (file) => {
    const result = await checkWith({}, (directory) => {
      execFileSync('mkfifo', [path.join(directory, file)]);
    });
    expectReported(result, file, /not a regular file/);
  });

  test.each(FILES)('%s points outside the repository: reported', async (file) => {
    const result = await checkWith({}, (directory) => {
      symlinkSync('/dev/zero', path.join(directory, file));
    });
    expectReported(result, file, /points outside the repository/);
  });

  test.each(FILES)('%s is too large: reported', async (file) => {
    const result = await checkWith({ [file]: '' }, (directory) => {
      truncateSync(path.join(directory, file), 2 ** 40);
    });
    expectReported(result, file, /larger than 1 MB/);
  });

  test.each(FILES)('%s is a folder: ignored', async (file) => {
    const { findings, problems } = await checkWith({}, (directory) => {
      mkdirSync(path.join(directory, file));
    });
    expect(findings).toHaveLength(1);
    expect(problems).toEqual([]);
  });
});
