import { expect, test } from 'vitest';
import { RULES } from '../../server/rules/index.ts';
import { compareWithBuf } from './buf-compare.ts';
import { DIFFERENCES, HARMLESS, SILENT } from './buf-differences.ts';
import { rulesOf } from './buf.ts';
import { drawEdits } from './edits.ts';
import { readFixtures } from './fixtures.ts';

/*
 * `buf breaking` with all that it looks for: whatever it finds is found here about the same declaration by a rule that names buf's,
 * or for a reason of `buf-differences.ts`. `npm run prove:buf` does the same at length.
 */
const fixtures = readFixtures();

test('what buf finds in the fixtures is found', { timeout: 120_000 }, () => {
  const { compared, found, missed } = compareWithBuf(fixtures);
  expect(missed).toEqual([]);
  expect(found).toBeGreaterThan(0);
  // Some fixtures hold what no compiler takes: names that lead nowhere, and options of files that are not there.
  expect(compared).toBeGreaterThan(0.8 * fixtures.length);
});

test('what buf finds in random edits is found', { timeout: 120_000 }, () => {
  const edits = drawEdits(
    1,
    100,
    fixtures.map(({ before }) => before),
  );
  const { compared, missed } = compareWithBuf(edits);
  expect(missed).toEqual([]);
  expect(compared).toBeGreaterThan(0.5 * edits.length);
});

test('the reasons name rules that there are', () => {
  const theirs = ['FILE', 'PACKAGE', 'WIRE_JSON', 'WIRE'].flatMap(rulesOf);
  const ours = RULES.map(({ id }) => id);
  for (const { buf } of [...DIFFERENCES, ...HARMLESS, ...SILENT])
    expect(theirs).toEqual(expect.arrayContaining([...buf]));
  for (const each of [...DIFFERENCES, ...HARMLESS]) expect(ours).toEqual(expect.arrayContaining([...each.ours]));
});
