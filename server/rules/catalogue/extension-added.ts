import { describe, isExtension } from '../subjects/fields.ts';
import { measureWhole } from '../measure.ts';
import { nameOf } from '../place.ts';
import { violated } from './reservation-violated.ts';
import type { Rule } from '../rule.ts';
import { tell } from '../words.ts';
import { showField } from '../show/field.ts';

export default {
  id: 'extension-added',
  title: 'Extension was added',
  docs: `
## What it means
There is an extension that the release does not know.

## Who breaks
Nobody who worked before. A peer of the release ignores it.

## What to do instead
Nothing, if it may be ignored. Otherwise ask the peer for its version first.
`,
  reference: 'https://protobuf.dev/programming-guides/proto2/#extensions',
  buf: [],
  declares: true,
  on: 'field',
  check(pair, context) {
    if (pair.status !== 'added' || !isExtension(pair.new) || violated(pair) !== undefined) return undefined;
    const measured = measureWhole(pair, 'same', context);
    return {
      element: pair.new.fullName,
      place: nameOf(pair.new),
      baseline: undefined,
      impact: measured.impact,
      message: tell(`extension ${describe(pair.new)} is new`, measured, context, {
        new: { dropped: (reader, writer) => `${reader} ignores it when ${writer} sends it` },
      }),
    };
  },
  witness: showField,
} satisfies Rule<'field'>;
