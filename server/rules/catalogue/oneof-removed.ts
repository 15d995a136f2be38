import type { OneofPair } from '../../diff/pairs.ts';
import type { KeptField } from '../subjects/fields.ts';
import { measureOneof } from '../measure.ts';
import { movedAround } from '../subjects/oneofs.ts';
import { nameOf } from '../place.ts';
import { revertOneofs } from '../fixes/fields.ts';
import type { Rule } from '../rule.ts';
import { list, quote, findingMessage } from '../words.ts';
import { showOneof } from '../witnesses/field.ts';

export default {
  id: 'oneof-removed',
  title: 'Oneof was removed',
  docs: `
## What it means
A oneof of the release was removed, and at least one of its members became a plain field.

## Who breaks
Code that uses the generated oneof no longer compiles. The new side may set several of the fields: in binary, an old reader
keeps only the last one; an old JSON parser refuses the message. In proto3, a field without \`optional\` can no longer
distinguish "set to zero" from "not set".

## What to do instead
Keep the oneof. If several fields must be set together, add new fields for that.
`,
  reference: 'https://protobuf.dev/programming-guides/proto3/#backward',
  buf: ['ONEOF_NO_DELETE', 'FIELD_SAME_ONEOF'],
  isProtocolChange: true,
  on: 'oneof',
  check(pair, context) {
    const message = pair.parent.new;
    if (pair.status !== 'removed' || message === undefined) return undefined;
    const left = leftOf(pair);
    const [first] = left;
    // The findings about the members are enough.
    if (first === undefined) return undefined;
    const measured = measureOneof(pair.parent, left, 'breaks', context);
    const plain = pair.parent.fields
      .filter(({ old, new: edited }) => old?.oneof === pair.old && edited !== undefined && edited.oneof === undefined)
      .map((field) => quote(field.new?.name ?? ''));
    return {
      element: pair.old.fullName,
      place: nameOf(first.new),
      baseline: nameOf(pair.old),
      impact: measured.impact,
      message: findingMessage(
        `oneof ${quote(pair.old.name)} was removed, and ${list(plain)} became ${plain.length === 1 ? 'a plain field' : 'plain fields'}`,
        measured,
        context,
        {
          old: { absent: (reader, writer) => `${reader} sees a field unset where ${writer} sets it to zero` },
          new: { altered: (reader, writer) => `${reader} keeps only the last when ${writer} sets several of them` },
        },
      ),
    };
  },
  fixes: (pair, context) => revertOneofs(leftOf(pair), pair.parent, context),
  witness: showOneof,
} satisfies Rule<'oneof'>;

/** The members that became plain fields and kept their numbers. */
function leftOf(pair: OneofPair): KeptField[] {
  return movedAround(pair.parent, pair.old).filter((field) => field.new.oneof === undefined);
}
