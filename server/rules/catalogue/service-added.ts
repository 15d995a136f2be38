import { measureCalls, pathsOf, callPhrases } from '../subjects/calls.ts';
import { harmless, CALL } from '../measure.ts';
import { nameOf } from '../place.ts';
import type { Rule } from '../rule.ts';
import { count, quote, tell } from '../words.ts';
import { showService } from '../show/call.ts';

export default {
  id: 'service-added',
  title: 'Service was added',
  docs: `
## What it means
There is a service that the release does not have.

## Who breaks
Nobody who worked before. A new client that calls it on a server of the release gets UNIMPLEMENTED.

## What to do instead
Let clients fall back when they get UNIMPLEMENTED, or upgrade servers first.
`,
  reference: 'https://protobuf.dev/programming-guides/proto3/#services',
  buf: [],
  declares: true,
  on: 'service',
  check(pair, context) {
    if (pair.status !== 'added' || pair.covered) return undefined;
    const { methods } = pair.new;
    const path = pathsOf(pair.new);
    const measured = methods.length === 0 ? harmless(CALL, 'same') : measureCalls('added', 'same');
    return {
      element: pair.new.fullName,
      place: nameOf(pair.new),
      baseline: undefined,
      impact: measured.impact,
      message: tell(
        `service ${quote(pair.new.name)} is new${methods.length === 0 ? '' : `, with ${count(methods.length, 'method')}`}`,
        measured,
        context,
        callPhrases(path, path),
      ),
    };
  },
  witness: showService,
} satisfies Rule<'service'>;
