import type { TextEdit } from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';

import { parse } from '../proto/parse.ts';
import { type Element, elementsOf, withComments } from './elements.ts';
import type { View } from './view.ts';

/** The edits that put an element, or without one the whole document, back to what the release has; undefined where nothing differs or none can. */
export async function revert(view: View, element: string | undefined): Promise<readonly TextEdit[] | undefined> {
  if (element === undefined) return revertDocument(view.document, await view.releasedSelf());
  const { document } = view;
  const finding = view.findings.find((found) => found.element === element);
  const [own] = elementsOf(parse(document.getText())).filter(({ fullName }) => fullName === element);
  if (own === undefined) {
    // It was removed: putting it back is what the rule's own fix does.
    const fix = finding?.fixes().find(({ safe, edits }) => safe && edits.every(({ file }) => file === view.path));
    return fix?.edits.map(({ span, text }) => replace(document, span.start, span.end, text));
  }
  const released = await view.released(finding?.baseline?.file ?? view.path);
  if (released === undefined) return undefined;
  const before = releasedElement(own, finding?.baseline?.range.start, released);
  if (before === undefined) return finding?.baseline === null ? [remove(document, own)] : undefined;
  const text = released.getText().slice(before.node.span.start, before.node.span.end);
  const { start, end } = own.node.span;
  return document.getText().slice(start, end) === text ? undefined : [replace(document, start, end, text)];
}

/** The element's counterpart: the one of its name, or the one that stands where the finding says. */
function releasedElement(
  own: Element,
  place: { readonly line: number; readonly character: number } | undefined,
  released: TextDocument,
): Element | undefined {
  const elements = elementsOf(parse(released.getText()));
  if (place !== undefined) {
    const offset = released.offsetAt(place);
    // Members come after what they stand in, so the last one around the place is the innermost.
    const around = elements.findLast(
      ({ node }) => node.kind === own.node.kind && node.span.start <= offset && offset < node.span.end,
    );
    if (around !== undefined) return around;
  }
  return elements.find(({ fullName, node }) => fullName === own.fullName && node.kind === own.node.kind);
}

function revertDocument(document: TextDocument, released: TextDocument | undefined): readonly TextEdit[] | undefined {
  if (released === undefined || released.getText() === document.getText()) return undefined;
  return [replace(document, 0, document.getText().length, released.getText())];
}

/** The whole lines of an added element, where it has them for itself. */
function remove(document: TextDocument, { node }: Element): TextEdit {
  const text = document.getText();
  let { start, end } = withComments(node);
  const lineStart = text.slice(0, start).search(/[^\r\n]*$/);
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
