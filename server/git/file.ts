import {
  closeSync,
  constants as flags,
  fstatSync,
  lstatSync,
  openSync,
  readFileSync,
  realpathSync,
  statSync,
} from 'node:fs';
import { constants } from 'node:os';
import path from 'node:path';
import { getSystemErrorMap } from 'node:util';

/** Bytes. */
export const MAXIMUM_FILE_SIZE = 20 * 1024 * 1024;

/** `maximum` is in bytes, `damagedAt` is a commit id. */
export type NotRead =
  | { readonly reason: 'outside' | 'circular' | 'not-a-file' }
  | { readonly reason: 'too-large'; readonly maximum: number }
  | { readonly reason: 'unreadable'; readonly error: unknown }
  | { readonly reason: 'damaged'; readonly damagedAt: string };

/**
 * Follows links. Pipes and devices are not opened, because reading them may never end.
 * @returns undefined if there is no such file or it is a folder.
 */
export function readRegular(absolute: string, maximum = MAXIMUM_FILE_SIZE): Buffer | NotRead | undefined {
  try {
    const named = statSync(absolute);
    if (named.isDirectory()) return undefined;
    return named.isFile() ? readKnownRegular(absolute, maximum) : NOT_A_FILE;
  } catch (error) {
    return whyFailed(error);
  }
}

/** For a path that was a regular file a moment ago. A pipe in its place does not block. */
export function readKnownRegular(absolute: string, maximum = MAXIMUM_FILE_SIZE): Buffer | NotRead | undefined {
  try {
    // Windows does not have this flag.
    const file = openSync(absolute, flags.O_RDONLY | ((flags.O_NONBLOCK as number | undefined) ?? 0));
    try {
      const found = fstatSync(file);
      if (!found.isFile()) return NOT_A_FILE;
      return found.size > maximum ? { reason: 'too-large', maximum } : readFileSync(file);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    return whyFailed(error);
  }
}

/** Does not read a file whose real path is outside the folder. Both paths are absolute. */
export function readInside(
  folder: string,
  absolute: string,
  maximum = MAXIMUM_FILE_SIZE,
): Buffer | NotRead | undefined {
  try {
    lstatSync(absolute);
    if (relativeTo(realpathSync.native(folder), realpathSync.native(absolute)) === undefined) return OUTSIDE;
  } catch (error) {
    return whyFailed(error);
  }
  return readRegular(absolute, maximum);
}

export function realPath(file: string): string | undefined {
  try {
    return realpathSync.native(file);
  } catch {
    return undefined;
  }
}

/** Also true for a broken link, and for a path that cannot be examined. */
export function mayExist(absolute: string): boolean {
  try {
    return lstatSync(absolute, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    return !isMissing(error);
  }
}

/** Undefined if there is no such file. */
export function whyFailed(error: unknown): NotRead | undefined {
  if (isMissing(error)) return undefined;
  return codeOf(error) === 'ELOOP' ? { reason: 'circular' } : { reason: 'unreadable', error };
}

export function isMissing(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}

const NOT_A_FILE = { reason: 'not-a-file' } as const;
const OUTSIDE = { reason: 'outside' } as const;

/** @returns one or two sentences for the user. */
export function whyNotRead(why: NotRead, file = 'This file'): string {
  switch (why.reason) {
    case 'outside':
      return 'This symbolic link points outside the repository, so it is not followed.';
    case 'circular':
      return 'This symbolic link leads back to itself or through too many links, so it is not followed.';
    case 'not-a-file':
      return `${file} is not a regular file, so it is not read.`;
    case 'too-large':
      return `${file} is larger than ${sizeOf(why.maximum)}, so it is not read.`;
    case 'damaged':
      return `Git cannot read this file at ${why.damagedAt.slice(0, 10)}. Run \`git fsck\`.`;
    case 'unreadable': {
      const { cause, advice } = explain(why.error);
      return `${file} cannot be read: ${cause}. ${advice}`;
    }
  }
}

/** "i/o error (EIO)" and "Check the disk." */
export function explain(error: unknown): { readonly cause: string; readonly advice: string } {
  const errno = error instanceof Error && 'errno' in error ? Number(error.errno) : NaN;
  const [code, words] = getSystemErrorMap().get(errno) ?? [nameOf(errno) ?? codeOf(error), 'the file system failed'];
  return { cause: `${words} (${code})`, advice: adviceFor(code) };
}

/** `getSystemErrorMap` lacks some errors, such as ESTALE. */
function nameOf(errno: number): string | undefined {
  return Object.entries(constants.errno).find(([, number]) => number === -errno)?.[0];
}

export function adviceFor(code: string): string {
  return ADVICE[code] ?? 'Check that other programs can read it.';
}

const ADVICE: Readonly<Record<string, string>> = {
  EACCES: 'Check its permissions.',
  EPERM: 'Check its permissions.',
  EIO: 'Check the disk.',
  ESTALE: 'Check that its network drive is connected.',
  ENOTCONN: 'Check that its network drive is connected.',
  ETIMEDOUT: 'Check that its network drive is connected.',
  EMFILE: 'Close other programs or raise the limit of open files (`ulimit -n`).',
  ENFILE: 'Close other programs or raise the limit of open files (`ulimit -n`).',
};

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
}

function sizeOf(bytes: number): string {
  return bytes >= 1024 * 1024 ? `${bytes / 1024 / 1024} MB` : `${bytes / 1024} KB`;
}

/** Undefined if the file is outside; empty for the folder itself. Links are not resolved. */
export function relativeTo(folder: string, file: string): string | undefined {
  const relative = path.relative(folder, file);
  // On Windows, the relative path to another drive is absolute.
  return relative.split(path.sep)[0] === '..' || path.isAbsolute(relative) ? undefined : relative;
}
