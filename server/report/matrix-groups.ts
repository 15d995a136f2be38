import type { MatrixVersion } from '../check/matrix.ts';

/** Consecutive releases with equal schemas, which share a row and a column. */
export interface Group {
  readonly first: number;
  readonly label: string;
}

export function groupsOf(versions: readonly MatrixVersion[]): readonly Group[] {
  const groups: { first: number; last: number }[] = [];
  for (const [index, { schema }] of versions.entries()) {
    const group = groups.at(-1);
    if (group !== undefined && versions[group.last]?.schema === schema) group.last = index;
    else groups.push({ first: index, last: index });
  }
  return groups.map(({ first, last }) => {
    const [from, to] = [versions[first]?.label ?? '', versions[last]?.label ?? ''];
    return { first, label: first === last ? from : `${from} – ${to}` };
  });
}
