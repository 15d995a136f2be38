import { CALL, withoutLoss } from '../measure.ts';
import { describeOption, oldOptionPlace, optionPlace } from '../subjects/options.ts';
import { revertOption } from '../fixes/options.ts';
import type { Rule } from '../rule.ts';
import { quote } from '../words.ts';

export default {
  id: 'method-idempotency-changed',
  title: 'Method idempotency level changed',
  docs: `
## What it means
\`idempotency_level\` was added, removed or changed. It says whether clients and proxies may repeat a call or send it as a
cacheable GET.

## Who breaks
Nothing changes on the wire of gRPC. But an old client keeps repeating calls that it was allowed to repeat. With Connect, a
method that may now have side effects no longer answers GET.

## What to do instead
Do not change a released method from \`NO_SIDE_EFFECTS\` to another level, or from \`IDEMPOTENT\` to \`IDEMPOTENCY_UNKNOWN\`. Add
a method with the new level instead.
`,
  reference: 'https://protobuf.dev/programming-guides/proto3/#services',
  buf: ['RPC_SAME_IDEMPOTENCY_LEVEL'],
  isProtocolChange: true,
  on: 'option',
  check(pair, context) {
    const method = pair.owner.new;
    const place = optionPlace(pair);
    if (method?.kind !== 'method' || place === undefined || pair.name !== 'idempotency_level') return undefined;
    return {
      element: method.fullName,
      place,
      baseline: oldOptionPlace(pair),
      impact: withoutLoss(CALL, 'same').impact,
      message: `${describeOption(pair, context.words.baseline)}: clients of ${context.words.baseline} still use the old level of ${quote(method.name)}.`,
    };
  },
  fixes: (pair, context) => revertOption(pair, context),
} satisfies Rule<'option'>;
