import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { diff } from '../../server/diff/diff.ts';
import { EFFECTS, ENCODINGS, PAIRINGS } from '../../server/effects/effect.ts';
import { wordsOf } from '../../server/policy/judge.ts';
import { rateAll, type Rated } from '../../server/policy/rate.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../server/policy/settings.ts';
import { findChanges } from '../../server/rules/run.ts';
import type { Schema } from '../../server/schema/model.ts';
import { drawEdit } from '../effects/generate.ts';
import { schemaOf as schemaOfText } from '../effects/schema.ts';
import { readFixtures, schemaOf } from './fixtures.ts';
import { executeWitness } from './execute-witness.ts';
import { usesEnum } from './uses-enum.ts';

/** Losses in fixtures that no example can show, each with the reason. */
const WITHOUT_WITNESS: ReadonlyMap<string, string> = new Map([
  ['enum-value-added grpc.UNUSED_A', 'no field uses the enum, so no message carries the value'],
  ['enum-value-removed grpc.UNUSED_A', 'no field uses the enum, so no message carries the value'],
  ['method-request-changed grpc.AgentService.Exec', 'its type was not found, so its fields are unknown'],
  ['method-request-changed grpc.AgentService.Stop', 'its types were not found, so their fields are unknown'],
  ['type-option-changed grpc.Set', 'examples are not written in the message set format'],
]);

describe.each(readFixtures().map((fixture) => [fixture.name, fixture] as const))('%s', (_, fixture) => {
  const { before, after, settings } = fixture;
  const [old, edited] = [schemaOf(before), schemaOf(after)];

  test('each loss has a witness that shows its effect when it is executed, or a reason for none', () => {
    for (const { rule, change, witness } of lossesOf(old, edited, settings)) {
      const name = `${rule.id} ${change.element}`;
      const made = witness();
      if (WITHOUT_WITNESS.has(name)) {
        expect(made, name).toBeUndefined();
        continue;
      }
      if (made === undefined) throw new Error(`There is no witness of ${name}.`);
      const { encoding, pairing, effect } = made.shown;
      expect({ name, effect }).toEqual({ name, effect: change.impact[encoding][pairing].effect });
      expect({ name, ...made, shown: executeWitness(made, old, edited) }).toEqual({ name, ...made, shown: effect });
    }
  });

  test.each(PAIRINGS)('%s: each witness shows its effect when it is executed', (pairing) => {
    for (const { rule, change, witness } of lossesOf(old, edited, settings)) {
      const made = witness(pairing);
      if (made === undefined) continue;
      expect(made.shown.pairing).toBe(pairing);
      const name = `${rule.id} ${change.element}`;
      expect({ name, ...made, shown: executeWitness(made, old, edited) }).toEqual({
        name,
        ...made,
        shown: made.shown.effect,
      });
    }
  });
});

test('a witness shows a path of a field mask that selects another field', () => {
  const fixture = readFixtures().find(({ name }) => name === 'field-removed.masked');
  if (fixture === undefined) throw new Error('no fixture');
  const losses = lossesOf(schemaOf(fixture.before), schemaOf(fixture.after), fixture.settings);
  const renamed = losses.find(({ change }) => change.element === 'grpc.Container.old_label');
  expect(renamed?.witness('oldClientNewServer')).toMatchObject({
    sent: 'an old client (1.4.0) sends a FieldMask for Container with the path "label"',
    read: 'a new server selects another field, because the name belongs to another field there',
    shown: { kind: 'mask', effect: 'altered', path: 'label' },
  });
});

test('a renamed field has a witness with a field mask, even if the message is rejected, too', () => {
  const text = (field: string): string =>
    `import "google/protobuf/field_mask.proto"; message M { ${field} } message In { M m = 1; google.protobuf.FieldMask mask = 2; }
     message Out {} service S { rpc Do(In) returns (Out); }`;
  const [old, edited] = [text('string f = 1;'), text('string g = 1 [features.utf8_validation = NONE];')];
  const losses = lossesOf(schemaOfText(old), schemaOfText(edited), DEFAULT_SETTINGS);
  const renamed = losses.find(({ rule }) => rule.id === 'field-renamed');
  expect(renamed?.witness('newClientOldServer')?.shown).toMatchObject({ kind: 'mask', effect: 'rejected', path: 'g' });
});

test('in JSON, the witness of a wrapper that became a number has a value that changes', () => {
  const text = (type: string): string => `import "google/protobuf/wrappers.proto"; message M { ${type} f = 1; }`;
  const [old, edited] = [schemaOfText(text('google.protobuf.Int64Value')), schemaOfText(text('float'))];
  const [loss] = lossesOf(old, edited, { ...DEFAULT_SETTINGS, encodings: ['json'] });
  const made = loss?.witness('oldClientNewServer');
  expect(made?.shown.effect).toBe('altered');
  expect(made && executeWitness(made, old, edited)).toBe('altered');
});

/** Losses in random edits that may have no witness, each with the reason. */
const RANDOM_WITHOUT_WITNESS: readonly {
  readonly reason: string;
  readonly covers: (rated: Rated, old: Schema, edited: Schema) => boolean;
}[] = [
  {
    reason: 'no field uses the enum',
    covers: ({ rule, change }, old, edited) =>
      rule.id.startsWith('enum-') && [old, edited].some((schema) => !usesEnum(schema, change.element)),
  },
  {
    reason: 'only some values are misread, and the search may find none of them',
    covers: ({ change }) => /split|taken for|reads it as|reads what|as `/.test(change.message),
  },
  {
    reason: 'the edit can also change the label and the key, which hides the effect',
    covers: ({ rule }) => ['oneof-removed', 'oneof-added', 'field-default-changed'].includes(rule.id),
  },
];

test('witnesses of random edits show the reported effect or a worse one when they are executed', () => {
  let shown = 0;
  const unshown: string[] = [];
  fc.assert(
    fc.property(fc.gen(), (draw) => {
      const { old: oldText, new: newText, edits } = drawEdit(draw);
      // One of several edits can hide the effect of another one.
      if (edits.length > 1) return;
      const [old, edited] = [schemaOfText(oldText), schemaOfText(newText)];
      for (const encoding of ENCODINGS) {
        for (const rated of lossesOf(old, edited, { ...DEFAULT_SETTINGS, encodings: [encoding] })) {
          const made = rated.witness();
          const texts = `${rated.rule.id}: ${rated.change.message}\n${oldText}\n${newText}`;
          if (made === undefined) {
            unshown.push(rated.rule.id);
            expect(
              RANDOM_WITHOUT_WITNESS.some(({ covers }) => covers(rated, old, edited)),
              texts,
            ).toBe(true);
            continue;
          }
          shown++;
          const reported = rated.change.impact[encoding][made.shown.pairing].effect;
          expect(EFFECTS.indexOf(made.shown.effect), texts).toBeGreaterThanOrEqual(EFFECTS.indexOf(reported));
          const happened = executeWitness(made, old, edited);
          // `executeWitness` reads JSON with protobuf-es, which rejects some values that Python converts. prove.ts uses both parsers.
          const isPythons = made.shown.kind === 'message' && made.shown.made.parser === 'python';
          if (happened === 'rejected' && isPythons) continue;
          expect(happened, texts).toBe(made.shown.effect);
        }
      }
    }),
    { numRuns: 300, seed: 1 },
  );
  expect(shown).toBeGreaterThan(50);
  expect(unshown.filter((rule) => !rule.startsWith('enum-')).length).toBeLessThan(shown / 10);
});

function lossesOf(old: Schema, edited: Schema, settings: Settings): Rated[] {
  const words = wordsOf(settings, { ref: '1.4.0', version: '1.4.0' });
  const { stored, encodings } = settings;
  const { found } = findChanges(diff(old, edited, { stored }), { words, encodings });
  const rated = rateAll(found, settings, '1.4.0');
  return rated.filter(({ change }) =>
    settings.encodings.some((encoding) =>
      Object.values(change.impact[encoding]).some(({ effect }) => effect !== 'exact'),
    ),
  );
}
