import { rangeText, subtract } from '../../diff/numbers.ts';
import type { EnumPair, MessagePair, ReservationPair } from '../../diff/pairs.ts';
import { allFields } from '../../schema/fields.ts';
import type { NumberRange } from '../../schema/model.ts';
import { fix, insert } from '../fixes/edits.ts';
import { canReserve, reservation } from '../fixes/reservations.ts';
import { withoutLoss } from '../measure.ts';
import { nameOf } from '../place.ts';
import type { Rule } from '../rule.ts';
import { list, quote } from '../words.ts';

export default {
  id: 'reservation-removed',
  title: 'Reservation of a number or name was removed',
  docs: `
## What it means
The release reserves numbers or names, usually because something was deleted. They are not used yet, but no longer reserved, so
they can be reused.

## Who breaks
Nobody yet. But if a new field or value takes the number or the name, older peers and stored data may use it with another
meaning.

## What to do instead
Restore the \`reserved\` statement, and use a number that was never used.
`,
  reference: 'https://protobuf.dev/best-practices/dos-donts/#reserve-deleted-numbers',
  buf: ['RESERVED_MESSAGE_NO_DELETE', 'RESERVED_ENUM_NO_DELETE'],
  isProtocolChange: true,
  on: 'reservation',
  check(pair, context) {
    const { parent } = pair;
    const container = parent.new;
    if (pair.status !== 'removed' || container === undefined) return undefined;
    const removed = lost(parent);
    // The finding is about all reservations that the message or enum lost.
    if (removed[0] !== pair) return undefined;
    const names = removed.map(({ old }) =>
      old?.range === undefined ? quote(old?.name ?? '') : rangeText(old.range, container.kind),
    );
    const range = pair.old.range;
    const span =
      range?.span ?? (pair.old.name === undefined ? undefined : parent.old?.reservedNames.get(pair.old.name));
    return {
      element: container.fullName,
      place: nameOf(container),
      baseline: parent.old && span && { file: parent.old.file, span },
      impact: withoutLoss(parent.carriers, 'same').impact,
      message: `${list(names)} ${names.length === 1 ? 'was' : 'were'} reserved in ${context.words.baseline} and ${names.length === 1 ? 'is' : 'are'} not reserved now: a new element that uses ${names.length === 1 ? 'it' : 'one of them'} would conflict with older peers.`,
      isAtLeastWarning: true,
    };
  },
  fixes({ parent }) {
    const container = parent.new;
    if (container === undefined) return [];
    const removed = lost(parent);
    const ranges = removed.flatMap(({ old }) =>
      old?.range === undefined ? [] : [rangeText(old.range, container.kind)],
    );
    const names = removed
      .flatMap(({ old }) => (old?.name === undefined ? [] : [old.name]))
      .filter((name) => canReserve(name, container));
    if (ranges.length + names.length === 0) return [];
    const what = list([...ranges.map((range) => `number ${range}`), ...names.map((name) => `name ${quote(name)}`)]);
    return fix(`Reserve ${what} again`, true, [insert(container, reservation(ranges, names, container))]);
  },
} satisfies Rule<'reservation'>;

function lost(parent: MessagePair | EnumPair): readonly ReservationPair[] {
  return parent.reservations.filter((pair) => pair.status === 'removed' && !isUsed(pair, parent));
}

/** The finding about the element that uses the number or name is enough. */
function isUsed({ old }: ReservationPair, parent: MessagePair | EnumPair): boolean {
  const container = parent.new;
  if (container === undefined || old === undefined) return false;
  if (old.name !== undefined) {
    const named = container.kind === 'message' ? container.fieldsByName : container.valuesByName;
    return named.has(old.name);
  }
  const { range } = old;
  if (range === undefined) return false;
  // An extension uses a number of the message, but its name is in another scope.
  const members = container.kind === 'message' ? allFields(container) : container.values;
  const used = members.map((member): NumberRange => ({ start: member.number, end: member.number, span: range.span }));
  return subtract([range], used).length === 0;
}
