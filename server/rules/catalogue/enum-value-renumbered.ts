import { measureValue } from '../measure.ts';
import { numberOf } from '../place.ts';
import { revertNumbers } from '../fixes/restore.ts';
import type { Rule } from '../rule.ts';
import { quote, tell } from '../words.ts';
import { showEnumValue } from '../show/enum.ts';

export default {
  id: 'enum-value-renumbered',
  title: 'Enum value has a new number',
  docs: `
## What it means
A value keeps its name and has another number. In binary the number is the value.

## Who breaks
Both pairings: each side sends a number that the other takes for another value, or for none.

## What to do instead
Put the released number back. New values take numbers that were never used; the order in the text means nothing, except that the
first value is the default.
`,
  reference: 'https://protobuf.dev/programming-guides/enum/',
  buf: ['ENUM_VALUE_NO_DELETE', 'ENUM_VALUE_SAME_NAME'],
  declares: true,
  on: 'enumValue',
  check(pair, context) {
    if (pair.status !== 'kept' || pair.match !== 'renumbered') return undefined;
    if (Number.isNaN(pair.old.number) || Number.isNaN(pair.new.number)) return undefined;
    const { old, new: edited } = pair;
    const measured = measureValue(pair, 'same', context);
    const taker = pair.parent.new?.valuesByNumber.get(old.number)?.name;
    const former = pair.parent.old?.valuesByNumber.get(edited.number)?.name;
    // Both numbers are reported under their other names; only code that uses this one is misled.
    const isAlias =
      taker !== undefined &&
      former !== undefined &&
      (['old', 'new'] as const).every((writer) => measured.read(writer, 'binary').worst === 'exact');
    const fact = `${quote(edited.name)} was ${String(old.number)} in ${context.words.baseline} and is ${String(edited.number)} now`;
    const unknown = (number: number) => (reader: string, writer: string) =>
      `${writer} sends ${String(number)}, for which ${reader} has no name`;
    return {
      element: edited.fullName,
      place: numberOf(edited),
      baseline: numberOf(old),
      impact: measured.impact,
      message: tell(
        isAlias
          ? `${fact}: to code that uses the name it means ${quote(former)} now, and to code of ${context.words.baseline} ${quote(taker)}`
          : fact,
        measured,
        context,
        {
          old: {
            altered: (reader, writer, why) =>
              `${writer} still sends ${String(old.number)}, so ${reader} reads it as ${taker === undefined ? `another value${why}` : quote(taker)}`,
            unrecognised: unknown(old.number),
            dropped: unknown(old.number),
            rejected: unknown(old.number),
          },
          new: {
            altered: (reader, writer, why) =>
              `${writer} sends ${String(edited.number)}, so ${reader} reads it as ${former === undefined ? `another value${why}` : quote(former)}`,
            unrecognised: unknown(edited.number),
            dropped: unknown(edited.number),
            rejected: unknown(edited.number),
          },
        },
      ),
      ...(isAlias ? { warns: true } : {}),
    };
  },
  fixes: (pair) => (pair.status === 'kept' ? revertNumbers(pair.parent, pair.new) : []),
  witness: showEnumValue,
} satisfies Rule<'enumValue'>;
