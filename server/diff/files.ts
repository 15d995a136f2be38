import type { File, Schema, Service } from '../schema/model.ts';
import type { FileMatches } from './declarations.ts';
import { groupBy } from '../schema/group-by.ts';
import { similarity as likeness } from './similar-types.ts';

/** A file moved if the top-level names of the two versions are at least this similar. */
const MOVED_AT_LEAST = 0.5;
/** The same if the package changed, too. */
const RENAMED_AT_LEAST = 0.75;
/** In that case, the declarations of the same names must be at least this similar, on average. */
const ALIKE_AT_LEAST = 0.5;
/** Two files of one package are copies if they share at least this part of the smaller file's names. */
const COPIED_AT_LEAST = 0.5;

/**
 * By path and package, then by package and top-level names, then by path, then by file name and top-level names. The package is more than
 * the path: it is a part of all names, and peers do not see files.
 */
export function matchFiles(old: Schema, edited: Schema): FileMatches & ReadonlyMap<File, File> {
  const matches = new FilePairs();
  for (const [path, file] of old.files) {
    const same = edited.files.get(path);
    if (same?.package === file.package) matches.set(file, same);
  }
  const removed = [...old.files.values()].filter((file) => !matches.has(file));
  if (removed.length === 0) return matches;
  const added = [...edited.files.values()].filter((file) => matches.oldOf(file) === undefined);
  if (added.length === 0) return matches;

  const pair = (
    keyOf: (file: File) => string,
    choose: (file: File, others: readonly File[]) => File | undefined,
    isLikely: (file: File, found: File) => boolean = () => true,
  ): void => {
    const candidates = groupBy(added, keyOf);
    const rivals = groupBy(removed, keyOf);
    for (const file of removed) {
      if (matches.has(file)) continue;
      const free = (candidates.get(keyOf(file)) ?? []).filter((other) => matches.oldOf(other) === undefined);
      const found = choose(file, free);
      if (found === undefined || !isLikely(file, found)) continue;
      const others = (rivals.get(keyOf(file)) ?? []).filter((other) => !matches.has(other));
      if (choose(found, others) === file) matches.set(file, found);
    }
  };
  /** Either path may still have a file, with another package. */
  const isMostAlike = (file: File, found: File): boolean => {
    const [here, before] = [edited.files.get(file.path), old.files.get(found.path)];
    const likeness = sharedMembers(file, found);
    return (
      (here === undefined || sharedMembers(file, here) <= likeness) &&
      (before === undefined || sharedMembers(before, found) <= likeness)
    );
  };
  pair(({ package: name }) => name, mostSimilar, isMostAlike);
  pair(
    ({ path }) => path,
    (_, [other]) => other,
  );
  // Versions of an API are similar files in different packages, so several files may be similar.
  pair(({ path }) => path.slice(path.lastIndexOf('/') + 1), onlySimilar);
  return matches;
}

class FilePairs extends Map<File, File> implements FileMatches {
  readonly #old = new Map<File, File>();

  override set(old: File, edited: File): this {
    this.#old.set(edited, old);
    return super.set(old, edited);
  }

  newOf(old: File): File | undefined {
    return this.get(old);
  }

  oldOf(edited: File): File | undefined {
    return this.#old.get(edited);
  }

  isShared(file: File): boolean {
    return this.get(file) === file;
  }
}

/** Returns a function that decides whether declarations of an edited file can replace those of a released file. */
export function copyFinder(files: FileMatches): (old: File, edited: File) => boolean {
  const known = new Map<File, Map<File, boolean>>();
  return (old, edited) => {
    if (old.package === '' || old.package !== edited.package) return false;
    const answers = known.get(old) ?? new Map<File, boolean>();
    known.set(old, answers);
    let answer = answers.get(edited);
    if (answer === undefined) {
      answer =
        areCopies(namesOf(old), namesOf(edited)) ||
        files.newOf(old)?.imports.some(({ file }) => file === edited) === true;
      answers.set(edited, answer);
    }
    return answer;
  };
}

function areCopies(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return common(a, b) >= COPIED_AT_LEAST * Math.min(a.size, b.size);
}

function mostSimilar(file: File, others: readonly File[]): File | undefined {
  const names = namesOf(file);
  const scores = others.map((other) => similarity(names, namesOf(other)));
  const highest = Math.max(...scores);
  if (highest < MOVED_AT_LEAST) return undefined;
  const best = others.filter((_, index) => scores[index] === highest);
  if (best.length <= 1) return best[0];
  // Copies declare the same names, but one of them may have changed.
  const shared = best.map((other) => sharedMembers(file, other));
  return best[shared.indexOf(Math.max(...shared))];
}

/** How similar the declarations with the same names are, in sum. */
function sharedMembers(a: File, b: File): number {
  const theirs = new Map([...b.messages, ...b.enums].map((type) => [type.name, type]));
  const types = [...a.messages, ...a.enums].map((type) => {
    const other = theirs.get(type.name);
    return other === undefined ? 0 : likeness(type, other);
  });
  const services = new Map(b.services.map((service) => [service.name, service]));
  const methods = a.services.map((service) => {
    const other = services.get(service.name);
    return other === undefined ? 0 : similarity(methodsOf(service), methodsOf(other));
  });
  return [...types, ...methods].reduce((sum, each) => sum + each, 0);
}

function methodsOf({ methods }: Service): ReadonlySet<string> {
  return new Set(methods.map(({ name }) => name));
}

/** The similar file whose path shares the most trailing segments; undefined on a tie. */
function onlySimilar(file: File, others: readonly File[]): File | undefined {
  const names = namesOf(file);
  const similar = others.filter((other) => {
    const theirs = namesOf(other);
    if (similarity(names, theirs) < RENAMED_AT_LEAST) return false;
    return sharedMembers(file, other) >= ALIKE_AT_LEAST * common(names, theirs);
  });
  const nearness = similar.map(({ path }) => sharedEnd(file.path, path));
  const nearest = similar.filter((_, index) => nearness[index] === Math.max(...nearness));
  return nearest.length === 1 ? nearest[0] : undefined;
}

/** Counts segments. A folder usually moves as a whole. */
function sharedEnd(a: string, b: string): number {
  const [ours, theirs] = [a.split('/').reverse(), b.split('/').reverse()];
  const differs = ours.findIndex((part, index) => part !== theirs[index]);
  return differs === -1 ? ours.length : differs;
}

/** From 0 to 1; 0 for two files without names. */
function similarity(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const shared = common(a, b);
  return shared === 0 ? 0 : (2 * shared) / (a.size + b.size);
}

function common(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let count = 0;
  for (const name of a) if (b.has(name)) count += 1;
  return count;
}

function namesOf(file: File): ReadonlySet<string> {
  return new Set([...file.messages, ...file.enums, ...file.services].map(({ name }) => name));
}
