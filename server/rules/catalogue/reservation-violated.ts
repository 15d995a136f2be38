import { includes } from '../../diff/numbers.ts';
import type { EnumValuePair, FieldPair } from '../../diff/pairs.ts';
import { insert } from '../fixes/edits.ts';
import { describe, isExtension } from '../subjects/fields.ts';
import { harmless, type Measured, measureValue, measureWhole, NOBODY } from '../measure.ts';
import { nameOf, numberOf } from '../place.ts';
import { nextNumber, reservation } from '../fixes/restore.ts';
import type { Context, Rule } from '../rule.ts';
import { sourceOfAdded, sourceOfAddedValue } from '../source.ts';
import { quote, tell } from '../words.ts';
import { showEnumValue } from '../show/enum.ts';
import { showField } from '../show/field.ts';

export default {
  id: 'reservation-violated',
  title: 'Reserved number or name is used',
  docs: `
## What it means
A field or enum value uses a number or a name that the release reserves: it is new, or was given the number or the name. Something
was deleted there before the release.

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
    const used = violated(pair);
    if (used === undefined || pair.new === undefined) return undefined;
    const measured = measureUse(pair, context);
    const isNumber = used.startsWith('number');
    const name = quote(pair.new.name);
    const what = pair.new.kind === 'field' ? describe(pair.new) : `${name} (${String(pair.new.number)})`;
    const kept = isNumber ? `${name} uses the ${used} now` : `the ${used} is used now`;
    const fact = pair.status === 'added' ? `${what} is new and uses the ${used}` : kept;
    return {
      element: pair.new.fullName,
      place: isNumber ? numberOf(pair.new) : nameOf(pair.new),
      baseline: pair.old && nameOf(pair.old),
      impact: measured.impact,
      message: `${tell(`${fact}, which ${context.words.baseline} reserves`, measured, context, {
        new: { dropped: (reader, writer) => `${reader} ignores it when ${writer} sends it` },
      })} Peers from before it was reserved mean something else by it.`,
      warns: true,
    };
  },
  fixes(pair) {
    // What was given another number or name has findings of its own, which give it back.
    if (pair.status !== 'added' || pair.new.node.number === undefined) return [];
    const used = violated(pair);
    const container = pair.parent?.new;
    if (used?.startsWith('number') !== true || container === undefined) return [];
    const isReserved = includes(container.reservedRanges, pair.new.number);
    const reserve = isReserved ? [] : [insert(container, reservation([String(pair.new.number)], [], container))];
    return nextNumber(pair.new, [pair.parent?.old, container]).map((fix) => ({
      ...fix,
      edits: [...fix.edits, ...reserve],
    }));
  },
  witness: (pair, scenario) => (isField(pair) ? showField(pair, scenario) : showEnumValue(pair, scenario)),
} satisfies Rule<'field' | 'enumValue'>;

/** What the release had reserved and a field or value uses that did not: its number, its name, or nothing. */
export function violated({ parent, old, new: edited }: FieldPair | EnumValuePair): string | undefined {
  const released = parent?.old;
  if (released === undefined || edited === undefined) return undefined;
  if (old?.number !== edited.number && includes(released.reservedRanges, edited.number))
    return `number ${String(edited.number)}`;
  // An extension has its name elsewhere.
  if (old?.name === edited.name || (edited.kind === 'field' && isExtension(edited))) return undefined;
  return released.reservedNames.has(edited.name) ? `name ${quote(edited.name)}` : undefined;
}

/** The finding about the new number or name says what that does to peers of the release. */
function measureUse(pair: FieldPair | EnumValuePair, context: Context): Measured {
  if (pair.status !== 'added') return harmless(pair.parent?.role ?? NOBODY, 'same');
  return isField(pair)
    ? measureWhole(pair, sourceOfAdded(pair), context)
    : measureValue(pair, sourceOfAddedValue(pair), context);
}

function isField(pair: FieldPair | EnumValuePair): pair is FieldPair {
  return (pair.status === 'removed' ? pair.old : pair.new).kind === 'field';
}
