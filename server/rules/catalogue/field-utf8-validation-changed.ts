import { checksUtf8, haveSameUtf8Checks } from '../../diff/field-meaning.ts';
import type { Field } from '../../schema/model.ts';
import { keptInShape, type KeptField } from '../subjects/fields.ts';
import { measureAspect } from '../measure.ts';
import { optionOf } from '../place.ts';
import { revertField } from '../fixes/fields.ts';
import type { Rule } from '../rule.ts';
import { quote, findingMessage } from '../words.ts';
import { showField } from '../witnesses/field.ts';

export default {
  id: 'field-utf8-validation-changed',
  title: 'UTF-8 validation of a string changed',
  docs: `
## What it means
Readers of a string field, or of a map's keys and values, may refuse bytes that are not valid UTF-8. Whether they do has
changed, because the file's syntax or \`features.utf8_validation\` changed.

## Who breaks
In binary, if validation was added, the new side refuses messages from old peers whose strings are not valid. If it was removed,
old peers refuse strings that the new side accepts and sends.

## What to do instead
Keep the setting of the release. For data that is not text, add a new field of type \`bytes\`.
`,
  reference: 'https://protobuf.dev/editions/features/#utf8_validation',
  buf: ['FIELD_SAME_UTF8_VALIDATION'],
  on: 'field',
  check(pair, context) {
    const kept = keptInShape(pair, context.diff.sameType);
    if (kept === undefined || haveSameUtf8Checks(kept.old, kept.new)) return undefined;
    const { validatesUtf8 } = kept.new;
    const isChecked = checksUtf8(kept.new);
    const measured = measureAspect(kept, { validatesUtf8, type: checkedAs(kept) }, 'same', context);
    return {
      element: kept.new.fullName,
      place: optionOf(kept.new, 'features.utf8_validation'),
      baseline: optionOf(kept.old, 'features.utf8_validation'),
      impact: measured.impact,
      message: findingMessage(
        `${quote(kept.new.name)} is ${isChecked ? 'now checked for valid UTF-8' : 'no longer checked for valid UTF-8'}`,
        measured,
        context,
      ),
    };
  },
  fixes: (pair, context) => (pair.status === 'kept' ? revertField(pair, context) : []),
  witness: showField,
} satisfies Rule<'field'>;

/** A map's keys and values get the validation of the edited field. */
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
