import type { EnumValuePair } from '../../diff/pairs.ts';
import type { EnumValue } from '../../schema/model.ts';
import { measureValue } from '../measure.ts';
import { numberOf } from '../place.ts';
import { restoreReplaced } from '../fixes/deleted-members.ts';
import { nextNumber, revertNumbers } from '../fixes/numbers.ts';
import type { Rule } from '../rule.ts';
import { quote, findingMessage } from '../words.ts';
import { showEnumValue } from '../witnesses/enum.ts';

export default {
  id: 'enum-value-number-reused',
  title: 'Number of an enum value was reused',
  docs: `
## What it means
A number that belongs to one value in the release now belongs to a different value. The old name, or an alias of it, was
reserved as deleted or has another number now.

## Who breaks
In binary, each side reads the number as its own value, without any error. In JSON, a side refuses a name that it does not have.

## What to do instead
Give the new value the next number that was never used. Then restore the old value, or reserve its number and its name.
`,
  reference: 'https://protobuf.dev/best-practices/dos-donts/#reuse-number',
  buf: ['ENUM_VALUE_SAME_NAME', 'ENUM_VALUE_NO_DELETE'],
  isProtocolChange: true,
  on: 'enumValue',
  check(pair, context) {
    const old = pair.status === 'kept' && pair.match === 'reused' ? pair.old : formerOwner(pair);
    const edited = pair.new;
    if (old === undefined || edited === undefined) return undefined;
    const measured = measureValue(pair, 'breaks', context);
    const altered = (reads: EnumValue, sends: EnumValue) => (reader: string, writer: string) =>
      `${reader} reads ${quote(reads.name)} when ${writer} sends ${quote(sends.name)}`;
    return {
      element: edited.fullName,
      place: numberOf(edited),
      baseline: numberOf(old),
      impact: measured.impact,
      message: findingMessage(
        `number ${String(edited.number)} was ${quote(old.name)} in ${context.words.baseline} and is ${quote(edited.name)} now`,
        measured,
        context,
        { old: { altered: altered(edited, old) }, new: { altered: altered(old, edited) } },
      ),
    };
  },
  fixes(pair, context) {
    if (pair.new === undefined) return [];
    const next = nextNumber(pair.new, [pair.parent.old, pair.parent.new]);
    return pair.status === 'kept'
      ? restoreReplaced(pair, next, context)
      : [...revertNumbers(pair.parent, pair.new), ...next];
  },
  witness: showEnumValue,
} satisfies Rule<'enumValue'>;

/** The released value that had the added value's number and has another one now. Undefined if an alias of it still has the number. */
export function formerOwner({ status, parent, new: edited }: EnumValuePair): EnumValue | undefined {
  if (status !== 'added') return undefined;
  const owners = parent.old?.values.filter(({ number }) => number === edited.number) ?? [];
  const numberNow = ({ name }: EnumValue): number => parent.new?.valuesByName.get(name)?.number ?? NaN;
  if (owners.some((owner) => numberNow(owner) === edited.number)) return undefined;
  return owners.find((owner) => !Number.isNaN(numberNow(owner)));
}
