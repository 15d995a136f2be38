import type { Field } from '../../schema/model.ts';
import { isExtension, takenFrom } from '../subjects/fields.ts';
import { measureWhole } from '../measure.ts';
import { numberOf } from '../place.ts';
import { nextNumber, putBackBeside, revertNumbers } from '../fixes/restore.ts';
import type { Rule } from '../rule.ts';
import { quote, tell, typesOf } from '../words.ts';
import { showField } from '../show/field.ts';

export default {
  id: 'field-number-reused',
  title: 'Field number was reused',
  docs: `
## What it means
A number that belongs to one field in the release now belongs to another one: another name, and a type that does not read the
released one, or a name that was reserved as deleted, or a field that lives on under another number.

## Who breaks
Both pairings. Each side takes the other's bytes for its own field. Where the encodings happen to fit, it reads nonsense without
any error; where they do not, it ignores the value.

## What to do instead
Give the new field the next number that was never used, and put the old field back or reserve its number and its name.
`,
  reference: 'https://protobuf.dev/best-practices/dos-donts/#reuse-number',
  buf: [
    'FIELD_SAME_NAME',
    'FIELD_SAME_TYPE',
    'FIELD_WIRE_COMPATIBLE_TYPE',
    'FIELD_WIRE_JSON_COMPATIBLE_TYPE',
    'FIELD_NO_DELETE',
  ],
  declares: true,
  on: 'field',
  check(pair, context) {
    const old = pair.status === 'kept' && pair.match === 'reused' ? pair.old : takenFrom(pair);
    const edited = pair.new;
    if (old === undefined || edited === undefined) return undefined;
    const measured = measureWhole(pair, 'breaks', context);
    const [was, is] = typesOf(old, edited);
    const number = String(edited.number);
    return {
      element: edited.fullName,
      place: numberOf(edited),
      baseline: numberOf(old),
      impact: measured.impact,
      message: tell(
        `number ${number} is ${quote(old.name)} (${was}) in ${context.words.baseline} and ${quote(edited.name)} (${is}) now`,
        measured,
        context,
        {
          old: { ...mistaken(edited, old), absent: (reader, writer) => `${reader} never gets it from ${writer}` },
          new: mistaken(old, edited),
        },
      ),
    };
  },
  fixes(pair, context) {
    if (pair.new === undefined) return [];
    // Where an extension may stand is its extendee's and its own file's business.
    if ([pair.old, pair.new].some((field) => field !== undefined && isExtension(field))) return [];
    const next = nextNumber(pair.new, [pair.parent?.old, pair.parent?.new]);
    return pair.status === 'kept' && pair.parent !== undefined
      ? putBackBeside(pair, next, context)
      : [...revertNumbers(pair.parent, pair.new), ...next];
  },
  witness: showField,
} satisfies Rule<'field'>;

function mistaken(
  reads: Field,
  sends: Field,
): Record<'altered' | 'dropped', (reader: string, writer: string, because: string) => string> {
  return {
    altered: (reader, writer) => `${reader} reads what ${writer} sends in ${quote(sends.name)} as ${quote(reads.name)}`,
    dropped: (reader, writer) => `${reader} ignores what ${writer} sends in ${quote(sends.name)}`,
  };
}
