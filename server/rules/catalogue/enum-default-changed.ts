import { EXACT, loss } from '../../effects/reading.ts';
import { usesOf } from '../subjects/enum-uses.ts';
import { firstValueChange, isFirstWhenUnset, measure } from '../measure.ts';
import { nameOf } from '../place.ts';
import { restoreFirstValue } from '../fixes/enum-values.ts';
import type { Rule } from '../rule.ts';
import { quote, findingMessage } from '../words.ts';
import { showEnum } from '../witnesses/enum.ts';

export default {
  id: 'enum-default-changed',
  title: 'Default value of an enum changed',
  docs: `
## What it means
A different value is now the first one. A field that is not set reads as the first value of its enum, unless the field has its
own default.

## Who breaks
Both pairings, wherever a field is left unset: the writer means its own first value, and the reader uses a different one.
Nobody, if all fields that use the enum are lists, maps or required, or have their own default.

## What to do instead
Never change which value is first or what it means. If the first value means "unspecified", there is no reason to change it.
`,
  reference: 'https://protobuf.dev/programming-guides/proto3/#enum-default',
  buf: [],
  on: 'enum',
  check(pair, context) {
    if (pair.status !== 'kept') return undefined;
    const old = pair.old.values[0];
    const edited = pair.new.values[0];
    if (old === undefined || edited === undefined || firstValueChange(pair) !== 'enum') return undefined;
    if (pair.new.damaged && !pair.new.valuesByName.has(old.name)) return undefined;
    const uses = usesOf(pair.old, pair.new, context.diff);
    const isShown = uses.length === 0 || uses.some(isFirstWhenUnset);
    const measured = measure(pair.carriers, 'same', () =>
      isShown ? loss('altered', 'unset means a different value') : EXACT,
    );
    return {
      element: pair.new.fullName,
      place: nameOf(edited),
      baseline: nameOf(old),
      impact: measured.impact,
      message: findingMessage(
        `the default of ${quote(pair.new.name)} was ${quote(old.name)} in ${context.words.baseline} and is ${quote(edited.name)} now`,
        measured,
        context,
        {
          old: {
            altered: (reader, writer) => `${reader} reads ${quote(edited.name)} where ${writer} leaves a field unset`,
          },
          new: {
            altered: (reader, writer) => `${reader} reads ${quote(old.name)} where ${writer} leaves a field unset`,
          },
        },
      ),
    };
  },
  fixes: (pair) =>
    pair.status === 'kept' && pair.old.values[0] !== undefined ? restoreFirstValue(pair.old.values[0], pair.new) : [],
  witness: showEnum,
} satisfies Rule<'enum'>;
