import type { File, Schema } from '../schema/model.ts';

/** A file is the moved one if at least this share of what they declare at the top has the same name. */
const ALIKE = 0.5;

/** Which released file is which edited one: by path, then by what they declare, because files move. */
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
  for (const file of gone) {
    const names = new Set(declaredNames(file));
    let best: File | undefined;
    let score = 0;
    for (const other of come) {
      const theirs = declaredNames(other);
      const total = names.size + theirs.length;
      const alike = total === 0 ? 0 : (2 * theirs.filter((name) => names.has(name)).length) / total;
      if (alike > score) {
        score = alike;
        best = other;
      }
    }
    if (best !== undefined && score >= ALIKE) {
      matches.set(file, best);
      come.splice(come.indexOf(best), 1);
    }
  }
  return matches;
}

function declaredNames(file: File): string[] {
  return [...file.messages, ...file.enums, ...file.services].map(({ name }) => name);
}
