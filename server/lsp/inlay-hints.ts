import type { InlayHint, Range } from 'vscode-languageserver/node';

import type { Finding } from '../policy/result.ts';
import { overlaps, type View } from './view.ts';

/** Longer ones would push the line's own text out of sight. */
const MAX_LENGTH = 60;

/** `was 2` behind what changed, and at the gap what was deleted. */
export async function inlayHints(view: View, range: Range): Promise<InlayHint[]> {
  const hints = await Promise.all(
    view.findings.filter((finding) => overlaps(finding.range, range)).map((finding) => hint(finding, view)),
  );
  return hints.filter((found) => found !== undefined);
}

async function hint(finding: Finding, view: View): Promise<InlayHint | undefined> {
  if (finding.baseline === null) return undefined;
  const { file, range } = finding.baseline;
  const released = await view.released(file);
  if (released === undefined) return undefined;
  const isGone = finding.rule.endsWith('-removed');
  const old = isGone
    ? released.getText({ start: { line: range.start.line, character: 0 }, end: { line: range.start.line + 1, character: 0 } }).trim()
    : released.getText(range);
  // Text that is the same on both sides says nothing of what changed, and more than a line is for the hover.
  if (old === '' || /[\r\n]/.test(old) || (!isGone && old === view.document.getText(finding.range))) return undefined;
  const short = old.length > MAX_LENGTH ? `${old.slice(0, MAX_LENGTH - 1)}…` : old;
  return {
    position: finding.range.end,
    label: isGone ? `deleted: ${short}` : `was ${short}`,
    paddingLeft: true,
    tooltip: finding.message,
  };
}
