import { measureCalls, unimplemented } from '../subjects/calls.ts';
import { fix } from '../fixes/edits.ts';
import { insertReleased } from '../fixes/insert-released.ts';
import { namesBefore } from '../fixes/members.ts';
import { releasedText } from '../fixes/released-text.ts';
import { deletionIn, nameOf } from '../place.ts';
import type { Rule } from '../rule.ts';
import { quote, findingMessage } from '../words.ts';
import { showMethod } from '../witnesses/call.ts';

export default {
  id: 'method-removed',
  title: 'Method was removed',
  docs: `
## What it means
A method of the release was removed. Removed messages that only this method used belong to this finding.

## Who breaks
Old clients that call it: the new server answers UNIMPLEMENTED (ttrpc-rust 0.5: INVALID_ARGUMENT, "… does not exist"). Code that
uses the method no longer compiles.

## What to do instead
Mark it \`option deprecated = true\` and keep serving it until no supported release calls it.
`,
  reference: 'https://protobuf.dev/programming-guides/proto3/#services',
  buf: ['RPC_NO_DELETE'],
  isProtocolChange: true,
  deletes: 'rpc',
  on: 'method',
  check(pair, context) {
    const service = pair.parent.new;
    if (pair.status !== 'removed' || service === undefined) return undefined;
    const measured = measureCalls('removed', 'breaks');
    return {
      element: pair.old.fullName,
      place: deletionIn(service, namesBefore(pair.old)),
      baseline: nameOf(pair.old),
      impact: measured.impact,
      message: findingMessage(`method ${quote(pair.old.name)} was removed`, measured, context, {
        old: unimplemented('it'),
      }),
    };
  },
  fixes(pair, context) {
    const service = pair.parent.new;
    if (pair.status !== 'removed' || service === undefined) return [];
    const { old } = pair;
    const { text, needs } = releasedText(old, context.diff);
    const span = { start: old.node.leadingComments?.start ?? old.node.span.start, end: old.node.span.end };
    const put = (statement: string) => [insertReleased(service, old, statement, namesBefore(old)), ...needs];
    return [
      ...fix(`Restore method ${quote(old.name)}`, true, put(text)),
      ...(old.deprecated
        ? []
        : fix('Keep the method, deprecated', false, put(withDeprecated(releasedText(old, context.diff, span).text)))),
    ];
  },
  witness: showMethod,
} satisfies Rule<'method'>;

/** A method without a body gets one. */
function withDeprecated(statement: string): string {
  const option = 'option deprecated = true;';
  return statement.endsWith(';')
    ? `${statement.slice(0, -1)} {\n  ${option}\n}`
    : statement.replace(/returns\s*\([^)]*\)\s*\{/, (head) => `${head}\n  ${option}`);
}
