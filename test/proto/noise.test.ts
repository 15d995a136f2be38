import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Span } from '../../server/proto/tree.ts';
import { PIECES } from '../fuzz/corpus.ts';
import { parse } from '../../server/proto/parse.ts';

const ordinary = readFileSync(join(import.meta.dirname, 'fixtures/ordinary.proto'), 'utf8');

describe('parsing text of any kind', () => {
  const repeated = (length: number) => (pattern: string) => pattern.repeat(Math.ceil(length / pattern.length));
  const megabytes = repeated(5_000_000);
  const megabyte = repeated(1_000_000);

  it.each([
    ['signs', megabytes('{ ] > = ; @ " /* \' \\ 0x . ..')],
    ['words', megabytes('lorem ipsum dolor ')],
    ['lines of words', megabyte('lorem ipsum dolor sit amet\n')],
    ['opening braces', megabytes('{')],
    ['closing braces', megabyte('}')],
    ['brackets', megabyte('[')],
    ['dots', megabyte('a.')],
    ['quotes', megabyte('"\n')],
    ['unclosed comments', megabyte('/* a\n')],
    ['unclosed comments with stars', megabyte('/*\n* a\n')],
    ['lines of comments above a message', `syntax = "proto3";\n${megabyte('// a\n')}message A {}`],
    ['slashes', megabyte('/')],
    ['unclosed messages', megabytes('message A {\n')],
    ['unclosed messages on one line', megabyte('message A { ')],
    ['indented unclosed messages', megabyte('message A {\n  message B {\n    enum C {\n')],
    ['unclosed options', megabyte('option a = { b: [ c,\n')],
    ['unfinished fields', megabyte('string a\n  = 1 [\n')],
    ['conflict markers', megabyte('<<<<<<< a\n=======\n>>>>>>> b\n')],
    ['conflict ancestors', megabyte('||||||| a\n')],
    ['line ends', megabyte('\r\n\r\n\n')],
    ['zero characters', megabyte('\0')],
    ['letters of other alphabets', megabyte('äöü😀')],
    ['reserved names', `syntax = "proto3"; message A { reserved ${megabyte('"a", ')}`],
    ['a broken copy of a real file', `${megabytes(ordinary)} message {`],
    // With a quadratic step, the test would reach its timeout.
  ])('parses megabytes of %s', (_, text) => {
    expect(parse(text).text).toBe(text);
  });

  it.each([
    ['messages', 'message A { ', '}'],
    ['groups', 'optional group A = 1 { ', '}'],
    ['message values', 'option (a) = { a ', '{ a '],
    ['lists', 'option (a) = ', '['],
    ['angles', 'option (a) = ', '<a'],
  ])('reports 10,000 levels of %s as a problem', (_, open, close) => {
    for (const text of [
      open.repeat(10_000) + close.repeat(10_000),
      `message M { ${open} ${close.repeat(10_000)}`,
      open.repeat(10_000),
    ]) {
      expect(parse(`syntax = "proto2";\n${text}\nmessage Z {}`).problems.length).toBeGreaterThan(0);
    }
  });

  it('never throws, and gives spans and line starts that fit the text', () => {
    const piece = fc.constantFrom(...PIECES, '\u00a0', '0x', '1e', '.5', '\n||||||| x\n');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), fc.constantFrom('', ' '), (pieces, between) => {
        const text = pieces.join(between);
        const file = parse(text);
        const check = (node: object): void => {
          for (const [key, value] of Object.entries<unknown>({ ...node })) {
            if (isSpan(key, value)) {
              expect(value.start).toBeGreaterThanOrEqual(0);
              expect(value.end).toBeGreaterThanOrEqual(value.start);
              expect(value.end).toBeLessThanOrEqual(text.length);
            } else if (typeof value === 'object' && value !== null) {
              check(value);
            }
          }
        };
        check(file);
        expect(file.lineStarts).toEqual([
          0,
          ...[...text.matchAll(/\r\n|\r|\n/g)].map((match) => match.index + match[0].length),
        ]);
      }),
      { numRuns: 3000, seed: 1 },
    );
  });
});

function isSpan(key: string, value: unknown): value is Span {
  return key === 'span' && typeof value === 'object';
}
