import { keptInPlace } from '../subjects/fields.ts';
import { measureAspect } from '../measure.ts';
import { labelOf } from '../place.ts';
import { revertType } from '../fixes/restore.ts';
import type { Rule } from '../rule.ts';
import { sourceOfType } from '../source.ts';
import { quote, tell } from '../words.ts';
import { showField } from '../show/field.ts';

export default {
  id: 'field-cardinality-changed',
  title: 'Field changed between one value and many',
  docs: `
## What it means
A field that held one value is repeated now, or the reverse, with the same type.

## Who breaks
From one to many, a reader of the release takes the last element of a list for the value (numbers that are packed it ignores
altogether). From many to one, the new reader does the same to lists of the release: all elements but the last are lost without
any error. In JSON each side refuses the other's form.

## What to do instead
Add a repeated field with a new number beside the single one, and fill both while the release is supported.
`,
  reference: 'https://protobuf.dev/programming-guides/proto3/#updating',
  buf: [
    'FIELD_SAME_CARDINALITY',
    'FIELD_WIRE_COMPATIBLE_CARDINALITY',
    'FIELD_WIRE_JSON_COMPATIBLE_CARDINALITY',
    'MESSAGE_SAME_REQUIRED_FIELDS',
  ],
  on: 'field',
  check(pair, context) {
    const kept = keptInPlace(pair);
    if (kept === undefined) return undefined;
    const { old, new: edited } = kept;
    if (old.repeated === edited.repeated || old.isMap !== edited.isMap) return undefined;
    if (!context.diff.sameType(old.type, edited.type)) return undefined;
    const { repeated, packed, presence } = edited;
    // A list has no default, so that an unset field means another thing on each side.
    const aspect = { repeated, packed, presence, default: edited.default };
    const measured = measureAspect(kept, aspect, sourceOfType(kept.old, { ...kept.old, ...aspect }), context);
    const refuses = [old, edited].some((field) => field.presence === 'required')
      ? ', and refuses a message without any'
      : '';
    const fact = repeated
      ? `${quote(edited.name)} held one value in ${context.words.baseline} and is repeated now`
      : `${quote(edited.name)} was repeated in ${context.words.baseline} and holds one value now`;
    return {
      element: edited.fullName,
      place: labelOf(edited),
      baseline: labelOf(old),
      impact: measured.impact,
      message: tell(fact, measured, context, {
        [repeated ? 'new' : 'old']: {
          altered: (reader: string, writer: string) =>
            `${reader} keeps only the last of several elements that ${writer} sends${refuses}`,
          dropped: (reader: string, writer: string) => `${reader} ignores the packed list that ${writer} sends`,
          rejected: (reader: string, writer: string) =>
            `${reader} ignores the packed list that ${writer} sends, and so refuses the message`,
        },
        [repeated ? 'old' : 'new']: {
          altered: (reader: string, writer: string) =>
            `${reader} sees an empty list where ${writer} leaves it unset and so means its default`,
        },
      }),
    };
  },
  fixes: (pair, context) => (pair.status === 'kept' ? revertType(pair, context) : []),
  witness: showField,
} satisfies Rule<'field'>;
