import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { printable, printableJson } from '../../server/report/printable.ts';

describe('printable text', () => {
  test.each([
    ['a b\u200dc\u{1f600}é漢', 'a b\u200dc\u{1f600}é漢'],
    ['\ta', '    a'],
    ['a\nb\r', 'a\\u{a}b\\u{d}'],
    ['\u001b[2J\u009b2J\u007f', '\\u{1b}[2J\\u{9b}2J\\u{7f}'],
    ['\u061c\u200e\u200f\u202e\u2066\ufeff\u200b', '\\u{61c}\\u{200e}\\u{200f}\\u{202e}\\u{2066}\\u{feff}\\u{200b}'],
    ['\u2028\u2029\ud800\u{e0041}', '\\u{2028}\\u{2029}\\u{d800}\\u{e0041}'],
    ['::error::a', '\\u{3a}:error::a'],
    ['  ::error::a', '  \\u{3a}:error::a'],
    ['a::b', 'a::b'],
    ['##[group]a', '\\u{23}#[group]a'],
    ['a ##vso[x]', 'a \\u{23}#vso[x]'],
    ['### heading', '### heading'],
  ])('%j becomes %j', (text, expected) => {
    expect(printable(text)).toBe(expected);
  });

  test('does not change if the function is applied again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(printable(printable(text))).toBe(printable(text));
      }),
      { seed: 1 },
    );
  });

  test('as JSON has the same value', () => {
    const text = fc.string({
      unit: fc.oneof(
        fc.constantFrom('#', '[', ':', '\u001b', '\u202e', '\n'),
        fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
      ),
    });
    fc.assert(
      fc.property(fc.dictionary(text, text), (value) => {
        const written = printableJson(value);
        expect(JSON.parse(written)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(written).not.toMatch(/##\w*\[|(?!\u200c|\u200d|\n)[\p{Cc}\p{Cf}]/u);
      }),
      { seed: 1 },
    );
  });
});
