import { checksTexts } from '../../diff/members.ts';
import type { Field } from '../../schema/model.ts';
import { keptInShape, type KeptField } from '../subjects/fields.ts';
import { measureAspect } from '../measure.ts';
import { optionOf } from '../place.ts';
import { revertField } from '../fixes/restore.ts';
import type { Rule } from '../rule.ts';
import { quote, tell } from '../words.ts';
import { showField } from '../show/field.ts';

export default {
  id: 'field-utf8-validation-changed',
  title: 'String is checked for valid UTF-8, or no longer',
  docs: `
## What it means
Whether readers of a string field, or of a map's keys and values, refuse bytes that are no valid UTF-8 has changed, by the file's syntax or by
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
    if (kept === undefined || checksTexts(kept.old) === checksTexts(kept.new)) return undefined;
    const { validatesUtf8 } = kept.new;
    const isChecked = checksTexts(kept.new).includes('true');
    const measured = measureAspect(kept, { validatesUtf8, type: checkedAs(kept) }, 'same', context);
    return {
      element: kept.new.fullName,
      place: optionOf(kept.new, 'features.utf8_validation'),
      baseline: optionOf(kept.old, 'features.utf8_validation'),
      impact: measured.impact,
      message: tell(
        `${quote(kept.new.name)} is ${isChecked ? 'checked for valid UTF-8 now' : 'no longer checked for valid UTF-8'}`,
        measured,
        context,
      ),
    };
  },
  fixes: (pair, context) => (pair.status === 'kept' ? revertField(pair, context) : []),
  witness: showField,
} satisfies Rule<'field'>;

/** The released type; of a map, with its texts checked as they are now. */
function checkedAs({ old, new: edited }: KeptField): Field['type'] {
  if (!old.isMap || old.type.kind !== 'message' || edited.type.kind !== 'message') return old.type;
  const { fieldsByNumber } = edited.type.message;
  const fields = old.type.message.fields.map((part) => ({
    ...part,
    validatesUtf8: fieldsByNumber.get(part.number)?.validatesUtf8 ?? part.validatesUtf8,
  }));
  return {
    kind: 'message',
    message: {
      ...old.type.message,
      fields,
      fieldsByName: new Map(fields.map((part) => [part.name, part])),
      fieldsByNumber: new Map(fields.map((part) => [part.number, part])),
    },
  };
}
