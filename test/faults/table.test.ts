import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

const DOCS = path.join(import.meta.dirname, '..', '..', 'docs');
const page = readFileSync(path.join(DOCS, 'reliability.md'), 'utf8');

/** What the page writes for a file of tests or of their cases: `F is [test/…](../test/…)`. */
const letters = new Map(
  [...page.matchAll(/\b([A-Z])(?: is)? \[[^\]]*\]\(([^)]+\.ts)\)/g)].map(([, letter = '', file = '']) => [
    letter,
    file,
  ]),
);

const rows = page.split('\n').flatMap((line) => {
  const cells = line.startsWith('| ') ? line.slice(2, -2).split(' | ') : [];
  return cells.length === 3 && cells[0] !== 'fault' && cells[0] !== 'input' ? [cells] : [];
});

it('has rows', () => {
  expect(rows.length).toBeGreaterThan(50);
});

it.each(rows)('the tests of “%s” are there', (_fault, _what, tests) => {
  let named = 0;
  let text = '';
  for (const match of tests.matchAll(/\b([A-Z])\b(?=[ ,]|$)|\]\(([^)]+)\)|“([^”]+)”/g)) {
    const [, letter, file, title]: readonly (string | undefined)[] = match;
    const at = file ?? (letter === undefined ? undefined : letters.get(letter));
    if (at !== undefined) {
      text = readFileSync(path.join(DOCS, at), 'utf8');
      named++;
    }
    // A title is shortened by dots, and partly made from its case.
    for (const part of (title ?? '').split('…')) expect(text).toContain(part.trim());
  }
  expect(named).toBeGreaterThan(0);
});
