import { isExtension } from '../../schema/fields.ts';
import { describe, takenFrom } from '../subjects/fields.ts';
import { withMasks } from '../subjects/masks.ts';
import { measureWhole } from '../measure.ts';
import { nameOf } from '../place.ts';
import { violated } from './reservation-violated.ts';
import type { Rule } from '../rule.ts';
import { sourceOfAdded } from '../generated-code.ts';
import { findingMessage } from '../words.ts';
import { showField } from '../witnesses/field.ts';

export default {
  id: 'field-added',
  title: 'Field was added',
  docs: `
## What it means
A message has a field that the release does not have.

## Who breaks
No peer: what worked before still works. But in binary, an old peer ignores the new field, and an old JSON parser refuses the
whole message. So an old server may ignore what a new client asks for in a binary request, without an error. If the field is a
new member of a released oneof, an exhaustive \`match\` in Rust no longer compiles. If a method carries a
\`google.protobuf.FieldMask\`, an old server refuses a mask that names the new field.

## What to do instead
Adding a field is the right way to extend a message. If the receiver must not ignore it, let the client first ask for the
server's version or capabilities. Or add a method instead: an old server refuses an unknown method, but in binary it ignores an
unknown field.
`,
  reference: 'https://protobuf.dev/programming-guides/proto3/#updating',
  buf: [],
  isProtocolChange: true,
  on: 'field',
  check(pair, context) {
    if (pair.status !== 'added' || isExtension(pair.new) || pair.new.presence === 'required') return undefined;
    if (takenFrom(pair) !== undefined || violated(pair) !== undefined) return undefined;
    const whole = measureWhole(pair, sourceOfAdded(pair), context);
    const { measured, phrases } = withMasks(pair, whole, context, {
      new: {
        dropped: (reader, writer) => `${reader} ignores it when ${writer} sends it`,
        rejected: (reader, writer) => `${reader} refuses what ${writer} sends in it`,
      },
    });
    return {
      element: pair.new.fullName,
      place: nameOf(pair.new),
      baseline: undefined,
      impact: measured.impact,
      message: findingMessage(`${describe(pair.new)} is new`, measured, context, phrases),
    };
  },
  witness: showField,
} satisfies Rule<'field'>;
