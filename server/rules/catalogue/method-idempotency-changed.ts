import { CALL, harmless } from '../measure.ts';
import { describeOption, oldOptionPlace, optionPlace } from '../subjects/options.ts';
import { revertOption } from '../fixes/restore.ts';
import type { Rule } from '../rule.ts';
import { quote } from '../words.ts';

export default {
  id: 'method-idempotency-changed',
  title: 'Method makes another promise about being repeated',
  docs: `
## What it means
\`idempotency_level\` came, went or changed. It tells clients, proxies and generators whether a call may be repeated or sent as a
cacheable GET.

## Who breaks
Nothing on the wire of gRPC. A client of the release goes on repeating calls that it was told it may repeat; with Connect, a method
that is no longer free of side effects stops answering GET.

## What to do instead
Only ever promise more. To take a promise back, add a method without it.
`,
  reference: 'https://protobuf.dev/programming-guides/proto3/#services',
  buf: ['RPC_SAME_IDEMPOTENCY_LEVEL'],
  declares: true,
  on: 'option',
  check(pair, context) {
    const method = pair.owner.new;
    const place = optionPlace(pair);
    if (method?.kind !== 'method' || place === undefined || pair.name !== 'idempotency_level') return undefined;
    return {
      element: method.fullName,
      place,
      baseline: oldOptionPlace(pair),
      impact: harmless(CALL, 'same').impact,
      message: `${describeOption(pair, context.words.baseline)}: clients of ${context.words.baseline} go by what they were told about ${quote(method.name)}.`,
    };
  },
  fixes: (pair, context) => revertOption(pair, context),
} satisfies Rule<'option'>;
