import { replace } from '../fixes/edits.ts';
import { describe, keptInLabel, isExtension } from '../subjects/fields.ts';
import { measureAspect, measureWhole } from '../measure.ts';
import { labelOf } from '../place.ts';
import { revertField } from '../fixes/restore.ts';
import type { Rule } from '../rule.ts';
import { sourceOfAdded, sourceOfType } from '../source.ts';
import { quote, tell } from '../words.ts';
import { showField } from '../show/field.ts';

export default {
  id: 'field-required-added',
  title: 'Field is required now',
  docs: `
## What it means
A field must be set now: it became \`required\`, or a new field is. A reader refuses every message without it.

## Who breaks
Peers of the release, which are free to leave the field out or do not know it: the new side refuses their messages as a whole.

## What to do instead
Make it \`optional\` and check for it in code, where an answer can say what is missing. The designers of protobuf advise against
\`required\` altogether.
`,
  reference: 'https://protobuf.dev/best-practices/dos-donts/#add-required',
  buf: ['FIELD_SAME_CARDINALITY', 'MESSAGE_SAME_REQUIRED_FIELDS'],
  declares: true,
  on: 'field',
  check(pair, context) {
    const words = {
      rejected: (reader: string, writer: string) => `${reader} refuses every message of ${writer} that lacks it`,
    };
    if (pair.status === 'added') {
      if (pair.new.presence !== 'required' || isExtension(pair.new)) return undefined;
      const measured = measureWhole(pair, sourceOfAdded(pair), context);
      const message = tell(`${describe(pair.new)} is new and required`, measured, context, { old: words });
      return {
        element: pair.new.fullName,
        place: labelOf(pair.new),
        baseline: undefined,
        impact: measured.impact,
        message,
      };
    }
    const kept = keptInLabel(pair, context.diff.sameType);
    if (kept === undefined || kept.old.presence === 'required' || kept.new.presence !== 'required') return undefined;
    const measured = measureAspect(
      kept,
      { presence: 'required' },
      sourceOfType(kept.old, { ...kept.old, presence: 'required' }),
      context,
    );
    return {
      element: kept.new.fullName,
      place: labelOf(kept.new),
      baseline: labelOf(kept.old),
      impact: measured.impact,
      message: tell(
        `${quote(kept.new.name)} is required now and was not in ${context.words.baseline}`,
        measured,
        context,
        { old: words },
      ),
    };
  },
  fixes(pair, context) {
    if (pair.status === 'kept') return revertField(pair, context);
    const label = pair.new?.node.label;
    if (pair.status !== 'added' || label?.text !== 'required') return [];
    return [
      {
        title: 'Make it optional',
        safe: false,
        edits: [replace({ file: pair.new.file, span: label.span }, 'optional')],
      },
    ];
  },
  witness: showField,
} satisfies Rule<'field'>;
