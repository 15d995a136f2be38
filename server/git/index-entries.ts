import { SUBMODULE, SYMLINK, type TreeEntry } from './tree.ts';
import { GitError } from './trouble.ts';

/** As of when git last found the file on disk equal to the blob. */
export interface IndexEntry extends TreeEntry {
  readonly merged: boolean;
  /** Left out by a sparse checkout. */
  readonly skipped: boolean;
  readonly ctimeNs: bigint;
  readonly mtimeNs: bigint;
  /** In bytes, modulo 2^32. */
  readonly size: number;
}

/**
 * Of `ls-files --stage --debug -t -z`, without paths that are not UTF-8.
 * @throws GitError if the format is unknown: skipped lines would make files look deleted.
 */
export function parseIndex(printed: string): ReadonlyMap<string, IndexEntry> {
  const entries = new Map<string, IndexEntry>();
  let end = 0;
  for (const match of printed.matchAll(INDEX_ENTRY)) {
    end = match.index + match[0].length;
    const [
      ,
      status,
      mode = '',
      id = '',
      stage,
      file = '',
      ctime = '',
      ctimeRest = '',
      mtime = '',
      mtimeRest = '',
      size,
    ] = match;
    if (!(mode.startsWith('100') || mode === SYMLINK) || file.includes('\ufffd')) continue;
    entries.set(file, {
      id,
      symlink: mode === SYMLINK,
      merged: stage === '0',
      skipped: status === 'S',
      ctimeNs: nanoseconds(ctime, ctimeRest),
      mtimeNs: nanoseconds(mtime, mtimeRest),
      size: Number(size),
    });
  }
  if (end === printed.length) return entries;
  throw new GitError({
    reason: 'git-failed',
    message: 'This version of git lists its index in a format that Proto Compat does not understand.',
    advice: 'Compare commits instead of the working tree, and report the version of git.',
  });
}

const INDEX_ENTRY =
  /(\S) (\d{6}) ([0-9a-f]{40,64}) (\d)\t([^\0]*)\0 *ctime: (\d+):(\d+)\n *mtime: (\d+):(\d+)\n.*\n.*\n *size: (\d+)(?!\d).*\n/gy;

function nanoseconds(seconds: string, rest: string): bigint {
  return BigInt(seconds) * 1_000_000_000n + BigInt(rest);
}

/** Of `ls-files --stage -z`: recorded commits by folder. */
export function parseIndexedSubmodules(printed: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [, id = '', folder = ''] of printed.matchAll(INDEXED_SUBMODULE))
    if (!folder.includes('\ufffd')) found.set(folder, id);
  return found;
}

const INDEXED_SUBMODULE = new RegExp(`(?<=^|\\0)${SUBMODULE} ([0-9a-f]{40,64}) \\d\\t([^\\0]*)\\0`, 'g');

/** Of `ls-files -z`, without folders and paths that are not UTF-8. */
export function parsePaths(printed: string): readonly string[] {
  return printed.split('\0').filter((path) => path !== '' && !path.endsWith('/') && !path.includes('\ufffd'));
}
