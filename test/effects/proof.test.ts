import fc from 'fast-check';
import { expect, test } from 'vitest';
import { proveOne, type Totals } from './execute.ts';

test('what is said happens, and nothing worse', () => {
  const totals: Totals = { cases: 0, messages: 0, said: new Map() };
  fc.assert(
    fc.property(fc.gen(), (draw) => {
      proveOne(draw, totals);
    }),
    { numRuns: 1_000, seed: 1 },
  );
  expect(totals.cases).toBeGreaterThanOrEqual(1_000);
});
