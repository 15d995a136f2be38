import type { File, Schema } from '../schema/model.ts';
import { groupBy } from './group-by.ts';

/** A file elsewhere is the moved one if at least this share of what they declare at the top has the same name. */
const MOVED_AT_LEAST = 0.5;
/** Of a file whose package changed as well, more has to be the same. */
const RENAMED_AT_LEAST = 0.75;

/** Which released file is which edited one: by path, then by package and what they declare, then by file name and what they declare. */
export function matchFiles(old: Schema, edited: Schema): Map<File, File> {
  const matches = new Map<File, File>();
  const gone: File[] = [];
  for (const [path, file] of old.files) {
    const same = edited.files.get(path);
    if (same === undefined) gone.push(file);
    else matches.set(file, same);
  }
  if (gone.length === 0) return matches;
  const come = [...edited.files.values()].filter((file) => !old.files.has(file.path));
  if (come.length === 0) return matches;

  const taken = new Set<File>();
  const pair = (keyOf: (file: File) => string, atLeast: number): void => {
    const candidates = groupBy(come, keyOf);
    const rivals = groupBy(gone, keyOf);
    for (const file of gone) {
      if (matches.has(file)) continue;
      const free = (candidates.get(keyOf(file)) ?? []).filter((other) => !taken.has(other));
      const found = onlyAlike(file, free, atLeast);
      if (found === undefined) continue;
      const others = (rivals.get(keyOf(file)) ?? []).filter((other) => !matches.has(other));
      if (onlyAlike(found, others, atLeast) !== file) continue;
      matches.set(file, found);
      taken.add(found);
    }
  };
  pair((file) => file.package, MOVED_AT_LEAST);
  pair((file) => file.path.slice(file.path.lastIndexOf('/') + 1), RENAMED_AT_LEAST);
  return matches;
}

/** The one file that is alike; undefined where several are, as versions of an API are copies of one another. */
function onlyAlike(file: File, others: readonly File[], atLeast: number): File | undefined {
  const names = new Set(declaredNames(file));
  const alike = others.filter((other) => {
    const theirs = declaredNames(other);
    const common = theirs.filter((name) => names.has(name)).length;
    return common > 0 && (2 * common) / (names.size + theirs.length) >= atLeast;
  });
  return alike.length === 1 ? alike[0] : undefined;
}

function declaredNames(file: File): string[] {
  return [...file.messages, ...file.enums, ...file.services].map(({ name }) => name);
}
