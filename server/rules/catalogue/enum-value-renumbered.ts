import { measureValue } from '../measure.ts';
import { numberOf } from '../place.ts';
import { revertNumbers } from '../fixes/numbers.ts';
import type { Rule } from '../rule.ts';
import { quote, findingMessage } from '../words.ts';
import { showEnumValue } from '../witnesses/enum.ts';

export default {
  id: 'enum-value-renumbered',
  title: 'Enum value has a new number',
  docs: `
## What it means
A value has the same name but another number. In binary, the number is the value.

## Who breaks
In binary, both pairings: each side sends a number that the other side reads as a different value, or has no name for. If the
enum is closed (proto2), a number without a name is lost, or the whole message is refused if the field is required. If only an
alias moved from one value to another, peers see no difference, but code that uses its name means another value. JSON uses
names, so it is affected only if the first value changed: then an unset field means a different value.

## What to do instead
Restore the released number. Give new values numbers that were never used. The order in the file does not matter, except that
the first value is the default.
`,
  reference: 'https://protobuf.dev/programming-guides/enum/',
  buf: ['ENUM_VALUE_NO_DELETE', 'ENUM_VALUE_SAME_NAME'],
  isProtocolChange: true,
  on: 'enumValue',
  check(pair, context) {
    if (pair.status !== 'kept' || pair.match !== 'renumbered') return undefined;
    if (Number.isNaN(pair.old.number) || Number.isNaN(pair.new.number)) return undefined;
    const { old, new: edited } = pair;
    const measured = measureValue(pair, 'same', context);
    const newOwner = pair.parent.new?.valuesByNumber.get(old.number)?.name;
    const oldOwner = pair.parent.old?.valuesByNumber.get(edited.number)?.name;
    // Each number means the same on both sides, so only code that uses the name is affected.
    const isAlias =
      newOwner !== undefined &&
      oldOwner !== undefined &&
      (['old', 'new'] as const).every((writer) => measured.read(writer, 'binary').worst === 'exact');
    const fact = `${quote(edited.name)} was ${String(old.number)} in ${context.words.baseline} and is ${String(edited.number)} now`;
    const unknown = (number: number) => (reader: string, writer: string) =>
      `${writer} sends ${String(number)}, for which ${reader} has no name`;
    return {
      element: edited.fullName,
      place: numberOf(edited),
      baseline: numberOf(old),
      impact: measured.impact,
      message: findingMessage(
        isAlias
          ? `${fact}: code that uses the name now means ${quote(oldOwner)}, and code of ${context.words.baseline} means ${quote(newOwner)}`
          : fact,
        measured,
        context,
        {
          old: {
            altered: (reader, writer, why) =>
              `${writer} still sends ${String(old.number)}, so ${reader} reads it as ${newOwner === undefined ? `another value${why}` : quote(newOwner)}`,
            unrecognised: unknown(old.number),
            dropped: unknown(old.number),
            rejected: unknown(old.number),
          },
          new: {
            altered: (reader, writer, why) =>
              `${writer} sends ${String(edited.number)}, so ${reader} reads it as ${oldOwner === undefined ? `another value${why}` : quote(oldOwner)}`,
            unrecognised: unknown(edited.number),
            dropped: unknown(edited.number),
            rejected: unknown(edited.number),
          },
        },
      ),
      ...(isAlias ? { isAtLeastWarning: true } : {}),
    };
  },
  fixes: (pair) => (pair.status === 'kept' ? revertNumbers(pair.parent, pair.new) : []),
  witness: showEnumValue,
} satisfies Rule<'enumValue'>;
