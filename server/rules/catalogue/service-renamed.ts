import { measureRenamedService, pathsOf, callPhrases } from '../subjects/calls.ts';
import { nameOf } from '../place.ts';
import { revertName } from '../fixes/names.ts';
import type { Rule } from '../rule.ts';
import { quote, findingMessage } from '../words.ts';
import { showService } from '../witnesses/call.ts';

export default {
  id: 'service-renamed',
  title: 'Service was renamed or moved',
  docs: `
## What it means
A service of the release was replaced by one with mostly the same methods and another name, or it moved to another package. The
path of every call is \`/package.Service/Method\`, so all paths changed.

## Who breaks
Both pairings: each side's client calls a path that the other side's server does not know. Code that uses the service no longer
compiles.

## What to do instead
Serve both for as long as the release is supported: keep the released service, deprecated, and implement both with the same
code.
`,
  reference: 'https://protobuf.dev/programming-guides/proto3/#services',
  buf: ['SERVICE_NO_DELETE', 'PACKAGE_SERVICE_NO_DELETE', 'RPC_NO_DELETE'],
  isProtocolChange: true,
  on: 'service',
  check(pair, context) {
    if (pair.status !== 'kept' || (pair.match !== 'renamed' && pair.match !== 'moved')) return undefined;
    const measured = measureRenamedService(pair.old, pair.new);
    const [oldName, newName] =
      pair.match === 'moved' ? [pair.old.fullName, pair.new.fullName] : [pair.old.name, pair.new.name];
    return {
      element: pair.new.fullName,
      place: nameOf(pair.new),
      baseline: nameOf(pair.old),
      impact: measured.impact,
      message: findingMessage(
        `service ${quote(oldName)} was ${pair.match} to ${quote(newName)}`,
        measured,
        context,
        callPhrases(pathsOf(pair.old), pathsOf(pair.new)),
      ),
    };
  },
  fixes: (pair, context) =>
    pair.status === 'kept' && pair.match === 'renamed' ? revertName(pair.old, pair.new, context) : [],
  witness: showService,
} satisfies Rule<'service'>;
