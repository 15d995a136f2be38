import { measureOneof } from '../measure.ts';
import { movedAround } from '../subjects/oneofs.ts';
import { nameOf } from '../place.ts';
import { moveBack } from '../fixes/restore.ts';
import type { Rule } from '../rule.ts';
import { TYPED } from '../source.ts';
import { list, quote, tell } from '../words.ts';
import { showOneof } from '../show/field.ts';

export default {
  id: 'oneof-added',
  title: 'Oneof was added',
  docs: `
## What it means
A message has a new oneof, made of new fields or put around fields that the release has on their own.

## Who breaks
With new fields only, or around a single released field: nobody. Around several released fields: a peer of the release may set
more than one of them, and the new reader keeps only the last one that arrives.

## What to do instead
Put new fields into the oneof and leave the released ones outside, deprecated.
`,
  reference: 'https://protobuf.dev/programming-guides/proto3/#backward',
  buf: ['FIELD_SAME_ONEOF'],
  declares: true,
  on: 'oneof',
  check(pair, context) {
    if (pair.status !== 'added') return undefined;
    const moved = movedAround(pair.parent, pair.new);
    const measured = measureOneof(pair.parent, moved, moved.length === 0 ? 'same' : TYPED, context);
    const from = [...new Set(moved.flatMap(({ old }) => old.oneof?.name ?? []))];
    const fact =
      moved.length === 0
        ? `oneof ${quote(pair.new.name)} is new`
        : `oneof ${quote(pair.new.name)} is new around ${list(moved.map((field) => quote(field.new.name)))}`;
    return {
      element: pair.new.fullName,
      place: nameOf(pair.new),
      baseline: moved[0] && nameOf(moved[0].old),
      impact: measured.impact,
      message: tell(fact, measured, context, {
        old: { altered: (reader, writer) => `${reader} keeps only the last when ${writer} sets several of them` },
        new: {
          absent: (reader, writer) => `${reader} sees nothing where ${writer} sets a zero`,
          altered: (reader, writer) =>
            `${reader} keeps only the last when ${writer} sets one of them beside another member of ${list(from.map((oneof) => `oneof ${quote(oneof)}`))}`,
        },
      }),
    };
  },
  fixes(pair, context) {
    const moved = movedAround(pair.parent, pair.new);
    return moved.length === 0 ? [] : moveBack(moved, pair.parent, context);
  },
  witness: showOneof,
} satisfies Rule<'oneof'>;
