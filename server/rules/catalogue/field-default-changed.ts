import { valueText } from '../../diff/options.ts';
import type { Field } from '../../schema/model.ts';
import { keptInLabel, sharesDefault } from '../subjects/fields.ts';
import { measureAspect } from '../measure.ts';
import { optionOf } from '../place.ts';
import { revertField } from '../fixes/restore.ts';
import type { Rule } from '../rule.ts';
import { quote, tell } from '../words.ts';
import { showField } from '../show/field.ts';

export default {
  id: 'field-default-changed',
  title: 'Default value changed',
  docs: `
## What it means
A field's default value is another one. A default is never sent: a reader fills it in by itself, from its own file.

## Who breaks
Both pairings, wherever the writer leaves the field unset: it means its own default, and the reader takes the other one for it,
without any error.

## What to do instead
Put the released default back and treat "unset" in code as you need it, or add a field with the new default.
`,
  reference: 'https://protobuf.dev/programming-guides/proto2/#updating',
  buf: ['FIELD_SAME_DEFAULT'],
  on: 'field',
  check(pair, context) {
    const kept = keptInLabel(pair, context.diff.sameType);
    if (kept === undefined) return undefined;
    const { old, new: edited } = kept;
    if (!context.diff.sameType(old.type, edited.type) && !sharesDefault(old, edited)) return undefined;
    if (old.default === undefined && edited.default === undefined) return undefined;
    // A message without a required field is refused, so nobody ever sees its default.
    if (old.presence === 'required' || edited.presence === 'required') return undefined;
    // A default is one of its own enum's names.
    const measured = measureAspect(kept, { default: edited.default, type: edited.type }, 'same', context);
    if (measured.read('old', 'binary').worst === 'exact') return undefined;
    return {
      element: edited.fullName,
      place: optionOf(edited, 'default'),
      baseline: optionOf(old, 'default'),
      impact: measured.impact,
      message: tell(
        `the default of ${quote(edited.name)} was ${defaultOf(old)} in ${context.words.baseline} and is ${defaultOf(edited)} now`,
        measured,
        context,
        {
          old: { altered: (reader, writer) => `${reader} takes ${defaultOf(edited)} where ${writer} leaves it unset` },
          new: { altered: (reader, writer) => `${reader} takes ${defaultOf(old)} where ${writer} leaves it unset` },
        },
      ),
    };
  },
  fixes: (pair, context) => (pair.status === 'kept' ? revertField(pair, context) : []),
  witness: showField,
} satisfies Rule<'field'>;

function defaultOf(field: Field): string {
  if (field.default !== undefined) return valueText(field.default);
  if (field.type.kind === 'enum') return field.type.enum.values[0]?.name ?? '0';
  if (field.type.kind !== 'scalar') return 'unset';
  const { scalar } = field.type;
  return scalar === 'string' || scalar === 'bytes' ? '""' : scalar === 'bool' ? 'false' : '0';
}
