import type { Repository } from '../git/repository.ts';
import type { Snapshot } from './model.ts';

/**
 * Where the files of the edit were at the release.
 * @param release the release's commit, a full object id.
 * @param edit the commit that the edit rests on: HEAD for a working tree. Undefined before the first commit.
 * @returns the path at the release by the path now, only for files that moved. No released file is given twice.
 * @throws GitError
 */
export async function movedFiles(
  repository: Repository,
  released: Snapshot,
  edited: Snapshot,
  release: string,
  edit: string | undefined,
): Promise<ReadonlyMap<string, string>> {
  const [before, after] = await Promise.all([released.list(), edited.list()]);
  const gone = new Set([...before.keys()].filter((file) => !after.has(file)));
  const come = new Set([...after.keys()].filter((file) => !before.has(file)));
  const moves = new Map<string, string>();
  const settle = (from: string | undefined, to: string): void => {
    if (from === undefined || !come.has(to) || !gone.delete(from)) return;
    come.delete(to);
    moves.set(to, from);
  };
  if (gone.size === 0 || come.size === 0) return moves;

  // Moved and not changed, committed or not.
  const ids = onlyOnes([...gone].map((file) => [before.get(file) ?? '', file]));
  for (const file of [...come]) settle(ids.get(after.get(file) ?? ''), file);

  if (gone.size > 0 && come.size > 0 && edit !== undefined) {
    for (const { from, to } of await repository.renames(release, edit)) settle(from, to);
  }

  // The one file of the same name and package.
  const names = new Set([...come].map(nameOf));
  const candidates = [...gone].filter((file) => names.has(nameOf(file)));
  const keyOf = async (snapshot: Snapshot, file: string) => `${nameOf(file)}\n${packageOf(await snapshot.read(file))}`;
  const old = onlyOnes(
    await Promise.all(candidates.map(async (file): Promise<[string, string]> => [await keyOf(released, file), file])),
  );
  const candidateNames = new Set(candidates.map(nameOf));
  const now = [...come].filter((file) => candidateNames.has(nameOf(file)));
  const here = onlyOnes(
    await Promise.all(now.map(async (file): Promise<[string, string]> => [await keyOf(edited, file), file])),
  );
  for (const [key, file] of here) settle(old.get(key), file);
  return moves;
}

/** A map without the keys that occur more than once. */
function onlyOnes(entries: readonly (readonly [string, string])[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const twice = new Set<string>();
  for (const [key, value] of entries) {
    if (found.has(key)) twice.add(key);
    found.set(key, value);
  }
  for (const key of twice) found.delete(key);
  return found;
}

function nameOf(file: string): string {
  return file.slice(file.lastIndexOf('/') + 1);
}

/** Good enough to tell files apart; text that is read for its meaning goes through the parser. */
function packageOf(text: string | undefined): string {
  return /^[ \t]*package\s+([\w.]+)\s*;/m.exec(text ?? '')?.[1] ?? '';
}
