import type { OneofPair } from '../../diff/pairs.ts';
import type { KeptField } from '../subjects/fields.ts';
import { measureOneof } from '../measure.ts';
import { movedAround } from '../subjects/oneofs.ts';
import { nameOf } from '../place.ts';
import { moveBack } from '../fixes/restore.ts';
import type { Rule } from '../rule.ts';
import { list, quote, tell } from '../words.ts';
import { showOneof } from '../show/field.ts';

export default {
  id: 'oneof-removed',
  title: 'Oneof was removed',
  docs: `
## What it means
A oneof of the release is gone, and fields that were its members stand on their own.

## Who breaks
Code that uses the generated oneof no longer compiles. The new side may set several of the fields, of which a reader of the release
keeps only the last; and a field without \`optional\` can no longer say that it was set to zero.

## What to do instead
Keep the oneof. If several must be set together, add new fields for that.
`,
  reference: 'https://protobuf.dev/programming-guides/proto3/#backward',
  buf: ['ONEOF_NO_DELETE', 'FIELD_SAME_ONEOF'],
  declares: true,
  on: 'oneof',
  check(pair, context) {
    const message = pair.parent.new;
    if (pair.status !== 'removed' || message === undefined) return undefined;
    const left = leftOf(pair);
    const [first] = left;
    // Where no member is left on its own, the findings of the members say it all.
    if (first === undefined) return undefined;
    const measured = measureOneof(pair.parent, left, 'breaks', context);
    return {
      element: pair.old.fullName,
      place: nameOf(first.new),
      baseline: nameOf(pair.old),
      impact: measured.impact,
      message: tell(
        `oneof ${quote(pair.old.name)} was removed and ${list(left.map((field) => quote(field.new.name)))} left on ${left.length === 1 ? 'its' : 'their'} own`,
        measured,
        context,
        {
          old: { absent: (reader, writer) => `${reader} sees nothing where ${writer} sets a zero` },
          new: { altered: (reader, writer) => `${reader} keeps only the last when ${writer} sets several of them` },
        },
      ),
    };
  },
  fixes: (pair, context) => moveBack(leftOf(pair), pair.parent, context),
  witness: showOneof,
} satisfies Rule<'oneof'>;

/** The members that stand on their own now. */
function leftOf(pair: OneofPair): KeptField[] {
  return movedAround(pair.parent, pair.old).filter((field) => field.new.oneof === undefined);
}
