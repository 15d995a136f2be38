import { fieldAt } from '../../schema/fields.ts';
import type { Field } from '../../schema/model.ts';
import { isExtension } from '../subjects/fields.ts';
import { measureWhole } from '../measure.ts';
import { numberOf } from '../place.ts';
import { revertNumbers } from '../fixes/restore.ts';
import type { Rule } from '../rule.ts';
import { quote, tell, typesOf } from '../words.ts';
import { showField } from '../show/field.ts';

export default {
  id: 'field-renumbered',
  title: 'Field has a new number',
  docs: `
## What it means
A field keeps its name and has another number. In binary the number is all that identifies a field, so for peers of the release
this is a deletion and an addition at once. Where two fields swap their numbers, or a field was put in between and all that follow
moved up, each side reads one field's value as another's, and nothing reports it.

## Who breaks
Both pairings: what one side sends under the one number, the other side expects under the other. JSON is not affected, because
there the name counts.

## What to do instead
Put the released number back. New fields take a number that was never used, wherever they stand in the text: the order of fields
means nothing.
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
    if (Number.isNaN(pair.old.number) || Number.isNaN(pair.new.number)) return undefined;
    const { old, new: edited } = pair;
    const measured = measureWhole(pair, 'same', context);
    const taker = pair.parent?.new && fieldAt(pair.parent.new, old.number);
    const former = pair.parent?.old && fieldAt(pair.parent.old, edited.number);
    const said = (number: number, reads: Field | undefined, reader: string, writer: string): string =>
      `${writer} still sends ${String(number)}, ${reads === undefined ? `which ${reader} does not know` : `so ${reader} reads it as ${quote(reads.name)}`}`;
    const back = (reader: string, writer: string): string =>
      `${writer} sends ${String(edited.number)}, ${former === undefined ? `which ${reader} does not know` : `so ${reader} reads it as ${quote(former.name)}`}`;
    const [was, is] = typesOf(old, edited);
    const type =
      context.diff.sameType(old.type, edited.type) && old.repeated === edited.repeated
        ? ''
        : `, and its type ${was} is ${is}`;
    const fact = `${quote(old.name)} was ${isExtension(old) ? 'extension' : 'field'} ${String(old.number)} in ${context.words.baseline} and is ${String(edited.number)} now${type}`;
    return {
      element: edited.fullName,
      place: numberOf(edited),
      baseline: numberOf(old),
      impact: measured.impact,
      message: tell(fact, measured, context, {
        old: {
          altered: (reader, writer) =>
            taker === undefined && former !== undefined
              ? `${reader} takes what ${writer} sends as ${quote(former.name)} for it`
              : said(old.number, taker, reader, writer),
          dropped: (reader, writer) => said(old.number, undefined, reader, writer),
        },
        new: {
          altered: (reader, writer) =>
            former === undefined && taker !== undefined
              ? `${reader} takes what ${writer} sends as ${quote(taker.name)} for it`
              : back(reader, writer),
          dropped: (reader, writer) => `${writer} sends ${String(edited.number)}, which ${reader} does not know`,
        },
      }),
    };
  },
  fixes: (pair) => (pair.status === 'kept' ? revertNumbers(pair.parent, pair.new) : []),
  witness: showField,
} satisfies Rule<'field'>;
