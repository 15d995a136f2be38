import { hunks, type Hunk } from './hunks.ts';

/** An editor's text after a keystroke. */
export interface State {
  readonly text: string;
  /** The first and last line (zero-based) that the keystroke may have changed. */
  readonly first: number;
  readonly last: number;
  /** Whether no declaration is half typed. */
  readonly isComplete: boolean;
}

/**
 * Types the difference between two texts from top to bottom.
 * @param closesBrackets whether the editor inserts closing brackets and quotes
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

/** Edits the lines that differ only in white space, because `hunks` would replace them. */
function* changeWhiteSpace(lines: string[], after: readonly string[]): Generator<State> {
  const plain = (line: string): string => line.trim().replace(/\s+/g, ' ');
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

/** Splits a hunk before each removed line that resembles an added one, so `change` edits that line in place. */
function pieces(removed: readonly string[], added: readonly string[]): Omit<Hunk, 'skip'>[] {
  const cuts: { readonly inRemoved: number; readonly inAdded: number }[] = [{ inRemoved: 0, inAdded: 0 }];
  let from = 0;
  for (const [inRemoved, line] of removed.entries()) {
    const inAdded = added.findIndex((one, index) => index >= from && isSimilar(line, one));
    if (inAdded < 0) continue;
    cuts.push({ inRemoved, inAdded });
    from = inAdded + 1;
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
  let editedInPlace = 0;
  while (editedInPlace < removed && isSimilar(lines[at + editedInPlace] ?? '', added[editedInPlace] ?? ''))
    editedInPlace++;
  const state = (first: number, last: number, isComplete = false): State => ({
    text: lines.join('\n'),
    first,
    last,
    isComplete,
  });
  for (let i = 0; i < editedInPlace; i++) {
    for (const line of rewrite(lines[at + i] ?? '', added[i] ?? '')) {
      lines[at + i] = line;
      yield state(at + i, at + i);
    }
    yield state(at + i, at + i, true);
  }
  if (removed > editedInPlace) {
    lines.splice(at + editedInPlace, removed - editedInPlace);
    yield state(Math.max(0, at + editedInPlace - 1), at + editedInPlace, true);
  }
  const fresh = added.slice(editedInPlace);
  if (fresh.length === 0) return;
  const above = lines.slice(0, at + editedInPlace);
  const below = lines.slice(at + editedInPlace);
  for (const typed of type(fresh.join('\n'), closesBrackets)) {
    lines.splice(0, lines.length, ...above, ...typed.text.split('\n'), ...below);
    yield state(above.length + typed.first, above.length + typed.last);
  }
  lines.splice(0, lines.length, ...above, ...fresh, ...below);
  yield state(above.length + fresh.length - 1, above.length + fresh.length - 1, true);
}

/** Deletes the part that differs backwards, and types its replacement. */
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

function* type(text: string, closesBrackets: boolean): Generator<{ text: string; first: number; last: number }> {
  /** Brackets that the editor inserted after the cursor, the nearest last. */
  const afterCursor: string[] = [];
  let typed = '';
  let i = 0;
  const lineOf = (offset: number): number => text.slice(0, offset).split('\n').length - 1;
  yield { text: '', first: 0, last: 0 };
  while (i < text.length) {
    const start = i;
    const next = afterCursor.at(-1);
    // Enter in an empty block.
    const closingLine = next === '}' ? /^\n[ \t]*\}/.exec(text.slice(i)) : null;
    if (closingLine !== null && typed.trimEnd().endsWith('{')) {
      typed += closingLine[0];
      i += closingLine[0].length;
      afterCursor.pop();
      yield { text: typed + afterCursor.toReversed().join(''), first: lineOf(start), last: lineOf(i) };
      continue;
    }
    if (next !== undefined && text.startsWith(next, i)) {
      typed += next;
      i += next.length;
      afterCursor.pop();
      continue;
    }
    const key = text[i] ?? '';
    typed += key;
    i++;
    if (key === '\n') {
      // The editor indents, and moves the closing brace to a line of its own.
      const indent = indentOf(text.slice(i));
      typed += indent;
      i += indent.length;
      if (typed.trimEnd().endsWith('{') && next === '}') {
        const outer = indentOf(typed.trimEnd().split('\n').at(-1) ?? '');
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

function indentOf(line: string): string {
  return /^[ \t]*/.exec(line)?.[0] ?? '';
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
