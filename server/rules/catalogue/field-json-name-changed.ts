import { measureKey } from '../measure.ts';
import { optionOf } from '../place.ts';
import { revertField } from '../fixes/restore.ts';
import type { Rule } from '../rule.ts';
import { quote, tell } from '../words.ts';
import { showField } from '../show/field.ts';

export default {
  id: 'field-json-name-changed',
  title: 'Name in JSON changed',
  docs: `
## What it means
The field keeps its name and number, and is written under another key in JSON: \`json_name\` came, went or changed.

## Who breaks
Only peers that speak JSON. A parser takes the JSON name and the name in the file, so the new side still reads what the release
writes if that is the field's name; a peer of the release refuses the new key.

## What to do instead
Keep the released \`json_name\`. Where it must change, release a reader that knows both first.
`,
  reference: 'https://protobuf.dev/programming-guides/json/#field-names',
  buf: ['FIELD_SAME_JSON_NAME'],
  on: 'field',
  check(pair, context) {
    if (pair.status !== 'kept' || pair.match !== 'same' || pair.old.jsonName === pair.new.jsonName) return undefined;
    const measured = measureKey(pair, 'same');
    return {
      element: pair.new.fullName,
      place: optionOf(pair.new, 'json_name'),
      baseline: optionOf(pair.old, 'json_name'),
      impact: measured.impact,
      message: tell(
        `${quote(pair.new.name)} is written as ${quote(pair.new.jsonName)} in JSON now, and as ${quote(pair.old.jsonName)} in ${context.words.baseline}`,
        measured,
        context,
      ),
    };
  },
  fixes: (pair, context) => (pair.status === 'kept' ? revertField(pair, context) : []),
  witness: showField,
} satisfies Rule<'field'>;
