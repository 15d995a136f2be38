import { type CompletionItem, CompletionItemKind, type Position, type Range } from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';

import { isAboutElement } from '../policy/about-element.ts';
import type { Finding } from '../policy/result.ts';
import type { View } from './view.ts';

export function typedAcceptance(document: TextDocument, position: Position): Range | undefined {
  const range: Range = { start: { line: position.line, character: 0 }, end: position };
  const [, before, typed = ''] = /^(.*?\/\/\s*)(p[\w-]*(?::.*)?)?$/.exec(document.getText(range)) ?? [];
  if (before === undefined || !OPENING.startsWith(typed.slice(0, OPENING.length))) return undefined;
  return { start: { line: position.line, character: before.length }, end: position };
}

const OPENING = 'proto-compat: accept ';

export function acceptanceItems(view: View, position: Position): CompletionItem[] {
  const range = typedAcceptance(view.document, position);
  if (range === undefined || !view.isProto) return [];
  return view.findings.flatMap((finding) => {
    const comment = commentFor(finding, view);
    return comment === undefined
      ? []
      : [
          {
            label: `accept ${finding.rule} ${nameOf(finding)}`,
            filterText: comment,
            kind: CompletionItemKind.Text,
            detail: finding.message,
            sortText: String(Math.abs(finding.range.start.line - position.line)).padStart(8, '0'),
            textEdit: { range, newText: comment },
          },
        ];
  });
}

/** The comment up to its reason. Undefined if the finding cannot be accepted, or if the baseline isn't a release. */
function commentFor(finding: Finding, view: View): string | undefined {
  const version = /^\d+\.\d+/.exec(view.baseline?.version ?? '')?.[0];
  if (version === undefined || finding.accepted !== null) return undefined;
  if (finding.severity !== 'error' && finding.severity !== 'warning') return undefined;
  // A finding about the version or the branch needs a higher version or another branch.
  if (!isAboutElement(finding)) return undefined;
  return `${OPENING}${finding.rule} ${nameOf(finding)} since ${version} -- `;
}

function nameOf({ element }: Finding): string {
  return element.slice(element.lastIndexOf('.') + 1);
}
