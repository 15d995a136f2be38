import { keptInShape } from './fields.ts';
import { measureAspect } from './measure.ts';
import { optionOf } from './place.ts';
import { revertField } from './restore.ts';
import type { Rule } from './rule.ts';
import { quote, tell } from './words.ts';

export default {
  id: 'field-utf8-validation-changed',
  title: 'String is checked for valid UTF-8, or no longer',
  docs: `
## What it means
Whether readers of a string field refuse bytes that are no valid UTF-8 has changed, by the file's syntax or by
\`features.utf8_validation\`.

## Who breaks
Where the check comes, the new side refuses messages of the release whose strings are not valid. Where it goes, a peer of the
release refuses what the new side lets through.

## What to do instead
Keep the release's setting, or use \`bytes\` in a new field for what is not text.
`,
  reference: 'https://protobuf.dev/editions/features/#utf8_validation',
  buf: ['FIELD_SAME_UTF8_VALIDATION'],
  on: 'field',
  check(pair, context) {
    const kept = keptInShape(pair, context.diff.sameType);
    if (kept === undefined || kept.old.validatesUtf8 === kept.new.validatesUtf8) return undefined;
    const { validatesUtf8 } = kept.new;
    const measured = measureAspect(kept, { validatesUtf8 }, 'same', context);
    return {
      element: kept.new.fullName,
      place: optionOf(kept.new, 'features.utf8_validation'),
      baseline: optionOf(kept.old, 'features.utf8_validation'),
      impact: measured.impact,
      message: tell(
        `${quote(kept.new.name)} is ${validatesUtf8 ? 'checked for valid UTF-8 now' : 'no longer checked for valid UTF-8'}`,
        measured,
        context,
      ),
    };
  },
  fixes: (pair, context) => (pair.status === 'kept' ? revertField(pair, context) : []),
} satisfies Rule<'field'>;
