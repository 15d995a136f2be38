import { FLOAT, INTEGER, STRING, WORD } from '../tokens.ts';
import { stringBytes } from '../literal.ts';
import {
  CLOSE_BRACE,
  CLOSE_BRACKET,
  CLOSE_PAREN,
  COLON,
  COMMA,
  DOT,
  EQUALS,
  GREATER,
  LESS,
  MINUS,
  OPEN_BRACE,
  OPEN_BRACKET,
  OPEN_PAREN,
  SEMICOLON,
  SLASH,
} from '../symbols.ts';
import type { Name, OptionField, OptionNode, OptionValue } from '../tree.ts';
import { finish, MAX_DEPTH, TOO_DEEP } from './blocks.ts';
import type { Cursor } from './cursor.ts';
import { readTypeName } from './parts.ts';
import { startsNextStatement } from './recovery.ts';

export const NO_OPTIONS: readonly OptionNode[] = [];

export function readOptionStatement(cursor: Cursor, first: number): OptionNode | undefined {
  cursor.next = first + 1;
  const node = readOption(cursor, first);
  return node === undefined ? undefined : finish(cursor, node, node.value.span.end, 'the option');
}

/** After a failure, returns the options before it. */
export function readOptionList(cursor: Cursor): readonly OptionNode[] {
  cursor.next++;
  const options: OptionNode[] = [];
  for (;;) {
    const option = readOption(cursor, cursor.next);
    if (option === undefined) return options;
    options.push(option);
    if (cursor.kind(cursor.next) !== COMMA) break;
    cursor.next++;
  }
  cursor.expect(CLOSE_BRACKET, 'Expected `,` or `]` after this option.');
  return options;
}

function readOption(cursor: Cursor, first: number): OptionNode | undefined {
  const name = readOptionName(cursor);
  if (name === undefined) return undefined;
  if (!cursor.expect(EQUALS, `Expected \`=\` after the option \`${name.text}\`.`)) return undefined;
  const kind = cursor.kind(cursor.next);
  if (kind === OPEN_BRACKET || kind === LESS) {
    cursor.fail('Expected the value of the option.');
    return;
  }
  const value = readValue(cursor, 'Expected the value of the option.');
  if (value === undefined) return undefined;
  if (value.kind === 'identifier' && kind === MINUS && value.text !== '-inf' && value.text !== '-nan') {
    cursor.fail('Only a number, `inf` or `nan` can follow `-`.');
    return;
  }
  return { kind: 'option', name, value, span: cursor.spanFrom(first), leadingComments: cursor.leading(first) };
}

function readOptionName(cursor: Cursor): Name | undefined {
  const first = cursor.next;
  let text = '';
  for (;;) {
    if (cursor.kind(cursor.next) === OPEN_PAREN) {
      cursor.next++;
      const name = readTypeName(cursor, 'Expected the name of an option after `(`.');
      if (name === undefined) return undefined;
      if (!cursor.expect(CLOSE_PAREN, `Expected \`)\` after \`${name.text}\`.`)) return undefined;
      text += `(${name.text})`;
    } else if (
      cursor.kind(cursor.next) === WORD &&
      !(cursor.next > cursor.statement && startsNextStatement(cursor, cursor.next))
    ) {
      text += cursor.textOf(cursor.next++);
    } else {
      cursor.fail('Expected the name of an option.');
      return;
    }
    if (cursor.kind(cursor.next) !== DOT) break;
    cursor.next++;
    text += '.';
  }
  return { text, span: cursor.spanFrom(first) };
}

function readValue(cursor: Cursor, message: string): OptionValue | undefined {
  const first = cursor.next;
  switch (cursor.kind(first)) {
    case STRING:
      return readBytes(cursor);
    case WORD:
      if (startsNextStatement(cursor, first)) break;
      cursor.next++;
      return { kind: 'identifier', text: cursor.textOf(first), span: cursor.spanFrom(first) };
    case INTEGER:
    case FLOAT:
      cursor.next++;
      return { kind: 'number', text: cursor.textOf(first), span: cursor.spanFrom(first) };
    case MINUS: {
      const kind = cursor.kind(first + 1);
      if (kind !== WORD && kind !== INTEGER && kind !== FLOAT) {
        cursor.fail('Expected a number after `-`.');
        return;
      }
      cursor.next += 2;
      const text = `-${cursor.textOf(first + 1)}`;
      return kind === WORD
        ? { kind: 'identifier', text, span: cursor.spanFrom(first) }
        : { kind: 'number', text, span: cursor.spanFrom(first) };
    }
    case OPEN_BRACE:
    case LESS:
      return readNested(cursor, readMessageValue);
    case OPEN_BRACKET:
      return readNested(cursor, readListValue);
  }
  cursor.fail(message);
}

function readNested(cursor: Cursor, read: (cursor: Cursor) => OptionValue | undefined): OptionValue | undefined {
  if (cursor.depth >= MAX_DEPTH) {
    cursor.fail(TOO_DEEP);
    return;
  }
  cursor.depth++;
  const value = read(cursor);
  cursor.depth--;
  return value;
}

function readBytes(cursor: Cursor): OptionValue | undefined {
  const first = cursor.next++;
  let bytes = stringBytes(cursor.text, cursor.starts[first] ?? 0, cursor.ends[first] ?? 0);
  while (cursor.kind(cursor.next) === STRING) {
    const more = stringBytes(cursor.text, cursor.starts[cursor.next] ?? 0, cursor.ends[cursor.next] ?? 0);
    const joined = new Uint8Array(bytes.length + more.length);
    joined.set(bytes);
    joined.set(more, bytes.length);
    bytes = joined;
    cursor.next++;
  }
  return { kind: 'string', bytes, span: cursor.spanFrom(first) };
}

/** `{ … }` or `< … >`. */
function readMessageValue(cursor: Cursor): OptionValue | undefined {
  const first = cursor.next++;
  const close = cursor.kind(first) === LESS ? GREATER : CLOSE_BRACE;
  const fields: OptionField[] = [];
  while (cursor.kind(cursor.next) !== close) {
    const name = readValueFieldName(cursor, close);
    if (name === undefined) return undefined;
    const colon = cursor.kind(cursor.next) === COLON;
    if (colon) cursor.next++;
    const kind = cursor.kind(cursor.next);
    if (!colon && kind !== OPEN_BRACE && kind !== LESS && kind !== OPEN_BRACKET) {
      cursor.fail(`Expected \`:\` after \`${name.text}\`.`);
      return;
    }
    const value = readValue(cursor, `Expected a value for \`${name.text}\`.`);
    if (value === undefined) return undefined;
    fields.push({ name, value });
    const separator = cursor.kind(cursor.next);
    if (separator === COMMA || separator === SEMICOLON) cursor.next++;
  }
  cursor.next++;
  return { kind: 'message', fields, span: cursor.spanFrom(first) };
}

function readValueFieldName(cursor: Cursor, close: number): Name | undefined {
  const first = cursor.next;
  if (cursor.kind(first) === WORD) {
    cursor.next++;
    return cursor.nameAt(first);
  }
  if (cursor.kind(first) !== OPEN_BRACKET) {
    cursor.fail(`Expected the name of a field, or \`${String.fromCharCode(close)}\`.`);
    return;
  }
  cursor.next++;
  let text = '[';
  for (;;) {
    const kind = cursor.kind(cursor.next);
    if (kind === CLOSE_BRACKET && text.length > 1) break;
    if (kind !== WORD && kind !== DOT && kind !== SLASH && kind !== MINUS && kind !== INTEGER) {
      cursor.fail('Expected the name of an extension, or a type URL, between `[` and `]`.');
      return;
    }
    text += cursor.textOf(cursor.next++);
  }
  cursor.next++;
  return { text: `${text}]`, span: cursor.spanFrom(first) };
}

function readListValue(cursor: Cursor): OptionValue | undefined {
  const first = cursor.next++;
  const values: OptionValue[] = [];
  while (cursor.kind(cursor.next) !== CLOSE_BRACKET) {
    const value = readValue(cursor, 'Expected a value, or `]`.');
    if (value === undefined) return undefined;
    values.push(value);
    if (cursor.kind(cursor.next) !== COMMA) break;
    cursor.next++;
    if (cursor.kind(cursor.next) === CLOSE_BRACKET) {
      cursor.fail('Expected a value after `,`.');
      return;
    }
  }
  if (!cursor.expect(CLOSE_BRACKET, 'Expected `,` or `]`.')) return undefined;
  return { kind: 'list', values, span: cursor.spanFrom(first) };
}
