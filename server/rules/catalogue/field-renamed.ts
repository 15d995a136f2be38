import { keptInPlace } from '../subjects/fields.ts';
import { loss } from '../../effects/reading.ts';
import { measure, measureKey } from '../measure.ts';
import { nameOf } from '../place.ts';
import { keepJsonName, revertName } from '../fixes/restore.ts';
import type { Rule } from '../rule.ts';
import { sourceOfFieldName } from '../source.ts';
import { quote, type Phrases, tell } from '../words.ts';
import { showField } from '../show/field.ts';

export default {
  id: 'field-renamed',
  title: 'Field was renamed',
  docs: `
## What it means
The field has the same number and a type that reads the released one, under another name. Names are not part of the binary
encoding.

## Who breaks
Nobody on a binary wire. Code that uses the generated field no longer compiles, and so does everything that speaks JSON or the text
format, or that names the field in a field mask: a peer of the release refuses the new name.

## What to do instead
If JSON is spoken, keep the released name there with \`json_name\`. If the field means something else now, give it a new number and
reserve the old one: whoever still sends it does not mean what you read.
`,
  reference: 'https://protobuf.dev/programming-guides/proto3/#json-names',
  buf: ['FIELD_SAME_NAME', 'FIELD_SAME_JSON_NAME'],
  declares: true,
  on: 'field',
  check(pair, context) {
    const kept = keptInPlace(pair);
    if (kept?.match !== 'renamed') return undefined;
    const { old, new: edited } = kept;
    const isMasked = pair.parent?.role.masked === true;
    const source = sourceOfFieldName(old, edited);
    const measured = isMasked
      ? measure(pair.parent.role, source, () => loss('rejected', 'a google.protobuf.FieldMask holds the name'))
      : measureKey(kept, source);
    const json =
      old.jsonName === edited.jsonName
        ? ''
        : `, and in JSON ${quote(edited.jsonName)} instead of ${quote(old.jsonName)}`;
    // An extension may move to another scope and be called the same there.
    const [was, is] = old.name === edited.name ? [old.fullName, edited.fullName] : [old.name, edited.name];
    return {
      element: edited.fullName,
      place: nameOf(edited),
      baseline: nameOf(old),
      impact: measured.impact,
      message: tell(
        `${quote(was)} is called ${quote(is)} now${json}; its number ${String(edited.number)} stayed${isMasked ? '' : ', so the new name changes nothing in binary'}`,
        measured,
        context,
        PHRASES_FOR_MASKS,
      ),
    };
  },
  fixes(pair, context) {
    if (pair.status !== 'kept' || pair.old.name === pair.new.name) return [];
    return [
      ...(context.encodings.includes('json') ? keepJsonName(pair) : []),
      ...revertName(pair.old, pair.new, context),
    ];
  },
  witness: showField,
} satisfies Rule<'field'>;

const PHRASES_FOR_MASKS: Phrases = {
  old: { rejected: (reader, writer) => `${reader} refuses a field mask of ${writer} that has the old name` },
  new: { rejected: (reader, writer) => `${reader} refuses a field mask of ${writer} that has the new name` },
};
