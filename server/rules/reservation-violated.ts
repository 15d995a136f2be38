import { includes } from '../diff/numbers.ts';
import type { EnumValuePair, FieldPair } from '../diff/pairs.ts';
import { insert } from './edits.ts';
import { describe, violated } from './fields.ts';
import { measureValue, measureWhole } from './measure.ts';
import { nameOf, numberOf } from './place.ts';
import { nextNumber, reservation } from './restore.ts';
import type { Rule } from './rule.ts';
import { quote, tell } from './words.ts';

export default {
  id: 'reservation-violated',
  title: 'Reserved number or name is used',
  docs: `
## What it means
A new field or enum value uses a number or a name that the release reserves. Something was deleted there before the release.

## Who breaks
Peers of the release are told nothing wrong. Peers and stored data from before the deletion are: they mean the deleted thing, and it
is read as the new one without any error.

## What to do instead
Take the next number that was never used, and another name; keep the reservation.
`,
  reference: 'https://protobuf.dev/best-practices/dos-donts/#reserve-deleted-numbers',
  buf: ['RESERVED_MESSAGE_NO_DELETE', 'RESERVED_ENUM_NO_DELETE'],
  declares: true,
  on: ['field', 'enumValue'],
  check(pair, context) {
    if (pair.status !== 'added') return undefined;
    const used = isField(pair) ? violated(pair) : violatedByValue(pair);
    if (used === undefined) return undefined;
    const measured = isField(pair) ? measureWhole(pair, 'same', context) : measureValue(pair, 'same', context);
    const what =
      pair.new.kind === 'field' ? describe(pair.new) : `${quote(pair.new.name)} (${String(pair.new.number)})`;
    return {
      element: pair.new.fullName,
      place: used.startsWith('number') ? numberOf(pair.new) : nameOf(pair.new),
      baseline: undefined,
      impact: measured.impact,
      message: `${tell(
        `${what} is new and uses the ${used}, which ${context.words.baseline} reserves`,
        measured,
        context,
        {
          new: { dropped: (reader, writer) => `${reader} ignores it when ${writer} sends it` },
        },
      )} Peers from before it was reserved mean something else by it.`,
      warns: true,
    };
  },
  fixes(pair) {
    if (pair.new?.node.number === undefined) return [];
    const used = isField(pair) ? violated(pair) : violatedByValue(pair);
    const container = pair.parent?.new;
    if (used?.startsWith('number') !== true || container === undefined) return [];
    const isReserved = includes(container.reservedRanges, pair.new.number);
    const reserve = isReserved ? [] : [insert(container, reservation([String(pair.new.number)], [], container))];
    return nextNumber(pair.new, [pair.parent?.old, container]).map((fix) => ({
      ...fix,
      edits: [...fix.edits, ...reserve],
    }));
  },
} satisfies Rule<'field' | 'enumValue'>;

function isField(pair: FieldPair | EnumValuePair): pair is FieldPair {
  return (pair.status === 'removed' ? pair.old : pair.new).kind === 'field';
}

function violatedByValue({ parent, new: value }: EnumValuePair): string | undefined {
  if (parent.old === undefined || value === undefined) return undefined;
  if (includes(parent.old.reservedRanges, value.number)) return `number ${String(value.number)}`;
  return parent.old.reservedNames.has(value.name) ? `name ${quote(value.name)}` : undefined;
}
