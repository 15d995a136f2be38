import { accessSync, constants, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { explain, isMissing, mayExist, readRegular } from './file.ts';
import type { Trouble } from './trouble.ts';

/** Bytes. */
export const MAX_NAME_SIZE = 100_000;

function unreadable(file: string, error: unknown): Trouble {
  const { cause, advice } = explain(error);
  return { reason: 'git-failed', message: `Git cannot read ${file}: ${cause}.`, advice };
}

/**
 * Git reports unreadable or damaged files as "not a git repository", or as owned by another user.
 * @param directory absolute; the folders above are searched, too.
 */
export function unreadableRepository(directory: string, isUnrecognised: boolean): Trouble | undefined {
  for (let folder = directory; ; folder = path.dirname(folder)) {
    const own = path.join(folder, '.git');
    const trouble = mayExist(own) ? unreadableGit(folder, own, isUnrecognised) : undefined;
    if (trouble !== undefined) return trouble;
    if (folder === path.dirname(folder)) return undefined;
  }
}

/** @param own `.git`, which is a folder, or a file that names one. */
function unreadableGit(folder: string, own: string, isUnrecognised: boolean): Trouble | undefined {
  const pointer = readRegular(own, MAX_NAME_SIZE);
  if (pointer !== undefined) return unreadableContent(own, pointer);
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

function unreadableContent(file: string, content: ReturnType<typeof readRegular>): Trouble | undefined {
  return content === undefined || Buffer.isBuffer(content) || content.reason !== 'unreadable'
    ? undefined
    : unreadable(file, content.error);
}

/** @param ref HEAD, with the branch that it names, or a name that starts with `refs/`. */
export function unreadableRef(ref: string, gitDirectory: string, commonDirectory: string): Trouble | undefined {
  const file = path.join(ref === 'HEAD' ? gitDirectory : commonDirectory, ref);
  const content = readRegular(file, MAX_NAME_SIZE);
  if (!Buffer.isBuffer(content)) return unreadableContent(file, content);
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

/** Relative paths with forward slashes. Git reports no error for a folder of refs that it cannot list. */
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

/** Git marks the packs of a partial clone with `.promisor` files. */
export function isPartialClone(commonDirectory: string): boolean | Trouble {
  const entries = entriesOf(path.join(commonDirectory, 'objects', 'pack'));
  return Array.isArray(entries) ? entries.some(({ name }) => name.endsWith('.promisor')) : entries;
}

/** Milliseconds since the epoch; undefined if there is no such file. */
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
