import { INTEGER, STRING, WORD } from '../tokens.ts';
import { integerValue, stringText } from '../literal.ts';
import { DOT, EQUALS, MINUS, OPEN_BRACE } from '../symbols.ts';
import type { IntegerLiteral, Name } from '../tree.ts';
import type { Cursor } from './cursor.ts';
import { looksLikeStatement, startsNextStatement } from './recovery.ts';
import { checkInt32 } from './validity.ts';

/* The parts of statements. Each function returns undefined if the cursor failed. */

/** `= 1`. Tolerant: the `=` may be missing. */
export function readNumber(cursor: Cursor, what: string, name: Name, signed: boolean): IntegerLiteral | undefined {
  if (cursor.kinds[cursor.next] === EQUALS) {
    cursor.next++;
    return readInteger(cursor, `Expected a number after \`${name.text} =\`.`, signed);
  }
  const message = `Expected \`=\` and a number after ${what} \`${name.text}\`.`;
  if (cursor.layout === undefined || cursor.kind(cursor.next) !== INTEGER || cursor.layout.isFirstOnLine(cursor.next)) {
    cursor.fail(message);
    return;
  }
  cursor.report(cursor.spanOf(cursor.next), message);
  return readInteger(cursor, message, signed);
}

export function readInteger(cursor: Cursor, message: string, signed: boolean): IntegerLiteral | undefined {
  const first = cursor.next;
  const negative = signed && cursor.kind(first) === MINUS;
  const token = negative ? first + 1 : first;
  if (cursor.kinds[token] !== INTEGER) {
    cursor.fail(message);
    return;
  }
  cursor.next = token + 1;
  const magnitude = integerValue(cursor.textOf(token));
  const value = negative && magnitude !== 0 ? -magnitude : magnitude;
  const span = cursor.spanFrom(first);
  checkInt32(cursor, value, span);
  return { value, span };
}

/** Tolerant: other words may precede the name on its line. */
export function readBlockName(cursor: Cursor, first: number, keyword: string): Name | undefined {
  const token = cursor.layout?.blockName(cursor.next) ?? cursor.next;
  if (cursor.kind(token) === WORD && !(cursor.startsLine(token) && looksLikeStatement(cursor, token))) {
    if (token > cursor.next) cursor.report(cursor.spanOf(cursor.next), `Expected a name after \`${keyword}\`.`);
    cursor.next = token + 1;
    return cursor.nameAt(token);
  }
  if (keyword === 'oneof' && cursor.layout !== undefined && cursor.kind(token) === OPEN_BRACE) {
    // The fields of a oneof without a name are still fields of the message.
    cursor.report(cursor.spanOf(first), 'Expected a name after `oneof`.');
    cursor.damaged = true;
    const end = cursor.ends[first] ?? 0;
    return { text: '', span: { start: end, end } };
  }
  cursor.fail(`Expected a name after \`${keyword}\`.`);
}

export function readDottedName(cursor: Cursor, message: string): Name | undefined {
  const first = cursor.next;
  if (cursor.kinds[first] !== WORD) {
    cursor.fail(message);
    return;
  }
  return readTypeName(cursor, message);
}

/** A dotted name, perhaps with a leading dot. */
export function readTypeName(cursor: Cursor, message: string): Name | undefined {
  const kinds = cursor.kinds;
  const starts = cursor.starts;
  const ends = cursor.ends;
  const first = cursor.next;
  let i = kinds[first] === DOT ? first + 1 : first;
  if (kinds[i] !== WORD || (first > cursor.statement && startsNextStatement(cursor, first))) {
    cursor.next = i;
    cursor.fail(message);
    return;
  }
  while (kinds[i + 1] === DOT) {
    i += 2;
    if (kinds[i] !== WORD || startsNextStatement(cursor, i)) {
      cursor.next = i;
      cursor.fail('Expected a name after `.`.');
      return;
    }
  }
  cursor.next = i + 1;
  const start = starts[first] ?? 0;
  const end = ends[i] ?? 0;
  let length = 0;
  for (let n = first; n <= i; n++) length += (ends[n] ?? 0) - (starts[n] ?? 0);
  let text = '';
  if (length === end - start) text = cursor.text.slice(start, end);
  else for (let n = first; n <= i; n++) text += cursor.textOf(n);
  return { text, span: { start, end } };
}

/** Adjacent strings are one. */
export function readString(cursor: Cursor, message: string): Name | undefined {
  const first = cursor.next;
  if (cursor.kind(first) !== STRING) {
    cursor.fail(message);
    return;
  }
  let text = '';
  for (; cursor.kind(cursor.next) === STRING; cursor.next++)
    text += stringText(cursor.text, cursor.starts[cursor.next] ?? 0, cursor.ends[cursor.next] ?? 0);
  return { text, span: cursor.spanFrom(first) };
}
