import { includes, rangeText, subtract } from '../../diff/numbers.ts';
import { EXACT, lossOfWritersOwn } from '../../effects/reading.ts';
import { fix, insert } from '../fixes/edits.ts';
import { measure } from '../measure.ts';
import { nameOf } from '../place.ts';
import type { Rule } from '../rule.ts';
import { quote, findingMessage } from '../words.ts';
import { showExtension } from '../witnesses/extension.ts';

export default {
  id: 'extension-range-removed',
  title: 'Extension range was removed',
  docs: `
## What it means
In the release, extensions can have these numbers. Now they cannot.

## Who breaks
Extensions with these numbers, including those in files that you do not know: they no longer compile. In binary, the new side
ignores such an extension when an old peer sends it, or reads it as the field that now has the number. In JSON, it refuses the
extension's key.

## What to do instead
Restore the range. If you need one of its numbers, first make sure that nobody uses it for an extension.
`,
  reference: 'https://protobuf.dev/programming-guides/proto2/#extensions',
  buf: ['EXTENSION_MESSAGE_NO_DELETE'],
  isProtocolChange: true,
  on: 'extensionRange',
  check(pair, context) {
    const { parent } = pair;
    if (pair.status !== 'removed' || parent.old === undefined || parent.new === undefined) return undefined;
    const { start, end, span } = pair.old;
    const newOwner = parent.new.fields.find(({ number }) => includes([pair.old], number));
    const lost = newOwner === undefined ? 'dropped' : 'altered';
    const measured = measure(parent.carriers, 'breaks', (writer, encoding) =>
      writer === 'old'
        ? lossOfWritersOwn(encoding === 'json' ? 'rejected' : lost, 'the reader has no extension with that number')
        : EXACT,
    );
    const range = `${start === end ? 'number' : 'numbers'} ${rangeText(pair.old, 'message')} ${start === end ? 'was' : 'were'}`;
    return {
      element: parent.new.fullName,
      place: nameOf(parent.new),
      baseline: { file: parent.old.file, span },
      impact: measured.impact,
      message: findingMessage(
        `${range} removed from the extension ranges of ${quote(parent.new.name)}`,
        measured,
        context,
        {
          old: {
            dropped: (reader, writer) => `${reader} ignores an extension with such a number when ${writer} sends it`,
            altered: (reader, writer) =>
              `${reader} reads an extension with such a number as ${quote(newOwner?.name ?? '')} when ${writer} sends it`,
          },
        },
      ),
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
  witness: showExtension,
} satisfies Rule<'extensionRange'>;
