import { METHOD, SERVICE } from '../layout.ts';
import { CLOSE_BRACE, CLOSE_PAREN, OPEN_BRACE, OPEN_PAREN } from '../symbols.ts';
import type { MethodNode, MethodType, OptionNode, ServiceNode } from '../tree.ts';
import { finish, readBody } from './blocks.ts';
import type { Cursor } from './cursor.ts';
import { NO_OPTIONS, readOptionStatement } from './options.ts';
import { readBlockName, readTypeName } from './parts.ts';

export function readService(cursor: Cursor, first: number, nameToken = first + 1): ServiceNode | undefined {
  cursor.next = nameToken;
  const name = readBlockName(cursor, first, 'service');
  if (name === undefined) return undefined;
  const body = readBody(cursor, first, 'Service', name, SERVICE, readServiceMember);
  if (body === undefined) return undefined;
  return { kind: 'service', name, body, span: cursor.spanFrom(first), leadingComments: cursor.leading(first) };
}

function readServiceMember(cursor: Cursor): MethodNode | OptionNode | undefined {
  const first = cursor.next;
  if (cursor.is(first, 'rpc')) return readMethod(cursor, first);
  if (cursor.is(first, 'option')) return readOptionStatement(cursor, first);
  cursor.fail('Expected `rpc` or `option`.');
}

function readMethod(cursor: Cursor, first: number): MethodNode | undefined {
  cursor.next = first + 1;
  const name = readBlockName(cursor, first, 'rpc');
  if (name === undefined) return undefined;
  const input = readMethodType(cursor, `Expected \`(\` and the request's type after \`rpc ${name.text}\`.`);
  if (input === undefined) return undefined;
  if (!cursor.is(cursor.next, 'returns')) {
    cursor.fail(`Expected \`returns\` after the request's type of \`${name.text}\`.`);
    return;
  }
  cursor.next++;
  const output = readMethodType(cursor, "Expected `(` and the response's type after `returns`.");
  if (output === undefined) return undefined;
  const end = cursor.ends[cursor.next - 1] ?? 0;
  let options = NO_OPTIONS;
  if (cursor.kind(cursor.next) === OPEN_BRACE) {
    const body = readBody(cursor, first, 'Method', name, METHOD, readMethodMember);
    if (body === undefined) return undefined;
    // A method has no body in the tree.
    if (body.damaged) cursor.damaged = true;
    options = body.members;
  }
  const node: MethodNode = {
    kind: 'method',
    name,
    input,
    output,
    options,
    span: cursor.spanFrom(first),
    leadingComments: cursor.leading(first),
  };
  return cursor.kind(cursor.next - 1) === CLOSE_BRACE ? node : finish(cursor, node, end, 'method', name);
}

function readMethodType(cursor: Cursor, message: string): MethodType | undefined {
  if (!cursor.expect(OPEN_PAREN, message)) return undefined;
  const stream = cursor.is(cursor.next, 'stream') ? cursor.nameAt(cursor.next++) : undefined;
  const type = readTypeName(cursor, 'Expected the name of a message.');
  if (type === undefined) return undefined;
  if (!cursor.expect(CLOSE_PAREN, `Expected \`)\` after \`${type.text}\`.`)) return undefined;
  return { stream, type };
}

function readMethodMember(cursor: Cursor): OptionNode | undefined {
  const first = cursor.next;
  if (cursor.is(first, 'option')) return readOptionStatement(cursor, first);
  cursor.fail('Expected `option`.');
}
