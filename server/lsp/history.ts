import { elementsOf } from '../proto/elements.ts';
import { parse } from '../proto/parse.ts';
import { isPrerelease, type Release } from '../release/model.ts';

/** What the releases of a file declare, under its present path. */
export interface FileHistory {
  /** The first release that has an element and after which none lacked it; undefined where the newest one lacks it. */
  since(element: string): Since | undefined;
  /** The numbers that fields of a message, or values of an enum, have had in any release. */
  numbersOf(type: string): ReadonlySet<number>;
}

export interface Since {
  readonly version: string;
  /** The release before has no file of this path: the element may be older, in another file. */
  readonly isFirstOfFile: boolean;
}

/**
 * @param texts of every release, newest first; undefined where the release has no file of this path.
 * @param newest the version that the working tree is compared with: later releases are of other lines.
 */
export function historyOf(
  texts: readonly { readonly release: Release; readonly text: string | undefined }[],
  newest: string,
): FileHistory {
  const numbers = new Map<string, Set<number>>();
  const since = new Map<string, Since>();
  /** What every release has had so far, from the newest one on. */
  let unbroken: ReadonlySet<string> | undefined;
  let read: { readonly text: string; readonly names: ReadonlySet<string> } | undefined;
  let isPast = false;
  for (const { release, text } of texts) {
    isPast ||= release.version === newest;
    const isCounted = isPast && (release.version === newest || !isPrerelease(release));
    if (text === undefined) {
      if (isCounted) unbroken = end(since, unbroken);
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

/** The release before has no such file. */
function end(since: Map<string, Since>, unbroken: ReadonlySet<string> | undefined): ReadonlySet<string> {
  for (const name of unbroken ?? []) {
    const known = since.get(name);
    if (known !== undefined) since.set(name, { ...known, isFirstOfFile: true });
  }
  return new Set();
}

/** The full names that a text declares; its numbers are added to those of other texts. */
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
