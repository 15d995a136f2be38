import type { FileNode, Span } from './tree.ts';

/** Zero-based; `character` counts UTF-16 code units, as in the Language Server Protocol. */
export interface Position {
  readonly line: number;
  readonly character: number;
}

/** Half-open: `end` is the position after the last character. */
export interface Range {
  readonly start: Position;
  readonly end: Position;
}

/** The range for findings about a whole file. */
export const START_OF_FILE: Range = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

/** For texts without a tree; a tree has `FileNode.lineStarts`. */
export function lineStartsOf(text: string): readonly number[] {
  return [0, ...[...text.matchAll(/\r\n|\n|\r/g)].map((end) => end.index + end[0].length)];
}

/** @param offset in UTF-16 code units. Negative offsets count as 0. */
export function positionAt(lineStarts: readonly number[], offset: number): Position {
  const inside = Math.max(offset, 0);
  let low = 0;
  let high = lineStarts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((lineStarts[middle] ?? 0) <= inside) low = middle;
    else high = middle - 1;
  }
  return { line: low, character: inside - (lineStarts[low] ?? 0) };
}

/**
 * As in the Language Server Protocol, a character beyond the line's end counts as its end. A line beyond the last one counts as the end of
 * the text.
 */
export function offsetAt(lineStarts: readonly number[], text: string, position: Position): number {
  if (position.line < 0) return 0;
  const start = lineStarts[position.line];
  if (start === undefined) return text.length;
  const end = start + (/[\r\n]/.exec(text.slice(start, lineStarts[position.line + 1]))?.index ?? text.length - start);
  return Math.min(start + Math.max(position.character, 0), end);
}

export function rangeOf(file: Pick<FileNode, 'lineStarts'>, span: Span): Range {
  return { start: positionAt(file.lineStarts, span.start), end: positionAt(file.lineStarts, span.end) };
}
