import { withoutLoss } from '../measure.ts';
import { nameOf, scopeOf } from '../place.ts';
import { restoreType } from '../fixes/declarations.ts';
import type { Rule } from '../rule.ts';
import { quote } from '../words.ts';

export default {
  id: 'enum-removed',
  title: 'Enum was removed',
  docs: `
## What it means
An enum of the release was removed, and no single new enum clearly replaces it. Changes in the fields that used it are reported
separately.

## Who breaks
Code that uses the generated type no longer compiles.

## What to do instead
Mark it \`option deprecated = true\` and keep it until no supported release uses it.
`,
  reference: 'https://protobuf.dev/programming-guides/enum/',
  buf: ['ENUM_NO_DELETE', 'PACKAGE_ENUM_NO_DELETE'],
  isProtocolChange: true,
  deletes: 'enum',
  on: 'enum',
  check(pair, context) {
    if (pair.status !== 'removed' || pair.covered || pair.folded) return undefined;
    return {
      element: pair.old.fullName,
      place: scopeOf(pair.old, context.diff),
      baseline: nameOf(pair.old),
      impact: withoutLoss(pair.carriers, 'breaks').impact,
      message: `enum ${quote(pair.old.name)} was removed.`,
    };
  },
  fixes: (pair, context) => (pair.old === undefined ? [] : restoreType(pair.old, context)),
} satisfies Rule<'enum'>;
