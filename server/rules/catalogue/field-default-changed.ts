import { valueText } from '../../diff/options.ts';
import type { Field } from '../../schema/model.ts';
import { keptInLabel, sharesDefault } from '../subjects/fields.ts';
import { measureDefault } from '../measure.ts';
import { optionOf } from '../place.ts';
import { revertField } from '../fixes/fields.ts';
import type { Rule } from '../rule.ts';
import { quote, findingMessage } from '../words.ts';
import { showField } from '../witnesses/field.ts';

export default {
  id: 'field-default-changed',
  title: 'Default value of a field changed',
  docs: `
## What it means
The default value of a field changed. A default is never sent: the reader has its own.

## Who breaks
Both pairings, wherever the writer leaves the field unset: the writer means its own default, and the reader uses a different
one, without any error.

## What to do instead
Restore the released default and handle "unset" in code. Or add a field with the new default.
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
    // A reader refuses a message without a required field, so its default is unused.
    if (old.presence === 'required' || edited.presence === 'required') return undefined;
    const measured = measureDefault(kept, context);
    if (measured.read('old', 'binary').worst === 'exact') return undefined;
    return {
      element: edited.fullName,
      place: optionOf(edited, 'default'),
      baseline: optionOf(old, 'default'),
      impact: measured.impact,
      message: findingMessage(
        `the default of ${quote(edited.name)} was ${defaultOf(old)} in ${context.words.baseline} and is ${defaultOf(edited)} now`,
        measured,
        context,
        {
          old: { altered: (reader, writer) => `${reader} reads ${defaultOf(edited)} where ${writer} leaves it unset` },
          new: { altered: (reader, writer) => `${reader} reads ${defaultOf(old)} where ${writer} leaves it unset` },
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
