import { EXACT } from '../../effects/reading.ts';
import { measure, measureValue } from '../measure.ts';
import { nameOf } from '../place.ts';
import { addAlias, revertValueName } from '../fixes/enum-values.ts';
import type { Rule } from '../rule.ts';
import { quote, findingMessage } from '../words.ts';
import { showEnumValue } from '../witnesses/enum.ts';

export default {
  id: 'enum-value-renamed',
  title: 'Enum value was renamed',
  docs: `
## What it means
A number of the enum has another name than in the release. The binary encoding carries only the number.

## Who breaks
Code that uses the value no longer compiles. JSON and the text format write values by name, so each side refuses the other's
name. If the new name has another meaning, each side misinterprets the other's value in binary, without any error.

## What to do instead
Keep the released name, and add the new name below it as an alias (\`option allow_alias = true\`).
`,
  reference: 'https://protobuf.dev/programming-guides/proto3/#enum',
  buf: ['ENUM_VALUE_SAME_NAME', 'ENUM_VALUE_NO_DELETE_UNLESS_NAME_RESERVED'],
  isProtocolChange: true,
  on: 'enumValue',
  check(pair, context) {
    if (pair.status !== 'kept' || pair.match !== 'renamed') return undefined;
    const { read } = measureValue(pair, 'breaks', context);
    // Binary peers see only the number, which did not change.
    const measured = measure(pair.parent.carriers, 'breaks', (writer, encoding) =>
      encoding === 'binary' ? EXACT : read(writer, encoding),
    );
    return {
      element: pair.new.fullName,
      place: nameOf(pair.new),
      baseline: nameOf(pair.old),
      impact: measured.impact,
      message: findingMessage(
        `${quote(pair.old.name)} was renamed to ${quote(pair.new.name)}; its number is still ${String(pair.new.number)}`,
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
