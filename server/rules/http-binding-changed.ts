import { EXACT, loss } from '../effects/reading.ts';
import { CALL, measure } from './measure.ts';
import { describeOption, oldOptionPlace, optionPlace } from './options.ts';
import { revertOption } from './restore.ts';
import type { Rule } from './rule.ts';
import { quote } from './words.ts';

export default {
  id: 'http-binding-changed',
  title: 'Method has another HTTP address',
  docs: `
## What it means
\`(google.api.http)\` of a method went or changed: the verb, the path or the body that a gateway serves it under.

## Who breaks
Clients that use HTTP and JSON: the new gateway does not know their address any more. gRPC clients notice nothing.

## What to do instead
Add the new address as one of \`additional_bindings\` and keep the released one.
`,
  reference: 'https://google.aip.dev/127',
  buf: [],
  declares: true,
  on: 'option',
  check(pair, context) {
    const method = pair.owner.new;
    const place = optionPlace(pair);
    if (method?.kind !== 'method' || place === undefined || pair.name !== '(google.api.http)') return undefined;
    const isNew = pair.status === 'added';
    const measured = measure(CALL, 'same', (_, encoding) =>
      encoding === 'binary' || isNew ? EXACT : loss('rejected', 'the gateway does not know the address'),
    );
    const fact = describeOption(pair, context.words.baseline);
    return {
      element: method.fullName,
      place,
      baseline: oldOptionPlace(pair),
      impact: measured.impact,
      message: isNew
        ? `${fact}.`
        : `${fact}: an HTTP client of ${context.words.baseline} no longer finds ${quote(method.name)}.`,
      ...(isNew ? {} : { warns: true }),
    };
  },
  fixes: (pair, context) => revertOption(pair, context),
} satisfies Rule<'option'>;
