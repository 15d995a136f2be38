import { keptInShape } from '../subjects/fields.ts';
import { measureAspect } from '../measure.ts';
import { optionOf, typeOf } from '../place.ts';
import { revertField } from '../fixes/restore.ts';
import type { Rule } from '../rule.ts';
import { quote, tell } from '../words.ts';
import { showField } from '../show/field.ts';

export default {
  id: 'field-encoding-changed',
  title: 'Field is laid out otherwise on the wire',
  docs: `
## What it means
The same type is encoded in another way: packed or one by one for repeated numbers, delimited (as groups are) or with its length in
front for messages.

## Who breaks
Between packed and one by one nobody: every reader accepts both. Between delimited and length-prefixed, each side ignores what the
other sends.

## What to do instead
Leave released fields as they are encoded. When moving to editions, set \`features.message_encoding\` and
\`features.repeated_field_encoding\` to what the file had before.
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
    const measured = measureAspect(kept, { packed, delimited }, 'same', context);
    const fact =
      old.delimited === delimited
        ? `the elements of ${quote(edited.name)} are sent ${packed ? 'packed' : 'one by one'} now; readers take both`
        : `${quote(edited.name)} is ${delimited ? 'delimited, as a group is,' : 'sent with its length in front'} now`;
    const options = ['packed', 'features.repeated_field_encoding', 'features.message_encoding'];
    const place = options.some((name) => edited.options.has(name)) ? optionOf(edited, ...options) : typeOf(edited);
    return {
      element: edited.fullName,
      place,
      baseline: typeOf(old),
      impact: measured.impact,
      message: tell(fact, measured, context),
    };
  },
  fixes: (pair, context) => (pair.status === 'kept' ? revertField(pair, context) : []),
  witness: showField,
} satisfies Rule<'field'>;
