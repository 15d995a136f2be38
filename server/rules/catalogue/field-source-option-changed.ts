import { withoutLoss, NOBODY } from '../measure.ts';
import { describeOption, oldOptionPlace, optionPlace, sharedOption } from '../subjects/options.ts';
import { revertOption } from '../fixes/options.ts';
import type { Rule } from '../rule.ts';
import { sourceOfOption } from '../generated-code.ts';
import { quote } from '../words.ts';

const OPTIONS = /^(?:jstype|ctype|weak|features\.\(pb\.\w+\)\.\w+|\(gogoproto\.\w+\))$/;

export default {
  id: 'field-source-option-changed',
  title: 'Option that affects a generated field changed',
  docs: `
## What it means
An option such as \`jstype\`, \`ctype\`, \`features.(pb.cpp).string_type\` or one of gogoproto's was added, removed or changed. It
changes the code that is generated for the field, but not how the field is encoded.

## Who breaks
Code that uses the generated field may no longer compile.

## What to do instead
Restore the released option, or announce the change to users of the generated code.
`,
  reference: 'https://protobuf.dev/programming-guides/proto3/#options',
  buf: ['FIELD_SAME_JSTYPE', 'FIELD_SAME_CPP_STRING_TYPE', 'FIELD_SAME_JAVA_UTF8_VALIDATION'],
  on: 'option',
  check(pair, context) {
    const place = optionPlace(pair);
    const field = pair.owner.new;
    if (place === undefined || field?.kind !== 'field' || !OPTIONS.test(pair.name)) return undefined;
    return {
      element: field.fullName,
      place,
      baseline: oldOptionPlace(pair),
      impact: withoutLoss(NOBODY, sourceOfOption(pair.name)).impact,
      message: `${describeOption(pair, context.words.baseline)}: the code generated for ${quote(field.name)} changes.`,
      shared: sharedOption(pair, 'field', 'the code generated for them changes'),
    };
  },
  fixes: (pair, context) => revertOption(pair, context),
} satisfies Rule<'option'>;
