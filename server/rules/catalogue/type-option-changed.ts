import { valueText } from '../../diff/options.ts';
import type { OptionOwner, OptionPair } from '../../diff/pairs.ts';
import { EXACT, loss } from '../../effects/reading.ts';
import { measure, NOBODY } from '../measure.ts';
import { describeOption, oldOptionPlace, optionPlace } from '../subjects/options.ts';
import { revertOption } from '../fixes/restore.ts';
import type { Rule } from '../rule.ts';
import { tell } from '../words.ts';

/** What each option changes: generated code, how the type is written, or what the compiler checks about its JSON. */
const OPTIONS = new Map<string, 'source' | 'wire' | 'check'>([
  ['no_standard_descriptor_accessor', 'source'],
  ['message_set_wire_format', 'wire'],
  ['features.json_format', 'check'],
  ['deprecated_legacy_json_field_conflicts', 'check'],
]);

export default {
  id: 'type-option-changed',
  title: 'Option that changes a message or an enum as a whole',
  docs: `
## What it means
One of the options changed that say how a whole message or enum is encoded or generated: \`message_set_wire_format\`,
\`features.json_format\`, \`deprecated_legacy_json_field_conflicts\` or \`no_standard_descriptor_accessor\`.

## Who breaks
With \`message_set_wire_format\`, both pairings: extensions are laid out in another way. With the two about JSON, nobody by itself:
they say whether the compiler refuses two fields that share a key. Without that check one of the two is lost once there are such
fields. With the last one, C++ and Java code that asks the generated class for its descriptor.

## What to do instead
Put the released option back. For another encoding, declare another message.
`,
  reference: 'https://protobuf.dev/editions/features/#json_format',
  buf: ['MESSAGE_NO_REMOVE_STANDARD_DESCRIPTOR_ACCESSOR', 'MESSAGE_SAME_JSON_FORMAT', 'ENUM_SAME_JSON_FORMAT'],
  declares: true,
  on: 'option',
  check(pair, context) {
    const kind = OPTIONS.get(pair.name);
    const place = optionPlace(pair);
    const { owner } = pair;
    const element = owner.new;
    if (kind === undefined || place === undefined || element === undefined) return undefined;
    if (element.kind !== 'message' && element.kind !== 'enum' && element.kind !== 'file') return undefined;
    if (
      pair.name === 'features.json_format' &&
      owner.old !== undefined &&
      jsonFormat(owner.old) === jsonFormat(element)
    )
      return undefined;
    const measured = measure(
      'role' in owner ? owner.role : NOBODY,
      kind === 'source' ? ['cpp', 'java'] : 'same',
      (_, encoding) => (kind === 'wire' && encoding === 'binary' ? REARRANGED : EXACT),
    );
    const isUnchecked = kind === 'check' && !isChecked(element, pair);
    return {
      element: element.kind === 'file' ? element.path : element.fullName,
      place,
      baseline: oldOptionPlace(pair),
      impact: measured.impact,
      message:
        tell(describeOption(pair, context.words.baseline), measured, context) +
        (isUnchecked ? ' Nothing refuses two fields any more that share a key in JSON.' : ''),
      ...(isUnchecked ? { warns: true } : {}),
    };
  },
  fixes: (pair, context) => revertOption(pair, context),
} satisfies Rule<'option'>;

/** As resolved: an edition may have to say what the syntax before it had without saying so. */
function jsonFormat(element: NonNullable<OptionOwner['new']>): string | undefined {
  if ('jsonFormat' in element) return element.jsonFormat;
  if (element.kind !== 'file') return undefined;
  const option = element.options.get('features.json_format');
  if (option !== undefined) return valueText(option.value);
  return element.edition === 'proto2' ? 'LEGACY_BEST_EFFORT' : 'ALLOW';
}

/** Whether the compiler sees to it that each key means one field. */
function isChecked(element: NonNullable<OptionOwner['new']>, { name, new: edited }: OptionPair): boolean {
  if (name === 'features.json_format') return jsonFormat(element) === 'ALLOW';
  return edited === undefined || valueText(edited.value) !== 'true';
}

const REARRANGED = loss('dropped', 'extensions are laid out in another way');
