import { measureCalls } from '../subjects/calls.ts';
import { nameOf } from '../place.ts';
import type { Rule } from '../rule.ts';
import { TYPED } from '../source.ts';
import { quote, tell } from '../words.ts';
import { showMethod } from '../show/call.ts';

export default {
  id: 'method-added',
  title: 'Method was added',
  docs: `
## What it means
A service has a method that the release does not have. Messages that only this method uses are part of it.

## Who breaks
Nobody who worked before. A new client that calls the method on a server of the release gets UNIMPLEMENTED.

## What to do instead
Let clients fall back when they get UNIMPLEMENTED, or upgrade servers first. Unlike a new field in a request, a new method is never
ignored silently.
`,
  reference: 'https://protobuf.dev/programming-guides/proto3/#services',
  buf: [],
  declares: true,
  on: 'method',
  check(pair, context) {
    if (pair.status !== 'added' || pair.parent.status !== 'kept') return undefined;
    const measured = measureCalls('added', TYPED);
    return {
      element: pair.new.fullName,
      place: nameOf(pair.new),
      baseline: undefined,
      impact: measured.impact,
      message: tell(`method ${quote(pair.new.name)} is new`, measured, context, {
        new: { rejected: (server, client) => `${server} answers UNIMPLEMENTED when ${client} calls it` },
      }),
    };
  },
  witness: showMethod,
} satisfies Rule<'method'>;
