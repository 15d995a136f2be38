/** An editor's text after a keystroke. */
export interface State {
  readonly text: string;
  /** The first and last line (zero-based) that the keystroke may have changed. */
  readonly first: number;
  readonly last: number;
  /** Whether a change is complete. Otherwise a declaration may be half typed. */
  readonly isComplete: boolean;
}

/**
 * All texts that an editor has while somebody types the difference between two texts from top to bottom. Changed and
 * new lines are typed letter by letter, and removed lines are deleted at once.
 * @param closesBrackets whether the editor inserts the closing bracket or quote together with the opening one, as VS
 * Code does.
 */
export function* keys(before: string, after: string, closesBrackets: boolean): Generator<State> {
  const lines = before.split('\n');
  yield* changeWhiteSpace(lines, after.split('\n'));
  let at = 0;
  for (const { skip, removed, added } of hunks(lines, after.split('\n'))) {
    at += skip;
    for (const piece of pieces(lines.slice(at, at + removed), added)) {
      yield* change(lines, at, piece.removed, piece.added, closesBrackets);
      at += piece.added.length;
    }
  }
}

/** Edits the lines that differ only in white space, so that `keys` doesn't retype them with the lines around them. */
function* changeWhiteSpace(lines: string[], after: readonly string[]): Generator<State> {
  const plain = (line: string): string => line.trim().replace(/\s+/g, ' ');
  /** The new lines, by the number of the old line. */
  const newLines = new Map<number, string>();
  let [from, to] = [0, 0];
  const pairLines = (count: number): void => {
    for (let n = 0; n < count; n++, from++, to++) {
      const newLine = after[to];
      if (newLine !== undefined && newLine !== lines[from]) newLines.set(from, newLine);
    }
  };
  for (const { skip, removed, added } of hunks(lines.map(plain), after.map(plain))) {
    pairLines(skip);
    from += removed;
    to += added.length;
  }
  pairLines(lines.length - from);
  for (const [at, newLine] of newLines) {
    for (const line of rewrite(lines[at] ?? '', newLine)) {
      lines[at] = line;
      yield { text: lines.join('\n'), first: at, last: at, isComplete: false };
    }
    yield { text: lines.join('\n'), first: at, last: at, isComplete: true };
  }
}

interface Hunk {
  /** The number of equal lines between the previous hunk and this one. */
  readonly skip: number;
  /** The number of removed lines. */
  readonly removed: number;
  readonly added: readonly string[];
}

/** Splits a hunk before each removed line that resembles an added line, so that `change` edits such a line in place. */
function pieces(removed: readonly string[], added: readonly string[]): Omit<Hunk, 'skip'>[] {
  const cuts: { readonly inRemoved: number; readonly inAdded: number }[] = [{ inRemoved: 0, inAdded: 0 }];
  for (const [inRemoved, line] of removed.entries()) {
    const from = cuts.length === 1 ? 0 : (cuts.at(-1)?.inAdded ?? 0) + 1;
    const inAdded = added.findIndex((one, index) => index >= from && isSimilar(line, one));
    if (inAdded >= 0) cuts.push({ inRemoved, inAdded });
  }
  return cuts.map(({ inRemoved, inAdded }, n) => {
    const next = cuts[n + 1] ?? { inRemoved: removed.length, inAdded: added.length };
    return { removed: next.inRemoved - inRemoved, added: added.slice(inAdded, next.inAdded) };
  });
}

function* change(
  lines: string[],
  at: number,
  removed: number,
  added: readonly string[],
  closesBrackets: boolean,
): Generator<State> {
  const dissimilar = lines.slice(at, at + removed).findIndex((line, i) => !isSimilar(line, added[i] ?? ''));
  /** The number of lines that are edited in place. */
  const edited = dissimilar < 0 ? removed : dissimilar;
  const state = (first: number, last: number, isComplete = false): State => ({
    text: lines.join('\n'),
    first,
    last,
    isComplete,
  });
  for (let i = 0; i < edited; i++) {
    for (const line of rewrite(lines[at + i] ?? '', added[i] ?? '')) {
      lines[at + i] = line;
      yield state(at + i, at + i);
    }
    yield state(at + i, at + i, true);
  }
  if (removed > edited) {
    lines.splice(at + edited, removed - edited);
    yield state(Math.max(0, at + edited - 1), at + edited, true);
  }
  const fresh = added.slice(edited);
  if (fresh.length === 0) return;
  // New lines begin as an empty line, as after Enter at the end of the line above.
  const above = lines.slice(0, at + edited);
  const below = lines.slice(at + edited);
  for (const typed of type(fresh.join('\n'), closesBrackets)) {
    lines.splice(0, lines.length, ...above, ...typed.text.split('\n'), ...below);
    yield state(above.length + typed.first, above.length + typed.last);
  }
  lines.splice(0, lines.length, ...above, ...fresh, ...below);
  yield state(above.length + fresh.length - 1, above.length + fresh.length - 1, true);
}

/** The states of an edited line: the part that differs is deleted backwards, and its replacement is typed. */
function* rewrite(from: string, to: string): Generator<string> {
  const shorter = Math.min(from.length, to.length);
  let head = 0;
  while (head < shorter && from[head] === to[head]) head++;
  let tail = 0;
  while (tail < shorter - head && from[from.length - 1 - tail] === to[to.length - 1 - tail]) tail++;
  const rest = from.slice(from.length - tail);
  for (let end = from.length - tail - 1; end >= head; end--) yield from.slice(0, end) + rest;
  for (let end = head + 1; end <= to.length - tail; end++) yield to.slice(0, end) + rest;
}

const PAIRS = new Map([
  ['{', '}'],
  ['[', ']'],
  ['(', ')'],
  ['"', '"'],
]);

/** The texts of new lines while they are typed, with what the editor inserts after the cursor. */
function* type(text: string, closesBrackets: boolean): Generator<{ text: string; first: number; last: number }> {
  /**
   * What the editor inserted after the cursor, the nearest text last. A `}` on its own line includes the line break and
   * the indentation.
   */
  const afterCursor: string[] = [];
  let typed = '';
  let i = 0;
  const lineOf = (offset: number): number => text.slice(0, offset).split('\n').length - 1;
  yield { text: '', first: 0, last: 0 };
  while (i < text.length) {
    const start = i;
    const next = afterCursor.at(-1);
    // In an empty block, Enter moves the closing brace to its own line.
    const closingLine = next === '}' ? /^\n[ \t]*\}/.exec(text.slice(i)) : null;
    if (closingLine !== null && typed.trimEnd().endsWith('{')) {
      typed += closingLine[0];
      i += closingLine[0].length;
      afterCursor.pop();
      yield { text: typed + afterCursor.toReversed().join(''), first: lineOf(start), last: lineOf(i) };
      continue;
    }
    if (next !== undefined && text.startsWith(next, i)) {
      // The bracket already exists, so the cursor only moves over it.
      typed += next;
      i += next.length;
      afterCursor.pop();
      continue;
    }
    const key = text[i] ?? '';
    typed += key;
    i++;
    if (key === '\n') {
      // The editor indents the new line, and moves the brace that it inserted to a line of its own.
      const indent = /^[ \t]*/.exec(text.slice(i))?.[0] ?? '';
      typed += indent;
      i += indent.length;
      if (typed.trimEnd().endsWith('{') && next === '}') {
        const outer = /^[ \t]*/.exec(typed.trimEnd().split('\n').at(-1) ?? '')?.[0] ?? '';
        afterCursor.splice(-1, 1, `\n${outer}}`);
      }
    }
    const closing = PAIRS.get(key);
    const isInComment = typed.slice(typed.lastIndexOf('\n') + 1).includes('//');
    const isBeforeText = !/^[\s)\]}]|^$/.test(afterCursor.at(-1) ?? '');
    if (closesBrackets && closing !== undefined && !isInComment && !isBeforeText) afterCursor.push(closing);
    yield { text: typed + afterCursor.toReversed().join(''), first: lineOf(start), last: lineOf(i) };
  }
}

function isSimilar(a: string, b: string): boolean {
  if (a.trim() === '' || b.trim() === '') return false;
  // The old line was split into several.
  if (/\w/.test(b) && a.trim().startsWith(b.trim())) return true;
  const words = new Set(a.match(/\w+|[^\w\s]/g));
  const others = new Set(b.match(/\w+|[^\w\s]/g));
  const shared = [...words].filter((word) => others.has(word)).length;
  return shared * 2 > Math.max(words.size, others.size);
}

function hasBalancedBraces(lines: readonly string[]): boolean {
  let depth = 0;
  for (const [brace] of lines.join('\n').matchAll(/[{}]/g)) if ((depth += brace === '{' ? 1 : -1) < 0) return false;
  return depth === 0;
}

/** A `Hunk` whose added lines can be moved. */
interface MovableHunk {
  skip: number;
  readonly removed: number;
  /** The numbers of the first added line and of the line after the last one, in the new text. */
  start: number;
  end: number;
}

/** The parts between the lines of the longest common subsequence, moved to where a person would type them. */
function hunks(before: readonly string[], after: readonly string[]): Hunk[] {
  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) head++;
  let tail = 0;
  const shorter = Math.min(before.length, after.length) - head;
  while (tail < shorter && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++;
  const a = before.slice(head, before.length - tail);
  const b = after.slice(head, after.length - tail);
  const width = b.length + 1;
  const lengths = new Uint32Array((a.length + 1) * width);
  const at = (i: number, j: number): number => lengths[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      lengths[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const found: MovableHunk[] = [];
  let [i, j, skip] = [0, 0, head];
  while (i < a.length || j < b.length) {
    const [fromI, fromJ] = [i, j];
    while (i < a.length || j < b.length) {
      if (i < a.length && j < b.length && a[i] === b[j]) break;
      if (j >= b.length || (i < a.length && at(i + 1, j) >= at(i, j + 1))) i++;
      else j++;
    }
    if (i > fromI || j > fromJ) {
      found.push({ skip, removed: i - fromI, start: head + fromJ, end: head + j });
      skip = 0;
    }
    while (i < a.length && j < b.length && a[i] === b[j]) [i, j, skip] = [i + 1, j + 1, skip + 1];
  }
  // In a diff, an added block can begin with the closing brace of the block before it. Nobody types like that, so such a
  // hunk is moved down, or else up, until its braces are balanced.
  for (const [n, hunk] of found.entries()) {
    const following = found[n + 1];
    const move = (by: number): void => {
      hunk.skip += by;
      hunk.start += by;
      hunk.end += by;
      if (following !== undefined) following.skip -= by;
    };
    const { skip: roomAbove } = hunk;
    const roomBelow = following?.skip ?? after.length - hunk.end;
    if (hunk.removed > 0) continue;
    let by = 0;
    while (!isBalanced(hunk) && by < roomBelow && after[hunk.start] === after[hunk.end]) {
      by++;
      move(1);
    }
    if (isBalanced(hunk)) continue;
    move(-by);
    by = 0;
    while (!isBalanced(hunk) && by < roomAbove && after[hunk.start - 1] === after[hunk.end - 1]) {
      by++;
      move(-1);
    }
    if (!isBalanced(hunk)) move(by);
  }
  return found
    .flatMap((hunk, n) => splitBlocks(hunk, found[n + 1]))
    .map(({ skip: between, removed, start, end }) => ({ skip: between, removed, added: after.slice(start, end) }));

  /**
   * A diff can show the end of one block and most of the next as one insertion. A person completes the first block and
   * then writes the second.
   */
  function splitBlocks(hunk: MovableHunk, following: MovableHunk | undefined): MovableHunk[] {
    const { skip: between, removed, start, end } = hunk;
    if (removed > 0 || isBalanced(hunk) || end >= after.length || following?.skip === 0) return [hunk];
    for (let k = start; k < end; k++) {
      const [first, second] = [
        { skip: between, removed, start, end: k },
        { skip: 1, removed, start: k + 1, end: end + 1 },
      ];
      if (after[k] !== after[end] || !isBalanced(first) || !isBalanced(second)) continue;
      if (following !== undefined) following.skip--;
      return [first, second].filter((part) => part.end > part.start);
    }
    return [hunk];
  }

  function isBalanced({ start, end }: { start: number; end: number }): boolean {
    return hasBalancedBraces(after.slice(start, end));
  }
}
