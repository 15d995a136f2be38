import { keptInPlace } from '../subjects/fields.ts';
import { withMasks } from '../subjects/masks.ts';
import { measureKey } from '../measure.ts';
import { nameOf } from '../place.ts';
import { keepJsonName } from '../fixes/fields.ts';
import { revertName } from '../fixes/names.ts';
import type { Rule } from '../rule.ts';
import { sourceOfFieldName } from '../generated-code.ts';
import { quote, findingMessage } from '../words.ts';
import { showName } from '../witnesses/field.ts';

export default {
  id: 'field-renamed',
  title: 'Field was renamed',
  docs: `
## What it means
The field has another name (an extension: another full name), but the same number and a type that can read the released one. The
binary encoding does not carry names.

## Who breaks
In binary, nobody, unless a method carries a \`google.protobuf.FieldMask\`: a server refuses a mask that has the other side's
name. In JSON and in the text format, each side refuses the other's name. JSON is not affected if the key stays the same, for
example with \`json_name\`. If another field has the old key now, it may get the value. Code that uses the generated field no
longer compiles, except in languages that spell both names the same way.

## What to do instead
If you use JSON, keep the released name there with \`json_name\`. If the field has a new meaning, give it a new number and reserve
the old one, because old peers still send the old meaning.
`,
  reference: 'https://protobuf.dev/programming-guides/proto3/#json-names',
  buf: ['FIELD_SAME_NAME', 'FIELD_SAME_JSON_NAME'],
  isProtocolChange: true,
  on: 'field',
  check(pair, context) {
    const kept = keptInPlace(pair);
    if (kept?.match !== 'renamed') return undefined;
    const { old, new: edited } = kept;
    const key = measureKey(kept, sourceOfFieldName(old, edited));
    const { measured, phrases } = withMasks(kept, key, context);
    const json = old.jsonName === edited.jsonName ? '' : ` (JSON: ${quote(old.jsonName)} to ${quote(edited.jsonName)})`;
    const isJsonAffected = json !== '' && context.encodings.includes('json');
    const affected = isJsonAffected ? ', so only JSON is affected' : ', so nothing changes in binary';
    const so = pair.parent?.carriers.masked === true ? '' : affected;
    // An extension may move to another scope and keep its short name.
    const [oldName, newName] = old.name === edited.name ? [old.fullName, edited.fullName] : [old.name, edited.name];
    return {
      element: edited.fullName,
      place: nameOf(edited),
      baseline: nameOf(old),
      impact: measured.impact,
      message: findingMessage(
        `${quote(oldName)} was renamed to ${quote(newName)}${json}; its number is still ${String(edited.number)}${so}`,
        measured,
        context,
        phrases,
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
  witness: showName,
} satisfies Rule<'field'>;
