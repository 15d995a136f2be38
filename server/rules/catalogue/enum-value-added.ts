import { formerOwner } from './enum-value-number-reused.ts';
import { measureValue } from '../measure.ts';
import { nameOf } from '../place.ts';
import { violated } from './reservation-violated.ts';
import type { Rule } from '../rule.ts';
import { sourceOfAddedValue } from '../source.ts';
import { misses, quote, tell } from '../words.ts';
import { showEnumValue } from '../show/enum.ts';

export default {
  id: 'enum-value-added',
  title: 'Enum value was added',
  docs: `
## What it means
An enum has a value that the release does not know.

## Who breaks
Nobody who worked before. A peer of the release that receives the new value sees a number without a name; where the enum is closed
(proto2), it sees the field unset, a list without it or a map without the whole entry, and where the field is required it refuses the
whole message.
A JSON parser of the release refuses the name.

## What to do instead
Add values, but do not send a new one to a peer that may not know it, and let readers handle numbers that they do not know.
`,
  reference: 'https://protobuf.dev/programming-guides/enum/',
  buf: [],
  declares: true,
  on: 'enumValue',
  check(pair, context) {
    if (pair.status !== 'added') return undefined;
    const old = pair.parent.old;
    if (violated(pair) !== undefined || formerOwner(pair) !== undefined) return undefined;
    const measured = measureValue(pair, sourceOfAddedValue(pair), context);
    const alias = old?.valuesByNumber.get(pair.new.number);
    const fact =
      alias === undefined
        ? `${quote(pair.new.name)} (${String(pair.new.number)}) is new`
        : `${quote(pair.new.name)} is a new alias of ${quote(alias.name)}`;
    return {
      element: pair.new.fullName,
      place: nameOf(pair.new),
      baseline: undefined,
      impact: measured.impact,
      message: tell(fact, measured, context, {
        new: {
          unrecognised: (reader, writer) => `${reader} has no name for it when ${writer} sends it`,
          dropped: (reader, writer) => `${reader} ${misses(pair.parent, context)} when ${writer} sends it`,
          rejected: (reader, writer) => `${reader} refuses a message whose required field ${writer} sets to it`,
        },
      }),
    };
  },
  witness: showEnumValue,
} satisfies Rule<'enumValue'>;
