import { TextDocument } from 'vscode-languageserver-textdocument';
import { describe, expect, it } from 'vitest';

import { removeAcceptance } from '../../server/lsp/remove-acceptance.ts';

describe('removing an acceptance', () => {
  /** The text without the acceptance between `‹` and `›`. */
  const without = (marked: string, isComment: boolean): string | undefined => {
    const [start, end] = [marked.indexOf('‹'), marked.indexOf('›') - 1];
    const document = TextDocument.create('', '', 0, marked.replace(/[‹›]/g, ''));
    const range = { start: document.positionAt(start), end: document.positionAt(end) };
    const edit = removeAcceptance(document, range, isComment);
    return edit && TextDocument.applyEdits(document, [edit]);
  };

  it.each([
    ['a;\n  ‹// x›\n  b;\n', 'a;\n  b;\n'],
    ['a;\r\n‹// x›\r\nb;', 'a;\r\nb;'],
    ['a; ‹// x›\nb;', 'a;\nb;'],
    ['‹/* x */› a;', ' a;'],
  ])('in a comment turns %j into %j', (marked, left) => {
    expect(without(marked, true)).toBe(left);
  });

  it('is not offered for a comment of several lines', () => {
    expect(without('‹/* x\ny */›\na;', true)).toBeUndefined();
  });

  it.each([
    ['[\n  ‹{ 1 }›,\n  // why\n  { 2 }\n]', '[\n  // why\n  { 2 }\n]'],
    ['[\n  { 1 },\n  ‹{ 2 }›\n]', '[\n  { 1 }\n]'],
    ['[‹{ 1 }›, { 2 }]', '[ { 2 }]'],
    ['[{ 1 }, ‹{ 2 }›]', '[{ 1 }]'],
    ['[‹{ 1 }›]', '[]'],
    ['[\n  ‹{\n    1\n  }›,\n]', '[\n]'],
  ])('in the configuration turns %j into %j', (marked, left) => {
    expect(without(marked, false)).toBe(left);
  });
});
