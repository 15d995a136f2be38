import { movedType } from '../subjects/declared-types.ts';
import type { Rule } from '../rule.ts';
import { showLostType } from '../witnesses/message.ts';

export default {
  id: 'message-moved',
  title: 'Message was moved',
  docs: `
## What it means
A message of the release is now declared in another package, message or file. Its short name is the same. With another full
name, it counts as the same message only if its fields are similar.

## Who breaks
Code that uses the generated type, if it is generated in another place. In Go, the place depends on \`go_package\` and the
enclosing message; in Python and TypeScript, on the file and the enclosing message; in Rust, on the file and the full name.
Other options of the new file may change the generated code, too. A \`google.protobuf.Any\` carries the full name: if it changed,
neither side can unpack what the other packs. Changes in the fields have their own findings.

## What to do instead
A move to another file is safe for peers if the full name stays the same. Give that file the same options, and update the users
of the generated code at the same time. If the full name changes, treat the move as a rename.
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
  check: movedType,
  witness: showLostType,
} satisfies Rule<'message'>;
