import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { replacing } from '../../server/effects/field-index.ts';
import { FieldMatching } from '../../server/effects/field-matching.ts';
import { readFieldInMessage } from '../../server/effects/read.ts';
import { BY_NAME } from './by-name.ts';
import { parse } from '../../server/proto/parse.ts';
import { allFields } from '../../server/schema/fields.ts';
import { link } from '../../server/schema/link.ts';
import type { Field, Message } from '../../server/schema/model.ts';

const names = fc.constantFrom('a', 'b', 'foo_bar', 'fooBar', 'c');
const numbers = fc.constantFrom('1', '2', '3', '4', '');
const member = fc.oneof(
  { weight: 5, arbitrary: fc.tuple(names, numbers).map(([name, number]) => `optional int32 ${name} = ${number};`) },
  fc
    .tuple(names, numbers, names)
    .map(([name, number, key]) => `optional string ${name} = ${number} [json_name = "${key}"];`),
  names.map((name) => `reserved "${name}";`),
);
const extension = fc.tuple(names, fc.constantFrom('100', '101')).map(([name, number]) => {
  return `extend M { optional int32 x_${name} = ${number}; }`;
});
/** Includes invalid texts: duplicate names and numbers, and fields without a number. */
const texts = fc
  .tuple(fc.array(member, { maxLength: 6 }), fc.array(extension, { maxLength: 2 }))
  .map(
    ([members, extensions]) =>
      `syntax = "proto2"; message M { ${members.join(' ')} extensions 100 to 200; } ${extensions.join(' ')}`,
  );

describe.each(['binary', 'json'] as const)('in %s', (encoding) => {
  test('lookups find the same fields as a search through all fields', () => {
    let found = 0;
    fc.assert(
      fc.property(texts, texts, (sent, read) => {
        const [writer, reader] = [messageIn(sent), messageIn(read)];
        const matching = new FieldMatching(writer, reader, encoding, BY_NAME);
        for (const field of allFields(writer)) {
          const expected = allFields(reader).find((other) => matching.areCounterparts(field, other));
          expect(matching.counterpartInReader(field)).toBe(expected);
          if (expected !== undefined) found++;
        }
        for (const field of allFields(reader)) {
          expect(matching.counterpartInWriter(field)).toBe(
            allFields(writer).find((other) => matching.areCounterparts(other, field)),
          );
          if (encoding === 'binary') continue;
          expect(matching.sender(field)).toBe(allFields(writer).find((other) => matching.receiver(other) === field));
        }
      }),
      { numRuns: 500, seed: 3 },
    );
    expect(found).toBeGreaterThan(300);
  });

  test('a message with replaced fields reads like one that was declared with them', () => {
    fc.assert(
      fc.property(texts, texts, fc.array(names), (before, after, moved) => {
        const [released, edited] = [messageIn(before), messageIn(after)];
        const ofNames = new Set(edited.fields.map(({ name }) => name));
        fc.pre(ofNames.size === edited.fields.length && edited.fieldsByNumber.size === edited.fields.length);
        const replaced = new Map<Field, Field>();
        for (const name of moved) {
          const now = edited.fieldsByName.get(name);
          const old = now && released.fieldsByNumber.get(now.number);
          // A name that another field already has stays with that field.
          if (now === undefined || old === undefined || (old.name !== name && ofNames.has(old.name))) continue;
          replaced.set(now, { ...old, presence: 'implicit' });
        }
        const quick = replacing(edited, replaced);
        const slow = written(edited, replaced);
        for (const field of slow.fields) {
          const old = released.fieldsByNumber.get(field.number);
          for (const other of [field, undefined]) {
            expect(readFieldInMessage(released, quick, old, other, encoding, BY_NAME)).toEqual(
              readFieldInMessage(released, slow, old, other, encoding, BY_NAME),
            );
            expect(readFieldInMessage(quick, released, other, old, encoding, BY_NAME)).toEqual(
              readFieldInMessage(slow, released, other, old, encoding, BY_NAME),
            );
          }
        }
      }),
      { numRuns: 500, seed: 4 },
    );
  });
});

function written(message: Message, replaced: ReadonlyMap<Field, Field>): Message {
  const other = (field: Field): Field => replaced.get(field) ?? field;
  const fields = message.fields.map(other);
  return {
    ...message,
    fields,
    fieldsByName: new Map(fields.map((field) => [field.name, field])),
    fieldsByNumber: new Map(fields.map((field) => [field.number, field])),
  };
}

function messageIn(text: string): Message {
  const type = link(new Map([['a.proto', parse(text)]])).types.get('M');
  if (type?.kind !== 'message') throw new Error(`no message in ${text}`);
  return type;
}
