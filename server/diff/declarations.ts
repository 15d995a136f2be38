import type { File } from '../schema/model.ts';
import { groupBy } from './group-by.ts';

/** A message, enum or service. */
interface Declaration {
  readonly fullName: string;
  readonly file: File;
}

/**
 * Declarations with the same full name. Their files do not matter on the wire. Repositories contain copies, so one side can declare a name
 * several times.
 */
export interface NameMatches<T> {
  /** Released declarations, each with its edited version. */
  readonly kept: Map<T, T>;
  /** The same pairs, from new to old. */
  readonly before: Map<T, T>;
  /** Removed declarations, each with a copy that still exists. */
  readonly survivors: ReadonlyMap<T, T>;
  /** Added declarations, each with the released one that it copies. */
  readonly copies: ReadonlyMap<T, T>;
}

/** Files that are versions of each other. */
export interface FileMatches {
  newOf(old: File): File | undefined;
  oldOf(edited: File): File | undefined;
  /** Whether both sides have the same linked file. */
  isShared(file: File): boolean;
}

/** The declarations of two sides that have no version on the other side yet. */
export interface Unmatched<T> {
  readonly old: readonly T[];
  readonly new: readonly T[];
  /** Whether an edited declaration is a version of a released one that is not in `old`. */
  isTaken(edited: T): boolean;
}

/**
 * @param old all released declarations, because an added one may be a copy of any of them
 * @param unmatched those that are not matched yet
 * @param similarity from 0 to 1; decides between candidates, and whether two declarations are related at all
 * @param areCopies whether declarations of the second file, an edited one, can replace those of the first
 */
export function matchByName<T extends Declaration>(
  old: readonly T[],
  edited: readonly T[],
  unmatched: Unmatched<T>,
  files: FileMatches,
  similarity: (a: T, b: T) => number,
  areCopies: (old: File, edited: File) => boolean,
): NameMatches<T> {
  const kept = new Map<T, T>();
  const before = new Map<T, T>();
  const isTaken = (each: T): boolean => before.has(each) || unmatched.isTaken(each);
  const link = (a: T, b: T): void => {
    kept.set(a, b);
    before.set(b, a);
  };
  const index = indexOf(edited);
  const elsewhere: { readonly declaration: T; readonly namesakes: readonly T[] }[] = [];
  for (const each of unmatched.old) {
    const found = index.get(each.fullName);
    if (found === undefined) continue;
    const file = files.newOf(each.file);
    const here = found.find((other) => other.file === file && !isTaken(other));
    if (here === undefined) elsewhere.push({ declaration: each, namesakes: found });
    else link(each, here);
  }
  const left = unmatched.new.filter((each) => !isTaken(each));
  if (elsewhere.length === 0 && left.length === 0) return { kept, before, survivors: new Map(), copies: new Map() };
  for (const { declaration, namesakes } of elsewhere) {
    const free = namesakes.filter((other) => !isTaken(other) && areRelated(declaration, other, similarity));
    const found = mostSimilar(declaration, free, similarity);
    if (found !== undefined) link(declaration, found);
  }

  const survivors = new Map<T, T>();
  for (const { declaration, namesakes } of elsewhere) {
    if (kept.has(declaration)) continue;
    const left = namesakes.filter((other) => areCopies(declaration.file, other.file));
    const found = mostSimilar(declaration, left, similarity);
    if (found !== undefined) survivors.set(declaration, found);
  }
  const copies = new Map<T, T>();
  const added = left.filter((each) => !before.has(each));
  if (added.length > 0) {
    const released = indexOf(old);
    for (const each of added) {
      const originals = (released.get(each.fullName) ?? []).filter((other) => areCopies(other.file, each.file));
      const found = mostSimilar(each, originals, similarity);
      // In a released file, a half-typed declaration looks like a copy, so its members must be those of the original.
      const isCopy = found !== undefined && (files.oldOf(each.file) === undefined || similarity(found, each) === 1);
      if (isCopy) copies.set(each, found);
    }
  }
  return { kept, before, survivors, copies };
}

/** Cached, because a release is compared with many others. */
const INDEXES = new WeakMap<object, Index<unknown>>();
type Index<T> = ReadonlyMap<string, readonly T[]>;

function indexOf<T extends Declaration>(declarations: readonly T[]): Index<T> {
  // The index was made from this list.
  const known = INDEXES.get(declarations) as Index<T> | undefined;
  if (known !== undefined) return known;
  const index = groupBy(declarations, ({ fullName }) => fullName);
  INDEXES.set(declarations, index);
  return index;
}

/** Without a package, files may declare the same name by chance. */
function areRelated<T extends Declaration>(a: T, b: T, similarity: (a: T, b: T) => number): boolean {
  return (
    a.file.package !== '' || similarity(a, b) >= RELATED_FROM || imports(b.file, a.file) || imports(a.file, b.file)
  );
}

const RELATED_FROM = 0.5;

/** The two files may be on different sides. */
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
