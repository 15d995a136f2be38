import type { OptionValue } from '../../proto/tree.ts';
import { withoutLoss, NOBODY } from '../measure.ts';
import { oldOptionPlace, optionPlace } from '../subjects/options.ts';
import type { Rule } from '../rule.ts';
import { quote } from '../words.ts';

export default {
  id: 'element-deprecated',
  title: 'Element was deprecated',
  docs: `
## What it means
An element of the release is now marked \`deprecated\`. It still works, but users are asked to stop using it.

## Who breaks
Nobody. Compilers of some languages print a warning.

## What to do instead
Nothing: deprecating is the right step before a removal. Say in a comment what to use instead and when the element will be
removed.
`,
  reference: 'https://protobuf.dev/programming-guides/proto3/#options',
  buf: [],
  isProtocolChange: true,
  on: 'option',
  check(pair, context) {
    const element = pair.owner.new;
    const place = optionPlace(pair);
    if (pair.name !== 'deprecated' || element === undefined || place === undefined) return undefined;
    if (!isTrue(pair.new?.value) || isTrue(pair.old?.value)) return undefined;
    const [fullName, name] = element.kind === 'file' ? [element.path, element.path] : [element.fullName, element.name];
    return {
      element: fullName,
      place,
      baseline: oldOptionPlace(pair),
      impact: withoutLoss(NOBODY, 'same').impact,
      message: `${quote(name)} was not deprecated in ${context.words.baseline} and is deprecated now.`,
    };
  },
} satisfies Rule<'option'>;

function isTrue(value: OptionValue | undefined): boolean {
  return value?.kind === 'identifier' && value.text === 'true';
}
