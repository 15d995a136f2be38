import { keptInLabel } from '../subjects/fields.ts';
import { measureAspect } from '../measure.ts';
import { labelOf, optionOf } from '../place.ts';
import { revertField } from '../fixes/fields.ts';
import type { Rule } from '../rule.ts';
import { sourceOfType } from '../generated-code.ts';
import { quote, findingMessage } from '../words.ts';
import { showField } from '../witnesses/field.ts';

export default {
  id: 'field-presence-changed',
  title: 'Field presence changed',
  docs: `
## What it means
\`optional\` was added or removed, or \`features.field_presence\` or the file's syntax changed. With presence, a reader can
distinguish "not set" from "set to zero". Without presence it cannot, because a zero is not sent.

## Who breaks
If presence was removed: when an old peer sets the field to zero, the new reader sees it unset. If presence was added:
everything that worked still works, but when the new side sets the field to zero, an old reader sees it unset. Generated code
changes in most languages: pointers or \`has\` methods are added or removed.

## What to do instead
Keep \`optional\` once it is released. If you add it, do not give zero a special meaning while old peers are supported.
`,
  reference: 'https://protobuf.dev/programming-guides/field_presence/',
  buf: ['FIELD_SAME_CARDINALITY'],
  on: 'field',
  check(pair, context) {
    const kept = keptInLabel(pair, context.diff.sameType);
    if (kept === undefined) return undefined;
    const { old, new: edited } = kept;
    const { presence } = edited;
    if (old.presence === presence || old.presence === 'required' || presence === 'required') return undefined;
    // Members of a oneof have presence; `field-oneof-changed` reports their moves.
    if (old.oneof !== undefined || edited.oneof !== undefined) return undefined;
    const measured = measureAspect(kept, { presence }, sourceOfType(kept.old, { ...kept.old, presence }), context);
    const fact =
      presence === 'explicit'
        ? `${quote(edited.name)} has presence now, so zero and unset are no longer the same`
        : `${quote(edited.name)} no longer has presence, so zero and unset are the same now`;
    const place = edited.options.has('features.field_presence')
      ? optionOf(edited, 'features.field_presence')
      : labelOf(edited);
    return {
      element: edited.fullName,
      place,
      baseline: labelOf(old),
      impact: measured.impact,
      message: findingMessage(fact, measured, context, {
        old: { absent: (reader, writer) => `${reader} sees it unset where ${writer} sets it to zero` },
        new: { absent: (reader, writer) => `${reader} sees it unset where ${writer} sets it to zero` },
      }),
    };
  },
  fixes: (pair, context) => (pair.status === 'kept' ? revertField(pair, context) : []),
  witness: showField,
} satisfies Rule<'field'>;
