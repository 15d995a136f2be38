import type { TextEdit } from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';

import type { Range } from '../policy/result.ts';

/**
 * Removes a comment or an entry of `accept` in the configuration. Undefined for a comment of several lines, which may
 * contain other text.
 */
export function removeAcceptance(document: TextDocument, range: Range, isComment: boolean): TextEdit | undefined {
  if (isComment && range.start.line !== range.end.line) return undefined;
  const text = document.getText();
  let [start, end] = [document.offsetAt(range.start), document.offsetAt(range.end)];
  if (!isComment) {
    const after = /^\s*,/.exec(text.slice(end))?.[0];
    if (after !== undefined) end += after.length;
    else start -= /,\s*$/.exec(text.slice(0, start))?.[0].length ?? 0;
  }
  const before = /(?<![^\r\n])[^\r\n]*$/.exec(text.slice(0, start))?.[0] ?? '';
  const rest = /^[ \t]*(?:\r\n|\r|\n|$)/.exec(text.slice(end))?.[0];
  if (before.trim() === '' && rest !== undefined) {
    // Nothing else is on these lines.
    start -= before.length;
    end += rest.length;
  } else if (isComment) start -= /(?<![ \t])[ \t]*$/.exec(before)?.[0].length ?? 0;
  return { range: { start: document.positionAt(start), end: document.positionAt(end) }, newText: '' };
}
