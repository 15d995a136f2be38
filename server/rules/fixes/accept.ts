import type { Encoding, Impact } from '../../effects/effect.ts';
import { enclosing } from '../../proto/statements.ts';
import type { FileNode, Span } from '../../proto/tree.ts';
import type { Change, Context, Fix, RuleInfo } from '../rule.ts';
import { beginsLine, blanksBefore, endWithComment, eolOf } from './edits.ts';

/** An acceptance with this placeholder accepts nothing. */
export const REASON = 'why this is fine';

/** Offered if the change loses something. An acceptance expires, so it needs the version of a release. */
export function accept(rule: RuleInfo, { element, place, impact }: Change, { diff, words, encodings }: Context): Fix[] {
  const comment = acceptanceOf({ rule: rule.id, element }, words.baseline);
  if (comment === undefined || !encodings.some((encoding) => isLost(impact, encoding))) return [];
  const { node, path } = place.file;
  // A removed file cannot contain a comment.
  if (diff.new.files.get(path) !== place.file) return [];
  const edit =
    place.isBeforeDeletion === true ? atDeletion(node, place.span, comment) : above(node, place.span, comment);
  return [{ title: 'Accept it, with a reason', safe: false, edits: [{ file: path, ...edit }] }];
}

function above(node: FileNode, place: Span, comment: string): TextEdit {
  const { start } = statementAround(node, place);
  const line = blanksBefore(node.text, start);
  return asLine(line, node.text.slice(line, start) + comment, node);
}

/** Above the neighbour of the deleted element, the comment would seem to be about the neighbour. */
function atDeletion(node: FileNode, before: Span, comment: string): TextEdit {
  const { text, lineStarts } = node;
  const at = endWithComment(node, before.end);
  const line = lineStarts.findLast((start) => start <= before.start) ?? 0;
  const outer = /^[ \t]*/.exec(text.slice(line))?.[0] ?? '';
  const indent = text.slice(before.start, before.end) === '{' ? `${outer}  ` : outer;
  const rest = /^[ \t]*/.exec(text.slice(at))?.[0] ?? '';
  const next = lineStarts.find((start) => start > at);
  if (next !== undefined && /^[\r\n]/.test(text.slice(at + rest.length))) return asLine(next, indent + comment, node);
  // The comment must not swallow the rest of the line.
  const eol = eolOf(node);
  return {
    span: { start: at, end: at + rest.length },
    text: eol + indent + comment + eol + outer,
    placeholder: REASON,
  };
}

/** At the start of a line, because elsewhere editors indent a text with a placeholder. */
function asLine(start: number, line: string, node: FileNode): TextEdit {
  return { span: { start, end: start }, text: line + eolOf(node), placeholder: REASON };
}

type TextEdit = Omit<Fix['edits'][number], 'file'>;

/** Undefined if the baseline isn't a release. */
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

/** The innermost statement that starts on a line of its own. */
function statementAround(node: FileNode, place: Span): Span {
  let found: Span = { start: 0, end: node.text.length };
  for (const { span } of enclosing(node, place)) {
    if (!beginsLine(node.text, blanksBefore(node.text, span.start))) break;
    found = span;
  }
  return found;
}
