import type { TextEdit } from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';

import type { Finding } from '../policy/result.ts';
import type { Fix } from '../rules/rule.ts';
import { type Element, withComments } from '../proto/elements.ts';
import type { View } from './view.ts';

/** The edits that put a document back to what the release has; undefined where nothing differs or the release lacks it. */
export async function revertFile(view: View): Promise<readonly TextEdit[] | undefined> {
  const released = await view.releasedSelf();
  const text = view.document.getText();
  if (released === undefined || released.getText() === text) return undefined;
  return [replace(view.document, 0, text.length, released.getText())];
}

/**
 * The edits that put the element of a finding back to what the release has; undefined where nothing differs or it cannot be done.
 * @param fixes the finding's, asked for when its check was the newest.
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
  // It was removed, and putting it back is what the rule's own fix does; or others changed with it, as in a swap of numbers, and it
  // alone as it was would collide with them.
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

/** Whether the element of a finding may be put back on its own, as far as can be said without making the edits. */
export function canRevert(view: View, finding: Finding): boolean {
  if (!view.isProto || view.elementNamed(finding.element) === undefined) return false;
  return finding.baseline !== null || finding.rule.endsWith('-added');
}

/** Edits of a fix in one document, as an editor can apply them; undefined where they get into each other's way, as in broken text. */
export function textEdits(
  document: TextDocument,
  edits: readonly { readonly start: number; readonly end: number; readonly text: string }[],
): readonly TextEdit[] | undefined {
  // As the protocol wants it: what is written at a place comes before what is put in that place's stead.
  const ordered = edits.toSorted((a, b) => a.start - b.start || Number(a.end > a.start) - Number(b.end > b.start));
  if (ordered.some(({ start }, index) => start < (ordered[index - 1]?.end ?? 0))) return undefined;
  return ordered.map(({ start, end, text }) => replace(document, start, end, text));
}

/** The element's counterpart: it stands where the finding says, under whatever name. */
function releasedElement(own: Element, offset: number, elements: readonly Element[]): Element | undefined {
  // Members come after what they stand in, so the last one around the place is the innermost.
  return elements.findLast(
    ({ node }) => node.kind === own.node.kind && node.span.start <= offset && offset < node.span.end,
  );
}

/** The whole lines of an added element, where it has them for itself. */
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
