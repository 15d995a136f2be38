import type { Layout } from '../layout.ts';
import { END } from '../tokens.ts';
import { CLOSE_BRACE, CLOSE_BRACKET, DOT, OPEN_BRACE, OPEN_BRACKET, SEMICOLON } from '../symbols.ts';
import type { Span, StatementNode } from '../tree.ts';
import type { Cursor } from './cursor.ts';

/** Reports the failure and continues after the statement, or where another one seems to begin. */
export function recover(cursor: Cursor, first: number, layout: Layout): void {
  const failed = Math.max(cursor.next, first);
  if (cursor.failure !== undefined) cursor.report(cursor.failure.span, cursor.failure.message);
  cursor.failure = undefined;
  cursor.damaged = true;
  cursor.next = nextAfter(cursor, first, failed, layout);
}

/** @param failed the token that cannot be part of the statement. A `;` or `}` before it is not the statement's end */
function nextAfter(cursor: Cursor, first: number, failed: number, layout: Layout): number {
  const { kinds, container } = cursor;
  const indent = layout.indentOf(first);
  let brackets = 0;
  /** Blocks whose `}` is not known. */
  let blocks = 0;
  const startsAnother = (token: number): boolean => {
    if (token === first) return false;
    const mayStart = layout.isFirstOnLine(token)
      ? brackets <= 0 || layout.indentOf(token) <= indent
      : token >= failed && kinds[token - 1] !== DOT && layout.onOneLine(first, token);
    return mayStart && startsStatement(cursor, token, layout);
  };
  for (let token = first; ; token++) {
    const kind = kinds[token];
    if (kind === END || startsAnother(token)) return token;
    if (kind === OPEN_BRACKET) brackets++;
    if (kind === CLOSE_BRACKET) brackets--;
    if (kind === OPEN_BRACE && token > first) {
      const close = layout.close(first, token);
      const isKnown = close >= 0 && (container.close < 0 || close < container.close);
      if (isKnown) token = close;
      else blocks++;
    } else if (kind === CLOSE_BRACE) {
      if (blocks > 0 && !layout.dedents(token, first)) blocks--;
      else if (layout.closing(token, container) === 'stray') continue;
      else return token;
    }
    const mayEnd = kinds[token] === SEMICOLON || kinds[token] === CLOSE_BRACE;
    if (mayEnd && blocks === 0 && token >= failed) return token + 1;
  }
}

/** Whether a token seems to begin a statement of this container or of an outer one. */
export function startsStatement(cursor: Cursor, token: number, layout: Layout): boolean {
  const kinds = layout.looksLike(token);
  return kinds !== 0 && ((kinds & cursor.container.context) !== 0 || layout.leaves(token, cursor.container));
}

/** Whether a token begins a line and seems to begin a statement. Always false for the strict parser. */
export function startsNextStatement(cursor: Cursor, token: number): boolean {
  return cursor.layout?.isFirstOnLine(token) === true && startsStatement(cursor, token, cursor.layout);
}

/** Whether a token seems to begin a statement of any container. Always false for the strict parser. */
export function looksLikeStatement(cursor: Cursor, token: number): boolean {
  return cursor.layout !== undefined && cursor.layout.looksLike(token) !== 0;
}

/** Ends a failed statement at the last consumed token. Options after `limit` belong to the following statements. */
export function trimmed<M extends StatementNode>(cursor: Cursor, node: M, limit: number): M {
  node.span.end = cursor.ends[cursor.next - 1] ?? limit;
  if ('options' in node && node.options.length > 0)
    return { ...node, options: node.options.filter((option) => option.span.end <= limit) };
  return node;
}

/** Where the user probably types: at the container's last token or comment. */
export function missingBrace(cursor: Cursor, layout: Layout): Span {
  const last = cursor.spanOf(cursor.next - 1);
  const comment = layout.lastComment(cursor.next, cursor.container);
  return comment === undefined ? last : { start: comment.end - 1, end: comment.end };
}

/** A failed statement may be, or contain, a `syntax`, `edition` or `package` statement. */
export function markHeaderDamage(cursor: Cursor, first: number, members: readonly StatementNode[]): void {
  const isHeader = cursor.is(first, 'package') || cursor.is(first, 'syntax') || cursor.is(first, 'edition');
  const hasDeclaration = members.some((member) => 'body' in member);
  const isComplete =
    members.some((member) => member.kind === 'package') && members.some((member) => member.kind === 'edition');
  if (isHeader || (!hasDeclaration && !isComplete)) cursor.damagedHeader = true;
}

/** Marks the current container if the lexer found damage before `end`. */
export function takeLexerDamage(cursor: Cursor, end: number): void {
  const { damage } = cursor.tokens;
  for (; (damage[cursor.damagesSeen] ?? Infinity) < end; cursor.damagesSeen++) cursor.damaged = true;
}

/** Whether unhandled damage precedes a token. A block that seems to end there may then continue. */
export function isDamagedBefore(cursor: Cursor, token: number): boolean {
  return (cursor.tokens.damage[cursor.damagesSeen] ?? Infinity) < (cursor.starts[token] ?? 0);
}

/** The last `}` was perhaps meant for an inner block, so the following text may belong to any of these blocks. */
export function markLastBlockDamaged(members: readonly StatementNode[]): void {
  const last = members.findLast((member) => 'body' in member);
  if (last !== undefined) damage(last);
}

function damage(statement: StatementNode): void {
  if (!('body' in statement)) return;
  const body: { damaged: boolean; readonly members: readonly StatementNode[] } = statement.body;
  body.damaged = true;
  for (const member of body.members) damage(member);
}
