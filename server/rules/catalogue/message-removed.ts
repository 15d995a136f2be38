import { nameOf, scopeOf } from '../place.ts';
import { restoreType } from '../fixes/declarations.ts';
import type { Rule } from '../rule.ts';
import { findPacked, measureLostType, PHRASES_FOR_LOST_TYPES } from '../subjects/type-names.ts';
import { quote, findingMessage } from '../words.ts';
import { showLostType } from '../witnesses/message.ts';

export default {
  id: 'message-removed',
  title: 'Message was removed',
  docs: `
## What it means
A message of the release was removed, and no single new message clearly replaces it. Changes in the fields and methods that used
it are reported separately.

## Who breaks
Code that uses the generated type no longer compiles. If the message is stored, the new side can no longer read that data. If no
method carries the message and the protocol uses \`google.protobuf.Any\`, the new side cannot unpack it, and old peers no longer
receive it.

## What to do instead
Mark it \`option deprecated = true\` and keep it until no supported release uses it.
`,
  reference: 'https://protobuf.dev/programming-guides/proto3/#updating',
  buf: ['MESSAGE_NO_DELETE', 'PACKAGE_MESSAGE_NO_DELETE'],
  isProtocolChange: true,
  deletes: 'message',
  on: 'message',
  check(pair, context) {
    if (pair.status !== 'removed' || pair.covered || pair.folded) return undefined;
    const packed = findPacked([pair.old], context.diff);
    const measured = measureLostType(packed?.carriers ?? pair.carriers);
    const inside = packed && packed.message !== pair.old ? `, and with it ${quote(packed.message.name)}` : '';
    return {
      element: pair.old.fullName,
      place: scopeOf(pair.old, context.diff),
      baseline: nameOf(pair.old),
      impact: measured.impact,
      message: findingMessage(
        `message ${quote(pair.old.name)} was removed${inside}`,
        measured,
        context,
        PHRASES_FOR_LOST_TYPES,
      ),
    };
  },
  fixes: (pair, context) => (pair.old === undefined ? [] : restoreType(pair.old, context)),
  witness: showLostType,
} satisfies Rule<'message'>;
