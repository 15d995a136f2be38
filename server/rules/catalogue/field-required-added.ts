import { isExtension } from '../../schema/fields.ts';
import { replace } from '../fixes/edits.ts';
import { revertField } from '../fixes/fields.ts';
import { describe, keptInLabel } from '../subjects/fields.ts';
import { withMasks } from '../subjects/masks.ts';
import { measureAspect, measureWhole } from '../measure.ts';
import { labelOf } from '../place.ts';
import type { Rule } from '../rule.ts';
import { sourceOfAdded, sourceOfType } from '../generated-code.ts';
import { quote, findingMessage, type Phrases } from '../words.ts';
import { showField } from '../witnesses/field.ts';

export default {
  id: 'field-required-added',
  title: 'Field became required',
  docs: `
## What it means
An existing field became \`required\`, or a new field is \`required\`. Most parsers refuse a message that does not set it; some,
such as Python's, accept it.

## Who breaks
Old peers, which may leave the field unset or do not know it: the new side refuses their whole message. If the field is new, an
old peer ignores it in binary, and an old JSON parser refuses its key. Code that uses the generated field may no longer compile.

## What to do instead
Make it \`optional\` and check it in code, which can report what is missing. The designers of protobuf advise against \`required\`.
`,
  reference: 'https://protobuf.dev/best-practices/dos-donts/#add-required',
  buf: ['FIELD_SAME_CARDINALITY', 'MESSAGE_SAME_REQUIRED_FIELDS'],
  isProtocolChange: true,
  on: 'field',
  check(pair, context) {
    const own: Phrases = {
      old: { rejected: (reader, writer) => `${reader} refuses every message of ${writer} that lacks it` },
    };
    if (pair.status === 'added') {
      if (pair.new.presence !== 'required' || isExtension(pair.new)) return undefined;
      const whole = measureWhole(pair, sourceOfAdded(pair), context);
      const { measured, phrases } = withMasks(pair, whole, context, own);
      return {
        element: pair.new.fullName,
        place: labelOf(pair.new),
        baseline: undefined,
        impact: measured.impact,
        message: findingMessage(`${describe(pair.new)} is new and required`, measured, context, phrases),
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
      message: findingMessage(
        `${quote(kept.new.name)} was not required in ${context.words.baseline} and is required now`,
        measured,
        context,
        own,
      ),
    };
  },
  fixes(pair, context) {
    if (pair.status === 'kept') return revertField(pair, context);
    const label = pair.new?.node.label;
    if (pair.status !== 'added' || label?.text !== 'required') return [];
    return [
      {
        title: `Make ${quote(pair.new.name)} optional`,
        safe: false,
        edits: [replace({ file: pair.new.file, span: label.span }, 'optional')],
      },
    ];
  },
  witness: showField,
} satisfies Rule<'field'>;
