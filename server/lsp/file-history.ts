import { elementsOf } from '../proto/elements.ts';
import { parse } from '../proto/parse.ts';
import { isPrerelease, type Release } from '../release/model.ts';

export interface FileHistory {
  /**
   * The first of the consecutive releases that have the element, up to the baseline. Pre-releases don't count, unless
   * one is the baseline.
   */
  since(element: string): Since | undefined;
  /** The numbers of a message's fields or an enum's values in all releases. */
  numbersOf(type: string): ReadonlySet<number>;
}

export interface Since {
  readonly version: string;
  /** The previous release has no such file. The element may then be older, from another file. */
  readonly isFirstOfFile: boolean;
}

/**
 * @param texts the file's text in each release, highest version first; undefined if a release has no such file.
 * @param newest the baseline's version. `since` ignores higher ones.
 */
export function historyOf(
  texts: readonly { readonly release: Release; readonly text: string | undefined }[],
  newest: string,
): FileHistory {
  const numbers = new Map<string, Set<number>>();
  const since = new Map<string, Since>();
  /** The elements in every counted release from `newest` back to the last one read. */
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

/** @returns the new `unbroken`: a release without the file has no elements. */
function markFirstOfFile(since: Map<string, Since>, unbroken: ReadonlySet<string> | undefined): ReadonlySet<string> {
  for (const name of unbroken ?? []) {
    const known = since.get(name);
    if (known !== undefined) since.set(name, { ...known, isFirstOfFile: true });
  }
  return new Set();
}

/** @returns full names. Adds the numbers of fields and enum values to `numbers`. */
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
