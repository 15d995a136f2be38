import { otherMessage } from '../subjects/calls.ts';
import { revertMethodType } from '../fixes/declarations.ts';
import type { Rule } from '../rule.ts';
import { RESPONSE } from '../measure.ts';
import { showMessages } from '../witnesses/message.ts';

export default {
  id: 'method-response-changed',
  title: 'Response type of a method changed',
  docs: `
## What it means
The response of a method is another message than in the release. The names of messages are not on the wire, so the two are
compared field by field: the finding says what each side makes of the other's response.

## Who breaks
That depends on the fields. If they are the same, only code that uses the name of the generated type. Otherwise, in binary the
receiver ignores or misreads what it does not understand, and it refuses a message that lacks one of its required fields. A JSON
parser refuses keys and forms that it does not know.

## What to do instead
Add fields to the released message, or add a method with the new response.
`,
  reference: 'https://protobuf.dev/programming-guides/proto3/#services',
  buf: ['RPC_SAME_RESPONSE_TYPE'],
  on: 'method',
  check: (pair, context) => otherMessage('output', pair, context),
  fixes: (pair, context) => (pair.status === 'kept' ? revertMethodType(pair.old, pair.new, 'output', context) : []),
  witness: ({ old, new: edited }, scenario) => showMessages(old?.output, edited?.output, RESPONSE, scenario),
} satisfies Rule<'method'>;
