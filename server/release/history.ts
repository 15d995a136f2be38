/** The part of a repository's history that releases are looked for in. Commits are numbered, children before parents. */
export interface History {
  readonly numbers: ReadonlyMap<string, number>;
  /** Parents of all commits, by number, in one row. */
  readonly parents: Int32Array;
  /** Where the parents of each listed commit start in that row; one more entry gives the last one's end. */
  readonly starts: Int32Array;
  /** Commits listed. Numbers from here on were left out of the listing: HEAD and trunk reach them and all that they reach. */
  readonly boundary: number;
}

/** Reads the lines `commit parent parent…` of a listing in topological order. */
export function parseHistory(listing: string): History {
  const lines = listing
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split(' '));
  const numbers = new Map<string, number>();
  for (const [commit = ''] of lines) numbers.set(commit, numbers.size);
  const boundary = numbers.size;
  const starts = new Int32Array(boundary + 1);
  const parents: number[] = [];
  for (const [line, [, ...ids]] of lines.entries()) {
    for (const id of ids) {
      let number = numbers.get(id);
      if (number === undefined) {
        number = numbers.size;
        numbers.set(id, number);
      }
      parents.push(number);
    }
    starts[line + 1] = parents.length;
  }
  return { numbers, parents: Int32Array.from(parents), starts, boundary };
}

/**
 * Where a commit stands as seen from HEAD.
 * `trunk`: HEAD and trunk reach it. `own`: only HEAD does. `beside`: neither does, and it left the trunk at commits that HEAD has.
 */
export type Place = 'trunk' | 'own' | 'beside';

/**
 * Finds the place of every commit in passes over the whole history, so that it does not matter how many releases are asked for.
 * @param trunk undefined where there is none: then every commit that HEAD reaches is `trunk`.
 * @returns a function that gives a commit's place, undefined where it has none.
 */
export function placesFrom(
  history: History,
  head: string,
  trunk: string | undefined,
): (commit: string) => Place | undefined {
  const { numbers, parents, starts, boundary } = history;
  const flags = new Uint8Array(numbers.size).fill(IN_HEAD | IN_TRUNK | RELATED, boundary);
  spread(history, flags, head, trunk === undefined ? IN_HEAD | IN_TRUNK : IN_HEAD);
  if (trunk !== undefined) spread(history, flags, trunk, IN_TRUNK);
  const headNumber = numbers.get(head) ?? -1;
  for (let number = boundary - 1; number >= 0; number--) {
    let found = flags[number] ?? 0;
    if ((found & IN_TRUNK) !== 0) found |= (found & IN_HEAD) === 0 ? RELATED | LATER : RELATED;
    const end = starts[number + 1] ?? 0;
    for (let at = starts[number] ?? 0; at < end; at++) {
      const parent = parents[at] ?? 0;
      found |= (flags[parent] ?? 0) & (RELATED | LATER | AFTER_HEAD);
      if (parent === headNumber) found |= AFTER_HEAD;
    }
    flags[number] = found;
  }
  return (commit) => {
    const number = numbers.get(commit);
    if (number === undefined) return 'trunk';
    const found = flags[number] ?? 0;
    if ((found & IN_HEAD) !== 0) return (found & IN_TRUNK) !== 0 ? 'trunk' : 'own';
    const beside = trunk !== undefined && (found & (IN_TRUNK | RELATED | LATER | AFTER_HEAD)) === RELATED;
    return beside ? 'beside' : undefined;
  };
}

/** HEAD reaches it. */
const IN_HEAD = 1;
/** The trunk reaches it. */
const IN_TRUNK = 2;
/** It shares history with the trunk. */
const RELATED = 4;
/** It has a commit of the trunk that HEAD has not. */
const LATER = 8;
/** HEAD is one of its ancestors. */
const AFTER_HEAD = 16;

/** Sets flags on a commit and on all that it reaches. */
function spread({ numbers, parents, starts, boundary }: History, flags: Uint8Array, from: string, value: number): void {
  const first = numbers.get(from) ?? boundary;
  if (first >= boundary) return;
  flags[first] = (flags[first] ?? 0) | value;
  for (let number = first; number < boundary; number++) {
    if (((flags[number] ?? 0) & value) !== value) continue;
    const end = starts[number + 1] ?? 0;
    for (let at = starts[number] ?? 0; at < end; at++) {
      const parent = parents[at] ?? 0;
      flags[parent] = (flags[parent] ?? 0) | value;
    }
  }
}
