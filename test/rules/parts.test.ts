import fc from 'fast-check';
import { expect, test } from 'vitest';
import { diff } from '../../server/diff/diff.ts';
import { ENCODINGS, PAIRINGS, type Effect, type Encoding } from '../../server/effects/effect.ts';
import { readMessage } from '../../server/effects/read.ts';
import { BY_NAME } from '../effects/by-name.ts';
import { worse } from '../../server/effects/reading.ts';
import { wordsOf } from '../../server/policy/judge.ts';
import { DEFAULT_SETTINGS } from '../../server/policy/settings.ts';
import { findChanges, type Found } from '../../server/rules/run.ts';
import { allFields, heldType } from '../../server/schema/fields.ts';
import type { Enum, Message, Schema } from '../../server/schema/model.ts';
import { drawEdit } from '../effects/generate.ts';
import { schemaOf } from '../effects/schema.ts';
import { usesEnum } from './uses-enum.ts';

/*
 * Each finding is about one part of a message. The worst effect of all findings has to be the effect on the whole message, which
 * test/effects/proof.test.ts proves.
 */

/** Declarations that carry `M0` in each of these ways. */
const CARRIERS = {
  data: '',
  request: 'message Out {}\nservice S { rpc Do(M0) returns (Out); }',
  response: 'message In {}\nservice S { rpc Do(In) returns (M0); }',
  // Here `M0` can only be packed into an Any.
  packed: 'message Box { map<string, google.protobuf.Any> any = 1; }\nservice S { rpc Do(Box) returns (Box); }',
} as const;
type Carrier = keyof typeof CARRIERS;

test.each(Object.keys(CARRIERS) as Carrier[])(
  'the worst effect of the findings is the effect on the whole message (carrier: %s)',
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
            const reported = found.map(({ rule, change }) => ({
              rule: rule.id,
              effect: change.impact[encoding][pairing].effect,
            }));
            const parts = reported.map(({ effect }) => effect).reduce(worse, 'exact');
            // In an Any, the name is on the wire.
            const whole = worse(isRenamed ? 'rejected' : 'exact', wholeOf(client, server, encoding, carrier));
            const about = `${encoding}, ${pairing}, ${drawn.edits.join(', ')}\n${JSON.stringify(reported)}\n${drawn.old}\n${drawn.new}`;
            // One of several edits can hide the effect of another one.
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

const TYPES = [
  ...['Any', 'Struct', 'Value', 'ListValue', 'NullValue', 'FieldMask', 'Timestamp', 'Duration', 'Empty'],
  ...['BoolValue', 'StringValue', 'BytesValue', 'Int32Value', 'Int64Value', 'UInt32Value', 'DoubleValue'],
].map((name) => `google.protobuf.${name}`);
const FILES = ['any', 'struct', 'field_mask', 'timestamp', 'duration', 'empty', 'wrappers'];

test.each([...TYPES, 'Own', 'None', 'State'])(
  'the worst effect of the findings is the effect on the whole message if a field of the type %s gets another type',
  (type) => {
    const textOf = (name: string): string =>
      `${FILES.map((file) => `import "google/protobuf/${file}.proto";`).join('\n')}
       message Own { string a = 1; } message None {} enum State { ON = 0; } message M0 { ${name} f = 1; }`;
    const old = schemaOf(textOf(type));
    for (const other of TYPES) {
      const edited = schemaOf(textOf(other));
      const found = changesBetween(old, edited);
      for (const encoding of ENCODINGS)
        for (const pairing of PAIRINGS) {
          const [client, server] = pairing === 'oldClientNewServer' ? [old, edited] : [edited, old];
          const parts = found.map(({ change }) => change.impact[encoding][pairing].effect).reduce(worse, 'exact');
          expect(parts, `${other}, ${encoding}, ${pairing}`).toBe(wholeOf(client, server, encoding, 'data'));
        }
    }
  },
);

function carriedText(text: string, carrier: Carrier): string {
  const needsImport = carrier === 'packed' && !text.includes('any.proto');
  return `${needsImport ? text.replace('\n', '\nimport "google/protobuf/any.proto";\n') : text}\n${CARRIERS[carrier]}`;
}

/** All changes but those of enums that no field uses: no message can show them. */
function changesBetween(old: Schema, edited: Schema): readonly Found[] {
  const words = wordsOf(DEFAULT_SETTINGS, { ref: '1.4.0', version: '1.4.0' });
  const { found } = findChanges(diff(old, edited, { stored: [] }), { words, encodings: [...ENCODINGS] });
  return found.filter(
    ({ rule, change }) =>
      !rule.id.startsWith('enum-') || [old, edited].some((schema) => usesEnum(schema, change.element)),
  );
}

/** The worst effect on any message. */
function wholeOf(client: Schema, server: Schema, encoding: Encoding, carrier: Carrier): Effect {
  const carried = new Set([client, server].flatMap((schema) => reachedFrom(schema.types.get('M0'))));
  return [...client.types.values()]
    .map((type) => {
      const other = server.types.get(type.fullName);
      if (type.kind !== 'message' || other?.kind !== 'message' || type.isMapEntry) return 'exact';
      const isSentBack = carrier === 'response' && carried.has(type.fullName);
      if (isSentBack) return readMessage(other, type, encoding, BY_NAME).worst;
      // An enum in the response is not data, even if other messages use it, too.
      const apart = (each: Message | Enum): boolean => carrier === 'response' && carried.has(each.fullName);
      return readMessage(type, other, encoding, { ...BY_NAME, apart }).worst;
    })
    .reduce(worse, 'exact');
}

/** The full names of the message and of all messages and enums in its fields. */
function reachedFrom(type: Message | Enum | undefined, seen = new Set<string>()): readonly string[] {
  if (type === undefined || seen.has(type.fullName)) return [...seen];
  seen.add(type.fullName);
  for (const field of type.kind === 'message' ? allFields(type) : []) {
    const held = heldType(field);
    if (held.kind === 'message') reachedFrom(held.message, seen);
    if (held.kind === 'enum') reachedFrom(held.enum, seen);
  }
  return [...seen];
}
