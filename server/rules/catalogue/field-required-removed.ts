import { keptInLabel } from '../subjects/fields.ts';
import { measureAspect } from '../measure.ts';
import { labelOf } from '../place.ts';
import { revertField } from '../fixes/fields.ts';
import type { Rule } from '../rule.ts';
import { sourceOfType } from '../generated-code.ts';
import { quote, findingMessage } from '../words.ts';
import { showField } from '../witnesses/field.ts';

export default {
  id: 'field-required-removed',
  title: 'Field is no longer required',
  docs: `
## What it means
A field that every message had to set may now be left unset.

## Who breaks
Old readers: most parsers refuse a message in which the new side leaves the field unset; some, such as Python's, accept it. If
the field has no presence now, a zero is not sent either. Code that uses the generated field may no longer compile.

## What to do instead
Set the field in every message for as long as the release is supported.
`,
  reference: 'https://protobuf.dev/programming-guides/proto2/#updating',
  buf: ['FIELD_SAME_CARDINALITY', 'MESSAGE_SAME_REQUIRED_FIELDS'],
  on: 'field',
  check(pair, context) {
    const kept = keptInLabel(pair, context.diff.sameType);
    if (kept === undefined || kept.old.presence !== 'required' || kept.new.presence === 'required') return undefined;
    const { presence } = kept.new;
    const measured = measureAspect(kept, { presence }, sourceOfType(kept.old, { ...kept.old, presence }), context);
    return {
      element: kept.new.fullName,
      place: labelOf(kept.new),
      baseline: labelOf(kept.old),
      impact: measured.impact,
      message: findingMessage(
        `${quote(kept.new.name)} was required in ${context.words.baseline} and may be left unset now`,
        measured,
        context,
        {
          new: { rejected: (reader, writer) => `${reader} refuses every message of ${writer} that lacks it` },
        },
      ),
    };
  },
  fixes: (pair, context) => (pair.status === 'kept' ? revertField(pair, context) : []),
  witness: showField,
} satisfies Rule<'field'>;
