import { measureCalls, unimplemented } from '../subjects/calls.ts';
import { nameOf } from '../place.ts';
import type { Rule } from '../rule.ts';
import { TYPED } from '../generated-code.ts';
import { quote, findingMessage } from '../words.ts';
import { showMethod } from '../witnesses/call.ts';

export default {
  id: 'method-added',
  title: 'Method was added',
  docs: `
## What it means
A service has a method that the release does not have. New messages that only this method uses belong to this finding.

## Who breaks
No peer: what worked before still works. When a new client calls the method on an old server, it gets UNIMPLEMENTED. Code in Go,
Rust or TypeScript that implements the service may not compile until it has the method.

## What to do instead
Let clients handle UNIMPLEMENTED with a fallback, or upgrade servers first. A new method is never silently ignored, unlike a new
field in a binary request.
`,
  reference: 'https://protobuf.dev/programming-guides/proto3/#services',
  buf: [],
  isProtocolChange: true,
  on: 'method',
  check(pair, context) {
    if (pair.status !== 'added' || pair.parent.status !== 'kept') return undefined;
    const measured = measureCalls('added', TYPED);
    return {
      element: pair.new.fullName,
      place: nameOf(pair.new),
      baseline: undefined,
      impact: measured.impact,
      message: findingMessage(`method ${quote(pair.new.name)} is new`, measured, context, {
        new: unimplemented('it'),
      }),
    };
  },
  witness: showMethod,
} satisfies Rule<'method'>;
