import { valueText } from '../../diff/options.ts';
import type { OptionOwner } from '../../diff/pairs.ts';
import { EXACT, loss } from '../../effects/reading.ts';
import type { JsonFormat } from '../../schema/model.ts';
import { measure, NOBODY } from '../measure.ts';
import { describeOption, oldOptionPlace, optionPlace } from '../subjects/options.ts';
import { revertOption } from '../fixes/options.ts';
import type { Rule } from '../rule.ts';
import { findingMessage } from '../words.ts';

/** `check`: the compiler's check of JSON keys. */
const OPTIONS = new Map<string, 'source' | 'wire' | 'check'>([
  ['no_standard_descriptor_accessor', 'source'],
  ['message_set_wire_format', 'wire'],
  ['features.json_format', 'check'],
  ['deprecated_legacy_json_field_conflicts', 'check'],
]);

export default {
  id: 'type-option-changed',
  title: 'Option of a message or enum changed',
  docs: `
## What it means
One of these options changed: \`message_set_wire_format\`, \`features.json_format\`, \`deprecated_legacy_json_field_conflicts\` or
\`no_standard_descriptor_accessor\`. They decide how a whole message or enum is encoded, checked or generated.

## Who breaks
\`message_set_wire_format\`: in binary, both pairings, because extensions are encoded differently. \`features.json_format\` and
\`deprecated_legacy_json_field_conflicts\`: nobody directly. They decide whether the compiler refuses two fields of a message with
the same JSON key. Without that check, such fields can be added, and then JSON loses one of the two. \`no_standard_descriptor_accessor\`:
C++ and Java code that asks the generated class for its descriptor.

## What to do instead
Restore the released option. If you need another encoding, declare another message.
`,
  reference: 'https://protobuf.dev/editions/features/#json_format',
  buf: ['MESSAGE_NO_REMOVE_STANDARD_DESCRIPTOR_ACCESSOR', 'MESSAGE_SAME_JSON_FORMAT', 'ENUM_SAME_JSON_FORMAT'],
  isProtocolChange: true,
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
      'carriers' in owner ? owner.carriers : NOBODY,
      kind === 'source' ? ['cpp', 'java'] : 'same',
      (_, encoding) => (kind === 'wire' && encoding === 'binary' ? REARRANGED : EXACT),
    );
    const wasChecked = kind === 'check' && owner.old !== undefined && isChecked(owner.old);
    const isUnchecked = wasChecked && !isChecked(element);
    return {
      element: element.kind === 'file' ? element.path : element.fullName,
      place,
      baseline: oldOptionPlace(pair),
      impact: measured.impact,
      message:
        findingMessage(describeOption(pair, context.words.baseline), measured, context) +
        (isUnchecked ? ' The compiler no longer refuses two fields with the same JSON key.' : ''),
      ...(isUnchecked ? { isAtLeastWarning: true } : {}),
    };
  },
  fixes: (pair, context) => revertOption(pair, context),
} satisfies Rule<'option'>;

function jsonFormat(element: NonNullable<OptionOwner['new']>): JsonFormat | undefined {
  return 'jsonFormat' in element ? element.jsonFormat : undefined;
}

/** Values of an enum are checked in any case. */
function isChecked(element: NonNullable<OptionOwner['new']>): boolean {
  if (element.kind === 'enum' || jsonFormat(element) !== 'ALLOW') return false;
  const legacy = element.options.get('deprecated_legacy_json_field_conflicts');
  return legacy === undefined || valueText(legacy.value) !== 'true';
}

const REARRANGED = loss('dropped', 'extensions are encoded differently');
