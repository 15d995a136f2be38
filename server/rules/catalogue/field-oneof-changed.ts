import type { Effect } from '../../effects/effect.ts';
import { measureOneof } from '../measure.ts';
import { isReportedByOneof, movedField } from '../subjects/oneofs.ts';
import { nameOf } from '../place.ts';
import { revertOneofs } from '../fixes/fields.ts';
import type { Rule } from '../rule.ts';
import { TYPED } from '../generated-code.ts';
import { quote, type Phrase, findingMessage } from '../words.ts';
import { showMoved } from '../witnesses/field.ts';

export default {
  id: 'field-oneof-changed',
  title: 'Field moved into or out of a oneof',
  docs: `
## What it means
The field was moved into a oneof, out of a oneof, or to another oneof. On the wire, the members of a oneof are plain fields. But
a program that sets one member clears the others.

## Who breaks
Into a oneof that has other members: the new side, if an old peer sets the field together with one of them. Out of a oneof: an
old peer, if the new side sets the field together with a member. In binary, the reader then keeps only the last one that
arrives; in JSON, it refuses the message. If the field has presence only inside the oneof, the side without presence does not
see that it was set to zero. Code that uses the field no longer compiles in Go, Rust and TypeScript.

## What to do instead
Do not move released fields. For a new choice, add a oneof with new fields, and fill the released field as well.
`,
  reference: 'https://protobuf.dev/programming-guides/proto3/#backward',
  buf: ['FIELD_SAME_ONEOF'],
  isProtocolChange: true,
  on: 'field',
  check(pair, context) {
    const { parent } = pair;
    if (parent === undefined) return undefined;
    const moved = movedField(parent, pair.new);
    if (moved === undefined || isReportedByOneof(moved, parent)) return undefined;
    const measured = measureOneof(parent, [moved], TYPED, context);
    const oldOneof = moved.old.oneof;
    const newOneof = moved.new.oneof;
    const fact = [
      `${quote(moved.new.name)} moved`,
      ...(oldOneof === undefined ? [] : [`out of oneof ${quote(oldOneof.name)}`]),
      ...(newOneof === undefined ? [] : [`into oneof ${quote(newOneof.name)}`]),
    ].join(' ');
    return {
      element: moved.new.fullName,
      place: nameOf(moved.new),
      baseline: nameOf(moved.old),
      impact: measured.impact,
      message: findingMessage(fact, measured, context, {
        old: PHRASES,
        new: PHRASES,
      }),
    };
  },
  fixes(pair, context) {
    const { parent } = pair;
    const moved = parent && movedField(parent, pair.new);
    return parent === undefined || moved === undefined ? [] : revertOneofs([moved], parent, context);
  },
  witness: ({ parent, old, new: edited }, scenario) => parent && showMoved(parent, [{ old, new: edited }], scenario),
} satisfies Rule<'field'>;

const PHRASES: Partial<Record<Effect, Phrase>> = {
  altered: (reader, writer) => `${reader} keeps only the last of the members that ${writer} sets`,
  absent: (reader, writer) => `${reader} sees it unset where ${writer} sets it to zero`,
};
