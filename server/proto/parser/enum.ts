import { ENUM } from '../layout.ts';
import { WORD } from '../tokens.ts';
import { OPEN_BRACKET } from '../symbols.ts';
import type { EnumNode, EnumValueNode, Name, OptionNode, ReservedNode } from '../tree.ts';
import { finish, readBody } from './blocks.ts';
import type { Cursor } from './cursor.ts';
import { NO_OPTIONS, readOptionList, readOptionStatement } from './options.ts';
import { readBlockName, readNumber } from './parts.ts';
import { readReserved } from './ranges.ts';
import { checkVisibility, MAX_INT32 } from './validity.ts';

export function readEnum(
  cursor: Cursor,
  first: number,
  visibility: Name | undefined,
  nameToken = first + 1,
): EnumNode | undefined {
  cursor.next = nameToken;
  const name = readBlockName(cursor, first, 'enum');
  if (name === undefined) return undefined;
  checkVisibility(cursor, visibility);
  const body = readBody(cursor, first, 'Enum', name, ENUM, readEnumMember);
  if (body === undefined) return undefined;
  return { kind: 'enum', visibility, name, body, span: cursor.spanFrom(first), leadingComments: cursor.leading(first) };
}

function readEnumMember(cursor: Cursor): EnumValueNode | OptionNode | ReservedNode | undefined {
  const first = cursor.next;
  if (cursor.is(first, 'option')) return readOptionStatement(cursor, first);
  if (cursor.is(first, 'reserved')) return readReserved(cursor, first, MAX_INT32);
  if (cursor.kind(first) !== WORD) {
    cursor.fail('Expected an enum value, `option` or `reserved`.');
    return;
  }
  cursor.next++;
  const name = cursor.nameAt(first);
  const number = readNumber(cursor, 'enum value', name, true);
  const options =
    number !== undefined && cursor.kind(cursor.next) === OPEN_BRACKET ? readOptionList(cursor) : NO_OPTIONS;
  const node: EnumValueNode = {
    kind: 'enumValue',
    name,
    number,
    options,
    span: cursor.spanFrom(first),
    leadingComments: cursor.leading(first),
  };
  return finish(cursor, node, name.span.end, 'enum value', name);
}
