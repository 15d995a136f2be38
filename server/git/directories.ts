import { statSync } from 'node:fs';
import path from 'node:path';
import { readRegular } from './file.ts';
import { MAX_NAME_SIZE } from './unreadable.ts';

/** The file `.git` of a linked worktree or submodule names its directory. */
export function gitDirectoryIn(root: string): string | undefined {
  const own = path.join(root, '.git');
  try {
    if (statSync(own).isDirectory()) return own;
  } catch {
    return undefined;
  }
  const [, target] = /^gitdir: (.+?)\r?\n?$/.exec(contentOf(own) ?? '') ?? [];
  return target === undefined ? undefined : path.resolve(root, target);
}

/**
 * In a linked worktree, the file `commondir` names the directory that all worktrees share.
 * @see https://git-scm.com/docs/gitrepository-layout
 */
export function commonDirectoryOf(gitDirectory: string): string {
  const target = contentOf(path.join(gitDirectory, 'commondir'));
  return path.resolve(gitDirectory, target?.trimEnd() ?? '');
}

function contentOf(file: string): string | undefined {
  const content = readRegular(file, MAX_NAME_SIZE);
  return Buffer.isBuffer(content) ? content.toString() : undefined;
}
