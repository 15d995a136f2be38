import { Layout } from './layout.ts';
import { lex, MAX_PROBLEMS, type Tokens } from './lexer.ts';
import { readFile, type Parsed, type ReadBroken } from './parser/file.ts';
import { positionAt } from './position.ts';
import { move, shift } from './shift.ts';
import type { Declaration, FileNode, Problem, Span, StatementNode } from './tree.ts';

/**
 * Reads a `.proto` file of any syntax or edition. Never throws: what cannot be read is listed in `problems`, and the rest of the
 * text still gives its nodes. Text without syntax errors is read strictly; only other text is guessed at.
 */
export function parse(text: string): FileNode {
  const strict = lex(text, 0, text.length, false);
  let reason = strict.problems[0];
  if (reason === undefined) {
    const parsed = readFile(text, strict, 'proto2', readBroken(text));
    // The list of problems may be truncated, so an edit may bring others to light: not confined.
    if (parsed.failure === undefined) return fileNode(text, strict, parsed, parsed.problems.length < MAX_PROBLEMS);
    reason = parsed.failure;
  }
  return parseTolerantly(text, reason);
}

/**
 * The same as `parse(text)`, faster where an edit lies within one declaration at the top of a file whose errors, if any, are
 * confined. The nodes of all other declarations are then taken over, moved to their new places: the previous tree is given up and
 * must not be used again.
 */
export function reparse(previous: FileNode, text: string): FileNode {
  if (!previous.confined) return parse(text);
  const delta = text.length - previous.text.length;
  const index = declarationAround(previous.declarations, changeBetween(previous.text, text));
  const old = previous.declarations[index];
  if (old === undefined) return parse(text);
  const { start, end } = old.span;
  const tokens = lex(text, start, end + delta, false);
  if (tokens.problems.length > 0) return parse(text);
  const edition = previous.edition?.value.text ?? 'proto2';
  const parsed = readFile(text, tokens, edition, readBroken(text));
  const node = parsed.declarations[0];
  const isAlone = parsed.declarations.length === 1 && node?.span.start === start && node.span.end === end + delta;
  const problems = previous.problems.length + parsed.problems.length;
  if (parsed.failure !== undefined || !isAlone || node.kind !== old.kind || problems >= MAX_PROBLEMS)
    return parse(text);
  // Without a `syntax` line, what is wrong in one declaration depends on all others.
  if (previous.edition === undefined && problems > 0) return parse(text);

  const isBefore = (at: { readonly span: Span }) => at.span.end <= start;
  const isBehind = (at: { readonly span: Span }) => at.span.start >= end;
  const behind: Parameters<typeof shift>[0][] = previous.declarations.slice(index + 1);
  behind.push(...previous.imports.filter(isBehind), ...previous.options.filter(isBehind));
  if (previous.package !== undefined && isBehind(previous.package)) behind.push(previous.package);
  for (const other of behind) shift(other, delta);
  const commentsBehind = previous.comments.filter(isBehind);
  const problemsBehind = previous.problems.filter(isBehind);
  for (const other of [...commentsBehind, ...problemsBehind]) move(other, delta);
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
    comments: [...previous.comments.filter(isBefore), ...tokens.comments, ...commentsBehind],
    problems: [...previous.problems.filter(isBefore), ...inOrder(parsed.problems), ...problemsBehind],
  };
}

/**
 * As `reparse`, for a text that somebody is typing: a label at the end of the line that the edit is on begins a field that has no type
 * yet, and is not that of the field below. The language allows it to be, so this is for editors alone, and until the text is saved or
 * edited elsewhere.
 * @returns undefined where no such label was typed.
 */
export function parseTypedLabel(previous: string, text: string): FileNode | undefined {
  const { end } = changeBetween(previous, text);
  const at = end + text.length - previous.length;
  const start = text.lastIndexOf('\n', at - 1) + 1;
  const label = /^[ \t]*(?:optional|required|repeated)[ \t]*(?=\r?\n)/.exec(text.slice(start, at + 20));
  return label === null || start + label[0].length < at ? undefined : parseTolerantly(text, undefined);
}

/** The part in which two texts differ: what an editor's edit, or several at once, come to. */
function changeBetween(before: string, after: string): { start: number; end: number } {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  // Pieces of strings are compared much faster than their characters one by one.
  while (start + PIECE <= shorter && before.slice(start, start + PIECE) === after.slice(start, start + PIECE))
    start += PIECE;
  while (start < shorter && before.charCodeAt(start) === after.charCodeAt(start)) start++;
  const delta = after.length - before.length;
  const first = start + Math.max(0, -delta);
  let end = before.length;
  while (end - PIECE >= first && before.slice(end - PIECE, end) === after.slice(end + delta - PIECE, end + delta))
    end -= PIECE;
  while (end > first && before.charCodeAt(end - 1) === after.charCodeAt(end + delta - 1)) end--;
  return { start, end };
}

const PIECE = 1024;

/** The index of the declaration that the edit changes without touching its ends; -1 where there is none. */
function declarationAround(declarations: readonly Declaration[], change: { start: number; end: number }): number {
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

/** What a strict parser makes of a declaration with errors inside, so that they are guessed at there and nowhere else. */
function readBroken(text: string): ReadBroken {
  return (start, end, edition) => {
    const tokens = lex(text, start, end, true);
    const parsed = readFile(text, tokens, edition, new Layout(text, tokens));
    const [node] = parsed.declarations;
    const isAlone =
      parsed.declarations.length === 1 &&
      parsed.imports.length + parsed.options.length === 0 &&
      parsed.package === undefined &&
      parsed.edition === undefined;
    if (!isAlone || node?.span.start !== start || node.span.end !== end) return undefined;
    if (parsed.damagedMembers || parsed.damagedHeader) return undefined;
    return { node, problems: [...tokens.problems, ...parsed.problems] };
  };
}

function parseTolerantly(text: string, reason: Problem | undefined): FileNode {
  const tokens = lex(text, 0, text.length, true);
  const parsed = readFile(text, tokens, 'proto2', new Layout(text, tokens));
  const problems = [...tokens.problems, ...parsed.problems];
  if (problems.length === 0 && reason !== undefined) problems.push(reason);
  return fileNode(text, tokens, { ...parsed, problems }, false);
}

/**
 * What is wrong in a file without a `syntax` line: where most fields have no label, it is this line that is missing, and not all the
 * labels. Where it could not be read, nothing is known of labels.
 */
function withoutSyntax(text: string, tokens: Tokens, { problems, declarations, damagedHeader }: Parsed): Problem[] {
  const unlabelled = problems.filter(({ needsLabel }) => needsLabel === true).length;
  if (unlabelled === 0) return problems;
  const others = problems.filter(({ needsLabel }) => needsLabel !== true);
  if (damagedHeader) return others;
  if (unlabelled <= countLabels(declarations)) return problems;
  const message =
    'This file has no `syntax` line, so it is read as proto2, where fields need a label. Add `syntax = "proto3";`.';
  return [{ span: placeOfSyntax(text, tokens), message }, ...others];
}

/** Of fields that are labelled as proto2 asks for. */
function countLabels(members: readonly StatementNode[]): number {
  let count = 0;
  for (const member of members) {
    if (member.kind === 'field' && member.label !== undefined) count++;
    if ('body' in member) count += countLabels(member.body.members);
  }
  return count;
}

/** Where the line was commented out, or where it would be: below the comments that a file begins with. */
function placeOfSyntax(text: string, { comments, commentTokens }: Tokens): Span {
  const leading = comments.filter((_, i) => commentTokens[i] === 0);
  const disabled = leading.find((comment) => /^[\s*]*(syntax|edition)\s*=/.test(comment.text));
  if (disabled !== undefined) return { ...disabled.span };
  const end = leading.at(-1)?.span.end ?? 0;
  const line = end === 0 ? 0 : text.indexOf('\n', end) + 1;
  return { start: line, end: line };
}

function inOrder(problems: readonly Problem[]): Problem[] {
  return problems.toSorted((a, b) => a.span.start - b.span.start);
}

function fileNode(text: string, tokens: Tokens, parsed: Parsed, confined: boolean): FileNode {
  return {
    text,
    lineStarts: [0, ...tokens.lineStarts],
    edition: parsed.edition,
    package: parsed.package,
    imports: parsed.imports,
    options: parsed.options,
    declarations: parsed.declarations,
    comments: tokens.comments,
    problems: inOrder(parsed.edition === undefined ? withoutSyntax(text, tokens, parsed) : parsed.problems),
    damage: { members: parsed.damagedMembers, header: parsed.damagedHeader },
    confined,
  };
}
