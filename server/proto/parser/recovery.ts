import type { Layout } from '../layout.ts';
import { END } from '../tokens.ts';
import { CLOSE_BRACE, CLOSE_BRACKET, DOT, OPEN_BRACE, OPEN_BRACKET, SEMICOLON } from '../symbols.ts';
import type { Span, StatementNode } from '../tree.ts';
import type { Cursor } from './cursor.ts';

/** Reports the failure and continues after the statement, or where another one seems to begin. */
export function recover(cursor: Cursor, first: number, layout: Layout): void {
  const kinds = cursor.kinds;
  const container = cursor.container;
  const failed = Math.max(cursor.next, first);
  if (cursor.failure !== undefined) cursor.report(cursor.failure.span, cursor.failure.message);
  cursor.failure = undefined;
  cursor.damaged = true;
  const indent = layout.indentOf(first);
  let braces = 0;
  let brackets = 0;
  for (let i = first; ; i++) {
    const kind = kinds[i];
    if (kind === END) {
      cursor.next = i;
      return;
    }
    const mayStart = layout.isFirstOnLine(i)
      ? !(brackets > 0 && layout.indentOf(i) > indent)
      : i >= failed && kinds[i - 1] !== DOT && layout.onOneLine(first, i);
    if (i > first && mayStart && startsStatement(cursor, i, layout)) {
      cursor.next = i;
      return;
    }
    if (kind === OPEN_BRACE && i > first) {
      const close = layout.close(first, i);
      if (close < 0 || (container.close >= 0 && close >= container.close)) {
        braces++;
      } else {
        i = close;
        if (braces === 0 && i >= failed) {
          cursor.next = i + 1;
          return;
        }
      }
    } else if (kind === CLOSE_BRACE) {
      if (braces > 0 && !layout.dedents(i, first)) {
        braces--;
        if (braces === 0 && i >= failed) {
          cursor.next = i + 1;
          return;
        }
      } else if (layout.closing(i, container) !== 'stray') {
        cursor.next = i;
        return;
      }
    } else if (kind === OPEN_BRACKET) {
      brackets++;
    } else if (kind === CLOSE_BRACKET) {
      brackets--;
    } else if (kind === SEMICOLON && i >= failed && braces === 0) {
      cursor.next = i + 1;
      return;
    }
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
