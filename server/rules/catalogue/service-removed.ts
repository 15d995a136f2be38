import { measureCalls, pathsOf, callPhrases } from '../subjects/calls.ts';
import { CALL, withoutLoss } from '../measure.ts';
import { nameOf, scopeOf } from '../place.ts';
import { restoreService } from '../fixes/declarations.ts';
import type { Rule } from '../rule.ts';
import { count, quote, findingMessage } from '../words.ts';
import { showService } from '../witnesses/call.ts';

export default {
  id: 'service-removed',
  title: 'Service was removed',
  docs: `
## What it means
A service of the release was removed, with all its methods.

## Who breaks
Every old client that calls one of them: the new server answers UNIMPLEMENTED. Code that uses the service no longer compiles.

## What to do instead
Mark it \`option deprecated = true\` and keep serving it until no supported release calls it.
`,
  reference: 'https://protobuf.dev/programming-guides/proto3/#services',
  buf: ['SERVICE_NO_DELETE', 'PACKAGE_SERVICE_NO_DELETE', 'RPC_NO_DELETE'],
  isProtocolChange: true,
  deletes: 'service',
  on: 'service',
  check(pair, context) {
    if (pair.status !== 'removed' || pair.covered) return undefined;
    const { methods } = pair.old;
    const path = pathsOf(pair.old);
    const measured = methods.length === 0 ? withoutLoss(CALL, 'breaks') : measureCalls('removed', 'breaks');
    return {
      element: pair.old.fullName,
      place: scopeOf(pair.old, context.diff),
      baseline: nameOf(pair.old),
      impact: measured.impact,
      message: findingMessage(
        `service ${quote(pair.old.name)} was removed${methods.length === 0 ? '' : `, with ${count(methods.length, 'method')}`}`,
        measured,
        context,
        callPhrases(path, path),
      ),
    };
  },
  fixes: (pair, context) => (pair.old === undefined ? [] : restoreService(pair.old, context)),
  witness: showService,
} satisfies Rule<'service'>;
