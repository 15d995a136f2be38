import { elementsOf } from '../proto/elements.ts';
import { parse } from '../proto/parse.ts';
import { isPrerelease, type Release } from '../release/model.ts';

/** What the releases declare in one file, under its current path. */
export interface FileHistory {
  /** The first release since which every release has the element; undefined if the newest one doesn't have it. */
  since(element: string): Since | undefined;
  /** The numbers that fields of a message, or values of an enum, have in any release. */
  numbersOf(type: string): ReadonlySet<number>;
}

export interface Since {
  readonly version: string;
  /** Whether the previous release lacks a file with this path. The element may then be older, from another file. */
  readonly isFirstOfFile: boolean;
}

/**
 * @param texts the file in every release, newest first; undefined if a release has no such file.
 * @param newest the version that the working tree is compared with: later releases belong to other branches.
 */
export function historyOf(
  texts: readonly { readonly release: Release; readonly text: string | undefined }[],
  newest: string,
): FileHistory {
  const numbers = new Map<string, Set<number>>();
  const since = new Map<string, Since>();
  /** The elements that are in every release from the newest one back to the one that was read last. */
  let unbroken: ReadonlySet<string> | undefined;
  let read: { readonly text: string; readonly names: ReadonlySet<string> } | undefined;
  let isPast = false;
  for (const { release, text } of texts) {
    isPast ||= release.version === newest;
    const isCounted = isPast && (release.version === newest || !isPrerelease(release));
    if (text === undefined) {
      if (isCounted) unbroken = markFirstOfFile(since, unbroken);
      continue;
    }
    read = read?.text === text ? read : { text, names: namesIn(text, numbers) };
    if (!isCounted) continue;
    const { names } = read;
    unbroken = new Set([...(unbroken ?? names)].filter((name) => names.has(name)));
    for (const name of unbroken) since.set(name, { version: release.version, isFirstOfFile: false });
  }
  return { since: (element) => since.get(element), numbersOf: (type) => numbers.get(type) ?? new Set() };
}

/**
 * Marks the elements whose first release is also the first with the file.
 * @returns the new `unbroken`: empty, because older releases no longer matter for these elements.
 */
function markFirstOfFile(since: Map<string, Since>, unbroken: ReadonlySet<string> | undefined): ReadonlySet<string> {
  for (const name of unbroken ?? []) {
    const known = since.get(name);
    if (known !== undefined) since.set(name, { ...known, isFirstOfFile: true });
  }
  return new Set();
}

/** The full names that a text declares. Adds its field and enum numbers to `numbers`. */
function namesIn(text: string, numbers: Map<string, Set<number>>): ReadonlySet<string> {
  const elements = elementsOf(parse(text));
  for (const { node, parent } of elements) {
    if ((node.kind !== 'field' && node.kind !== 'enumValue') || node.number === undefined) continue;
    const type = parent?.node.kind === 'oneof' ? parent.parent : parent;
    if (type === undefined) continue;
    const known = numbers.get(type.fullName) ?? new Set();
    numbers.set(type.fullName, known.add(node.number.value));
  }
  return new Set(elements.map(({ fullName }) => fullName));
}
