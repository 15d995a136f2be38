import { measureCalls, pathsOf, callPhrases } from '../subjects/calls.ts';
import { withoutLoss, CALL } from '../measure.ts';
import { nameOf } from '../place.ts';
import type { Rule } from '../rule.ts';
import { count, quote, findingMessage } from '../words.ts';
import { showService } from '../witnesses/call.ts';

export default {
  id: 'service-added',
  title: 'Service was added',
  docs: `
## What it means
The files declare a service that the release does not have.

## Who breaks
Nobody: what worked before still works. When a new client calls the service on an old server, it gets UNIMPLEMENTED.

## What to do instead
Let clients handle UNIMPLEMENTED with a fallback, or upgrade servers first.
`,
  reference: 'https://protobuf.dev/programming-guides/proto3/#services',
  buf: [],
  isProtocolChange: true,
  on: 'service',
  check(pair, context) {
    if (pair.status !== 'added' || pair.covered) return undefined;
    const { methods } = pair.new;
    const path = pathsOf(pair.new);
    const measured = methods.length === 0 ? withoutLoss(CALL, 'same') : measureCalls('added', 'same');
    return {
      element: pair.new.fullName,
      place: nameOf(pair.new),
      baseline: undefined,
      impact: measured.impact,
      message: findingMessage(
        `service ${quote(pair.new.name)} is new${methods.length === 0 ? '' : `, with ${count(methods.length, 'method')}`}`,
        measured,
        context,
        callPhrases(path, path),
      ),
    };
  },
  witness: showService,
} satisfies Rule<'service'>;
