import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, reparse } from '../../server/proto/parse.ts';
import { breakages, random } from './breakages.ts';

const fixture = (name: string) => readFileSync(join(import.meta.dirname, 'fixtures', name), 'utf8');

/** A tree that `reparse` may change. */
const mutable = (text: string) => reparse(parse(''), text);

it('reparse does not change a tree that is not mutable', () => {
  const text = 'syntax = "proto3";\nmessage A {\n  int32 a = 1;\n}\nmessage B {}\n';
  const tree = parse(text);
  const before = structuredClone(tree);
  expect(reparse(tree, text.replace('a = 1', 'longer = 1000')).declarations[1]).not.toBe(tree.declarations[1]);
  expect(tree).toEqual(before);
  expect(mutable(text)).toEqual({ ...before, mutable: true });
});

describe('reparse', () => {
  it.each(['ordinary.proto', 'two.proto', 'three.proto', 'edition2023.proto', 'edition2024.proto'])(
    'gives the same result as parse: %s',
    (name) => {
      for (const source of [fixture(name), fixture(name).replaceAll('\n', '\r\n'), `\ufeff${fixture(name)}`]) {
        for (const { text } of breakages(source, 30, random(11))) {
          for (const [before, after] of [
            [source, text],
            [text, source],
          ] as const) {
            expect(reparse(mutable(before), after)).toEqual(mutable(after));
          }
        }
      }
    },
    30_000,
  );

  it('gives the same result as parse for a long series of edits', () => {
    const pick = random(5);
    let text = fixture('two.proto');
    let file = mutable(text);
    const words = ['\n', ' ', '// x\n', '/* y */', '\r\n', '\n\n  '];
    for (let n = 0; n < 200; n++) {
      // Changes only white space and comments after a `;`, so the text stays valid.
      const gaps = [...text.matchAll(/(?<=;)\s*\n/g)];
      const gap = gaps[pick(gaps.length)];
      if (gap === undefined) break;
      const start = gap.index;
      const end = pick(2) === 0 ? start : start + gap[0].length;
      const inserted = `${words[pick(words.length)] ?? ''}\n`;
      text = text.slice(0, start) + inserted + text.slice(end);
      file = reparse(file, text);
      expect(file).toEqual(mutable(text));
    }
    expect(file.problems).toEqual([]);
  });

  it('gives the same result as parse while a text is broken and repaired', () => {
    const pick = random(9);
    const source = fixture('ordinary.proto');
    const pieces = ['', ' ', '\n', ';', '{', '}', '"', '=', '1', 'x', 'message', 'string a = 4;', 'syntax = "proto2";'];
    let file = mutable(source);
    for (let n = 0; n < 300; n++) {
      const at = pick(file.text.length);
      const isRepaired = n % 5 === 0;
      const after = isRepaired
        ? source
        : file.text.slice(0, at) + (pieces[pick(pieces.length)] ?? '') + file.text.slice(at + pick(3));
      file = reparse(file, after);
      expect(file).toEqual(mutable(after));
    }
  });

  it('keeps the nodes of other declarations while one is broken', () => {
    const before = fixture('ordinary.proto');
    const start = before.indexOf('string sku = 1;');
    const old = mutable(before);
    const nodes = [...old.declarations];
    const broken = reparse(old, before.slice(0, start) + 'int32 add' + before.slice(start));
    expect(broken.problems).not.toEqual([]);
    expect(broken.declarations.filter((node, n) => node !== nodes[n])).toHaveLength(1);
    const more = reparse(broken, before.slice(0, start) + 'int32 added' + before.slice(start));
    expect(more.declarations.filter((node, n) => node !== nodes[n])).toHaveLength(1);
  });

  it('keeps the nodes of other declarations, and moves them', () => {
    const before = fixture('ordinary.proto');
    const start = before.indexOf('string sku = 1;');
    const after = before.slice(0, start) + 'int32 added = 77;\n  ' + before.slice(start);
    const old = mutable(before);
    const nodes = [...old.declarations];
    const file = reparse(old, after);
    const changed = file.declarations.filter((node, n) => node !== nodes[n]);
    expect(changed.map((node) => node.kind === 'message' && node.name.text)).toEqual(['Item']);
    expect(file).toEqual(mutable(after));
  });

  it.each([
    ['of two declarations', 'message A { } message B { }', 10, 27, ' int32 x = 1; } message B { '],
    ['that splits a declaration into two', 'syntax = "proto3"; message A { } // c', 31, 31, ' } message B { '],
    ['that opens a comment', 'message A { } /* c */', 12, 12, '/*'],
    ['that comments out the end', 'message A { }\n}', 12, 12, '// '],
    ['at the very start', 'message A { }', 0, 0, 'x'],
    ['at the very end', 'message A { }', 13, 13, 'x'],
    ['of the syntax', 'syntax = "proto3"; message A { int32 a = 1; }', 14, 15, '2'],
    ['that changes the kind of a declaration', 'message A { }', 1, 7, 'xtend'],
    [
      'after a second syntax statement',
      'syntax = "proto3"; message A { } syntax = "proto2"; message B { int32 a = 1; }',
      74,
      75,
      '2',
    ],
    ['that breaks a block', 'message A { int32 a = 1; } message B { int32 a = 1; }', 20, 25, ''],
    ['beside a broken block', 'message A { int32 } message B { optional int32 a = 1; }', 51, 52, '77'],
    ['before a broken block', 'message B { optional int32 a = 1; } message A { int32 }', 31, 32, '77'],
    ['that repairs a block', 'message A { optional int32 } message B { }', 26, 26, ' a = 1;'],
    ['that removes a brace', 'message A { } message B { message C { } }', 36, 37, ''],
  ])('gives the same result as parse after an edit %s', (_, before, start, end, inserted) => {
    const after = before.slice(0, start) + inserted + before.slice(end);
    expect(reparse(mutable(before), after)).toEqual(mutable(after));
  });
});
