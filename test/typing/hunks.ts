/** Lines of the old text and those of the new text that replace them. One of the two ranges may be empty. */
export interface Hunk {
  readonly removed: Range;
  readonly added: Range;
}

/** The zero-based lines from `start` to the one before `end`. */
interface Range {
  readonly start: number;
  readonly end: number;
}

/** The difference between two texts as a person would type it. */
export function hunks(before: readonly string[], after: readonly string[]): Hunk[] {
  const found = diffLines(before, after);
  for (const [n, hunk] of found.entries())
    found[n] = balance(hunk, found[n - 1]?.added.end ?? 0, found[n + 1]?.added.start ?? after.length, after);
  return found.flatMap((hunk, n) => splitBlocks(hunk, found[n + 1]?.added.start ?? after.length, after));
}

/** The lines outside the longest common subsequence. */
function diffLines(before: readonly string[], after: readonly string[]): Hunk[] {
  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) head++;
  let tail = 0;
  const shorter = Math.min(before.length, after.length) - head;
  while (tail < shorter && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++;
  const a = before.slice(head, before.length - tail);
  const b = after.slice(head, after.length - tail);
  const common = commonLengths(a, b);
  const found: Hunk[] = [];
  let [i, j] = [0, 0];
  const isAtEnd = (): boolean => i === a.length && j === b.length;
  const isCommon = (): boolean => i < a.length && j < b.length && a[i] === b[j];
  while (!isAtEnd()) {
    const [fromI, fromJ] = [i, j];
    while (!isAtEnd() && !isCommon()) {
      if (j === b.length || (i < a.length && common(i + 1, j) >= common(i, j + 1))) i++;
      else j++;
    }
    if (i > fromI || j > fromJ)
      found.push({ removed: { start: head + fromI, end: head + i }, added: { start: head + fromJ, end: head + j } });
    for (; isCommon(); i++) j++;
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

/**
 * Moves a hunk that only adds lines down, or else up, until the braces of its lines match.
 * @param top the end of the hunk above
 * @param bottom the start of the hunk below
 */
function balance(hunk: Hunk, top: number, bottom: number, after: readonly string[]): Hunk {
  const { removed, added } = hunk;
  if (!isEmpty(removed)) return hunk;
  // The same text results if the line that leaves the hunk equals the line that it gets.
  let down = 0;
  while (added.end + down < bottom && after[added.start + down] === after[added.end + down]) down++;
  let up = 0;
  while (added.start - up > top && after[added.start - up - 1] === after[added.end - up - 1]) up++;
  const shifts = [...Array(down + 1).keys(), ...Array.from({ length: up }, (_, n) => -n - 1)];
  const shift = shifts.find((by) => isBalanced(shifted(added, by), after)) ?? 0;
  return { removed: shifted(removed, shift), added: shifted(added, shift) };
}

/** If a hunk adds the end of one block and the start of the next, splits it there: people complete one block first. */
function splitBlocks(hunk: Hunk, bottom: number, after: readonly string[]): Hunk[] {
  const { removed, added } = hunk;
  if (!isEmpty(removed) || isBalanced(added, after) || added.end === bottom) return [hunk];
  // The line below the hunk is the end of the first block in the old text, and of the second one in the new text.
  for (let newEnd = added.start; newEnd < added.end; newEnd++) {
    const first = { start: added.start, end: newEnd };
    const second = { start: newEnd + 1, end: added.end + 1 };
    if (after[newEnd] !== after[added.end] || !isBalanced(first, after) || !isBalanced(second, after)) continue;
    return [
      { removed, added: first },
      { removed: shifted(removed, 1), added: second },
    ].filter((part) => !isEmpty(part.added));
  }
  return [hunk];
}

function isEmpty({ start, end }: Range): boolean {
  return start === end;
}

function shifted({ start, end }: Range, by: number): Range {
  return { start: start + by, end: end + by };
}

function isBalanced({ start, end }: Range, lines: readonly string[]): boolean {
  let depth = 0;
  for (const [brace] of lines.slice(start, end).join('\n').matchAll(/[{}]/g))
    if ((depth += brace === '{' ? 1 : -1) < 0) return false;
  return depth === 0;
}
