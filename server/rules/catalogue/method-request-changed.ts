import { otherMessage } from '../subjects/calls.ts';
import { revertMethodType } from '../fixes/restore.ts';
import type { Rule } from '../rule.ts';
import { REQUEST } from '../measure.ts';
import { showMessages } from '../show/message.ts';

export default {
  id: 'method-request-changed',
  title: 'Method has another request type',
  docs: `
## What it means
A method's request is another message than in the release. Names of messages are not on the wire, so the two are compared by
their fields: the finding says what each side makes of the other's.

## Who breaks
As much as the fields differ: with the same fields nobody but code that names the generated type; with others, what is not
understood is ignored or misread.

## What to do instead
Change the released message by adding fields, or add a method with the new request.
`,
  reference: 'https://protobuf.dev/programming-guides/proto3/#services',
  buf: ['RPC_SAME_REQUEST_TYPE'],
  on: 'method',
  check: (pair, context) => otherMessage('input', pair, context),
  fixes: (pair, context) => (pair.status === 'kept' ? revertMethodType(pair.old, pair.new, 'input', context) : []),
  witness: ({ old, new: edited }, scenario) => showMessages(old?.input, edited?.input, REQUEST, scenario),
} satisfies Rule<'method'>;
