import { formerOwner } from './enum-value-number-reused.ts';
import { measureValue } from '../measure.ts';
import { nameOf } from '../place.ts';
import { violated } from './reservation-violated.ts';
import type { Rule } from '../rule.ts';
import { sourceOfAddedValue } from '../generated-code.ts';
import { misses, quote, findingMessage } from '../words.ts';
import { showEnumValue } from '../witnesses/enum.ts';

export default {
  id: 'enum-value-added',
  title: 'Enum value was added',
  docs: `
## What it means
An enum has a value that the release does not have.

## Who breaks
No peer: what worked before still works. But in binary, an old peer that receives the new value has no name for the number. If
the enum is closed (proto2), the old peer loses the value: a field is unset, a list lacks the element, and a map lacks the whole
entry. If the field is required, the old peer refuses the message. An old JSON parser refuses the name. In Rust, an exhaustive
\`match\` no longer compiles. A new alias of a released value changes nothing in binary and breaks no code.

## What to do instead
You can add values, but do not send a new value to a peer that may not know it, and make readers handle unknown numbers.
`,
  reference: 'https://protobuf.dev/programming-guides/enum/',
  buf: [],
  isProtocolChange: true,
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
      message: findingMessage(fact, measured, context, {
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
