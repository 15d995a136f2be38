import type { File } from '../schema/model.ts';
import { groupBy } from './group-by.ts';

/** A declaration at the top of a file, or a type or extension inside a message. */
interface Declaration {
  readonly fullName: string;
  readonly file: File;
}

/**
 * Which declarations of two sides have the same full name. On the wire a full name is all there is, so the file does not matter;
 * but repositories hold copies, so a name may have several declarations on a side.
 */
export interface NameMatches<T> {
  /** Each released declaration with the one it became. */
  readonly kept: Map<T, T>;
  /** The same, from the edited declaration to the released one. */
  readonly before: Map<T, T>;
  /** Released declarations that are gone, each with a copy that is still there. */
  readonly survivors: ReadonlyMap<T, T>;
  /** Declarations that are new, each with the released one that it is a copy of. */
  readonly copies: ReadonlyMap<T, T>;
}

/** Which released file is which edited one. */
export interface FileMatches {
  newOf(old: File): File | undefined;
  oldOf(edited: File): File | undefined;
}

/**
 * @param similarity from 0 to 1, where several could be the same one, and where it has to be told whether they are related at all.
 * @param areCopies whether one file's declarations stand for those of the other; both have the same package.
 */
export function matchByName<T extends Declaration>(
  old: readonly T[],
  edited: readonly T[],
  files: FileMatches,
  similarity: (a: T, b: T) => number,
  areCopies: (a: File, b: File) => boolean,
): NameMatches<T> {
  const kept = new Map<T, T>();
  const before = new Map<T, T>();
  const link = (a: T, b: T): void => {
    kept.set(a, b);
    before.set(b, a);
  };
  const index = new Map<string, T | T[]>();
  for (const each of edited) {
    const others = index.get(each.fullName);
    if (others === undefined) index.set(each.fullName, each);
    else if (Array.isArray(others)) others.push(each);
    else index.set(each.fullName, [others, each]);
  }
  const gone: { readonly declaration: T; readonly namesakes: readonly T[] }[] = [];
  for (const each of old) {
    const found = index.get(each.fullName);
    if (found === undefined) continue;
    const file = files.newOf(each.file);
    const isHere = (other: T): boolean => other.file === file && !before.has(other);
    // Nearly every name is declared once, and this is done with each keystroke.
    const here = Array.isArray(found) ? found.find(isHere) : isHere(found) ? found : undefined;
    if (here === undefined) gone.push({ declaration: each, namesakes: Array.isArray(found) ? found : [found] });
    else link(each, here);
  }
  if (gone.length === 0 && before.size === edited.length)
    return { kept, before, survivors: new Map(), copies: new Map() };
  for (const { declaration, namesakes } of gone) {
    const free = namesakes.filter((other) => !before.has(other) && areRelated(declaration, other, similarity));
    const found = mostSimilar(declaration, free, similarity);
    if (found !== undefined) link(declaration, found);
  }

  const survivors = new Map<T, T>();
  for (const { declaration, namesakes } of gone) {
    if (kept.has(declaration)) continue;
    const left = namesakes.filter((other) => areCopies(declaration.file, other.file));
    const found = mostSimilar(declaration, left, similarity);
    if (found !== undefined) survivors.set(declaration, found);
  }
  const copies = new Map<T, T>();
  const fresh = edited.filter((each) => !before.has(each));
  if (fresh.length > 0) {
    const names = new Set(fresh.map(({ fullName }) => fullName));
    const released = groupBy(
      old.filter(({ fullName }) => names.has(fullName)),
      ({ fullName }) => fullName,
    );
    for (const each of fresh) {
      const originals = (released.get(each.fullName) ?? []).filter((other) => areCopies(other.file, each.file));
      const found = mostSimilar(each, originals, similarity);
      // What is added to a released file may be half typed: it is a copy only where it has all that the other one has.
      const isCopy = found !== undefined && (files.oldOf(each.file) === undefined || similarity(found, each) === 1);
      if (isCopy) copies.set(each, found);
    }
  }
  return { kept, before, survivors, copies };
}

/**
 * Files without a package that happen to share a name are strangers to each other, unless one imports the other or what they declare
 * is alike.
 */
function areRelated<T extends Declaration>(a: T, b: T, similarity: (a: T, b: T) => number): boolean {
  return (
    a.file.package !== '' || similarity(a, b) >= RELATED_FROM || imports(b.file, a.file) || imports(a.file, b.file)
  );
}

const RELATED_FROM = 0.5;

/** Whether a file imports the other one, which may be of the other side. */
function imports(file: File, { path }: File): boolean {
  return file.imports.some((each) => each.file?.path === path);
}

function mostSimilar<T>(to: T, others: readonly T[], similarity: (a: T, b: T) => number): T | undefined {
  const [first, second] = others;
  if (second === undefined) return first;
  let best = first;
  let highest = -1;
  for (const other of others) {
    const score = similarity(to, other);
    if (score > highest) [best, highest] = [other, score];
  }
  return best;
}
