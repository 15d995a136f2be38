import fc from 'fast-check';
import MarkdownIt from 'markdown-it';
import { describe, expect, test } from 'vitest';
import { block, code, codeCell, plain, prose } from '../../server/report/plain.ts';
import { printable } from '../../server/report/printable.ts';

/** Also parses HTML and bare addresses. */
const reader = new MarkdownIt({ html: true, linkify: true });
reader.linkify.set({ fuzzyLink: false });

/** The kinds of tokens other than plain text, and the visible text. */
function read(markdown: string): { parts: string[]; shown: string } {
  const tokens = reader.parse(markdown, {});
  const inline = tokens.flatMap(({ children }) => children ?? []);
  const parts = [...tokens, ...inline].map(({ type }) => type).filter((type) => !PLAIN_TEXT.has(type));
  return {
    parts,
    shown: inline
      .map(({ content }) => content)
      .join('')
      .trim(),
  };
}
const PLAIN_TEXT = new Set(['paragraph_open', 'inline', 'paragraph_close', 'text', 'text_special']);

const HOSTILE = [
  '<img src=x onerror=alert(1)>',
  '<script>alert(1)</script>',
  '<!-- x -->',
  '<?php x ?>',
  '<!DOCTYPE html>',
  '<![CDATA[x]]>',
  '</div>',
  '<div>',
  '[a](command:evil)',
  '[a][b]',
  '[b]: http://127.0.0.1/',
  '![i](https://127.0.0.1/i.png)',
  '<http://127.0.0.1/>',
  'http://127.0.0.1/ www.example.com WWW.example.com ftp://a.b/ mailto:a@example.com a@example.com //example.com/a',
  '`code` ``code`` ```',
  '```js',
  '~~~',
  '*a* **a** _a_ __a__ ~~a~~',
  '# a',
  '- a',
  '+ a',
  '* a',
  '1. a',
  '2) a',
  '> a',
  '    a',
  '\ta',
  '---',
  '===',
  '***',
  '| a | b |\n|---|---|\n| c | d |',
  'a\n===',
  'a\n---',
  'a  \nb',
  'a\\\nb',
  '&lt;b&gt; &amp; &#60; &copy;',
  '\\<b>',
  '\\\\<b>',
  '$(gear) @all #1 :smile:',
  'a\r\n- b\u2028# c\u2029\0',
];

const anything = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 30 }),
  fc
    .array(
      fc.oneof(
        fc.constantFrom(...HOSTILE),
        fc.constantFrom(...Array.from('\\`*_[]()<>&#!|~@$:/.-+=1) \n\t"\'a{}?,;^%')),
      ),
      {
        maxLength: 12,
      },
    )
    .map((parts) => parts.join('')),
);

/** The text as it is shown on one line. */
const shownOf = (text: string): string => printable(text.replace(/[\t\n\v\f\r\u2028\u2029 ]+/g, ' ')).trim();

const forAnyText = (holds: (text: string) => void) => (): void => {
  for (const text of HOSTILE) holds(text);
  fc.assert(fc.property(anything, holds), { numRuns: 2000, seed: 1 });
};

test.each(HOSTILE)('%j is shown as plain text', (text) => {
  expect(read(plain(text))).toEqual({ parts: [], shown: shownOf(text) });
});

describe('any text', () => {
  test(
    'is shown as plain text',
    forAnyText((text) => {
      expect(read(plain(text))).toEqual({ parts: [], shown: shownOf(text) });
    }),
  );

  test(
    'stays in its table cell',
    forAnyText((text) => {
      const { parts } = read(`| a | b |\n|---|---|\n| ${plain(text)} | ${codeCell(`x${text}`)} |`);
      expect(parts.filter((part) => !/^(table|thead|tbody|tr)_/.test(part))).toEqual([
        ...['th_open', 'th_close', 'th_open', 'th_close', 'td_open', 'td_close', 'td_open', 'td_close'],
        'code_inline',
      ]);
    }),
  );

  test(
    'in a sentence adds nothing but code and text',
    forAnyText((text) => {
      const { parts } = read(prose(`\`${text}\` was ${text}.`));
      expect(parts.filter((part) => part !== 'code_inline')).toEqual([]);
    }),
  );

  test(
    'in a sentence stays in one table cell',
    forAnyText((text) => {
      // Text after the last cell is dropped, so the full stop proves that there is one cell.
      expect(read(`| a |\n|---|\n| ${prose(`\`${text}\` was ${text}.`)} |`).shown).toMatch(/\.$/);
    }),
  );

  test(
    'as code is a single code element',
    forAnyText((text) => {
      if (text.trim() === '') return;
      expect(read(`a ${code(text)} b`).parts).toEqual(['code_inline']);
    }),
  );

  test(
    'as a block is a single code block',
    forAnyText((text) => {
      const tokens = reader.parse(block('proto', text), {});
      expect(tokens.map(({ type, info }) => [type, info])).toEqual([['fence', 'proto']]);
      const lines = text.split(/\r\n|\r|\n/).map((line) => line.split('\t').map(printable).join('\t'));
      expect(tokens[0]?.content).toBe(`${lines.join('\n')}\n`);
    }),
  );
});
