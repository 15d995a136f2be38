import type { File } from '../schema/model.ts';
import { groupBy } from '../schema/group-by.ts';
import type { FileVersions } from './pairs.ts';

interface Declaration {
  readonly kind: string;
  readonly fullName: string;
  readonly file: File;
}

/** Declarations with the same full name, in any file. Repositories contain copies, so one side can declare a name several times. */
export interface NameMatches<T> {
  /** From released declarations to edited ones. */
  readonly kept: ReadonlyMap<T, T>;
  /** From edited declarations to released ones. */
  readonly before: ReadonlyMap<T, T>;
  /** Removed declarations, each with a copy that is left. */
  readonly survivors: ReadonlyMap<T, T>;
  /** Added declarations, each with the released one that it copies. */
  readonly copies: ReadonlyMap<T, T>;
  /** The remaining released declarations. */
  readonly removed: readonly T[];
  /** The remaining edited declarations. */
  readonly added: readonly T[];
}

export interface FileMatches extends FileVersions {
  /** Whether both sides have the same linked file. */
  isShared(file: File): boolean;
}

interface Sides<T> {
  readonly old: readonly T[];
  readonly new: readonly T[];
}

/**
 * @param all possible copies and originals
 * @param unmatched the declarations to match
 * @param similarity from 0 to 1
 * @param areCopies whether declarations of the edited file can replace those of the released one
 */
export function matchByName<T extends Declaration>(
  all: Sides<T>,
  unmatched: Sides<T>,
  files: FileMatches,
  similarity: (a: T, b: T) => number,
  areCopies: (old: File, edited: File) => boolean,
): NameMatches<T> {
  const kept = new Map<T, T>();
  const before = new Map<T, T>();
  const link = (a: T, b: T): void => {
    kept.set(a, b);
    before.set(b, a);
  };
  const free = indexOf(unmatched.new);
  const elsewhere: T[] = [];
  for (const each of unmatched.old) {
    const file = files.newOf(each.file);
    const isHere = (other: T): boolean => other.file === file && other.kind === each.kind && !before.has(other);
    const here = free.get(each.fullName)?.find(isHere);
    if (here === undefined) elsewhere.push(each);
    else link(each, here);
  }
  for (const each of elsewhere) {
    const isVersion = (other: T): boolean => !before.has(other) && areRelated(each, other, similarity);
    const found = mostSimilar(each, namesakesOf(each, free).filter(isVersion), similarity);
    if (found !== undefined) link(each, found);
  }

  const survivors = new Map<T, T>();
  const removed: T[] = [];
  for (const each of elsewhere) {
    if (kept.has(each)) continue;
    const left = namesakesOf(each, indexOf(all.new)).filter((other) => areCopies(each.file, other.file));
    const found = mostSimilar(each, left, similarity);
    if (found === undefined) removed.push(each);
    else survivors.set(each, found);
  }
  const copies = new Map<T, T>();
  const added: T[] = [];
  for (const each of unmatched.new) {
    if (before.has(each)) continue;
    const originals = namesakesOf(each, indexOf(all.old)).filter((other) => areCopies(other.file, each.file));
    const found = mostSimilar(each, originals, similarity);
    // In an edited file, a half-typed declaration could look like a copy.
    const isCopy = found !== undefined && (files.oldOf(each.file) === undefined || similarity(found, each) === 1);
    if (isCopy) copies.set(each, found);
    else added.push(each);
  }
  return { kept, before, survivors, copies, removed, added };
}

/** A release is compared with many others. */
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

function namesakesOf<T extends Declaration>({ fullName, kind }: T, index: Index<T>): readonly T[] {
  const found = index.get(fullName) ?? [];
  return found.every((other) => other.kind === kind) ? found : found.filter((other) => other.kind === kind);
}

/** Files without a package may declare the same name by chance. */
function areRelated<T extends Declaration>(a: T, b: T, similarity: (a: T, b: T) => number): boolean {
  return (
    a.file.package !== '' || similarity(a, b) >= RELATED_FROM || imports(b.file, a.file) || imports(a.file, b.file)
  );
}

const RELATED_FROM = 0.5;

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

/** A full name in another package. */
export function inPackage(fullName: string, from: string, to: string): string {
  const rest = from === '' ? fullName : fullName.slice(from.length + 1);
  return to === '' ? rest : `${to}.${rest}`;
}
