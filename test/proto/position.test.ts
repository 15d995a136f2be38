import { describe, expect, it } from 'vitest';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { lineStartsOf, offsetAt, positionAt } from '../../server/proto/position.ts';

const TEXTS = ['', 'ab', 'ab\n', 'ab\r\ncd\r\n\r\n', 'ab\rcd\n\nef', '\n\r\r\n'];

describe('positions and offsets are those of a text document in the language server', () => {
  it.each(TEXTS)('%j', (text) => {
    const document = TextDocument.create('file:///a.proto', 'proto', 1, text);
    const lineStarts = lineStartsOf(text);
    for (let line = -1; line <= lineStarts.length; line++)
      for (let character = -1; character < 6; character++) {
        const position = { line, character };
        expect([position, offsetAt(lineStarts, text, position)]).toEqual([position, document.offsetAt(position)]);
      }
    for (let offset = 0; offset <= text.length; offset++) {
      if (text.slice(offset - 1, offset + 1) === '\r\n') continue;
      expect([offset, positionAt(lineStarts, offset)]).toEqual([offset, document.positionAt(offset)]);
    }
  });
});
