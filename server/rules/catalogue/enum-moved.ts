import { movedType } from '../subjects/declared-types.ts';
import type { Rule } from '../rule.ts';

export default {
  id: 'enum-moved',
  title: 'Enum was moved',
  docs: `
## What it means
An enum of the release is now declared in another package, message or file. Its short name is the same. With another full name,
it counts as the same enum only if most of its values are the same.

## Who breaks
Code that uses the generated type, if it is generated in another place. In Go, the place depends on \`go_package\` and the
enclosing message; in Python and TypeScript, on the file and the enclosing message; in Rust, on the file and the full name.
Other options of the new file may change the generated code, too. Peers see no difference in the name. Changes in the values
have their own findings.

## What to do instead
Keep the enum where it is, unless the new place is worth a change in all code that uses the generated type. If you move it to
another file, give that file the same options.
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
