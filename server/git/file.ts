import { closeSync, constants, fstatSync, lstatSync, openSync, readFileSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';

/** Larger files are never read. In bytes. */
export const MAXIMUM_FILE_SIZE = 20 * 1024 * 1024;

/** Why an existing file is not read. */
export type NotRead = 'outside' | 'not-a-file' | 'too-large' | 'unreadable';

/**
 * Reads a regular file, following links. Pipes and devices are not opened, because reading them may block or never end. Opening does
 * not block even if one replaces the file in the meantime.
 * @param maximum in bytes.
 * @returns undefined if there is no such file, or it is a folder.
 */
export function readRegular(absolute: string, maximum = MAXIMUM_FILE_SIZE): Buffer | NotRead | undefined {
  try {
    const named = statSync(absolute);
    if (named.isDirectory()) return undefined;
    if (!named.isFile()) return 'not-a-file';
    // Windows has no pipes or devices in its file system, and no such flag.
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

/** Like `readRegular`, but only for a file whose real path is inside the folder. Both paths are absolute. */
export function readInside(
  folder: string,
  absolute: string,
  maximum = MAXIMUM_FILE_SIZE,
): Buffer | NotRead | undefined {
  try {
    lstatSync(absolute);
    const relative = path.relative(realpathSync.native(folder), realpathSync.native(absolute));
    // On Windows, the relative path to another drive is absolute.
    if (relative === '..' || relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative)) return 'outside';
  } catch (error) {
    return isMissing(error) ? undefined : 'unreadable';
  }
  return readRegular(absolute, maximum);
}

/** The path with all links resolved; undefined if it does not exist or cannot be resolved. */
export function realPath(file: string): string | undefined {
  try {
    return realpathSync.native(file);
  } catch {
    return undefined;
  }
}

function isMissing(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP';
}

/** Explains in one sentence why a file is not read. The caller adds what to do about it. */
export function whyNotRead(why: NotRead, maximum = MAXIMUM_FILE_SIZE): string {
  switch (why) {
    case 'outside':
      return 'This symbolic link points outside the repository, so it is not followed.';
    case 'not-a-file':
      return 'This is not a regular file, so it is not read.';
    case 'too-large':
      return `This file is larger than ${sizeOf(maximum)}, so it is not read.`;
    case 'unreadable':
      return 'This file cannot be read. Check its permissions.';
  }
}

function sizeOf(bytes: number): string {
  return bytes >= 1024 * 1024 ? `${bytes / 1024 / 1024} MB` : `${bytes / 1024} KB`;
}
