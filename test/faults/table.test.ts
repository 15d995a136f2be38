import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

const DOCS = path.join(import.meta.dirname, '..', '..', 'docs');
const page = readFileSync(path.join(DOCS, 'reliability.md'), 'utf8');

/** The page's letters for test files: `F is [test/…](../test/…)`. */
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
const points = page.split('\n').filter((line) => line.startsWith('- ') && line.includes('“'));

it('the page has table rows and list items', () => {
  expect(rows.length).toBeGreaterThan(50);
  expect(points.length).toBeGreaterThan(3);
});

it.each(rows)('the tests of “%s” exist', (_fault, _what, tests) => {
  expectTests(tests);
});

it.each(points)('the tests of this list item exist: %s', (point) => {
  expectTests(point);
});

/** Expects each quoted title in the test file before it. */
function expectTests(claim: string): void {
  let named = 0;
  let text = '';
  for (const match of claim.matchAll(/\b([A-Z])\b(?=[ ,]|$)|\]\(([^)]+\.ts)\)|“([^”]+)”/g)) {
    const [, letter, file, title]: readonly (string | undefined)[] = match;
    const at = file ?? (letter === undefined ? undefined : letters.get(letter));
    if (at !== undefined) {
      text = readFileSync(path.join(DOCS, at), 'utf8');
      named++;
    }
    // `…` means omitted text.
    for (const part of (title ?? '').split('…')) expect(text).toContain(part.trim());
  }
  expect(named).toBeGreaterThan(0);
}
