import path from 'node:path';
import type { NotRead } from '../git/file.ts';

/**
 * Where a symbolic link leads to by what is written in it: a path in the repository that need not exist, or why it is
 * not followed.
 */
export function targetOf(link: string, written: string): string | NotRead {
  const target = path.posix.normalize(path.posix.join(path.posix.dirname(link), written));
  return written.startsWith('/') || target.startsWith('../') ? { reason: 'outside' } : target;
}

/** How many links to links are followed, as on Linux. A cycle of links must end. */
export const MAX_LINKS = 40;

/** The longest path on Linux, in bytes. Longer contents of a link cannot be a path. */
export const MAX_PATH = 4096;
