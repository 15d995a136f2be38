import { renamedType } from '../subjects/declared-types.ts';
import { revertTypeName } from '../fixes/restore.ts';
import type { Rule } from '../rule.ts';
import { showLostType } from '../show/message.ts';

export default {
  id: 'message-renamed',
  title: 'Message was renamed',
  docs: `
## What it means
A message of the release is gone, and one of another name with the same fields stands in its place. Names of types are not
part of what a call carries.

## Who breaks
Code that uses the generated type no longer compiles. Inside a \`google.protobuf.Any\` the name is on the wire, and peers of the release look for the old one.

## What to do instead
Keep the released name unless the new one is worth a change in every user of the generated code.
`,
  reference: 'https://protobuf.dev/programming-guides/proto3/#any',
  buf: [
    'MESSAGE_NO_DELETE',
    'PACKAGE_MESSAGE_NO_DELETE',
    'FIELD_SAME_TYPE',
    'FIELD_WIRE_COMPATIBLE_TYPE',
    'FIELD_WIRE_JSON_COMPATIBLE_TYPE',
  ],
  declares: true,
  on: 'message',
  check: renamedType,
  fixes: (pair, context) => (pair.status === 'kept' ? revertTypeName(pair.old, pair.new, context) : []),
  witness: showLostType,
} satisfies Rule<'message'>;
