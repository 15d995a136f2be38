import { isExtension } from '../../schema/fields.ts';
import { describe } from '../subjects/fields.ts';
import { measureWhole } from '../measure.ts';
import { nameOf } from '../place.ts';
import { violated } from './reservation-violated.ts';
import type { Rule } from '../rule.ts';
import { findingMessage } from '../words.ts';
import { showField } from '../witnesses/field.ts';

export default {
  id: 'extension-added',
  title: 'Extension was added',
  docs: `
## What it means
The files declare an extension that the release does not have.

## Who breaks
Nobody: what worked before still works. In binary, an old peer ignores the extension. An old JSON parser refuses its key.

## What to do instead
Nothing, if a peer may ignore the extension. Otherwise, ask the peer for its version first.
`,
  reference: 'https://protobuf.dev/programming-guides/proto2/#extensions',
  buf: [],
  isProtocolChange: true,
  on: 'field',
  check(pair, context) {
    if (pair.status !== 'added' || !isExtension(pair.new) || violated(pair) !== undefined) return undefined;
    const measured = measureWhole(pair, 'same', context);
    return {
      element: pair.new.fullName,
      place: nameOf(pair.new),
      baseline: undefined,
      impact: measured.impact,
      message: findingMessage(`extension ${describe(pair.new)} is new`, measured, context, {
        new: { dropped: (reader, writer) => `${reader} ignores it when ${writer} sends it` },
      }),
    };
  },
  witness: showField,
} satisfies Rule<'field'>;
