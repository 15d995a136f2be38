import type { InlayHint, Position, Range } from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';

import type { Finding } from '../policy/result.ts';
import { RULES } from '../rules/index.ts';
import { contains, type View } from './view.ts';

/** Longer ones would be scrolled out of sight. */
const MAX_LENGTH = 60;
/** More deletions at one place are counted. */
const MAX_DELETED = 3;

/** `was 2` and `deleted: rpc Pause`, at the end of the line, where they move nothing that is being typed. */
export async function inlayHints(view: View, range: Range): Promise<InlayHint[]> {
  if (!view.isProto) return [];
  const inRange = view.findings.filter((finding) => contains(range, lineEnd(view.document, finding.range.end.line)));
  const byLine = new Map<number, { readonly finding: Finding; readonly label: string }[]>();
  for (const finding of inRange) {
    const label = isDeletion(finding) ? deleted(finding) : await was(finding, view);
    if (label === undefined) continue;
    const { line } = finding.range.end;
    byLine.set(line, [...(byLine.get(line) ?? []), { finding, label }]);
  }
  return [...byLine].map(([line, told]) => ({
    position: lineEnd(view.document, line),
    label: labelOf(told),
    paddingLeft: true,
    tooltip: told.map(({ finding }) => finding.message).join('\n\n'),
  }));
}

function labelOf(told: readonly { readonly finding: Finding; readonly label: string }[]): string {
  const gone = told.filter(({ finding }) => isDeletion(finding)).map(({ label }) => label);
  const more = gone.length - MAX_DELETED;
  const shown = more > 0 ? [...gone.slice(0, MAX_DELETED), `${more} more`] : gone;
  const changes = told.filter(({ finding }) => !isDeletion(finding)).map(({ label }) => label);
  return [...new Set(changes), ...(shown.length > 0 ? [`deleted: ${shown.join(', ')}`] : [])].join(', ');
}

/** By rule, what the declarations are called that it reports as deleted. */
const DELETED = new Map(RULES.flatMap(({ id, deletes }) => (deletes === undefined ? [] : [[id, deletes] as const])));

function isDeletion({ rule }: Finding): boolean {
  return DELETED.has(rule);
}

function deleted({ rule, element, older }: Finding): string {
  return `${DELETED.get(rule) ?? ''} ${element.slice(element.lastIndexOf('.') + 1)}${since(older)}`;
}

/** Undefined where the released text is not short, or is the same: what changed is then elsewhere. */
async function was(finding: Finding, view: View): Promise<string | undefined> {
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
