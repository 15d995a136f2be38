import { keptInShape } from '../subjects/fields.ts';
import { withMasks } from '../subjects/masks.ts';
import { measureAspect } from '../measure.ts';
import { optionOf, typeOf } from '../place.ts';
import { revertField } from '../fixes/fields.ts';
import type { Rule } from '../rule.ts';
import { quote, findingMessage } from '../words.ts';
import { showField } from '../witnesses/field.ts';

export default {
  id: 'field-encoding-changed',
  title: 'Field encoding changed on the wire',
  docs: `
## What it means
The type is the same, but it is encoded differently. Repeated numbers can be packed or sent one by one. Messages can be
delimited (as groups are) or length-prefixed.

## Who breaks
Between packed and one by one: nobody, because every reader accepts both. Between delimited and length-prefixed: in binary, each
side ignores what the other sends, or refuses the message if the field is required. JSON has only one form. If a method carries
a \`google.protobuf.FieldMask\`, a server may refuse a mask that names the field, because Go names a group after its message.

## What to do instead
Do not change the encoding of released fields. When you migrate to editions, set \`features.message_encoding\` and
\`features.repeated_field_encoding\` to the encoding that the file had before.
`,
  reference: 'https://protobuf.dev/programming-guides/encoding/',
  buf: ['FIELD_SAME_TYPE'],
  on: 'field',
  check(pair, context) {
    const kept = keptInShape(pair, context.diff.sameType);
    if (kept === undefined) return undefined;
    const { old, new: edited } = kept;
    const { packed, delimited } = edited;
    if (old.packed === packed && old.delimited === delimited) return undefined;
    const aspect = { packed, delimited };
    const base = measureAspect(kept, aspect, 'same', context);
    // A changed name is another finding.
    const masked = { ...kept, new: { ...old, ...aspect } };
    const { measured, phrases } = withMasks(masked, base, context);
    const fact =
      old.delimited === delimited
        ? `the elements of ${quote(edited.name)} are now sent ${packed ? 'packed' : 'one by one'}; readers accept both`
        : `${quote(edited.name)} is now ${delimited ? 'delimited, as a group is' : 'length-prefixed'}`;
    const options = ['packed', 'features.repeated_field_encoding', 'features.message_encoding'];
    const place = options.some((name) => edited.options.has(name)) ? optionOf(edited, ...options) : typeOf(edited);
    return {
      element: edited.fullName,
      place,
      baseline: typeOf(old),
      impact: measured.impact,
      message: findingMessage(fact, measured, context, phrases),
    };
  },
  fixes: (pair, context) => (pair.status === 'kept' ? revertField(pair, context) : []),
  witness: showField,
} satisfies Rule<'field'>;
