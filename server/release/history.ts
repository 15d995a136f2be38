/** The part of a repository's history that releases are looked for in. Commits are numbered, children before parents. */
export interface History {
  readonly numbers: ReadonlyMap<string, number>;
  readonly commits: readonly string[];
  /** Parents of each commit, by number. */
  readonly parents: readonly (readonly number[])[];
  /** Commits from this number on were left out of the listing: both HEAD and trunk reach them and all that they reach. */
  readonly boundary: number;
}

/** Reads the lines `commit parent parent…` of a listing in topological order. */
export function parseHistory(listing: string): History {
  const numbers = new Map<string, number>();
  const commits: string[] = [];
  const lines = listing.split('\n').filter((line) => line !== '').map((line) => line.split(' '));
  for (const [commit = ''] of lines) {
    numbers.set(commit, commits.length);
    commits.push(commit);
  }
  const boundary = commits.length;
  const parents = lines.map(([, ...ids]) =>
    ids.map((id) => {
      const known = numbers.get(id);
      if (known !== undefined) return known;
      numbers.set(id, commits.length);
      return commits.push(id) - 1;
    }),
  );
  return { numbers, commits, parents, boundary };
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
export function placesFrom(history: History, head: string, trunk: string | undefined): (commit: string) => Place | undefined {
  const inHead = reach(history, head);
  const inTrunk = trunk === undefined ? inHead : reach(history, trunk);
  const { commits, parents } = history;
  const headNumber = history.numbers.get(head);
  /** It shares history with the trunk. */
  const related = new Uint8Array(commits.length);
  /** It has a commit of the trunk that HEAD has not. */
  const later = new Uint8Array(commits.length);
  /** HEAD is one of its ancestors. */
  const afterHead = new Uint8Array(commits.length);
  for (let number = commits.length - 1; number >= 0; number--) {
    if (inTrunk[number] === 1) related[number] = 1;
    if (inTrunk[number] === 1 && inHead[number] === 0) later[number] = 1;
    for (const parent of parents[number] ?? []) {
      if (related[parent] === 1) related[number] = 1;
      if (later[parent] === 1) later[number] = 1;
      if (afterHead[parent] === 1 || parent === headNumber) afterHead[number] = 1;
    }
  }
  return (commit) => {
    const number = history.numbers.get(commit);
    if (number === undefined) return 'trunk';
    if (inHead[number] === 1) return inTrunk[number] === 1 ? 'trunk' : 'own';
    const beside = trunk !== undefined && inTrunk[number] === 0 && related[number] === 1 && later[number] === 0 && afterHead[number] === 0;
    return beside ? 'beside' : undefined;
  };
}

/** Flags of the commits that one of them reaches, itself included. */
function reach(history: History, from: string): Uint8Array {
  const reached = new Uint8Array(history.commits.length).fill(1, history.boundary);
  const start = history.numbers.get(from);
  if (start === undefined) return reached;
  reached[start] = 1;
  for (let number = start; number < history.boundary; number++) {
    if (reached[number] === 0) continue;
    for (const parent of history.parents[number] ?? []) reached[parent] = 1;
  }
  return reached;
}
