import { includes } from '../../diff/numbers.ts';
import type { EnumValuePair, FieldPair } from '../../diff/pairs.ts';
import { isExtension } from '../../schema/fields.ts';
import { insert } from '../fixes/edits.ts';
import { nextNumber } from '../fixes/numbers.ts';
import { reservation } from '../fixes/reservations.ts';
import { describe } from '../subjects/fields.ts';
import { type MeasuredWithPhrases, withMasks } from '../subjects/masks.ts';
import { withoutLoss, measureValue, measureWhole, NOBODY } from '../measure.ts';
import { nameOf, numberOf } from '../place.ts';
import type { Context, Rule } from '../rule.ts';
import { sourceOfAdded, sourceOfAddedValue } from '../generated-code.ts';
import { quote, findingMessage, type Phrases } from '../words.ts';
import { showEnumValue } from '../witnesses/enum.ts';
import { showField } from '../witnesses/field.ts';

export default {
  id: 'reservation-violated',
  title: 'Reserved number or name is used',
  docs: `
## What it means
A field or enum value uses a number or a name that the release reserves. Either the field or value is new, or its number or name
changed. Usually, that number or name belonged to something that was deleted before the release.

## Who breaks
Peers that are older than the reservation. They and stored data may still use the deleted element, and the new side can read it
as the new one without any error. For peers of the release, the element is like any other new or changed field or value.

## What to do instead
Use the next number that was never used, and another name. Keep the reservation.
`,
  reference: 'https://protobuf.dev/best-practices/dos-donts/#reserve-deleted-numbers',
  buf: ['RESERVED_MESSAGE_NO_DELETE', 'RESERVED_ENUM_NO_DELETE'],
  isProtocolChange: true,
  on: ['field', 'enumValue'],
  check(pair, context) {
    const used = violated(pair);
    if (used === undefined || pair.new === undefined) return undefined;
    const { measured, phrases } = measureUse(pair, context);
    const isNumber = used.startsWith('number');
    const name = quote(pair.new.name);
    const what = pair.new.kind === 'field' ? describe(pair.new) : `${name} (${String(pair.new.number)})`;
    const fact = pair.status === 'added' ? `${what} is new and uses the ${used}` : `${name} now uses the ${used}`;
    return {
      element: pair.new.fullName,
      place: isNumber ? numberOf(pair.new) : nameOf(pair.new),
      baseline: pair.old && nameOf(pair.old),
      impact: measured.impact,
      message: `${findingMessage(`${fact}, which ${context.words.baseline} reserves`, measured, context, phrases)} Peers that are older than the reservation use it with another meaning.`,
      isAtLeastWarning: true,
    };
  },
  fixes(pair) {
    // The finding about a changed number or name has its own fixes.
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

/** "number 3" or "name `x`", which the release reserves and the element uses now. */
export function violated({ parent, old, new: edited }: FieldPair | EnumValuePair): string | undefined {
  const released = parent?.old;
  if (released === undefined || edited === undefined) return undefined;
  if (old?.number !== edited.number && includes(released.reservedRanges, edited.number))
    return `number ${String(edited.number)}`;
  // The name of an extension is in another scope.
  if (old?.name === edited.name || (edited.kind === 'field' && isExtension(edited))) return undefined;
  return released.reservedNames.has(edited.name) ? `name ${quote(edited.name)}` : undefined;
}

/** For a kept element, the finding about its new number or name reports the effect. */
function measureUse(pair: FieldPair | EnumValuePair, context: Context): MeasuredWithPhrases {
  if (pair.status !== 'added') return { measured: withoutLoss(pair.parent?.carriers ?? NOBODY, 'same'), phrases: {} };
  const phrases: Phrases = { new: { dropped: (reader, writer) => `${reader} ignores it when ${writer} sends it` } };
  return isField(pair)
    ? withMasks(pair, measureWhole(pair, sourceOfAdded(pair), context), context, phrases)
    : { measured: measureValue(pair, sourceOfAddedValue(pair), context), phrases };
}

function isField(pair: FieldPair | EnumValuePair): pair is FieldPair {
  return (pair.status === 'removed' ? pair.old : pair.new).kind === 'field';
}
