import { accessSync, constants, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { explain, isMissing, mayExist, readRegular } from './file.ts';
import type { Trouble } from './trouble.ts';

/** Bytes: the limit for answers and files of git that contain only a name or a path. */
export const MAX_NAME_SIZE = 100_000;

/** The trouble for one of git's own files or folders that exists and cannot be read. */
function unreadable(file: string, error: unknown): Trouble {
  const { cause, advice } = explain(error);
  return { reason: 'git-failed', message: `Git cannot read ${file}: ${cause}.`, advice };
}

/**
 * Finds out why git does not recognise a repository although there seems to be one; undefined if git is right. Git also says "not a git
 * repository" if it cannot read HEAD. It also says that another user owns the repository if it cannot read the owner.
 * @param isUnrecognised whether git said "not a git repository".
 */
export function unreadableRepository(directory: string, isUnrecognised: boolean): Trouble | undefined {
  for (let folder = directory; ; folder = path.dirname(folder)) {
    const own = path.join(folder, '.git');
    const trouble = mayExist(own) ? unreadableGit(folder, own, isUnrecognised) : undefined;
    if (trouble !== undefined) return trouble;
    if (folder === path.dirname(folder)) return undefined;
  }
}

/** @param own the path of `.git`, a folder or a file with the path of a folder. */
function unreadableGit(folder: string, own: string, isUnrecognised: boolean): Trouble | undefined {
  const pointer = readRegular(own, MAX_NAME_SIZE);
  if (pointer !== undefined) return troubleOf(own, pointer);
  const parts = ['objects', 'refs'].map((name) => path.join(own, name));
  const trouble = inaccessibleFolder([folder, own, ...parts]) ?? unreadableRef('HEAD', own, own);
  if (trouble !== undefined || !isUnrecognised || !parts.every(mayExist)) return trouble;
  return {
    reason: 'git-failed',
    message: `${own} is damaged: git does not recognise it as a repository.`,
    advice: 'Restore its HEAD, objects and refs from a backup, or clone again.',
  };
}

function inaccessibleFolder(folders: readonly string[]): Trouble | undefined {
  for (const folder of folders) {
    try {
      accessSync(folder, constants.X_OK);
    } catch (error) {
      if (!isMissing(error)) return unreadable(folder, error);
    }
  }
  return undefined;
}

function troubleOf(file: string, content: ReturnType<typeof readRegular>): Trouble | undefined {
  return content === undefined || Buffer.isBuffer(content) || content.reason !== 'unreadable'
    ? undefined
    : unreadable(file, content.error);
}

/**
 * Why a ref does not resolve although it has a file: the file cannot be read, or contains neither an id nor a ref. Undefined if neither
 * is the case.
 * @param ref HEAD, or a name that starts with `refs/`.
 */
export function unreadableRef(ref: string, gitDirectory: string, commonDirectory: string): Trouble | undefined {
  const file = path.join(ref === 'HEAD' ? gitDirectory : commonDirectory, ref);
  const content = readRegular(file, MAX_NAME_SIZE);
  if (!Buffer.isBuffer(content)) return troubleOf(file, content);
  const text = content.toString().trimEnd();
  const [, target] = /^ref: (refs\/[^\0]*)$/.exec(text) ?? [];
  if (target !== undefined) return ref === 'HEAD' ? unreadableRef(target, gitDirectory, commonDirectory) : undefined;
  if (/^[0-9a-f]{40,64}$/.test(text)) return undefined;
  return {
    reason: 'git-failed',
    message: `${file} is damaged: it contains neither a commit nor the name of a branch.`,
    advice: 'Run `git fsck`, and restore the file from a backup or with `git update-ref`.',
  };
}

/**
 * The files in a folder and below, relative to it, with forward slashes; the trouble if a folder cannot be listed. For such a folder, git
 * prints no refs and reports no error.
 */
export function filesBelow(folder: string): string[] | Trouble {
  const files: string[] = [];
  const entries = entriesOf(folder);
  if (!Array.isArray(entries)) return entries;
  for (const entry of entries) {
    if (!entry.isDirectory()) {
      files.push(entry.name);
      continue;
    }
    const below = filesBelow(path.join(folder, entry.name));
    if (!Array.isArray(below)) return below;
    for (const file of below) files.push(`${entry.name}/${file}`);
  }
  return files;
}

/** Whether this is a partial clone, which git records by `.promisor` files; the trouble if that cannot be found out. */
export function isPartialClone(commonDirectory: string): boolean | Trouble {
  const entries = entriesOf(path.join(commonDirectory, 'objects', 'pack'));
  return Array.isArray(entries) ? entries.some(({ name }) => name.endsWith('.promisor')) : entries;
}

/** When a file of git's own was last changed, in milliseconds since the epoch; undefined if there is no such file. */
export function changedAt(file: string): number | Trouble | undefined {
  try {
    return statSync(file, { throwIfNoEntry: false })?.mtimeMs;
  } catch (error) {
    return isMissing(error) ? undefined : unreadable(file, error);
  }
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    return isMissing(error) ? [] : unreadable(folder, error);
  }
}
