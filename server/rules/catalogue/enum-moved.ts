import { movedType } from '../subjects/declared-types.ts';
import type { Rule } from '../rule.ts';

export default {
  id: 'enum-moved',
  title: 'Enum was moved',
  docs: `
## What it means
An enum of the release is now declared in another package, inside a message, or in another file. Its short name is the same. If
its full name changed, most of its values are the same. If it moved to another file, that file's options may change the
generated code.

## Who breaks
Code that uses the generated type no longer compiles. In Go, this happens if \`go_package\` or the enclosing message changed; in
Python and TypeScript, if the file or the enclosing message changed; in Rust, if the file or the full name changed. Peers see no
difference in the name. Changes in the values have their own findings.

## What to do instead
A move to another file of the same package is safe for peers: give that file the same options, and update the users of the
generated code at the same time. A move to another package changes the full name: treat it as a rename.
`,
  reference: 'https://protobuf.dev/programming-guides/proto3/#enum',
  buf: [
    'ENUM_NO_DELETE',
    'PACKAGE_ENUM_NO_DELETE',
    'FIELD_SAME_TYPE',
    'FIELD_WIRE_COMPATIBLE_TYPE',
    'FIELD_WIRE_JSON_COMPATIBLE_TYPE',
  ],
  isProtocolChange: true,
  on: 'enum',
  check: movedType,
} satisfies Rule<'enum'>;
