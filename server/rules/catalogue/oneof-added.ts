import { measureOneof } from '../measure.ts';
import { movedAround } from '../subjects/oneofs.ts';
import { nameOf } from '../place.ts';
import { revertOneofs } from '../fixes/fields.ts';
import type { Rule } from '../rule.ts';
import { TYPED } from '../generated-code.ts';
import { list, quote, findingMessage } from '../words.ts';
import { showOneof } from '../witnesses/field.ts';

export default {
  id: 'oneof-added',
  title: 'Oneof was added',
  docs: `
## What it means
A message has a new oneof. Its members are new fields, or released fields that were in another oneof or in none.

## Who breaks
If it has only new fields: nobody. If it has several released fields: an old peer may set more than one of them. In binary, the
new reader keeps only the last one that arrives; a JSON parser refuses the message. If a released field left another oneof: the
new side may set it together with a member of that oneof. Then an old reader keeps only the last one, or refuses the JSON
message. If a released field gets presence in the oneof, an old reader does not see that the new side set it to zero. Code that
uses the released fields no longer compiles in Go, Rust and TypeScript.

## What to do instead
Put only new fields into the oneof. Keep the released ones outside, deprecated.
`,
  reference: 'https://protobuf.dev/programming-guides/proto3/#backward',
  buf: ['FIELD_SAME_ONEOF'],
  isProtocolChange: true,
  on: 'oneof',
  check(pair, context) {
    if (pair.status !== 'added') return undefined;
    const moved = movedAround(pair.parent, pair.new);
    const measured = measureOneof(pair.parent, moved, moved.length === 0 ? 'same' : TYPED, context);
    const from = [...new Set(moved.flatMap(({ old }) => old.oneof?.name ?? []))];
    const fact =
      moved.length === 0
        ? `oneof ${quote(pair.new.name)} is new`
        : `oneof ${quote(pair.new.name)} is new and contains the released ${moved.length === 1 ? 'field' : 'fields'} ${list(moved.map((field) => quote(field.new.name)))}`;
    return {
      element: pair.new.fullName,
      place: nameOf(pair.new),
      baseline: moved[0] && nameOf(moved[0].old),
      impact: measured.impact,
      message: findingMessage(fact, measured, context, {
        old: { altered: (reader, writer) => `${reader} keeps only the last when ${writer} sets several of them` },
        new: {
          absent: (reader, writer) => `${reader} sees a field unset where ${writer} sets it to zero`,
          altered: (reader, writer) =>
            `${reader} keeps only the last when ${writer} sets ${moved.length === 1 ? 'it' : 'one of them'} and a member of ${list(from.map((oneof) => `oneof ${quote(oneof)}`))}`,
        },
      }),
    };
  },
  fixes(pair, context) {
    const moved = movedAround(pair.parent, pair.new);
    return moved.length === 0 ? [] : revertOneofs(moved, pair.parent, context);
  },
  witness: showOneof,
} satisfies Rule<'oneof'>;
