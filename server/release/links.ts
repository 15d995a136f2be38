import path from 'node:path';
import type { NotRead } from '../git/file.ts';

/**
 * @param link the path of a symbolic link, relative to the repository.
 * @param written its content.
 * @returns a path relative to the repository, which need not exist, or why the link is not followed.
 */
export function targetOf(link: string, written: string): string | NotRead {
  const target = path.posix.normalize(path.posix.join(path.posix.dirname(link), written));
  return written.startsWith('/') || /^\.\.(\/|$)/.test(target) ? { reason: 'outside' } : target;
}

/** As on Linux. */
export const MAX_LINKS = 40;

/** Linux's PATH_MAX, in bytes. */
export const MAX_PATH = 4096;
