import { measureKey } from '../measure.ts';
import { optionOf } from '../place.ts';
import { revertField } from '../fixes/fields.ts';
import type { Rule } from '../rule.ts';
import { quote, findingMessage } from '../words.ts';
import { showField } from '../witnesses/field.ts';

export default {
  id: 'field-json-name-changed',
  title: 'JSON name of a field changed',
  docs: `
## What it means
The field has the same name and number, but another key in JSON: \`json_name\` was added, removed or changed. The key of an
extension is its full name, so it changes with the package.

## Who breaks
Only peers that use JSON. A parser accepts the field's JSON name and its name in the \`.proto\` file. Each side refuses any other
key, or reads the value into another field that has that key. So a key that equals the name in the \`.proto\` file is read by both
sides.

## What to do instead
Keep the released \`json_name\`. If it must change, upgrade all peers that use JSON at the same time.
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
      message: findingMessage(
        `the JSON name of ${quote(pair.new.name)} was ${quote(pair.old.jsonName)} in ${context.words.baseline} and is ${quote(pair.new.jsonName)} now`,
        measured,
        context,
      ),
    };
  },
  fixes: (pair, context) => (pair.status === 'kept' ? revertField(pair, context) : []),
  witness: showField,
} satisfies Rule<'field'>;
