import fc from 'fast-check';
import { expect, test } from 'vitest';
import { diff } from '../../server/diff/diff.ts';
import { ENCODINGS, PAIRINGS, type Effect, type Encoding } from '../../server/effects/effect.ts';
import { readMessage } from '../../server/effects/read.ts';
import { worse } from '../../server/effects/reading.ts';
import { wordsOf } from '../../server/policy/judge.ts';
import { DEFAULT_SETTINGS } from '../../server/policy/settings.ts';
import { findChanges, type Found } from '../../server/rules/run.ts';
import { allFields, heldType } from '../../server/schema/fields.ts';
import type { Schema } from '../../server/schema/model.ts';
import { drawEdit } from '../effects/generate.ts';
import { schemaOf } from '../effects/schema.ts';

/*
 * What becomes of whole messages is executed (test/effects/proof.test.ts). A finding is about one change of them. So what all findings
 * say together has to be what is said of the whole, or one of them says too much or too little.
 */

test('the findings of an edit say together what becomes of the whole', () => {
  let checked = 0;
  fc.assert(
    fc.property(fc.gen(), (draw) => {
      const drawn = drawEdit(draw);
      const [old, edited] = [schemaOf(drawn.old), schemaOf(drawn.new)];
      const found = changesBetween(old, edited);
      for (const encoding of ENCODINGS)
        for (const pairing of PAIRINGS) {
          const [writer, reader] = pairing === 'oldClientNewServer' ? [old, edited] : [edited, old];
          const said = found.map(({ rule, change }) => ({
            rule: rule.id,
            effect: change.impact[encoding][pairing].effect,
          }));
          const parts = said.map(({ effect }) => effect).reduce(worse, 'exact');
          const whole = wholeOf(writer, reader, encoding);
          const about = `${encoding}, ${pairing}, ${drawn.edits.join(', ')}\n${JSON.stringify(said)}\n${drawn.old}\n${drawn.new}`;
          // Of several edits one may hide what another does.
          expect(drawn.edits.length > 1 ? worse(parts, whole) : parts, about).toBe(
            drawn.edits.length > 1 ? parts : whole,
          );
          checked++;
        }
    }),
    { numRuns: 1000, seed: 1 },
  );
  expect(checked).toBeGreaterThan(1000);
});

/** Without what is about enums that no field has: it is data, but no message shows it. */
function changesBetween(old: Schema, edited: Schema): readonly Found[] {
  const words = wordsOf(DEFAULT_SETTINGS, { ref: '1.4.0', version: '1.4.0' });
  const { found } = findChanges(diff(old, edited, { stored: [] }), { words, encodings: [...ENCODINGS] });
  return found.filter(
    ({ rule, change }) =>
      !rule.id.startsWith('enum-') || [old, edited].some((schema) => usesEnum(schema, change.element)),
  );
}

/** @param element an enum or one of its values */
function usesEnum(schema: Schema, element: string): boolean {
  return [...schema.types.values()].some(
    (type) =>
      type.kind === 'message' &&
      allFields(type).some((field) => {
        const held = heldType(field);
        if (held.kind !== 'enum') return false;
        return held.enum.fullName === element || held.enum.values.some(({ fullName }) => fullName === element);
      }),
  );
}

/** Every message is data, as there are no methods. */
function wholeOf(writer: Schema, reader: Schema, encoding: Encoding): Effect {
  return [...writer.types.values()]
    .map((type) => {
      const other = reader.types.get(type.fullName);
      const isPair = type.kind === 'message' && other?.kind === 'message' && !type.isMapEntry;
      return isPair ? readMessage(type, other, encoding).worst : 'exact';
    })
    .reduce(worse, 'exact');
}
