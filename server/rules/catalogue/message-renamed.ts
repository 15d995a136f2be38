import { renamedType } from '../subjects/declared-types.ts';
import { revertTypeName } from '../fixes/names.ts';
import type { Rule } from '../rule.ts';
import { showLostType } from '../witnesses/message.ts';

export default {
  id: 'message-renamed',
  title: 'Message was renamed',
  docs: `
## What it means
A message of the release was replaced by one with another name and similar fields. A call does not carry the names of types.
Changes in the fields have their own findings.

## Who breaks
Code that uses the generated type no longer compiles. A \`google.protobuf.Any\` carries the name, so neither side can unpack what
the other packs.

## What to do instead
Keep the released name, unless the new one is worth a change in all code that uses the generated type.
`,
  reference: 'https://protobuf.dev/programming-guides/proto3/#any',
  buf: [
    'MESSAGE_NO_DELETE',
    'PACKAGE_MESSAGE_NO_DELETE',
    'FIELD_SAME_TYPE',
    'FIELD_WIRE_COMPATIBLE_TYPE',
    'FIELD_WIRE_JSON_COMPATIBLE_TYPE',
  ],
  isProtocolChange: true,
  on: 'message',
  check: renamedType,
  fixes: (pair, context) => (pair.status === 'kept' ? revertTypeName(pair.old, pair.new, context) : []),
  witness: showLostType,
} satisfies Rule<'message'>;
