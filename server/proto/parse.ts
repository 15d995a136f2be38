import { commentsOf } from './comments.ts';
import { knownEdition } from './edition.ts';
import { Layout } from './layout.ts';
import { lex } from './lexer.ts';
import { readFile, type Parsed, type ReadBroken } from './parser/file.ts';
import { positionAt } from './position.ts';
import { move, shift } from './shift.ts';
import { MAX_PROBLEMS, type Tokens } from './tokens.ts';
import type { Declaration, FileNode, Problem, Span, StatementNode } from './tree.ts';

/** Never throws: syntax errors are in `problems`, and the rest of the text still gives nodes. */
export function parse(text: string): FileNode {
  const strict = lex(text, 0, text.length, false);
  let reason = strict.problems[0];
  if (reason === undefined) {
    const parsed = readFile(text, strict, 'proto2', brokenReader(text));
    // `reparse` must not reuse a truncated list of problems.
    if (parsed.failure === undefined) return fileNode(text, strict, parsed, parsed.problems.length < MAX_PROBLEMS);
    reason = parsed.failure;
  }
  return parseTolerantly(text, reason);
}

/**
 * Parses a text after an edit, with the same result as `parse`, but `mutable`. If the previous tree is `mutable`, its declarations are
 * reused, so it must not be used afterwards.
 */
export function reparse(
  previous: FileNode,
  text: string,
  change: Change = changeBetween(previous.text, text),
): FileNode {
  return reparseDeclaration(previous, text, change) ?? { ...parse(text), mutable: true };
}

/** Parses only the declaration around the edit. Undefined, and without effect, if that is not enough. */
function reparseDeclaration(previous: FileNode, text: string, change: Change): FileNode | undefined {
  if (!previous.mutable || !previous.confined) return undefined;
  const delta = text.length - previous.text.length;
  const index = declarationAround(previous.declarations, change);
  const old = previous.declarations[index];
  if (old === undefined) return undefined;
  const { start, end } = old.span;
  const tokens = lex(text, start, end + delta, false);
  if (tokens.problems.length > 0) return undefined;
  const edition = previous.edition === undefined ? 'proto2' : knownEdition(previous.edition.value.text);
  const parsed = readFile(text, tokens, edition, brokenReader(text));
  const node = parsed.declarations[0];
  const isAlone = parsed.declarations.length === 1 && node?.span.start === start && node.span.end === end + delta;
  const problems = previous.problems.length + parsed.problems.length;
  if (parsed.failure !== undefined || !isAlone || node.kind !== old.kind || problems >= MAX_PROBLEMS) return undefined;
  // `explainMissingLabels` counts the fields of all declarations.
  if (previous.edition === undefined && problems > 0) return undefined;

  const isBefore = (at: { readonly span: Span }) => at.span.end <= start;
  const isAfter = (at: { readonly span: Span }) => at.span.start >= end;
  const following: Parameters<typeof shift>[0][] = previous.declarations.slice(index + 1);
  following.push(...previous.imports.filter(isAfter), ...previous.options.filter(isAfter));
  if (previous.package !== undefined && isAfter(previous.package)) following.push(previous.package);
  for (const other of following) shift(other, delta);
  const problemsAfter = previous.problems.filter(isAfter);
  for (const other of problemsAfter) move(other, delta);
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
    problems: [...previous.problems.filter(isBefore), ...inOrder(parsed.problems), ...problemsAfter],
  };
}

/**
 * Parses a text in which a label such as `optional` was typed on a line of its own. For protoc, the label belongs to the field on the next
 * line; here, it does not. Undefined if the edited line is not such a label.
 */
export function parseTypedLabel(previous: string, text: string, { end }: Change): FileNode | undefined {
  const at = end + text.length - previous.length;
  const start = text.lastIndexOf('\n', at - 1) + 1;
  const label = /^[ \t]*(?:optional|required|repeated)[ \t]*(?=\r?\n)/.exec(text.slice(start, at + 20));
  return label === null || start + label[0].length < at ? undefined : parseTolerantly(text, undefined);
}

/** The offset after one keystroke in a name or path, which may replace a selected word; undefined for any other change. */
export function typedInWord(previous: string, text: string, { start, end }: Change): number | undefined {
  const at = end + text.length - previous.length;
  const [deleted, typed] = [previous.slice(start, end), text.slice(start, at)];
  const isKeystroke = /^(?:[ ./-]?|\w*)$/.test(deleted) && /^[\w ./-]?$/.test(typed) && deleted + typed !== '';
  return isKeystroke ? at : undefined;
}

/** The range of the old text that differs. */
export type Change = Span;

export function changeBetween(old: string, text: string): Change {
  const shorter = Math.min(old.length, text.length);
  let start = 0;
  // Slices are compared much faster than single characters.
  while (start + PIECE <= shorter && old.slice(start, start + PIECE) === text.slice(start, start + PIECE))
    start += PIECE;
  while (start < shorter && old.charCodeAt(start) === text.charCodeAt(start)) start++;
  const delta = text.length - old.length;
  const first = start + Math.max(0, -delta);
  let end = old.length;
  while (end - PIECE >= first && old.slice(end - PIECE, end) === text.slice(end + delta - PIECE, end + delta))
    end -= PIECE;
  while (end > first && old.charCodeAt(end - 1) === text.charCodeAt(end + delta - 1)) end--;
  return { start, end };
}

const PIECE = 1024;

/** The index of the declaration whose first and last character enclose the edit. */
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

function brokenReader(text: string): ReadBroken {
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

/** If most fields of a file without a `syntax` line lack a label, reports the missing line instead of the labels. */
function explainMissingLabels(
  text: string,
  tokens: Tokens,
  { problems, declarations, damagedHeader }: Parsed,
): Problem[] {
  const unlabelled = problems.filter(({ needsLabel }) => needsLabel === true).length;
  if (unlabelled === 0) return problems;
  const others = problems.filter(({ needsLabel }) => needsLabel !== true);
  if (damagedHeader) return others;
  if (unlabelled <= countLabels(declarations)) return problems;
  const message =
    'This file has no `syntax` line, so it is read as proto2, where fields need a label. Add `syntax = "proto3";`.';
  return [{ span: placeOfSyntax(text, tokens), message }, ...others];
}

/** Without the fields of groups. */
function countLabels(members: readonly StatementNode[]): number {
  let count = 0;
  for (const member of members) {
    if (member.kind === 'field' && member.label !== undefined) count++;
    if ('body' in member) count += countLabels(member.body.members);
  }
  return count;
}

/** A `syntax` line in a comment, else the line below the file's leading comments. */
function placeOfSyntax(text: string, tokens: Tokens): Span {
  const leading = commentsOf(text, tokens).filter((_, i) => tokens.commentTokens[i] === 0);
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
    problems: inOrder(parsed.edition === undefined ? explainMissingLabels(text, tokens, parsed) : parsed.problems),
    damage: { members: parsed.damagedMembers, header: parsed.damagedHeader },
    confined,
    mutable: false,
  };
}
