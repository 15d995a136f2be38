import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeRepository, type TestRepository } from '../git/repository.ts';
import { buildCli, type Cli } from './run.ts';

let cli: Cli;
let made: TestRepository;
beforeAll(async () => {
  cli = await buildCli();
  made = makeRepository();
  made.commit({ 'a.proto': 'syntax = "proto3";\nmessage M {\n  string a = 1;\n}\n' });
  made.tag('1.0.0');
  made.write({ 'a.proto': 'syntax = "proto3";\nmessage M {\n  string a = 2;\n}\n' });
});
afterAll(() => {
  cli.remove();
  made.remove();
});

function shell(script: string): { status: number | null; stderr: string; stdout: string } {
  return spawnSync('sh', ['-c', script], {
    cwd: made.directory,
    encoding: 'utf8',
    env: { ...process.env, NODE: process.execPath, CLI: cli.path },
  });
}

describe.skipIf(process.platform === 'win32')(
  'after a system error, the exit code is 2, and a sentence says why',
  () => {
    test.skipIf(!existsSync('/dev/full')).each([
      ['check', '> /dev/full'],
      ['check --format json', '> /dev/full'],
      ['next', '> /dev/full'],
      ['--help', '> /dev/full'],
    ])('%s with a full standard output', (args, redirect) => {
      const { status, stderr } = shell(`"$NODE" "$CLI" ${args} ${redirect}`);
      expect(stderr).toMatch(/^proto-compat: the output cannot be written: the disk is full; .+\n$/);
      expect(status).toBe(2);
    });

    test.skipIf(!existsSync('/dev/full'))('a full standard error', () => {
      expect(shell('"$NODE" "$CLI" nonsense 2> /dev/full').status).toBe(2);
      expect(shell('"$NODE" "$CLI" check > /dev/full 2> /dev/full').status).toBe(2);
    });

    test('the current folder was deleted', () => {
      mkdirSync(path.join(made.directory, 'gone'), { recursive: true });
      const { status, stderr } = shell('cd gone && rmdir ../gone && "$NODE" "$CLI" check');
      expect(stderr).toMatch(/^proto-compat: the current folder no longer exists; change to one that does.+\n$/);
      expect(status).toBe(2);
    });

    test('no file handles are left', () => {
      let started = 0;
      for (let limit = 10; limit < 60; limit += 3) {
        // With a lower limit, Node.js does not start.
        if (shell(`ulimit -n ${limit}; exec "$NODE" -e 0`).status !== 0) continue;
        started++;
        const { status, stderr } = shell(`ulimit -n ${limit}; exec "$NODE" "$CLI" check`);
        if (status === 1) expect(stderr).toBe('');
        else {
          expect(status, stderr).toBe(2);
          expect(stderr).toMatch(/^proto-compat: [^\n]+\n$/);
        }
      }
      expect(started).toBeGreaterThan(0);
    }, 120_000);

    test('init leaves no empty file on a full disk', () => {
      const { status, stderr } = shell('trap "" XFSZ; ulimit -f 0; exec "$NODE" "$CLI" init');
      expect(stderr).toMatch(/^proto-compat: .*proto-compat\.json cannot be written/);
      expect(status).toBe(2);
      expect(existsSync(path.join(made.directory, 'proto-compat.json'))).toBe(false);
    });
  },
);

describe('if git cannot answer, the exit code is 2, and a sentence says why', () => {
  test('in a partial clone without trees and blobs', async () => {
    made.git('config', 'uploadpack.allowFilter', 'true');
    made.git('commit', '--quiet', '--all', '--message=later');
    const clone = path.join(made.temporary, 'partial');
    made.git('clone', '--quiet', '--filter=tree:0', '--no-checkout', `file://${made.directory}`, clone);
    for (const args of [['check'], ['next'], ['notes'], ['matrix'], ['uses', 'M.a']]) {
      const { code, stderr } = await cli.run(clone, args);
      expect(stderr, args.join(' ')).toMatch(/^proto-compat: This is a partial clone .* Run `git fetch .*`.*\n$/);
      expect(code, args.join(' ')).toBe(2);
    }
  });
});
