import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { ROOT } from '../scripts/install.mjs';

test('the pictures of the documentation are never replaced by pictures in high contrast', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/screenshots.mjs', '--contrast'], {
    cwd: ROOT,
    encoding: 'utf8',
    timeout: 20_000,
  });
  expect({ status, stdout, stderr }).toEqual({
    status: 2,
    stdout: '',
    stderr: '--contrast needs --look: the documentation has no pictures in high contrast.\n',
  });
});
