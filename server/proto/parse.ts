import { Layout } from './layout.ts';
import { lex, type Tokens } from './lexer.ts';
import { Parser, type Parsed } from './parser.ts';
import { positionAt } from './position.ts';
import { shift, shiftComment } from './shift.ts';
import type { Declaration, FileNode, Problem, Span } from './tree.ts';

/**
 * Reads a `.proto` file of any syntax or edition. Never throws: what cannot be read is listed in `problems`, and the rest of the
 * text still gives its nodes. Text without syntax errors is read strictly; only other text is guessed at.
 */
export function parse(text: string): FileNode {
  const strict = lex(text, 0, text.length, false);
  let reason = strict.problems[0];
  if (reason === undefined) {
    const parser = new Parser(text, strict, undefined, 'proto2');
    const parsed = parser.file();
    if (!parsed.failed) return fileNode(text, strict, parsed);
    reason = parser.reason;
  }
  return parseTolerantly(text, reason);
}

/** One edit: the text between `start` and `end` (offsets in the text before) became `inserted` UTF-16 units. */
export interface Change {
  readonly start: number;
  readonly end: number;
  readonly inserted: number;
}

/**
 * The same as `parse(text)`, faster where an edit lies within one declaration at the top of a file without problems. The nodes of
 * all other declarations are then taken over, moved to their new places: the previous tree is given up and must not be used again.
 * @param change how `text` came from `previous.text`.
 */
export function reparse(previous: FileNode, text: string, change: Change): FileNode {
  const delta = text.length - previous.text.length;
  if (delta !== change.inserted - (change.end - change.start) || previous.problems.length > 0) return parse(text);
  const index = declarationAround(previous.declarations, change);
  const old = previous.declarations[index];
  if (old === undefined) return parse(text);
  const { start, end } = old.span;
  const tokens = lex(text, start, end + delta, false);
  if (tokens.problems.length > 0) return parse(text);
  const edition = previous.edition?.value.text ?? 'proto2';
  const parsed = new Parser(text, tokens, undefined, edition).file();
  const node = parsed.declarations[0];
  const isAlone = parsed.declarations.length === 1 && node?.span.start === start && node.span.end === end + delta;
  if (parsed.failed || parsed.problems.length > 0 || !isAlone || node.kind !== old.kind) return parse(text);

  const isBehind = (at: { readonly span: Span }) => at.span.start >= end;
  const behind: Parameters<typeof shift>[0][] = previous.declarations.slice(index + 1);
  behind.push(...previous.imports.filter(isBehind), ...previous.options.filter(isBehind));
  if (previous.package !== undefined && isBehind(previous.package)) behind.push(previous.package);
  for (const other of behind) shift(other, delta);
  const commentsBehind = previous.comments.filter(isBehind);
  for (const comment of commentsBehind) shiftComment(comment, delta);
  const { lineStarts } = previous;
  const firstLine = positionAt(lineStarts, start).line;
  const lastLine = positionAt(lineStarts, end).line;
  return {
    ...previous,
    text,
    lineStarts: [
      ...lineStarts.slice(0, firstLine + 1),
      ...tokens.lineStarts,
      ...lineStarts.slice(lastLine + 1).map((line) => line + delta),
    ],
    declarations: previous.declarations.with(index, { ...node, leadingComments: old.leadingComments }),
    comments: [
      ...previous.comments.filter((comment) => comment.span.end <= start),
      ...tokens.comments,
      ...commentsBehind,
    ],
  };
}

/** The index of the declaration that the edit changes without touching its ends; -1 where there is none. */
function declarationAround(declarations: readonly Declaration[], change: Change): number {
  let low = 0;
  let high = declarations.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const span = declarations[middle]?.span;
    if (span === undefined || change.start <= span.start) high = middle - 1;
    else if (span.end <= change.end) low = middle + 1;
    else return middle;
  }
  return -1;
}

function parseTolerantly(text: string, reason: Problem | undefined): FileNode {
  const tokens = lex(text, 0, text.length, true);
  const parsed = new Parser(text, tokens, new Layout(text, tokens), 'proto2').file();
  const problems = [...tokens.problems, ...parsed.problems];
  if (problems.length === 0 && reason !== undefined) problems.push(reason);
  problems.sort((a, b) => a.span.start - b.span.start);
  return fileNode(text, tokens, { ...parsed, problems });
}

function fileNode(text: string, tokens: Tokens, parsed: Parsed): FileNode {
  return {
    text,
    lineStarts: [0, ...tokens.lineStarts],
    edition: parsed.edition,
    package: parsed.package,
    imports: parsed.imports,
    options: parsed.options,
    declarations: parsed.declarations,
    comments: tokens.comments,
    problems: parsed.problems,
    damage: { members: parsed.damagedMembers, header: parsed.damagedHeader },
  };
}
