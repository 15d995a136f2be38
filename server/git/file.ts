import { closeSync, constants, fstatSync, lstatSync, openSync, readFileSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';

/** Files larger than this are never read. In bytes. */
export const MAXIMUM_FILE_SIZE = 20 * 1024 * 1024;

/** Why a file that exists is not read. */
export type NotRead = 'outside' | 'not-a-file' | 'too-large' | 'unreadable';

/**
 * A regular file, links followed, however it is named. What could wait for ever or never end (a pipe, a device) is not opened; where
 * it takes the place of a file meanwhile, opening it does not wait.
 * @param maximum bytes.
 * @returns undefined where there is none, or a folder.
 */
export function readRegular(absolute: string, maximum = MAXIMUM_FILE_SIZE): Buffer | NotRead | undefined {
  try {
    const named = statSync(absolute);
    if (named.isDirectory()) return undefined;
    if (!named.isFile()) return 'not-a-file';
    // Windows has neither pipes nor devices among its files, and no such flag.
    const file = openSync(absolute, constants.O_RDONLY | ((constants.O_NONBLOCK as number | undefined) ?? 0));
    try {
      const found = fstatSync(file);
      if (!found.isFile()) return 'not-a-file';
      return found.size > maximum ? 'too-large' : readFileSync(file);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    return isMissing(error) ? undefined : 'unreadable';
  }
}

/** As `readRegular`, of a file that really is in this folder, wherever links lead. Both are absolute. */
export function readInside(
  folder: string,
  absolute: string,
  maximum = MAXIMUM_FILE_SIZE,
): Buffer | NotRead | undefined {
  try {
    lstatSync(absolute);
    const way = path.relative(realpathSync.native(folder), realpathSync.native(absolute));
    // On Windows the way to another drive is absolute.
    if (way === '..' || way.startsWith(`..${path.sep}`) || path.isAbsolute(way)) return 'outside';
  } catch (error) {
    return isMissing(error) ? undefined : 'unreadable';
  }
  return readRegular(absolute, maximum);
}

function isMissing(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP';
}

/** One sentence, without what to do. */
export function whyNotRead(why: NotRead, maximum = MAXIMUM_FILE_SIZE): string {
  switch (why) {
    case 'outside':
      return 'This symbolic link leads out of the repository and is not followed.';
    case 'not-a-file':
      return 'This is not a regular file and is not read.';
    case 'too-large':
      return `This file is larger than ${sizeOf(maximum)} and is not read.`;
    case 'unreadable':
      return 'This file cannot be read: look at its permissions.';
  }
}

function sizeOf(bytes: number): string {
  return bytes >= 1024 * 1024 ? `${bytes / 1024 / 1024} MB` : `${bytes / 1024} KB`;
}
