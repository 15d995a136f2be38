import { EXTEND, FILE, METHOD, ONEOF, type Container } from '../layout.ts';
import { END } from '../tokens.ts';
import { CLOSE_BRACE, OPEN_BRACE, SEMICOLON } from '../symbols.ts';
import type { Body, Name, StatementNode } from '../tree.ts';
import type { Cursor } from './cursor.ts';
import {
  markLastBlockDamaged,
  isDamagedBefore,
  missingBrace,
  recover,
  takeLexerDamage,
  markHeaderDamage,
  startsStatement,
  trimmed,
} from './recovery.ts';

export const MAX_DEPTH = 100;
export const TOO_DEEP = `This is nested more than ${MAX_DEPTH} levels deep.`;
/** In place of the token of a missing `{`. NO_BRACE: a body follows. NO_BODY: the body is missing, too. */
const NO_BRACE = -1;
const NO_BODY = -2;
/** Containers for the strict parser, by context. */
const CONTAINERS: readonly Container[] = Array.from({ length: METHOD + 1 }, (_, context) => ({
  context,
  indent: 0,
  close: -1,
  parent: undefined,
}));

/**
 * @param first the first token of the block's statement.
 * @param what names the block in messages, together with `owner`.
 */
export function readBody<M extends StatementNode>(
  cursor: Cursor,
  first: number,
  what: string,
  owner: Name,
  context: number,
  read: (cursor: Cursor) => M | undefined,
): Body<M> | undefined {
  const brace = readOpenBrace(cursor, first, what, owner);
  if (brace === undefined) return undefined;
  if (brace.token === NO_BODY) {
    cursor.damaged = true;
    return { members: [], damaged: true, span: { start: brace.start, end: brace.start } };
  }
  if (cursor.depth >= MAX_DEPTH) {
    cursor.fail(TOO_DEEP);
    return;
  }
  cursor.depth++;
  takeLexerDamage(cursor, brace.start);
  const outer = cursor.container;
  const outerDamaged = cursor.damaged;
  cursor.damaged = false;
  cursor.container = cursor.layout?.container(context, first, brace.token, outer) ?? CONTAINERS[context] ?? outer;
  const members = readMembers(cursor, read);
  const close = cursor.next;
  const atEnd = readCloseBrace(cursor, what, owner);
  const end = cursor.ends[cursor.next - 1] ?? 0;
  takeLexerDamage(cursor, end);
  // TypeScript does not see that `readMembers` may have set `damaged`.
  const damaged = (cursor.damaged as boolean) || atEnd || (cursor.next === close && isDamagedBefore(cursor, close));
  cursor.container = outer;
  cursor.damaged = outerDamaged || atEnd;
  cursor.depth--;
  if (cursor.layout === undefined && cursor.failure !== undefined) return undefined;
  return { members, damaged, span: { start: brace.start, end } };
}

/** Parses statements up to the container's end, which is not consumed. The strict parser also stops at a failure. */
export function readMembers<M extends StatementNode>(cursor: Cursor, read: (cursor: Cursor) => M | undefined): M[] {
  const layout = cursor.layout;
  const container = cursor.container;
  const members: M[] = [];
  const allowsEmpty = (container.context & (ONEOF | EXTEND)) === 0;
  for (;;) {
    const first = cursor.next;
    const kind = cursor.kinds[first];
    if (kind === END) return members;
    if (kind === CLOSE_BRACE) {
      if (layout === undefined ? container.context !== FILE : layout.closing(first, container) !== 'stray')
        return members;
      if (layout === undefined) {
        cursor.fail('Unexpected `}`.');
        return members;
      }
      cursor.report(cursor.spanOf(first), 'Unexpected `}`.');
      markLastBlockDamaged(members);
      cursor.next++;
      continue;
    }
    if (kind === SEMICOLON && (allowsEmpty || layout !== undefined)) {
      if (!allowsEmpty) cursor.report(cursor.spanOf(first), 'Unexpected `;`.');
      cursor.next++;
      continue;
    }
    if (layout?.leaves(first, container)) return members;
    cursor.statement = first;
    const node = read(cursor);
    if (cursor.failure === undefined) {
      if (node !== undefined) members.push(node);
      continue;
    }
    if (layout === undefined) return members;
    if (container.context === FILE) markHeaderDamage(cursor, first, members);
    if ((layout.looksLike(first) & container.context) === 0) markLastBlockDamaged(members);
    recover(cursor, first, layout);
    const limit = cursor.next > first ? (cursor.starts[cursor.next] ?? 0) : 0;
    if (node !== undefined && cursor.essentialEnd <= limit) members.push(trimmed(cursor, node, limit));
  }
}

/**
 * Parses the `;` at the end of a statement.
 * @param essentialEnd see `Cursor.essentialEnd`.
 */
export function finish<M extends StatementNode>(
  cursor: Cursor,
  node: M,
  essentialEnd: number,
  what: string,
  name?: Name,
): M {
  if (cursor.failure === undefined) {
    if (cursor.kinds[cursor.next] === SEMICOLON) {
      cursor.next++;
      node.span.end = cursor.ends[cursor.next - 1] ?? 0;
      return node;
    }
    const message = `Expected \`;\` after ${what}${name === undefined ? '' : ` \`${name.text}\``}.`;
    const layout = cursor.layout;
    const next = cursor.kind(cursor.next);
    if (
      layout !== undefined &&
      (next === END ||
        next === CLOSE_BRACE ||
        layout.isFirstOnLine(cursor.next) ||
        startsStatement(cursor, cursor.next, layout))
    ) {
      cursor.report(cursor.spanOf(cursor.next - 1), message);
      // The user is probably still typing, so a missing member was not necessarily deleted.
      if (cursor.container.context !== FILE) cursor.damaged = true;
      return node;
    }
    cursor.fail(message);
  }
  cursor.essentialEnd = essentialEnd;
  return node;
}

/** Parses `{`. Tolerant: other tokens may precede it on its line, and it may be missing at the end of a line. */
function readOpenBrace(
  cursor: Cursor,
  first: number,
  what: string,
  owner: Name,
): { token: number; start: number } | undefined {
  const token = cursor.next;
  const start = cursor.starts[token] ?? 0;
  if (cursor.kind(token) === OPEN_BRACE) {
    cursor.next++;
    return { token, start };
  }
  const message = `Expected \`{\` after ${what.toLowerCase()} \`${owner.text}\`.`;
  const layout = cursor.layout;
  if (layout === undefined) {
    cursor.fail(message);
    return;
  }
  for (let i = token; cursor.kind(i) !== END && layout.onOneLine(token - 1, i); i++) {
    if (cursor.kind(i) === OPEN_BRACE) {
      cursor.report(cursor.spanOf(token), message);
      cursor.next = i + 1;
      return { token: i, start: cursor.starts[i] ?? 0 };
    }
  }
  if (!layout.isFirstOnLine(token) && cursor.kind(token) !== END) {
    cursor.fail(message);
    return;
  }
  cursor.report(cursor.spanOf(token - 1), message);
  const end = cursor.ends[token - 1] ?? 0;
  const hasBody = cursor.kind(token) !== END && layout.indentOf(token) > layout.indentOf(first);
  return hasBody ? { token: NO_BRACE, start } : { token: NO_BODY, start: end };
}

/** Parses the container's `}`, or reports that it is missing. Returns whether the text ends without it. */
function readCloseBrace(cursor: Cursor, what: string, owner: Name): boolean {
  const kind = cursor.kind(cursor.next);
  if (
    kind === CLOSE_BRACE &&
    (cursor.layout === undefined || cursor.layout.closing(cursor.next, cursor.container) === 'own')
  ) {
    cursor.next++;
    return false;
  }
  const message = `Expected \`}\`: ${what.toLowerCase()} \`${owner.text}\` is not closed.`;
  if (cursor.layout === undefined) cursor.fail(message);
  else cursor.report(missingBrace(cursor, cursor.layout), message);
  return kind === END;
}
