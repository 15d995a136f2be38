import { hunks } from './hunks.ts';

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
  const newLines = after.split('\n');
  yield* changeWhiteSpace(lines, newLines);
  for (const { removed, added } of hunks(lines, newLines)) {
    // Above the hunk, the text is already the new one.
    let at = added.start;
    const oldLines = lines.slice(at, at + removed.end - removed.start);
    for (const piece of pieces(oldLines, newLines.slice(added.start, added.end))) {
      yield* change(lines, at, piece.removed, piece.added, closesBrackets);
      at += piece.added.length;
    }
  }
}

/** Edits the lines that differ only in white space, because `hunks` would replace them. */
function* changeWhiteSpace(lines: string[], after: readonly string[]): Generator<State> {
  const plain = (line: string): string => line.trim().replace(/\s+/g, ' ');
  const changes = hunks(lines.map(plain), after.map(plain));
  for (const at of lines.keys()) {
    if (changes.some(({ removed }) => removed.start <= at && at < removed.end)) continue;
    const above = changes.findLast(({ removed }) => removed.end <= at);
    const newLine = after[above === undefined ? at : above.added.end + at - above.removed.end];
    if (newLine === undefined || newLine === lines[at]) continue;
    for (const line of rewrite(lines[at] ?? '', newLine)) {
      lines[at] = line;
      yield { text: lines.join('\n'), first: at, last: at, isComplete: false };
    }
    yield { text: lines.join('\n'), first: at, last: at, isComplete: true };
  }
}

interface Piece {
  readonly removed: number;
  readonly added: readonly string[];
}

/** Splits a hunk before each removed line that resembles an added one, so `change` edits that line in place. */
function pieces(removed: readonly string[], added: readonly string[]): Piece[] {
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

/** Types `text` into an empty place. */
function* type(text: string, closesBrackets: boolean): Generator<{ text: string; first: number; last: number }> {
  /** What the editor inserted after the cursor, the nearest last: brackets, quotes, and braces with their indented line. */
  const afterCursor: string[] = [];
  let cursor = 0;
  yield { text: '', first: 0, last: 0 };
  while (cursor < text.length) {
    const start = cursor;
    const typed = text.slice(0, cursor);
    const rest = text.slice(cursor);
    const inserted = afterCursor.at(-1);
    if (inserted !== undefined && rest.startsWith(inserted)) {
      // The cursor moves over the bracket, and the text stays the same.
      cursor += inserted.length;
      afterCursor.pop();
      continue;
    }
    const isInBlock = inserted === '}' && typed.trimEnd().endsWith('{');
    const endOfEmptyBlock = isInBlock ? /^\n[ \t]*\}/.exec(rest) : null;
    if (endOfEmptyBlock !== null) {
      cursor += endOfEmptyBlock[0].length;
      afterCursor.pop();
    } else if (rest.startsWith('\n')) {
      // The editor indents the new line, and moves the closing brace to a line of its own.
      cursor += 1 + indentOf(rest.slice(1)).length;
      if (isInBlock) afterCursor.splice(-1, 1, `\n${indentOf(lastLine(typed.trimEnd()))}}`);
    } else {
      cursor++;
      const closing = PAIRS.get(rest.charAt(0));
      const isInText = inserted === '"' || lastLine(typed).includes('//');
      if (closesBrackets && closing !== undefined && !isInText) afterCursor.push(closing);
    }
    const lineOf = (offset: number): number => text.slice(0, offset).split('\n').length - 1;
    const closings = afterCursor.toReversed().join('');
    yield { text: text.slice(0, cursor) + closings, first: lineOf(start), last: lineOf(cursor) };
  }
}

function lastLine(text: string): string {
  return text.slice(text.lastIndexOf('\n') + 1);
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
