import { execFileSync } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { ROOT } from './install.mjs';

/** Relative to the repository. */
export const EDITED_FILE = 'protocols/grpc/agent.proto';

/**
 * `demo/release`, tagged 1.0.0, with the edit of `demo/pending.patch` in the working tree.
 * @param {string} folder its content is deleted
 */
export function makeDemoRepository(folder) {
  rmSync(folder, { recursive: true, force: true });
  cpSync(path.join(ROOT, 'demo', 'release'), folder, { recursive: true });
  const git = (/** @type {string[]} */ ...args) => {
    execFileSync('git', args, { cwd: folder, env: environment(), stdio: ['ignore', 'ignore', 'inherit'] });
  };
  git('init', '--quiet', '--initial-branch=main');
  git('config', 'core.autocrlf', 'false');
  git('add', '.');
  git('commit', '--quiet', '--message=Release 1.0.0');
  git('tag', '--annotate', '1.0.0', '--message=1.0.0');
  git('apply', path.join(ROOT, 'demo', 'pending.patch'));
}

/** Disables the user's configuration of git, such as signing and hooks. */
function environment() {
  const who = { NAME: 'Proto Compat', EMAIL: 'demo@example.com', DATE: '2018-06-20T12:00:00Z' };
  const names = Object.entries(who).flatMap(([key, value]) => [
    [`GIT_AUTHOR_${key}`, value],
    [`GIT_COMMITTER_${key}`, value],
  ]);
  const outer = Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_'));
  return {
    ...Object.fromEntries([...outer, ...names]),
    GIT_CONFIG_GLOBAL: process.platform === 'win32' ? 'NUL' : '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
  };
}
