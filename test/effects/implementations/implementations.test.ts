import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { expectTable } from '../../docs-table.ts';
import { DIFFERENCES } from './differences.ts';
import {
  type Implementation,
  type ImplementationName,
  IMPLEMENTATIONS,
  isInstalled,
  PACKAGES,
  start,
} from './implementation.ts';
import { noMasks, proveMasks } from './prove-masks.ts';
import { provePair, proveTexts, type PairTotals } from './prove-pair.ts';
import { typePairs, wellKnownPairs } from './types.ts';

/** The main proof uses protobuf-es, too. */
const PAIRS = { python: 200, go: 200, 'protobuf-es': 100 } as const;
/** A sample; `npm run prove` covers all pairs of types. */
const EVERY_NTH = { python: 17, go: 17, 'protobuf-es': 97 } as const;

describe.each(IMPLEMENTATIONS)('%s', (name) => {
  testWith(name, `verdicts match what it does for ${PAIRS[name]} random pairs`, async (implementation) => {
    const totals = noPairs();
    await fc.assert(
      fc.asyncProperty(fc.gen(), (draw) => provePair(draw, [implementation], totals)),
      { numRuns: PAIRS[name], seed: 1 },
    );
    expect(totals.pairs).toBe(PAIRS[name]);
  });

  testWith(name, 'verdicts match what it does if JSON parsers differ', async (implementation) => {
    const totals = noPairs();
    for (const texts of wellKnownPairs()) await proveTexts(texts, [implementation], totals);
    expect(totals.pairs).toBe(wellKnownPairs().length);
  });

  testWith(
    name,
    `verdicts match what it does for one in ${String(EVERY_NTH[name])} of all pairs of types`,
    async (implementation) => {
      const totals = noPairs();
      for (const [index, texts] of typePairs().entries())
        if (index % EVERY_NTH[name] === 0) await proveTexts(texts, [implementation], totals);
      expect(totals.pairs).toBe(Math.ceil(typePairs().length / EVERY_NTH[name]));
    },
  );
});

// protobuf-es has no functions for field masks.
describe.each(['python', 'go'] as const)('%s', (name) => {
  testWith(
    name,
    'findings report rejected paths of field masks, and their examples are true',
    async (implementation) => {
      const totals = noMasks();
      await fc.assert(
        fc.asyncProperty(fc.gen(), (draw) => proveMasks(draw, [implementation], totals)),
        { numRuns: 200, seed: 1 },
      );
      expect(totals.pairs).toBe(200);
      expect(totals.rejected).toBeGreaterThan(15);
      expect(totals.examples).toBeGreaterThan(10);
    },
  );
});

function testWith(name: ImplementationName, title: string, run: (implementation: Implementation) => Promise<void>) {
  const isSkipped = !isInstalled(name);
  const reason = isSkipped ? ` (skipped: ${PACKAGES[name]} is not installed)` : '';
  test.skipIf(isSkipped)(title + reason, async () => {
    const implementation = await start(name);
    try {
      await run(implementation);
    } finally {
      implementation.stop();
    }
  });
}

function noPairs(): PairTotals {
  return { pairs: 0, messages: 0, differences: new Map() };
}

test('docs/proof.md contains the table of differences', () => {
  expectTable('docs/proof.md', 'differences', [
    '| implementation | what | how it differs |',
    '|---|---|---|',
    ...DIFFERENCES.map(({ implementation, what, how }) => `| ${implementation} | ${what} | ${how} |`),
  ]);
});
