import type { InlayHint, Position, Range } from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';

import type { Finding } from '../policy/result.ts';
import { RULES } from '../rules/index.ts';
import { contains, type View } from './view.ts';

const MAX_LENGTH = 60;
const MAX_DELETED = 3;

/** Hints such as `was 2` and `deleted: rpc Pause`. At the end of a line they don't move any text. */
export async function inlayHints(view: View, range: Range): Promise<InlayHint[]> {
  if (!view.isProto) return [];
  const inRange = view.findings.filter((finding) => contains(range, lineEnd(view.document, finding.range.end.line)));
  const byLine = new Map<number, { readonly finding: Finding; readonly label: string }[]>();
  for (const finding of inRange) {
    const label = isDeletion(finding) ? deletedLabel(finding) : await oldTextLabel(finding, view);
    if (label === undefined) continue;
    const { line } = finding.range.end;
    byLine.set(line, [...(byLine.get(line) ?? []), { finding, label }]);
  }
  return [...byLine].map(([line, labelled]) => ({
    position: lineEnd(view.document, line),
    label: labelOf(labelled),
    paddingLeft: true,
    tooltip: labelled.map(({ finding }) => finding.message).join('\n\n'),
  }));
}

function labelOf(labelled: readonly { readonly finding: Finding; readonly label: string }[]): string {
  const deleted = labelled.filter(({ finding }) => isDeletion(finding)).map(({ label }) => label);
  const more = deleted.length - MAX_DELETED;
  const shown = more > 0 ? [...deleted.slice(0, MAX_DELETED), `${more} more`] : deleted;
  const changes = labelled.filter(({ finding }) => !isDeletion(finding)).map(({ label }) => label);
  return [...new Set(changes), ...(shown.length > 0 ? [`deleted: ${shown.join(', ')}`] : [])].join(', ');
}

/** What each deletion rule reports, such as "rpc", by rule id. */
const DELETED = new Map(RULES.flatMap(({ id, deletes }) => (deletes === undefined ? [] : [[id, deletes] as const])));

function isDeletion({ rule }: Finding): boolean {
  return DELETED.has(rule);
}

function deletedLabel({ rule, element, older }: Finding): string {
  return `${DELETED.get(rule) ?? ''} ${element.slice(element.lastIndexOf('.') + 1)}${since(older)}`;
}

/** "was " and the released text. Undefined if that text has several lines or equals the new one. */
async function oldTextLabel(finding: Finding, view: View): Promise<string | undefined> {
  if (finding.baseline === null) return undefined;
  const old = (await view.releasedFor(finding))?.getText(finding.baseline.range) ?? '';
  if (old === '' || /[\r\n]/.test(old) || old === view.document.getText(finding.range)) return undefined;
  return `was ${old.length > MAX_LENGTH ? `${old.slice(0, MAX_LENGTH - 1)}…` : old}${since(finding.older)}`;
}

function since(older: Finding['older']): string {
  return older === undefined ? '' : ` (${older.version})`;
}

function lineEnd(text: TextDocument, line: number): Position {
  const end = text
    .getText({ start: { line, character: 0 }, end: { line: line + 1, character: 0 } })
    .replace(/[\r\n]+$/, '').length;
  return { line, character: end };
}
