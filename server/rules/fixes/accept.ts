import type { Encoding, Impact } from '../../effects/effect.ts';
import { enclosing } from '../../proto/statements.ts';
import type { FileNode, Span } from '../../proto/tree.ts';
import type { Change, Context, Fix, RuleInfo } from '../rule.ts';
import { beginsLine, blanksBefore, endWithComment } from './edits.ts';

/** The placeholder for a reason. As long as nobody replaces it, nothing is accepted. */
export const REASON = 'why this is fine';

/**
 * A comment that accepts one finding until the next minor line is released. Offered where somebody loses, and where the baseline
 * is a release: an acceptance names it, so as to expire.
 */
export function accept(rule: RuleInfo, { element, place, impact }: Change, { diff, words, encodings }: Context): Fix[] {
  const comment = acceptanceOf({ rule: rule.id, element }, words.baseline);
  if (comment === undefined || !encodings.some((encoding) => isLost(impact, encoding))) return [];
  const { node, path } = place.file;
  // A file that is gone has no room for a comment.
  if (diff.new.files.get(path) !== place.file) return [];
  const edit = place.gap === true ? inGap(node, place.span, comment) : above(node, place.span, comment);
  return [{ title: 'Accept it, with a reason', safe: false, edits: [{ file: path, ...edit }] }];
}

/** Above the statement that a place is in. */
function above(node: FileNode, place: Span, comment: string): TextEdit {
  const { start } = statementAround(node, place);
  const line = blanksBefore(node.text, start);
  return asLine(line, node.text.slice(line, start) + comment, node);
}

/** Where something was deleted: above its neighbour the comment would seem to be about that. */
function inGap(node: FileNode, before: Span, comment: string): TextEdit {
  const { text, lineStarts } = node;
  const at = endWithComment(node, before.end);
  const line = lineStarts.findLast((start) => start <= before.start) ?? 0;
  const outer = /^[ \t]*/.exec(text.slice(line))?.[0] ?? '';
  const indent = text.slice(before.start, before.end) === '{' ? `${outer}  ` : outer;
  const rest = /^[ \t]*/.exec(text.slice(at))?.[0] ?? '';
  const next = lineStarts.find((start) => start > at);
  if (next !== undefined && /^[\r\n]/.test(text.slice(at + rest.length))) return asLine(next, indent + comment, node);
  // What follows on the same line would become part of the comment.
  const eol = eolOf(node);
  return {
    span: { start: at, end: at + rest.length },
    text: eol + indent + comment + eol + outer,
    placeholder: REASON,
  };
}

/** Whole lines from the start of one on: editors indent a text with a placeholder that begins elsewhere. */
function asLine(start: number, line: string, node: FileNode): TextEdit {
  return { span: { start, end: start }, text: line + eolOf(node), placeholder: REASON };
}

type TextEdit = Omit<Fix['edits'][number], 'file'>;

function eolOf({ text }: FileNode): string {
  return /\r\n|\n|\r/.exec(text)?.[0] ?? '\n';
}

/** The comment that accepts a finding; undefined where the baseline is no release, because an acceptance names it, so as to expire. */
export function acceptanceOf(
  { rule, element }: { readonly rule: string; readonly element: string },
  baseline: string | undefined,
): string | undefined {
  const line = /^(\d+\.\d+)\./.exec(baseline ?? '')?.[1];
  const name = element.split('.').at(-1) ?? element;
  return line === undefined ? undefined : `// proto-compat: accept ${rule} ${name} since ${line} -- ${REASON}`;
}

function isLost(impact: Impact, encoding: Encoding): boolean {
  const { oldClientNewServer, newClientOldServer } = impact[encoding];
  return oldClientNewServer.class !== 'none' || newClientOldServer.class !== 'none';
}

/** The innermost statement that begins a line: above it is room for a comment. */
function statementAround(node: FileNode, place: Span): Span {
  let found: Span = { start: 0, end: node.text.length };
  for (const { span } of enclosing(node, place)) {
    if (!beginsLine(node.text, blanksBefore(node.text, span.start))) break;
    found = span;
  }
  return found;
}
