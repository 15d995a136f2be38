import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { makeRepository, type TestRepository } from '../git/repository.ts';
import { buildCli, type Cli } from './run.ts';

const box = (fields: string): string =>
  `syntax = "proto3";\npackage k;\nservice S { rpc G(M) returns (M); }\nmessage M { ${fields} }\n`;
const OLD = box('string a = 1;');
const ADDED = box('string a = 1; string b = 2;');
const BROKEN = box('string a = 9;');

let cli: Cli;
let made: TestRepository;
beforeAll(async () => {
  cli = await buildCli();
});
afterAll(() => {
  cli.remove();
});
beforeEach(() => {
  made = makeRepository();
});
afterEach(() => {
  made.remove();
});
const run = (...args: string[]) => cli.run(made.directory, args);

async function check(
  ...args: string[]
): Promise<{ code: number | null; baseline?: string; rules?: string[]; stderr: string }> {
  const { code, stdout, stderr } = await run('check', '--format', 'json', ...args);
  if (stdout === '') return { code, stderr };
  const result = JSON.parse(stdout) as { baseline: { ref: string }; findings: { rule: string }[] };
  return { code, stderr, baseline: result.baseline.ref, rules: result.findings.map(({ rule }) => rule) };
}

/** What `audit` lists, such as "1.0.0 → 1.1.0 minor". */
async function steps(...args: string[]): Promise<string[]> {
  const { stdout } = await run('audit', '--format', 'json', ...args);
  const { entries } = JSON.parse(stdout) as {
    entries: { ref: string; baseline: { ref: string } | null; required?: string; sufficient?: boolean }[];
  };
  return entries.map(({ ref, baseline, required = '', sufficient }) =>
    `${baseline?.ref ?? ''} → ${ref} ${required}${sufficient === false ? ' too low' : ''}`.trim(),
  );
}

describe('check', () => {
  test('pre-releases are baselines if there are no other releases', async () => {
    made.commit({ 'a.proto': OLD });
    made.tag('v1.0.0-beta.1');
    made.commit({ 'a.proto': BROKEN });
    expect(await check()).toMatchObject({ code: 1, baseline: 'v1.0.0-beta.1' });
    made.tag('v1.0.0-beta.2');
    made.commit({ 'a.proto': ADDED });
    expect(await check()).toMatchObject({ code: 1, baseline: 'v1.0.0-beta.2' });
    expect(await steps()).toEqual(['v1.0.0-beta.1 → v1.0.0-beta.2 major', '→ v1.0.0-beta.1']);
    const { stdout } = await run('matrix', '--format', 'json');
    expect((JSON.parse(stdout) as { versions: { label: string }[] }).versions.map(({ label }) => label)).toEqual([
      '1.0.0-beta.1',
      '1.0.0-beta.2',
    ]);
    made.tag('v1.0.0');
    expect(await steps()).toEqual(['→ v1.0.0']);
  });

  test('compares a tagged HEAD with the release before if --declared is its version', async () => {
    made.commit({ 'a.proto': OLD });
    made.tag('v1.0.0');
    made.commit({ 'a.proto': BROKEN });
    made.tag('v1.0.1');
    const { code, stdout } = await run('check');
    expect([code, stdout]).toEqual([0, expect.stringContaining('HEAD is v1.0.1 itself')]);
    expect(await check('--declared', '1.0.1')).toMatchObject({
      code: 1,
      baseline: 'v1.0.0',
      stderr: expect.stringContaining('1.0.1 is planned, which is too low') as string,
    });
    expect(await check('--to', 'main', '--declared', 'v1.0.1')).toMatchObject({ code: 1, baseline: 'v1.0.0' });
    expect(await check('--declared', '1.0.2')).toMatchObject({ code: 0, baseline: 'v1.0.1' });
    expect(await run('next', '--declared', '1.0.1')).toMatchObject({ code: 1, stdout: '2.0.0\n' });
    expect(await run('next')).toMatchObject({ code: 0, stdout: '1.0.1\n' });
    made.git('tag', '--delete', 'v1.0.0');
    expect(await check('--declared', '1.0.1')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('v1.0.1 is the first release') as string,
    });
  });

  test('exits with 2 on a branch without commits', async () => {
    made.commit({ 'a.proto': OLD });
    made.tag('v1.0.0');
    made.git('checkout', '--quiet', '--orphan', 'new');
    expect(await check()).toMatchObject({ code: 2 });
  });

  test('with version skew, a later release is not a peer', async () => {
    made.commit({ 'a.proto': OLD, 'proto-compat.json': '{ "skew": 2 }' });
    made.tag('1.4.0');
    made.commit();
    made.tag('1.5.0');
    made.commit();
    made.tag('1.6.0');
    made.branch('stable-1.4', '1.4.0');
    made.commit({ 'a.proto': ADDED });
    made.tag('1.4.1');
    made.checkout('main');
    // 1.4.1 has a field that 1.5.0 never had.
    expect(await check('--to', '1.5.0')).toMatchObject({ code: 0, rules: [] });
    expect(await steps()).toEqual([
      '1.5.0 → 1.6.0 none',
      '1.4.0 → 1.5.0 none',
      '1.4.0 → 1.4.1 minor too low',
      '→ 1.4.0',
    ]);
  });
});

describe('audit', () => {
  test('releases before the first .proto file have no steps', async () => {
    made.commit({ 'main.go': '' });
    made.tag('v0.1.0');
    made.commit();
    made.tag('v0.2.0');
    made.commit({ 'a.proto': OLD });
    made.tag('v0.3.0');
    made.commit({ 'a.proto': ADDED });
    made.tag('v0.4.0');
    expect((await steps()).slice(0, 2)).toEqual(['v0.3.0 → v0.4.0 patch', 'v0.2.0 → v0.3.0 patch']);
    expect(await steps()).toHaveLength(2);
  });

  test('each module with .proto files has its own steps', async () => {
    made.commit({ 'a.proto': OLD, 'api/b.proto': OLD.replace('package k', 'package b'), 'tools/x.txt': '' });
    for (const tag of ['v1.0.0', 'api/v0.1.0', 'tools/v9.0.0']) made.tag(tag);
    made.commit({ 'api/b.proto': ADDED.replace('package k', 'package b') });
    for (const tag of ['v1.0.1', 'api/v0.1.1']) made.tag(tag);
    expect(await steps()).toEqual([
      'api/v0.1.0 → api/v0.1.1 patch',
      '→ api/v0.1.0',
      'v1.0.0 → v1.0.1 none',
      '→ v1.0.0',
    ]);
  });
});
