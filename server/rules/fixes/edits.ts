import type { FileNode, Span } from '../../proto/tree.ts';
import type { File } from '../../schema/model.ts';
import type { Fix, Place } from '../rule.ts';
import { bodyOf, type Container, lastRemaining } from './members.ts';

/* The edits of fixes keep the comments and the indentation of the text around them. */

/** Spans refer to the edited text. */
export type Edit = Fix['edits'][number];

interface Statement {
  readonly span: Span;
  readonly leadingComments: Span | undefined;
}

/** None if an edit is undefined. */
export function fix(title: string, safe: boolean, edits: readonly (Edit | undefined)[]): Fix[] {
  const made = edits.filter((edit) => edit !== undefined);
  return made.length === edits.length && made.length > 0 ? [{ title, safe, edits: made }] : [];
}

export function replace({ file, span }: Place, text: string): Edit {
  return { file: file.path, span, text };
}

export function insertAt(file: File, at: number, text: string): Edit {
  return replace({ file, span: { start: at, end: at } }, text);
}

/** With its comments, and with the lines if nothing else is on them. */
export function remove(file: File, node: Statement): Edit {
  const { text } = file.node;
  let start = node.leadingComments?.start ?? node.span.start;
  let end = endWithComment(file.node, node.span.end);
  const line = blanksBefore(text, start);
  const rest = /^[ \t]*(?:\r\n|\n|\r)/.exec(text.slice(end));
  if (rest !== null && beginsLine(text, line)) {
    start = line;
    end += rest[0].length;
  }
  return { file: file.path, span: { start, end }, text: '' };
}

/**
 * Inserts a member after the last of the given members that still exists, else at the beginning of the body or at the
 * end of the file.
 * @param text the statement, not indented
 * @param before names of the members that were before it in the release, in their order
 */
export function insert(container: Container, text: string, before: readonly string[] = []): Edit {
  const file = container.kind === 'file' ? container : container.file;
  const eol = eolOf(file.node);
  const after = lastRemaining(container, before);
  if (after?.node !== undefined) {
    const at = endWithComment(file.node, after.node.span.end);
    const gap = container.kind === 'file' ? eol + eol : eol;
    return {
      file: file.path,
      span: { start: at, end: at },
      text: gap + indented(text, indentAt(file, after.node.span.start), eol),
    };
  }
  if (container.kind === 'file') {
    const end = file.node.text.trimEnd().length;
    return { file: file.path, span: { start: end, end }, text: `${eol}${eol}${indented(text, '', eol)}` };
  }
  const body = bodyOf(container);
  const start = (body?.start ?? 0) + 1;
  const indent = indentAt(file, container.node?.span.start ?? 0);
  // While the closing brace is missing, the body may end with the opening one.
  const last = Math.max(start, (body?.end ?? start) - 1);
  const isEmpty = file.node.text.slice(start, last).trim() === '';
  const closing = isEmpty ? eol + indent : '';
  const end = isEmpty ? last : start;
  return { file: file.path, span: { start, end }, text: eol + indented(text, `${indent}  `, eol) + closing };
}

/** With the comments above and behind it, without the indentation of the first line. */
export function statementText(file: File, node: Statement): string {
  const { text } = file.node;
  const start = node.leadingComments?.start ?? node.span.start;
  return text.slice(start, endWithComment(file.node, node.span.end));
}

/** protobuf has all escapes of JSON. */
export function stringLiteral(value: string): string {
  return JSON.stringify(value);
}

export function textAt(file: File, { start, end }: Span): string {
  return file.node.text.slice(start, end);
}

export function endWithComment({ text }: FileNode, end: number): number {
  NEXT_COMMENT.lastIndex = end;
  return NEXT_COMMENT.test(text) ? NEXT_COMMENT.lastIndex : end;
}

/** Comments do not nest. An unclosed one ends with its line, or with following lines that begin with `*`. */
const NEXT_COMMENT =
  /[ \t]*(?:\/\/[^\r\n]*|\/\*(?:(?:(?!\/\*)[^])*?\*\/|[^\r\n]*(?:(?:\r\n?|\n)[ \t\v\f]*\*[^\r\n]*)*))/y;

/** A regular expression would search the whole text before the offset. */
export function blanksBefore(text: string, offset: number): number {
  let start = offset;
  while (start > 0 && /[ \t]/.test(text.charAt(start - 1))) start -= 1;
  return start;
}

export function eolOf({ text }: FileNode): string {
  return /\r\n|\n|\r/.exec(text)?.[0] ?? '\n';
}

export function beginsLine(text: string, offset: number): boolean {
  return offset === 0 || /[\r\n]/.test(text.charAt(offset - 1));
}

export function indentAt(file: File, offset: number): string {
  return /(?<![ \t])[ \t]*$/.exec(lineBefore(file.node.text, offset))?.[0] ?? '';
}

function lineBefore(text: string, offset: number): string {
  let start = offset;
  while (!beginsLine(text, start)) start -= 1;
  return /^[ \t]*/.exec(text.slice(start, offset))?.[0] ?? '';
}

export function indented(text: string, indent: string, eol: string): string {
  const lines = text.split(/\r\n|\n|\r/);
  const inner = lines.slice(1).filter((line) => line.trim() !== '');
  const common = Math.min(
    ...inner.map((line) => /^[ \t]*/.exec(line)?.[0].length ?? 0),
    ...(inner.length === 0 ? [0] : []),
  );
  // The closing brace of a block gets the indentation of the first line.
  return lines
    .map((line, index) => (line.trim() === '' ? '' : indent + (index === 0 ? line : line.slice(common))))
    .join(eol);
}
