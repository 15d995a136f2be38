import { EXACT } from '../../effects/reading.ts';
import { measure, measureValue } from '../measure.ts';
import { nameOf } from '../place.ts';
import { addAlias, revertValueName } from '../fixes/restore.ts';
import type { Rule } from '../rule.ts';
import { quote, tell } from '../words.ts';
import { showEnumValue } from '../show/enum.ts';

export default {
  id: 'enum-value-renamed',
  title: 'Enum value was renamed',
  docs: `
## What it means
A number of the enum has another name than in the release. In binary only the number is sent.

## Who breaks
Code that uses the value no longer compiles. In JSON and the text format values are written by name, and a peer of the release
refuses the new one. If the new name means something else, every reader of the release gets it wrong.

## What to do instead
Add the new name as an alias (\`option allow_alias = true\`) behind the released one, or keep the released name.
`,
  reference: 'https://protobuf.dev/programming-guides/proto3/#enum',
  buf: ['ENUM_VALUE_SAME_NAME', 'ENUM_VALUE_NO_DELETE_UNLESS_NAME_RESERVED'],
  declares: true,
  on: 'enumValue',
  check(pair, context) {
    if (pair.status !== 'kept' || pair.match !== 'renamed') return undefined;
    const { read } = measureValue(pair, 'breaks', context);
    // The number stayed, and is all that binary peers see.
    const measured = measure(pair.parent.role, 'breaks', (writer, encoding) =>
      encoding === 'binary' ? EXACT : read(writer, encoding),
    );
    return {
      element: pair.new.fullName,
      place: nameOf(pair.new),
      baseline: nameOf(pair.old),
      impact: measured.impact,
      message: tell(
        `${quote(pair.old.name)} is called ${quote(pair.new.name)} now; its number ${String(pair.new.number)} stayed`,
        measured,
        context,
      ),
    };
  },
  fixes: (pair, context) =>
    pair.status === 'kept'
      ? [...addAlias(pair.old, pair.new, context), ...revertValueName(pair.old, pair.new, context)]
      : [],
  witness: showEnumValue,
} satisfies Rule<'enumValue'>;
