import type { Encoding, Impact } from '../../effects/effect.ts';
import { enclosing } from '../../proto/statements.ts';
import type { FileNode, Span } from '../../proto/tree.ts';
import type { Change, Context, Fix, RuleInfo } from '../rule.ts';

/** What a comment gives as its reason until somebody writes one. */
const REASON = 'why this is fine';

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
  const { start } = statementAround(node, place.span);
  const indent = /(?<![ \t])[ \t]*$/.exec(node.text.slice(0, start))?.[0] ?? '';
  const eol = /\r\n|\n|\r/.exec(node.text)?.[0] ?? '\n';
  const text = `${comment}${eol}${indent}`;
  return [
    { title: 'Accept it, with a reason', safe: false, edits: [{ file: path, span: { start, end: start }, text }] },
  ];
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
    if (!/(?:^|[\r\n])[ \t]*$/.test(node.text.slice(0, span.start))) break;
    found = span;
  }
  return found;
}
