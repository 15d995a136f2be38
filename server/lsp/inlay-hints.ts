import type { InlayHint, Position, Range } from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';

import type { Finding } from '../policy/result.ts';
import { parse } from '../proto/parse.ts';
import { elementsOf } from '../proto/elements.ts';
import { contains, type View } from './view.ts';

/** Longer ones would push the line's own text out of sight. */
const MAX_LENGTH = 60;

/** `was 2` behind what changed, and at the gap what was deleted. */
export async function inlayHints(view: View, range: Range): Promise<InlayHint[]> {
  if (!view.isProto) return [];
  const hints = await Promise.all(view.findings.map((finding) => hint(finding, view)));
  return hints.filter((found) => found !== undefined).filter(({ position }) => contains(range, position));
}

async function hint(finding: Finding, view: View): Promise<InlayHint | undefined> {
  if (finding.baseline === null) return undefined;
  const { range } = finding.baseline;
  const released = await view.releasedFor(finding);
  if (released === undefined) return undefined;
  const isGone = finding.rule.endsWith('-removed');
  const old = isGone ? lineAt(released, range.start.line) : released.getText(range);
  // Text that is the same on both sides says nothing of what changed, and more than a line is for the hover.
  if (old === '' || /[\r\n]/.test(old) || (!isGone && old === view.document.getText(finding.range))) return undefined;
  const short = old.length > MAX_LENGTH ? `${old.slice(0, MAX_LENGTH - 1)}…` : old;
  const since = finding.older === undefined ? '' : ` (${finding.older.version})`;
  return {
    position: (isGone && gap(released, released.offsetAt(range.start), view.document)) || finding.range.end,
    label: `${isGone ? 'deleted:' : 'was'} ${short}${since}`,
    paddingLeft: true,
    tooltip: finding.message,
  };
}

/** Behind the line that stood before the deleted thing, as far as it is left: its neighbour, or the head of what they stood in. */
function gap(released: TextDocument, offset: number, edited: TextDocument): Position | undefined {
  const before = elementsOf(parse(released.getText()));
  const gone = before.findIndex(({ name }) => name.span.start <= offset && offset <= name.span.end);
  const parent = before[gone]?.parent;
  const left = new Map(elementsOf(parse(edited.getText())).map((element) => [element.fullName, element]));
  for (const neighbour of before.slice(0, Math.max(gone, 0)).reverse()) {
    const same = left.get(neighbour.fullName);
    if (same === undefined) continue;
    if (neighbour === parent) return lineEnd(edited, same.name.span.end);
    if (neighbour.parent === parent) return lineEnd(edited, same.node.span.end);
  }
  return undefined;
}

function lineAt(text: TextDocument, line: number): string {
  return text.getText({ start: { line, character: 0 }, end: { line: line + 1, character: 0 } }).trim();
}

function lineEnd(text: TextDocument, offset: number): Position {
  const { line } = text.positionAt(offset);
  const end = text
    .getText({ start: { line, character: 0 }, end: { line: line + 1, character: 0 } })
    .replace(/(?<![\r\n])[\r\n]+$/, '').length;
  return { line, character: end };
}
