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
/** By context, for the strict parser. */
const CONTAINERS: readonly Container[] = Array.from({ length: METHOD + 1 }, (_, context) => ({
  context,
  indent: 0,
  close: -1,
  parent: undefined,
}));

/**
 * @param first the first token of the block's statement
 * @param what how problems call the block, such as `Message`
 */
export function readBody<M extends StatementNode>(
  cursor: Cursor,
  first: number,
  what: string,
  owner: Name,
  context: number,
  read: (cursor: Cursor) => M | undefined,
): Body<M> | undefined {
  const open = readOpenBrace(cursor, first, what, owner);
  if (open === undefined) return undefined;
  const { start } = open;
  if (!open.hasBody) {
    cursor.damaged = true;
    return { members: [], damaged: true, span: { start, end: start } };
  }
  if (cursor.depth >= MAX_DEPTH) {
    cursor.fail(TOO_DEEP);
    return;
  }
  cursor.depth++;
  takeLexerDamage(cursor, start);
  const outer = cursor.container;
  const outerDamaged = cursor.damaged;
  cursor.damaged = false;
  cursor.container = cursor.layout?.container(context, first, open.token, outer) ?? CONTAINERS[context] ?? outer;
  const members = readMembers(cursor, read);
  const close = cursor.next;
  const atEnd = readCloseBrace(cursor, what, owner);
  const end = cursor.ends[cursor.next - 1] ?? 0;
  takeLexerDamage(cursor, end);
  // TypeScript does not know that `readMembers` may set `damaged`.
  const damaged = (cursor.damaged as boolean) || atEnd || (cursor.next === close && isDamagedBefore(cursor, close));
  cursor.container = outer;
  cursor.damaged = outerDamaged || atEnd;
  cursor.depth--;
  if (cursor.layout === undefined && cursor.failure !== undefined) return undefined;
  return { members, damaged, span: { start, end } };
}

/** Stops before the container's end. The strict parser also stops at a failure. */
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

/** Parses the `;` at the end of a statement. */
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
      // Probably the user is still typing, so a missing member was not necessarily deleted.
      if (cursor.container.context !== FILE) cursor.damaged = true;
      return node;
    }
    cursor.fail(message);
  }
  cursor.essentialEnd = essentialEnd;
  return node;
}

interface OpenBrace {
  /** Undefined if the `{` is missing. */
  readonly token: number | undefined;
  readonly start: number;
  readonly hasBody: boolean;
}

/** Tolerant: other tokens may precede the `{` on its line, and it may be missing at the end of a line. */
function readOpenBrace(cursor: Cursor, first: number, what: string, owner: Name): OpenBrace | undefined {
  const token = cursor.next;
  const start = cursor.starts[token] ?? 0;
  if (cursor.kind(token) === OPEN_BRACE) {
    cursor.next++;
    return { token, start, hasBody: true };
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
      return { token: i, start: cursor.starts[i] ?? 0, hasBody: true };
    }
  }
  if (!layout.isFirstOnLine(token) && cursor.kind(token) !== END) {
    cursor.fail(message);
    return;
  }
  cursor.report(cursor.spanOf(token - 1), message);
  const hasBody = cursor.kind(token) !== END && layout.indentOf(token) > layout.indentOf(first);
  return { token: undefined, start: hasBody ? start : (cursor.ends[token - 1] ?? 0), hasBody };
}

/** Returns whether the text ends without the `}`. */
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
