import { accepts } from '../../effects/read.ts';
import { fieldAt, isExtension, isUnfinished } from '../../schema/fields.ts';
import type { Field } from '../../schema/model.ts';
import { measureWhole } from '../measure.ts';
import { numberOf } from '../place.ts';
import { revertNumbers } from '../fixes/numbers.ts';
import type { Rule } from '../rule.ts';
import { quote, findingMessage, typesOf } from '../words.ts';
import { showField } from '../witnesses/field.ts';

interface FieldWithOwner {
  readonly field: Field;
  /** The field that has its number on the other side. */
  readonly owner: Field | undefined;
}

export default {
  id: 'field-renumbered',
  title: 'Field has a new number',
  docs: `
## What it means
A field has the same name but another number. In binary, only the number identifies a field, so to old peers this is a removal
and an addition at once. If two fields swapped their numbers, or a field was inserted and all following numbers moved up, each
side finds another field's value under its number. If the wire types agree, it may read that value as its own without any error;
otherwise, it usually ignores the value.

## Who breaks
In binary, both pairings: one side sends the value under one number, and the other side expects it under another. If the field
is required, the reader may refuse the whole message. In JSON the number does not matter, because JSON uses names.

## What to do instead
Restore the released number. Give a new field a number that was never used, wherever it is in the file: the order of fields does
not matter.
`,
  reference: 'https://protobuf.dev/best-practices/dos-donts/#reuse-number',
  buf: [
    'FIELD_NO_DELETE',
    'FIELD_SAME_NAME',
    'FIELD_SAME_TYPE',
    'FIELD_WIRE_COMPATIBLE_TYPE',
    'FIELD_WIRE_JSON_COMPATIBLE_TYPE',
  ],
  on: 'field',
  check(pair, context) {
    if (pair.status !== 'kept' || pair.match !== 'renumbered') return undefined;
    if (isUnfinished(pair.old) || isUnfinished(pair.new)) return undefined;
    const { old, new: edited } = pair;
    const measured = measureWhole(pair, 'same', context);
    const newOwner = pair.parent?.new && fieldAt(pair.parent.new, old.number);
    const oldOwner = pair.parent?.old && fieldAt(pair.parent.old, edited.number);
    const ignored = (reader: string, owner: Field | undefined): string =>
      owner === undefined
        ? `which ${reader} does not know`
        : `which ${reader} ignores, because its field ${String(owner.number)} is ${quote(owner.name)}`;
    const sends = (writer: string, field: Field): string =>
      `${writer} ${field === old ? 'still sends' : 'sends'} ${String(field.number)}`;
    const misread = (reader: string, writer: string, sent: FieldWithOwner, expected: FieldWithOwner): string => {
      if (sent.owner !== undefined && accepts(sent.field, sent.owner, 'binary'))
        return `${sends(writer, sent.field)}, so ${reader} reads it as ${quote(sent.owner.name)}`;
      if (expected.owner !== undefined && accepts(expected.owner, expected.field, 'binary'))
        return `${reader} reads what ${writer} sends in ${quote(expected.owner.name)} as ${quote(expected.field.name)}`;
      return `${sends(writer, sent.field)}, ${ignored(reader, sent.owner)}`;
    };
    const [before, after] = [
      { field: old, owner: newOwner },
      { field: edited, owner: oldOwner },
    ];
    const [oldType, newType] = typesOf(old, edited);
    const type =
      context.diff.sameType(old.type, edited.type) && old.repeated === edited.repeated
        ? ''
        : `, and its type was ${oldType} and is ${newType} now`;
    const fact = `${quote(old.name)} was ${isExtension(old) ? 'extension' : 'field'} ${String(old.number)} in ${context.words.baseline} and is ${String(edited.number)} now${type}`;
    return {
      element: edited.fullName,
      place: numberOf(edited),
      baseline: numberOf(old),
      impact: measured.impact,
      message: findingMessage(fact, measured, context, {
        old: {
          altered: (reader, writer) => misread(reader, writer, before, after),
          dropped: (reader, writer) => `${sends(writer, old)}, ${ignored(reader, newOwner)}`,
        },
        new: {
          altered: (reader, writer) => misread(reader, writer, after, before),
          dropped: (reader, writer) => `${sends(writer, edited)}, ${ignored(reader, oldOwner)}`,
        },
      }),
    };
  },
  fixes: (pair) => (pair.status === 'kept' ? revertNumbers(pair.parent, pair.new) : []),
  witness: showField,
} satisfies Rule<'field'>;
