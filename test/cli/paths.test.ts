import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeRepository, type TestRepository } from '../git/repository.ts';
import { buildCli, type Cli } from './run.ts';

/* A path selects files and what they import from the repository. */

const COMMON = 'syntax = "proto3"; package common; message Id { string value = 1; }';
const agent = (fields: string): string =>
  'syntax = "proto3"; package agent; import "common.proto"; ' +
  `service Agent { rpc Do(Request) returns (Request); } message Request { common.Id id = 1; ${fields} }`;
const other = (field: string): string =>
  `syntax = "proto3"; package other; service Other { rpc Do(Request) returns (Request); } message Request { ${field} }`;

let cli: Cli;
let made: TestRepository;
const run = (...args: string[]) => cli.run(made.directory, args);

beforeAll(async () => {
  cli = await buildCli();
  made = makeRepository();
  made.commit({ 'other.proto': other('int32 a = 1;') });
  made.tag('1.0.0');
  made.commit({ 'agent.proto': agent(''), 'common.proto': COMMON });
  made.tag('1.1.0');
  made.commit({ 'other.proto': other('string a = 1;') });
  made.tag('1.2.0');
  made.commit({ 'agent.proto': agent('int32 b = 2;') });
  made.tag('1.3.0');
  made.write({ 'common.proto': COMMON.replace('string value = 1', 'string value = 2') });
});
afterAll(() => {
  made.remove();
  cli.remove();
});

test('check accepts a folder that only the release has, but no unknown one', async () => {
  const moved = makeRepository();
  try {
    moved.commit({ 'old/other.proto': other('int32 a = 1;') });
    moved.tag('1.0.0');
    moved.git('mv', 'old', 'new');
    expect(await cli.run(moved.directory, ['check', 'old'])).toMatchObject({ code: 0 });
    expect(await cli.run(moved.directory, ['check', 'new', 'elsewhere'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('there is no file or folder elsewhere') as string,
    });
  } finally {
    moved.remove();
  }
});

test('next includes the imports of a named file', async () => {
  expect(await run('next', 'agent.proto')).toMatchObject({ code: 0, stdout: '2.0.0\n' });
  expect(await run('next', 'other.proto')).toMatchObject({ code: 0, stdout: '1.3.0\n' });
});

test('notes include the imports of a named file, and no other files', async () => {
  expect((await run('notes', 'agent.proto')).stdout).toContain('common.Id');
  expect((await run('notes', 'other.proto')).stdout).not.toContain('common.Id');
});

test('audit compares each release of a named protocol with the previous one', async () => {
  const steps = async (...paths: string[]): Promise<string[]> => {
    const { entries } = JSON.parse((await run('audit', '--format', 'json', ...paths)).stdout) as {
      entries: { ref: string; required?: string }[];
    };
    return entries.map(({ ref, required = 'first' }) => `${ref} ${required}`);
  };
  expect(await steps('agent.proto')).toEqual(['1.3.0 minor', '1.2.0 none', '1.1.0 minor']);
  expect(await steps('other.proto')).toEqual(['1.3.0 none', '1.2.0 major', '1.1.0 none', '1.0.0 first']);
});

test('matrix omits releases without the named files', async () => {
  const { versions, cells } = JSON.parse((await run('matrix', '--format', 'json', 'agent.proto')).stdout) as {
    versions: { label: string }[];
    cells: { effect: string }[];
  };
  expect(versions.map(({ label }) => label)).toEqual(['1.1.0', '1.2.0', '1.3.0']);
  expect(new Set(cells.map(({ effect }) => effect))).toEqual(new Set(['exact', 'dropped']));
});

describe.each(['check', 'next', 'notes', 'audit', 'matrix'])('%s', (command) => {
  test('reports an unknown path', async () => {
    const { code, stdout, stderr } = await run(command, 'agnet.proto');
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/no \.proto file in agnet\.proto/);
  });

  test('reports an unknown module', async () => {
    expect(await run(command, '--module', 'nothing')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('there is no module nothing') as string,
    });
  });
});
