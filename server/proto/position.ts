import type { FileNode, Span } from './tree.ts';

/** Zero-based; `character` counts UTF-16 code units, as in the Language Server Protocol. */
export interface Position {
  readonly line: number;
  readonly character: number;
}

/** Half-open. */
export interface Range {
  readonly start: Position;
  readonly end: Position;
}

export const START_OF_FILE: Range = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

/** See `FileNode.lineStarts`. */
export function lineStartsOf(text: string): readonly number[] {
  return [0, ...[...text.matchAll(/\r\n|\n|\r/g)].map((end) => end.index + end[0].length)];
}

/** Negative offsets count as 0. */
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

/** A character beyond its line counts as the line's end, as in the Language Server Protocol. A line beyond the text counts as the text's end. */
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
