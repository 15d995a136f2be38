import { movedType } from './declared-types.ts';
import type { Rule } from './rule.ts';

export default {
  id: 'message-moved',
  title: 'Message was moved',
  docs: `
## What it means
A message of the release is now declared in another package or inside another message, with the same name of its own and the same
fields. Its full name changed with the place.

## Who breaks
Code that uses the generated type no longer compiles. Inside a \`google.protobuf.Any\` the full name is on the wire, and peers of the release look for the old one.

## What to do instead
Moving to another file of the same package changes nothing at all. Move to another package only together with the users of the
generated code.
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
  check: movedType,
} satisfies Rule<'message'>;
