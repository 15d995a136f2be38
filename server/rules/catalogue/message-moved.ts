import { movedType } from '../subjects/declared-types.ts';
import type { Rule } from '../rule.ts';
import { showLostType } from '../witnesses/message.ts';

export default {
  id: 'message-moved',
  title: 'Message was moved',
  docs: `
## What it means
A message of the release is now declared in another place: in another package, inside or outside of another message, or in
another file. Its short name is the same. If its full name changed, its fields are similar.

## Who breaks
Code that uses the generated type no longer compiles: in Go, if \`go_package\` or the enclosing message changed; in Python and
TypeScript, if the file or the enclosing message changed; in Rust, if the file or the full name changed. If the options of the
new file differ, they may change the generated code, too. A \`google.protobuf.Any\` carries the full name: if it changed, neither
side can unpack what the other packs. Changes in the fields have their own findings.

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
