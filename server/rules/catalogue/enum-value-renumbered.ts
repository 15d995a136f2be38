import type { Effect } from '../../effects/effect.ts';
import { isUnfinished } from '../../schema/fields.ts';
import { revertNumbers } from '../fixes/numbers.ts';
import { measureValue } from '../measure.ts';
import { numberOf } from '../place.ts';
import type { Rule } from '../rule.ts';
import { findingMessage, type Phrase, quote } from '../words.ts';
import { showEnumValue } from '../witnesses/enum.ts';

export default {
  id: 'enum-value-renumbered',
  title: 'Enum value has a new number',
  docs: `
## What it means
A value has the same name but another number. In binary, the number is the value.

## Who breaks
In binary, both pairings: each side sends a number that the other side reads as a different value, or has no name for. If the
enum is closed (proto2), a number without a name is lost, or the whole message is refused if the field is required. JSON uses
names, so it is affected only in two cases: if the first value changed, an unset field means a different value; and if the value
became an alias of another one, JSON contains only one of the two names.

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
    const { old, new: edited, parent } = pair;
    if (isUnfinished(old) || isUnfinished(edited)) return undefined;
    const measured = measureValue(pair, 'same', context);
    const readByNew = parent.new?.valuesByNumber.get(old.number)?.name;
    const readByOld = parent.old?.valuesByNumber.get(edited.number)?.name;
    const fact = `${quote(edited.name)} was ${String(old.number)} in ${context.words.baseline} and is ${String(edited.number)} now`;
    return {
      element: edited.fullName,
      place: numberOf(edited),
      baseline: numberOf(old),
      impact: measured.impact,
      message: findingMessage(fact, measured, context, {
        old: phrasesFor('still sends', old.number, readByNew),
        new: phrasesFor('sends', edited.number, readByOld),
      }),
    };
  },
  fixes: (pair) => (pair.status === 'kept' ? revertNumbers(pair.parent, pair.new) : []),
  witness: showEnumValue,
} satisfies Rule<'enumValue'>;

function phrasesFor(sends: string, number: number, readAs: string | undefined): Partial<Record<Effect, Phrase>> {
  const unknown: Phrase = (reader, writer) => `${writer} sends ${String(number)}, for which ${reader} has no name`;
  return {
    altered: (reader, writer, why) =>
      `${writer} ${sends} ${String(number)}, so ${reader} reads it as ${readAs === undefined ? `another value${why}` : quote(readAs)}`,
    unrecognised: unknown,
    dropped: unknown,
    rejected: unknown,
  };
}
