import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, reparse } from '../../server/proto/parse.ts';
import { breakages, random } from './breakages.ts';

const fixture = (name: string) => readFileSync(join(import.meta.dirname, 'fixtures', name), 'utf8');

describe('reparse', () => {
  it.each(['ordinary.proto', 'two.proto', 'three.proto', 'edition2023.proto', 'edition2024.proto'])(
    'gives what parse gives: %s',
    (name) => {
      for (const source of [fixture(name), fixture(name).replaceAll('\n', '\r\n'), `\ufeff${fixture(name)}`]) {
        for (const { text } of breakages(source, 30, random(11))) {
          // There and back: out of the sane text, and out of the broken one.
          for (const [before, after] of [
            [source, text],
            [text, source],
          ] as const) {
            const change = changeBetween(before, after);
            expect(reparse(parse(before), after, change)).toEqual(parse(after));
          }
        }
      }
    },
    30_000,
  );

  it('gives what parse gives over a long row of edits', () => {
    const pick = random(5);
    let text = fixture('two.proto');
    let file = parse(text);
    const words = ['\n', ' ', '// x\n', '/* y */', '\r\n', '\n\n  '];
    for (let n = 0; n < 200; n++) {
      // Mostly edits that keep the text valid, so that the tree of one edit is the start of the next.
      const gaps = [...text.matchAll(/(?<=;)\s*\n/g)];
      const gap = gaps[pick(gaps.length)];
      if (gap === undefined) break;
      const start = gap.index;
      const end = pick(2) === 0 ? start : start + gap[0].length;
      const inserted = `${words[pick(words.length)] ?? ''}\n`;
      text = text.slice(0, start) + inserted + text.slice(end);
      file = reparse(file, text, { start, end, inserted: inserted.length });
      expect(file).toEqual(parse(text));
    }
    expect(file.problems).toEqual([]);
  });

  it('keeps the nodes of other declarations, and moves them', () => {
    const before = fixture('ordinary.proto');
    const start = before.indexOf('string sku = 1;');
    const after = before.slice(0, start) + 'int32 added = 77;\n  ' + before.slice(start);
    const old = parse(before);
    const nodes = [...old.declarations];
    const file = reparse(old, after, { start, end: start, inserted: after.length - before.length });
    const changed = file.declarations.filter((node, n) => node !== nodes[n]);
    expect(changed.map((node) => node.kind === 'message' && node.name.text)).toEqual(['Item']);
    expect(file).toEqual(parse(after));
  });

  it.each([
    ['of two declarations', 'message A { } message B { }', 10, 27, ' int32 x = 1; } message B { '],
    ['that makes two of one', 'syntax = "proto3"; message A { } // c', 31, 31, ' } message B { '],
    ['that opens a comment', 'message A { } /* c */', 12, 12, '/*'],
    ['that comments the end out', 'message A { }\n}', 12, 12, '// '],
    ['at the very start', 'message A { }', 0, 0, 'x'],
    ['at the very end', 'message A { }', 13, 13, 'x'],
    ['of the syntax', 'syntax = "proto3"; message A { int32 a = 1; }', 14, 15, '2'],
    ['that changes the kind', 'message A { }', 1, 7, 'xtend'],
  ])('of an edit %s', (_, before, start, end, inserted) => {
    const after = before.slice(0, start) + inserted + before.slice(end);
    expect(reparse(parse(before), after, { start, end, inserted: inserted.length })).toEqual(parse(after));
  });

  it('does not trust a change that does not fit the text', () => {
    const before = 'message A { int32 a = 1; }';
    expect(reparse(parse(before), 'message B {}', { start: 12, end: 12, inserted: 1 })).toEqual(parse('message B {}'));
  });
});

function changeBetween(before: string, after: string): { start: number; end: number; inserted: number } {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start++;
  let tail = 0;
  while (tail < shorter - start && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++;
  return { start, end: before.length - tail, inserted: after.length - tail - start };
}
