import { STRING, WORD } from '../tokens.ts';
import { COMMA, OPEN_BRACKET } from '../symbols.ts';
import type { ExtensionsNode, Name, RangeNode, ReservedNode } from '../tree.ts';
import { finish } from './blocks.ts';
import type { Cursor } from './cursor.ts';
import { NO_OPTIONS, readOptionList } from './options.ts';
import { readInteger, readString } from './parts.ts';
import { looksLikeStatement } from './recovery.ts';
import { checkRange, checkReservedName, MAX_FIELD_NUMBER, MAX_INT32 } from './validity.ts';

/** @param max MAX_FIELD_NUMBER in a message, MAX_INT32 in an enum. */
export function readReserved(cursor: Cursor, first: number, max: number): ReservedNode | undefined {
  cursor.next = first + 1;
  const ranges: RangeNode[] = [];
  const names: Name[] = [];
  const kind = cursor.kind(cursor.next);
  if (kind === STRING || (kind === WORD && !cursor.is(cursor.next, 'max'))) readReservedNames(cursor, names);
  else readRanges(cursor, ranges, max, 'Expected a number, or a name in quotes, after `reserved`.');
  if (ranges.length === 0 && names.length === 0) return undefined;
  const end = cursor.ends[cursor.next - 1] ?? 0;
  const node: ReservedNode = {
    kind: 'reserved',
    ranges,
    names,
    span: cursor.spanFrom(first),
    leadingComments: cursor.leading(first),
  };
  const lastEnd = ranges.at(-1)?.span.end ?? names.at(-1)?.span.end ?? end;
  return finish(cursor, node, lastEnd, 'the `reserved` statement');
}

export function readExtensions(cursor: Cursor, first: number): ExtensionsNode | undefined {
  cursor.next = first + 1;
  const ranges: RangeNode[] = [];
  readRanges(cursor, ranges, MAX_FIELD_NUMBER, 'Expected a number after `extensions`.');
  if (ranges.length === 0) return undefined;
  const end = cursor.ends[cursor.next - 1] ?? 0;
  const options =
    cursor.failure === undefined && cursor.kind(cursor.next) === OPEN_BRACKET ? readOptionList(cursor) : NO_OPTIONS;
  const node: ExtensionsNode = {
    kind: 'extensions',
    ranges,
    options,
    span: cursor.spanFrom(first),
    leadingComments: cursor.leading(first),
  };
  return finish(cursor, node, Math.min(end, ranges.at(-1)?.span.end ?? end), 'the `extensions` statement');
}

function readReservedNames(cursor: Cursor, names: Name[]): void {
  for (;;) {
    let name: Name | undefined;
    if (
      cursor.kind(cursor.next) === WORD &&
      !(cursor.startsLine(cursor.next) && looksLikeStatement(cursor, cursor.next))
    ) {
      name = cursor.nameAt(cursor.next++);
      checkReservedName(cursor, name, false);
    } else {
      name = readString(cursor, 'Expected a reserved name.');
      if (name === undefined) return;
      checkReservedName(cursor, name, true);
    }
    names.push(name);
    if (cursor.kind(cursor.next) !== COMMA) return;
    cursor.next++;
  }
}

function readRanges(cursor: Cursor, ranges: RangeNode[], max: number, message: string): void {
  for (;;) {
    const first = cursor.next;
    const start = readRangeEnd(cursor, max, message, false);
    if (start === undefined) return;
    let end = start;
    if (cursor.is(cursor.next, 'to')) {
      cursor.next++;
      const last = readRangeEnd(cursor, max, 'Expected a number or `max` after `to`.', true);
      if (last === undefined) return;
      end = last;
    }
    const range: RangeNode = { start, end, span: cursor.spanFrom(first) };
    checkRange(cursor, range);
    ranges.push(range);
    if (cursor.kind(cursor.next) !== COMMA) return;
    cursor.next++;
    message = 'Expected a number after `,`.';
  }
}

function readRangeEnd(cursor: Cursor, max: number, message: string, allowMax: boolean): number | undefined {
  if (allowMax && cursor.is(cursor.next, 'max')) {
    cursor.next++;
    return max;
  }
  return readInteger(cursor, message, max === MAX_INT32)?.value;
}
