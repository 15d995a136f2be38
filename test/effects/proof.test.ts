import fc from 'fast-check';
import { expect, test } from 'vitest';
import { proveOne, type Totals } from './execute.ts';

test('verdicts are exact for random schemas, edits and messages', () => {
  const totals: Totals = { cases: 0, messages: 0, said: new Map() };
  fc.assert(
    fc.property(fc.gen(), (draw) => {
      proveOne(draw, totals);
    }),
    { numRuns: 1_000, seed: 1 },
  );
  expect(totals.cases).toBeGreaterThanOrEqual(1_000);
});
