import { isExtension } from '../../schema/fields.ts';
import type { Field } from '../../schema/model.ts';
import { takenFrom } from '../subjects/fields.ts';
import { withMasks } from '../subjects/masks.ts';
import { measureWhole } from '../measure.ts';
import { numberOf } from '../place.ts';
import { restoreReplaced } from '../fixes/deleted-members.ts';
import { nextNumber, revertNumbers } from '../fixes/numbers.ts';
import type { Rule } from '../rule.ts';
import { quote, findingMessage, typesOf } from '../words.ts';
import { showField } from '../witnesses/field.ts';

export default {
  id: 'field-number-reused',
  title: 'Field number was reused',
  docs: `
## What it means
A number that belongs to one field in the release now belongs to a different field. They count as different if their types
cannot read each other, if the old name was reserved, or if the old field has another number now.

## Who breaks
In binary, each side reads the other's bytes as its own field. If the wire types agree, it may read a wrong value without any
error; if they do not, it ignores the value. If the field that it expects is required, it may refuse the whole message. In JSON,
each side refuses a key that it does not have.

## What to do instead
Give the new field the next number that was never used. Then restore the old field, or reserve its number and its name.
`,
  reference: 'https://protobuf.dev/best-practices/dos-donts/#reuse-number',
  buf: [
    'FIELD_SAME_NAME',
    'FIELD_SAME_TYPE',
    'FIELD_WIRE_COMPATIBLE_TYPE',
    'FIELD_WIRE_JSON_COMPATIBLE_TYPE',
    'FIELD_NO_DELETE',
  ],
  isProtocolChange: true,
  on: 'field',
  check(pair, context) {
    const old = pair.status === 'kept' && pair.match === 'reused' ? pair.old : takenFrom(pair);
    const edited = pair.new;
    if (old === undefined || edited === undefined) return undefined;
    const whole = measureWhole(pair, 'breaks', context);
    const { measured, phrases } = withMasks(pair, whole, context, {
      old: { ...mistaken(edited, old), absent: (reader, writer) => `${writer} never sends it to ${reader}` },
      new: mistaken(old, edited),
    });
    const [oldType, newType] = typesOf(old, edited);
    const number = String(edited.number);
    return {
      element: edited.fullName,
      place: numberOf(edited),
      baseline: numberOf(old),
      impact: measured.impact,
      message: findingMessage(
        `number ${number} was ${quote(old.name)} (${oldType}) in ${context.words.baseline} and is ${quote(edited.name)} (${newType}) now`,
        measured,
        context,
        phrases,
      ),
    };
  },
  fixes(pair, context) {
    if (pair.new === undefined) return [];
    // An extension would need changes in the message that it extends, too.
    if ([pair.old, pair.new].some((field) => field !== undefined && isExtension(field))) return [];
    const next = nextNumber(pair.new, [pair.parent?.old, pair.parent?.new]);
    return pair.status === 'kept' && pair.parent !== undefined
      ? restoreReplaced(pair, next, context)
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
