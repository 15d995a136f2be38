import { includes, rangeText, subtract } from '../../diff/numbers.ts';
import { EXACT, writersOwn } from '../../effects/reading.ts';
import { fix, insert } from '../fixes/edits.ts';
import { measure } from '../measure.ts';
import { nameOf } from '../place.ts';
import type { Rule } from '../rule.ts';
import { quote, tell } from '../words.ts';

export default {
  id: 'extension-range-removed',
  title: 'Numbers are no longer open to extensions',
  docs: `
## What it means
The release lets others declare extensions with these numbers, and now they may not.

## Who breaks
Extensions in files that you may not know: they no longer compile, and what peers of the release send in them is ignored, or read
as the field that took the number. A JSON parser refuses their keys.

## What to do instead
Put the range back. Where a number of it is needed, make sure first that nobody registered it.
`,
  reference: 'https://protobuf.dev/programming-guides/proto2/#extensions',
  buf: ['EXTENSION_MESSAGE_NO_DELETE'],
  declares: true,
  on: 'extensionRange',
  check(pair, context) {
    const { parent } = pair;
    if (pair.status !== 'removed' || parent.old === undefined || parent.new === undefined) return undefined;
    const { start, end, span } = pair.old;
    const taker = parent.new.fields.find(({ number }) => includes([pair.old], number));
    const lost = taker === undefined ? 'dropped' : 'altered';
    const measured = measure(parent.role, 'breaks', (writer, encoding) =>
      writer === 'old'
        ? writersOwn(encoding === 'json' ? 'rejected' : lost, 'the reader knows no extension there')
        : EXACT,
    );
    const range = `${start === end ? 'number' : 'numbers'} ${rangeText(pair.old, 'message')} ${start === end ? 'is' : 'are'}`;
    return {
      element: parent.new.fullName,
      place: nameOf(parent.new),
      baseline: { file: parent.old.file, span },
      impact: measured.impact,
      message: tell(`${range} no longer open to extensions of ${quote(parent.new.name)}`, measured, context, {
        old: {
          dropped: (reader, writer) => `${reader} ignores an extension that ${writer} sends there`,
          altered: (reader, writer) =>
            `${reader} takes an extension that ${writer} sends there for ${quote(taker?.name ?? '')}`,
        },
      }),
    };
  },
  fixes({ parent, old }) {
    const container = parent.new;
    if (old === undefined || container === undefined) return [];
    if (
      container.fields.some(({ number }) => includes([old], number)) ||
      subtract([old], container.reservedRanges).length !== 1
    )
      return [];
    const range = rangeText(old, 'message');
    return fix(`Restore extensions ${range}`, true, [insert(container, `extensions ${range};`)]);
  },
} satisfies Rule<'extensionRange'>;
