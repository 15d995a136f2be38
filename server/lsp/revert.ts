import type { TextEdit } from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';

import type { Finding } from '../policy/result.ts';
import type { Fix } from '../rules/rule.ts';
import { type Element, withComments } from '../proto/elements.ts';
import type { View } from './view.ts';

/** Undefined if nothing differs or the release has no such file. */
export async function revertFile(view: View): Promise<readonly TextEdit[] | undefined> {
  const released = await view.releasedDocument();
  const text = view.document.getText();
  if (released === undefined || released.getText() === text) return undefined;
  return [replace(view.document, 0, text.length, released.getText())];
}

/**
 * Undefined if nothing differs or the element cannot be reverted.
 * @param fixes the finding's fixes. They must be computed before the next edit, because it moves the syntax trees.
 */
export async function revertElement(
  view: View,
  finding: Finding,
  fixes: readonly Fix[],
): Promise<readonly TextEdit[] | undefined> {
  const { document } = view;
  const own = view.elementNamed(finding.element);
  const fix = fixes.find(({ safe, edits }) => safe && edits.every(({ file }) => file === view.path));
  const isWider = fix?.edits.some(
    ({ span }) => own !== undefined && (span.start < own.node.span.start || own.node.span.end < span.end),
  );
  // Only the rule's fix can restore a removed element. A fix of several elements is also used: after a swap of two
  // numbers, reverting one element alone would use its number twice.
  if (own === undefined || isWider === true)
    return (
      fix &&
      textEdits(
        document,
        fix.edits.map(({ span, text }) => ({ ...span, text })),
      )
    );
  if (finding.baseline === null) return finding.rule.endsWith('-added') ? [remove(document, own)] : undefined;
  const released = await view.releasedFor(finding);
  if (released === undefined) return undefined;
  const before = releasedElement(
    own,
    released.offsetAt(finding.baseline.range.start),
    view.elementsOfRelease(released),
  );
  if (before === undefined) return undefined;
  const text = released.getText().slice(before.node.span.start, before.node.span.end);
  const { start, end } = own.node.span;
  return document.getText().slice(start, end) === text ? undefined : [replace(document, start, end, text)];
}

/** A guess, because computing the edits takes longer. */
export function canRevert(view: View, finding: Finding): boolean {
  if (!view.isProto || view.elementNamed(finding.element) === undefined) return false;
  return finding.baseline !== null || finding.rule.endsWith('-added');
}

/** Edits for one document, in order. Undefined if they overlap, which happens in broken text. */
export function textEdits(
  document: TextDocument,
  edits: readonly { readonly start: number; readonly end: number; readonly text: string }[],
): readonly TextEdit[] | undefined {
  // An insertion comes before a replacement at the same offset.
  const ordered = edits.toSorted((a, b) => a.start - b.start || Number(a.end > a.start) - Number(b.end > b.start));
  if (ordered.some(({ start }, index) => start < (ordered[index - 1]?.end ?? 0))) return undefined;
  return ordered.map(({ start, end, text }) => replace(document, start, end, text));
}

/** The innermost element of the same kind at an offset. Its name may differ. */
function releasedElement(own: Element, offset: number, elements: readonly Element[]): Element | undefined {
  // Members come after their parents.
  return elements.findLast(
    ({ node }) => node.kind === own.node.kind && node.span.start <= offset && offset < node.span.end,
  );
}

/** Also removes the element's comments, and lines with nothing else on them. */
function remove(document: TextDocument, { node }: Element): TextEdit {
  const text = document.getText();
  let { start, end } = withComments(node);
  const lineStart = text.slice(0, start).search(/(?<![^\r\n])[^\r\n]*$/);
  const rest = /^[ \t]*(?:\/\/[^\r\n]*)?(?:\r\n|\r|\n|$)/.exec(text.slice(end));
  if (rest !== null && text.slice(lineStart, start).trim() === '') {
    start = lineStart;
    end += rest[0].length;
  }
  return replace(document, start, end, '');
}

function replace(document: TextDocument, start: number, end: number, newText: string): TextEdit {
  return { range: { start: document.positionAt(start), end: document.positionAt(end) }, newText };
}
