import os from 'node:os';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildCli, type Cli } from './run.ts';

let cli: Cli;
beforeAll(async () => {
  cli = await buildCli();
});
afterAll(() => {
  cli.remove();
});
const explain = (...args: string[]) => cli.run(os.tmpdir(), ['explain', ...args]);

test('prints the page of a rule, without a repository', async () => {
  const { code, stdout, stderr } = await explain('method-added');
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/^method-added: Method was added\n\nWhat it means\n {2}A service has a method/);
  const { stdout: json } = await explain('method-added', '--format', 'json');
  expect(JSON.parse(json)).toMatchObject({ rule: 'method-added', title: 'Method was added' });
  const { stdout: markdown } = await explain('method-added', '--format', 'markdown');
  expect(markdown).toMatch(/^## method-added\n\n\*\*Method was added\*\*\n\n### What it means\n/);
});

test('lists all rules, or those that cover a rule of buf', async () => {
  const { stdout } = await explain();
  expect(stdout).toMatch(/^field-renumbered +Field has a new number$/m);
  expect((await explain('RPC_NO_DELETE')).stdout.split('\n').map((line) => line.split(' ')[0])).toEqual([
    'service-removed',
    'service-renamed',
    'method-removed',
    'method-renamed',
    '',
  ]);
});

test('reports an unknown rule', async () => {
  expect(await explain('field-remvoed')).toEqual({
    code: 2,
    stdout: '',
    stderr:
      'proto-compat: there is no rule field-remvoed (did you mean "field-removed"?); `proto-compat explain` without a name lists all of them.\n',
  });
  expect((await explain('renumbered')).stderr).toContain('(did you mean field-renumbered or enum-value-renumbered?)');
  expect((await explain('xyz')).stderr).toContain('there is no rule xyz; ');
  expect((await explain('a', 'b')).code).toBe(2);
});
