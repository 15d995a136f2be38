import { measureRenamedCalls, pathOf, callPhrases } from '../subjects/calls.ts';
import { nameOf } from '../place.ts';
import { revertName } from '../fixes/names.ts';
import type { Rule } from '../rule.ts';
import { quote, findingMessage } from '../words.ts';
import { showMethod } from '../witnesses/call.ts';

export default {
  id: 'method-renamed',
  title: 'Method was renamed',
  docs: `
## What it means
A method of the release was replaced by one with another name and the same request and response. The name is part of the path
that a client calls.

## Who breaks
Both pairings: each side's client calls a path that the other side's server does not know. Code that uses the method no longer
compiles.

## What to do instead
Keep the released method, deprecated, and implement both with the same code.
`,
  reference: 'https://protobuf.dev/programming-guides/proto3/#services',
  buf: ['RPC_NO_DELETE'],
  isProtocolChange: true,
  on: 'method',
  check(pair, context) {
    if (pair.status !== 'kept' || pair.match !== 'renamed') return undefined;
    const measured = measureRenamedCalls();
    return {
      element: pair.new.fullName,
      place: nameOf(pair.new),
      baseline: nameOf(pair.old),
      impact: measured.impact,
      message: findingMessage(
        `method ${quote(pair.old.name)} was renamed to ${quote(pair.new.name)}`,
        measured,
        context,
        callPhrases(pathOf(pair.old), pathOf(pair.new)),
      ),
    };
  },
  fixes: (pair, context) => (pair.status === 'kept' ? revertName(pair.old, pair.new, context) : []),
  witness: showMethod,
} satisfies Rule<'method'>;
