import path from 'node:path';
import type { NotRead } from '../git/file.ts';

/** @returns a path relative to the repository, which need not exist, or why the link is not followed. */
export function targetOf(link: string, written: string): string | NotRead {
  const target = path.posix.normalize(path.posix.join(path.posix.dirname(link), written));
  return written.startsWith('/') || /^\.\.(\/|$)/.test(target) ? { reason: 'outside' } : target;
}

/** As on Linux. */
export const MAX_LINKS = 40;

/** As on Linux, in bytes. */
export const MAX_PATH = 4096;
