import { describe, expect, test } from 'vitest';
import { diff } from '../../server/diff/diff.ts';
import { wordsOf } from '../../server/policy/judge.ts';
import { rateAll, type Rated } from '../../server/policy/rate.ts';
import type { Settings } from '../../server/policy/settings.ts';
import { readFixtures, schemaOf } from './fixtures.ts';
import { executed } from './shown.ts';

/** Losses of fixtures that no message can show. */
const WITHOUT: ReadonlyMap<string, string> = new Map([
  ['enum-value-added grpc.UNUSED_A', 'no field has the enum, so no message carries the value'],
  ['enum-value-removed grpc.UNUSED_A', 'no field has the enum, so no message carries the value'],
  ['type-option-changed grpc.Set', 'the old message set format: nothing here writes it'],
]);

describe.each(readFixtures())('$name', ({ before, after, settings }) => {
  const [old, edited] = [schemaOf(before), schemaOf(after)];
  const words = wordsOf(settings, { ref: '1.4.0', version: '1.4.0' });
  const lossy = rateAll([diff(old, edited, { stored: settings.stored })], settings, words, '1.4.0').filter((rated) =>
    isLossy(rated, settings),
  );

  test('every loss is shown to happen', () => {
    for (const { rule, change, witness } of lossy) {
      const name = `${rule.id} ${change.element}`;
      const made = witness();
      if (WITHOUT.has(name)) {
        expect(made, name).toBeUndefined();
        continue;
      }
      if (made === undefined) throw new Error(`no witness of ${name}`);
      const { encoding, pairing, effect } = made.shown;
      expect({ name, effect }).toEqual({ name, effect: change.impact[encoding][pairing].effect });
      expect({ name, ...made, shown: executed(made, old, edited) }).toEqual({ name, ...made, shown: effect });
    }
  });
});

function isLossy({ change }: Rated, { encodings }: Settings): boolean {
  return encodings.some((encoding) => Object.values(change.impact[encoding]).some(({ effect }) => effect !== 'exact'));
}
