import fc from 'fast-check';
import { expect, test } from 'vitest';
import { diff } from '../../server/diff/diff.ts';
import { ENCODINGS, PAIRINGS, type Effect, type Encoding } from '../../server/effects/effect.ts';
import { readMessage } from '../../server/effects/read.ts';
import { BY_NAME } from '../../server/effects/type-matching.ts';
import { worse } from '../../server/effects/reading.ts';
import { wordsOf } from '../../server/policy/judge.ts';
import { DEFAULT_SETTINGS } from '../../server/policy/settings.ts';
import { findChanges, type Found } from '../../server/rules/run.ts';
import { allFields, heldType } from '../../server/schema/fields.ts';
import type { Enum, Message, Schema } from '../../server/schema/model.ts';
import { drawEdit } from '../effects/generate.ts';
import { schemaOf } from '../effects/schema.ts';

/*
 * What becomes of whole messages is executed (test/effects/proof.test.ts). A finding is about one change of them. So what all findings
 * say together has to be what is said of the whole, or one of them says too much or too little.
 */

/** By what carries `M0`. */
const CARRIERS = {
  data: '',
  request: 'message Out {}\nservice S { rpc Do(M0) returns (Out); }',
  response: 'message In {}\nservice S { rpc Do(In) returns (M0); }',
  // Where the schema uses Any, what no method carries may be packed, however deep.
  packed: 'message Box { map<string, google.protobuf.Any> any = 1; }\nservice S { rpc Do(Box) returns (Box); }',
} as const;
type Carrier = keyof typeof CARRIERS;

test.each(Object.keys(CARRIERS) as Carrier[])(
  'as %s, all findings say together what becomes of the whole',
  (carrier) => {
    let checked = 0;
    fc.assert(
      fc.property(fc.gen(), (draw) => {
        const drawn = drawEdit(draw);
        const isRenamed = carrier === 'packed' && draw(fc.nat, { max: 3 }) === 0;
        const [old, edited] = [drawn.old, isRenamed ? drawn.new.replaceAll('M0', 'N0') : drawn.new].map((text) =>
          schemaOf(carriedText(text, carrier)),
        ) as [Schema, Schema];
        const found = changesBetween(old, edited);
        for (const encoding of ENCODINGS)
          for (const pairing of PAIRINGS) {
            const [client, server] = pairing === 'oldClientNewServer' ? [old, edited] : [edited, old];
            const said = found.map(({ rule, change }) => ({
              rule: rule.id,
              effect: change.impact[encoding][pairing].effect,
            }));
            const parts = said.map(({ effect }) => effect).reduce(worse, 'exact');
            // The name is on the wire.
            const whole = worse(isRenamed ? 'rejected' : 'exact', wholeOf(client, server, encoding, carrier));
            const about = `${encoding}, ${pairing}, ${drawn.edits.join(', ')}\n${JSON.stringify(said)}\n${drawn.old}\n${drawn.new}`;
            // Of several edits one may hide what another does.
            const isHiding = drawn.edits.length > 1 || isRenamed;
            expect(isHiding ? worse(parts, whole) : parts, about).toBe(isHiding ? parts : whole);
            checked++;
          }
      }),
      { numRuns: 300, seed: 1 },
    );
    expect(checked).toBeGreaterThan(300);
  },
);

function carriedText(text: string, carrier: Carrier): string {
  const needsImport = carrier === 'packed' && !text.includes('any.proto');
  return `${needsImport ? text.replace('\n', '\nimport "google/protobuf/any.proto";\n') : text}\n${CARRIERS[carrier]}`;
}

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

/** What the method carries is read by the other side; all other messages are data. */
function wholeOf(client: Schema, server: Schema, encoding: Encoding, carrier: Carrier): Effect {
  const carried = new Set([client, server].flatMap((schema) => reachedFrom(schema.types.get('M0'))));
  return [...client.types.values()]
    .map((type) => {
      const other = server.types.get(type.fullName);
      if (type.kind !== 'message' || other?.kind !== 'message' || type.isMapEntry) return 'exact';
      const isSentBack = carrier === 'response' && carried.has(type.fullName);
      const [writer, reader] = isSentBack ? [other, type] : [type, other];
      return readMessage(writer, reader, encoding, BY_NAME).worst;
    })
    .reduce(worse, 'exact');
}

/** The full names of the messages that a message leads to, and its own. */
function reachedFrom(type: Message | Enum | undefined, seen = new Set<string>()): readonly string[] {
  if (type?.kind !== 'message' || seen.has(type.fullName)) return [...seen];
  seen.add(type.fullName);
  for (const field of allFields(type)) {
    const held = heldType(field);
    if (held.kind === 'message') reachedFrom(held.message, seen);
  }
  return [...seen];
}
