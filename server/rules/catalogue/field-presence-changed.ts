import { keptInLabel } from '../subjects/fields.ts';
import { measureAspect } from '../measure.ts';
import { labelOf, optionOf } from '../place.ts';
import { revertField } from '../fixes/restore.ts';
import type { Rule } from '../rule.ts';
import { sourceOfType } from '../source.ts';
import { quote, tell } from '../words.ts';
import { showField } from '../show/field.ts';

export default {
  id: 'field-presence-changed',
  title: 'Field tells unset from zero, or no longer does',
  docs: `
## What it means
\`optional\` came or went (or \`features.field_presence\` says so). With it, a message tells "not set" from "set to zero"; without it
the two are the same and zero is not sent at all.

## Who breaks
When \`optional\` goes: a peer of the release that sets the field to zero on purpose is read as if it had said nothing.
When \`optional\` comes: nothing that worked changes, but a zero set on purpose reads as unset on the old side.
Generated code changes in most languages: pointers or \`has\` methods come or go.

## What to do instead
Keep \`optional\` once released. Where it comes, do not let a zero mean anything to old peers yet.
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
    // A oneof gives its members presence: what moved in or out of one is that finding's business.
    if (old.oneof !== undefined || edited.oneof !== undefined) return undefined;
    const measured = measureAspect(kept, { presence }, sourceOfType(kept.old, { ...kept.old, presence }), context);
    const fact =
      presence === 'explicit'
        ? `${quote(edited.name)} has presence now, so zero and unset are no longer the same`
        : `${quote(edited.name)} lost its presence, so zero and unset are the same now`;
    const place = edited.options.has('features.field_presence')
      ? optionOf(edited, 'features.field_presence')
      : labelOf(edited);
    return {
      element: edited.fullName,
      place,
      baseline: labelOf(old),
      impact: measured.impact,
      message: tell(fact, measured, context, {
        old: { absent: (reader, writer) => `${reader} sees nothing where ${writer} sets a zero` },
        new: { absent: (reader, writer) => `${reader} sees nothing where ${writer} sets a zero` },
      }),
    };
  },
  fixes: (pair, context) => (pair.status === 'kept' ? revertField(pair, context) : []),
  witness: showField,
} satisfies Rule<'field'>;
