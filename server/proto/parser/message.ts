import { EXTEND, MESSAGE, ONEOF } from '../layout.ts';
import { WORD } from '../tokens.ts';
import { COMMA, GREATER, LESS, OPEN_BRACKET } from '../symbols.ts';
import type {
  EnumNode,
  ExtendNode,
  FieldNode,
  MessageMember,
  MessageNode,
  Name,
  OneofNode,
  OptionNode,
  ServiceNode,
} from '../tree.ts';
import { finish, readBody } from './blocks.ts';
import type { Cursor } from './cursor.ts';
import { readEnum } from './enum.ts';
import { NO_OPTIONS, readOptionList, readOptionStatement } from './options.ts';
import { readBlockName, readNumber, readTypeName } from './parts.ts';
import { readExtensions, readReserved } from './ranges.ts';
import { startsNextStatement } from './recovery.ts';
import { readService } from './service.ts';
import {
  checkFieldNumber,
  checkGroup,
  checkHasFields,
  checkLabel,
  checkVisibility,
  MAX_FIELD_NUMBER,
} from './validity.ts';

export function readMessage(
  cursor: Cursor,
  first: number,
  visibility: Name | undefined,
  nameToken = first + 1,
): MessageNode | undefined {
  cursor.next = nameToken;
  const name = readBlockName(cursor, first, 'message');
  if (name === undefined) return undefined;
  checkVisibility(cursor, visibility);
  const body = readBody(cursor, first, 'Message', name, MESSAGE, readMessageMember);
  if (body === undefined) return undefined;
  return {
    kind: 'message',
    visibility,
    name,
    body,
    span: cursor.spanFrom(first),
    leadingComments: cursor.leading(first),
  };
}

export function readVisible(cursor: Cursor, first: number): MessageNode | EnumNode | undefined {
  const visibility = cursor.nameAt(first);
  const next = first + 1;
  if (cursor.is(next, 'message')) return readMessage(cursor, first, visibility, next + 1);
  if (cursor.is(next, 'enum')) return readEnum(cursor, first, visibility, next + 1);
  cursor.next = next;
  cursor.fail(`Expected \`message\` or \`enum\` after \`${visibility.text}\`.`);
}

export function readExtend(cursor: Cursor, first: number): ExtendNode | undefined {
  cursor.next = first + 1;
  const extendee = readTypeName(cursor, 'Expected the name of a message after `extend`.');
  if (extendee === undefined) return undefined;
  const body = readBody(cursor, first, 'Extend', extendee, EXTEND, readExtendMember);
  if (body === undefined) return undefined;
  checkHasFields(cursor, body, `This \`extend ${extendee.text}\``, extendee.span);
  return { kind: 'extend', extendee, body, span: cursor.spanFrom(first), leadingComments: cursor.leading(first) };
}

/** For a missing or misspelled keyword. Only the tolerant parser guesses. */
export function guessBlock(
  cursor: Cursor,
  first: number,
): MessageNode | EnumNode | ServiceNode | OneofNode | undefined {
  const keyword = cursor.layout?.guessKeyword(first, cursor.container.context);
  if (keyword === undefined) return undefined;
  cursor.report(cursor.spanOf(first), `Expected \`${keyword}\`.`);
  cursor.damaged = true;
  const name = cursor.kind(first + 1) === WORD ? first + 1 : first;
  if (keyword === 'message') return readMessage(cursor, first, undefined, name);
  if (keyword === 'enum') return readEnum(cursor, first, undefined, name);
  return keyword === 'service' ? readService(cursor, first, name) : readOneof(cursor, first, name);
}

function readMessageMember(cursor: Cursor): MessageMember | undefined {
  const first = cursor.next;
  switch (cursor.letter(first)) {
    case 109: // m
      if (cursor.is(first, 'message')) return readMessage(cursor, first, undefined);
      break;
    case 101: // e
      if (cursor.is(first, 'enum')) return readEnum(cursor, first, undefined);
      if (cursor.is(first, 'extend')) return readExtend(cursor, first);
      if (cursor.is(first, 'extensions')) return readExtensions(cursor, first);
      if (cursor.is(first, 'export') && isVisibility(cursor, first)) return readVisible(cursor, first);
      break;
    case 108: // l
      if (cursor.is(first, 'local') && isVisibility(cursor, first)) return readVisible(cursor, first);
      break;
    case 111: // o
      if (cursor.is(first, 'oneof')) return readOneof(cursor, first);
      if (cursor.is(first, 'option')) return readOptionStatement(cursor, first);
      break;
    case 114: // r
      if (cursor.is(first, 'reserved')) return readReserved(cursor, first, MAX_FIELD_NUMBER);
      break;
  }
  const guessed = guessBlock(cursor, first);
  if (guessed?.kind === 'message' || guessed?.kind === 'enum' || guessed?.kind === 'oneof') return guessed;
  return readField(cursor, first);
}

function isVisibility(cursor: Cursor, first: number): boolean {
  return cursor.kind(first + 2) === WORD && (cursor.is(first + 1, 'message') || cursor.is(first + 1, 'enum'));
}

function readOneof(cursor: Cursor, first: number, nameToken = first + 1): OneofNode | undefined {
  cursor.next = nameToken;
  const name = readBlockName(cursor, first, 'oneof');
  if (name === undefined) return undefined;
  const body = readBody(cursor, first, 'Oneof', name, ONEOF, readOneofMember);
  if (body === undefined) return undefined;
  // The fields of a oneof are fields of the message, so the message is damaged, too.
  if (body.damaged) cursor.damaged = true;
  checkHasFields(cursor, body, `Oneof \`${name.text}\``, name.span);
  return { kind: 'oneof', name, body, span: cursor.spanFrom(first), leadingComments: cursor.leading(first) };
}

function readOneofMember(cursor: Cursor): FieldNode | OptionNode | undefined {
  const first = cursor.next;
  return cursor.is(first, 'option') ? readOptionStatement(cursor, first) : readField(cursor, first);
}

function readExtendMember(cursor: Cursor): FieldNode | undefined {
  return readField(cursor, cursor.next);
}

function readField(cursor: Cursor, first: number): FieldNode | undefined {
  cursor.next = first;
  const context = cursor.container.context;
  let label: Name | undefined;
  if (isLabel(cursor, first)) {
    label = cursor.nameAt(first);
    cursor.next++;
  }
  let type: Name | undefined;
  let map: FieldNode['map'];
  let isGroup = false;
  if (cursor.is(cursor.next, 'map') && cursor.kind(cursor.next + 1) === LESS) {
    const start = cursor.next;
    if (label !== undefined && (cursor.layout === undefined || cursor.startsLine(start))) {
      // Perhaps the label belongs to a field that is being typed on the line above the map.
      cursor.fail(`Expected a type after \`${label.text}\`.`);
      return;
    }
    map = readMapTypes(cursor);
    if (map === undefined) return undefined;
    type = { text: `map<${map.key.text}, ${map.value.text}>`, span: cursor.spanFrom(start) };
  } else if (cursor.is(cursor.next, 'group')) {
    isGroup = true;
    type = cursor.nameAt(cursor.next++);
  } else {
    type = readTypeName(
      cursor,
      label === undefined ? 'Expected a field or another declaration.' : `Expected a type after \`${label.text}\`.`,
    );
    if (type === undefined) return undefined;
  }
  if (cursor.kind(cursor.next) !== WORD || startsNextStatement(cursor, cursor.next)) {
    cursor.fail(`Expected a field name after the type \`${type.text}\`.`);
    return;
  }
  const name = cursor.nameAt(cursor.next++);
  const number = readNumber(cursor, 'field', name, false);
  let options = NO_OPTIONS;
  let group: FieldNode['group'];
  if (number !== undefined) {
    checkFieldNumber(cursor, number);
    if (cursor.kind(cursor.next) === OPEN_BRACKET) options = readOptionList(cursor);
    if (isGroup && cursor.failure === undefined) {
      group = readBody(cursor, first, 'Group', name, MESSAGE, readMessageMember);
      if (group === undefined) return undefined;
    }
  }
  checkLabel(cursor, label, type, name, context, map !== undefined);
  if (isGroup) checkGroup(cursor, type, name);
  const node: FieldNode = {
    kind: 'field',
    label,
    type,
    map,
    name,
    number,
    options,
    group,
    span: cursor.spanFrom(first),
    leadingComments: cursor.leading(first),
  };
  if (group !== undefined) return node;
  return finish(cursor, node, name.span.end, 'field', name);
}

function isLabel(cursor: Cursor, token: number): boolean {
  const letter = cursor.letter(token);
  if (letter === 111) return cursor.is(token, 'optional');
  return letter === 114 && (cursor.is(token, 'repeated') || cursor.is(token, 'required'));
}

function readMapTypes(cursor: Cursor): { key: Name; value: Name } | undefined {
  cursor.next += 2;
  const key = readTypeName(cursor, 'Expected the type of the keys after `map<`.');
  if (key === undefined) return undefined;
  if (!cursor.expect(COMMA, 'Expected `,` between the types of a map.')) return undefined;
  const value = readTypeName(cursor, 'Expected the type of the values.');
  if (value === undefined) return undefined;
  if (!cursor.expect(GREATER, 'Expected `>` after the types of a map.')) return undefined;
  return { key, value };
}
