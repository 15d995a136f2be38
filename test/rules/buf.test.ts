import { expect, test } from 'vitest';
import { RULES } from '../../server/rules/index.ts';
import { compareWithBuf } from './buf-compare.ts';
import { DIFFERENCES, HARMLESS, NOT_REPORTED } from './buf-differences.ts';
import { rulesOf } from './buf.ts';
import { randomEdits } from './random-edits.ts';
import { readFixtures } from './fixtures.ts';

/*
 * All rules of `buf breaking` are enabled. For each of its findings, a rule of ours that lists buf's rule reports the same declaration, or
 * `buf-differences.ts` has the reason. `npm run prove:buf` tests this with more edits.
 */
const fixtures = readFixtures();

test('everything that buf finds in the fixtures is reported, or listed with the reason', { timeout: 120_000 }, () => {
  const { compared, foundByBuf, missed } = compareWithBuf(fixtures);
  expect(missed).toEqual([]);
  expect(foundByBuf).toBeGreaterThan(0);
  // buf cannot compile fixtures with unresolved names or with options from missing files.
  expect(compared).toBeGreaterThan(0.8 * fixtures.length);
});

test('everything that buf finds in random edits is reported, or listed with the reason', { timeout: 120_000 }, () => {
  const edits = randomEdits(
    1,
    100,
    fixtures.map(({ before }) => before),
  );
  const { compared, missed } = compareWithBuf(edits);
  expect(missed).toEqual([]);
  expect(compared).toBeGreaterThan(0.5 * edits.length);
});

test('every rule that `buf-differences.ts` lists exists', () => {
  const theirs = ['FILE', 'PACKAGE', 'WIRE_JSON', 'WIRE'].flatMap(rulesOf);
  const ours = RULES.map(({ id }) => id);
  for (const { buf } of [...DIFFERENCES, ...HARMLESS, ...NOT_REPORTED])
    expect(theirs).toEqual(expect.arrayContaining([...buf]));
  for (const each of [...DIFFERENCES, ...HARMLESS]) expect(ours).toEqual(expect.arrayContaining([...each.ours]));
});
