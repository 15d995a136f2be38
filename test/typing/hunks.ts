export interface Hunk {
  /** Equal lines since the previous hunk. */
  readonly skip: number;
  readonly removed: number;
  readonly added: readonly string[];
}

/** A hunk whose added lines are a range of the new text. */
interface Range {
  skip: number;
  readonly removed: number;
  start: number;
  end: number;
}

/** The difference between two texts as a person would type it. */
export function hunks(before: readonly string[], after: readonly string[]): Hunk[] {
  const ranges = diffLines(before, after);
  for (const [n, range] of ranges.entries()) if (range.removed === 0) balance(range, ranges[n + 1], after);
  return ranges
    .flatMap((range, n) => splitBlocks(range, ranges[n + 1], after))
    .map(({ skip, removed, start, end }) => ({ skip, removed, added: after.slice(start, end) }));
}

/** The lines outside the longest common subsequence. */
function diffLines(before: readonly string[], after: readonly string[]): Range[] {
  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) head++;
  let tail = 0;
  const shorter = Math.min(before.length, after.length) - head;
  while (tail < shorter && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++;
  const a = before.slice(head, before.length - tail);
  const b = after.slice(head, after.length - tail);
  const common = commonLengths(a, b);
  const found: Range[] = [];
  let [i, j, skip] = [0, 0, head];
  const isAtEnd = (): boolean => i === a.length && j === b.length;
  const isCommon = (): boolean => i < a.length && j < b.length && a[i] === b[j];
  while (!isAtEnd()) {
    const [fromI, fromJ] = [i, j];
    while (!isAtEnd() && !isCommon()) {
      if (j === b.length || (i < a.length && common(i + 1, j) >= common(i, j + 1))) i++;
      else j++;
    }
    if (i > fromI || j > fromJ) {
      found.push({ skip, removed: i - fromI, start: head + fromJ, end: head + j });
      skip = 0;
    }
    for (; isCommon(); i++, j++) skip++;
  }
  return found;
}

/** The length of the longest common subsequence of `a` from line `i` and `b` from line `j`. */
function commonLengths(a: readonly string[], b: readonly string[]): (i: number, j: number) => number {
  const width = b.length + 1;
  const lengths = new Uint32Array((a.length + 1) * width);
  const at = (i: number, j: number): number => lengths[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      lengths[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  return at;
}

/** Moves added lines down, or else up, until their braces match. */
function balance(range: Range, following: Range | undefined, after: readonly string[]): void {
  const move = (by: number): void => {
    range.skip += by;
    range.start += by;
    range.end += by;
    if (following !== undefined) following.skip -= by;
  };
  const roomAbove = range.skip;
  const roomBelow = following?.skip ?? after.length - range.end;
  let moved = 0;
  for (; !isBalanced(range, after) && moved < roomBelow && after[range.start] === after[range.end]; moved++) move(1);
  if (isBalanced(range, after)) return;
  move(-moved);
  moved = 0;
  for (; !isBalanced(range, after) && moved < roomAbove && after[range.start - 1] === after[range.end - 1]; moved++)
    move(-1);
  if (!isBalanced(range, after)) move(moved);
}

/** If a range has the end of one block and the start of the next, splits it there: people complete one block first. */
function splitBlocks(range: Range, following: Range | undefined, after: readonly string[]): Range[] {
  const { skip, removed, start, end } = range;
  if (removed > 0 || isBalanced(range, after) || end >= after.length || following?.skip === 0) return [range];
  for (let cut = start; cut < end; cut++) {
    const first = { skip, removed, start, end: cut };
    const second = { skip: 1, removed, start: cut + 1, end: end + 1 };
    if (after[cut] !== after[end] || !isBalanced(first, after) || !isBalanced(second, after)) continue;
    if (following !== undefined) following.skip--;
    return [first, second].filter((part) => part.end > part.start);
  }
  return [range];
}

function isBalanced({ start, end }: Range, lines: readonly string[]): boolean {
  let depth = 0;
  for (const [brace] of lines.slice(start, end).join('\n').matchAll(/[{}]/g))
    if ((depth += brace === '{' ? 1 : -1) < 0) return false;
  return depth === 0;
}
