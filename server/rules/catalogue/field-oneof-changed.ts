import type { Effect } from '../../effects/effect.ts';
import { measureOneof } from '../measure.ts';
import { isReportedByOneof, movedField } from '../subjects/oneofs.ts';
import { nameOf } from '../place.ts';
import { moveBack } from '../fixes/restore.ts';
import type { Rule } from '../rule.ts';
import { TYPED } from '../source.ts';
import { quote, type Phrase, tell } from '../words.ts';
import { showMoved } from '../show/field.ts';

export default {
  id: 'field-oneof-changed',
  title: 'Field moved into or out of a oneof',
  docs: `
## What it means
The field belongs to another oneof than in the release, or no longer to one. On the wire a oneof's members are plain fields; what
the oneof adds is that setting one clears the others.

## Who breaks
Into a oneof that has members: a peer of the release may set several of them, and the new reader keeps only the last one that
arrives. Out of a oneof: the new side may set several, of which a reader of the release keeps one. Generated code changes.

## What to do instead
Leave released fields where they are. For a new choice, make a oneof of new fields and fill the released field as well.
`,
  reference: 'https://protobuf.dev/programming-guides/proto3/#backward',
  buf: ['FIELD_SAME_ONEOF'],
  declares: true,
  on: 'field',
  check(pair, context) {
    const { parent } = pair;
    if (parent === undefined) return undefined;
    const moved = movedField(parent, pair.new);
    if (moved === undefined || isReportedByOneof(moved, parent)) return undefined;
    const measured = measureOneof(parent, [moved], TYPED, context);
    const was = moved.old.oneof;
    const is = moved.new.oneof;
    const fact = [
      `${quote(moved.new.name)} moved`,
      ...(was === undefined ? [] : [`out of oneof ${quote(was.name)}`]),
      ...(is === undefined ? [] : [`into oneof ${quote(is.name)}`]),
    ].join(' ');
    return {
      element: moved.new.fullName,
      place: nameOf(moved.new),
      baseline: nameOf(moved.old),
      impact: measured.impact,
      message: tell(fact, measured, context, {
        old: PHRASES,
        new: PHRASES,
      }),
    };
  },
  fixes(pair, context) {
    const { parent } = pair;
    const moved = parent && movedField(parent, pair.new);
    return parent === undefined || moved === undefined ? [] : moveBack([moved], parent, context);
  },
  witness: ({ parent, old, new: edited }, scenario) => parent && showMoved(parent, [{ old, new: edited }], scenario),
} satisfies Rule<'field'>;

const PHRASES: Partial<Record<Effect, Phrase>> = {
  altered: (reader, writer) => `${reader} keeps only the last of the members that ${writer} sets`,
  absent: (reader, writer) => `${reader} sees nothing where ${writer} sets a zero`,
};
