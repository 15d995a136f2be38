import { withoutLoss } from '../measure.ts';
import { nameOf } from '../place.ts';
import { revertName } from '../fixes/names.ts';
import type { Rule } from '../rule.ts';
import { sourceOfName } from '../generated-code.ts';
import { quote } from '../words.ts';

export default {
  id: 'oneof-renamed',
  title: 'Oneof was renamed',
  docs: `
## What it means
Most members of a oneof are now in a oneof with another name. Neither binary nor JSON carries the name of a oneof.

## Who breaks
Only code that uses the generated oneof: it no longer compiles, except in languages that spell both names the same way.

## What to do instead
Nothing, if the new name is worth it. Otherwise, restore the released name.
`,
  reference: 'https://protobuf.dev/programming-guides/proto3/#oneof',
  buf: ['ONEOF_NO_DELETE', 'FIELD_SAME_ONEOF'],
  isProtocolChange: true,
  on: 'oneof',
  check(pair) {
    if (pair.status !== 'kept' || pair.old.name === pair.new.name) return undefined;
    return {
      element: pair.new.fullName,
      place: nameOf(pair.new),
      baseline: nameOf(pair.old),
      impact: withoutLoss(pair.parent.carriers, sourceOfName(pair.old.name, pair.new.name)).impact,
      message: `oneof ${quote(pair.old.name)} was renamed to ${quote(pair.new.name)}. Peers see no difference.`,
    };
  },
  fixes: (pair, context) => (pair.status === 'kept' ? revertName(pair.old, pair.new, context) : []),
} satisfies Rule<'oneof'>;
