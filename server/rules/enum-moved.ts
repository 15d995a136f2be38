import { movedType } from './declared-types.ts';
import type { Rule } from './rule.ts';

export default {
  id: 'enum-moved',
  title: 'Enum was moved',
  docs: `
## What it means
An enum of the release is now declared in another package or inside another message, with the same name of its own and the same
values. Its full name changed with the place.

## Who breaks
Code that uses the generated type no longer compiles. No peer sees a difference.

## What to do instead
Moving to another file of the same package changes nothing at all. Move to another package only together with the users of the
generated code.
`,
  reference: 'https://protobuf.dev/programming-guides/proto3/#enum',
  buf: [
    'ENUM_NO_DELETE',
    'PACKAGE_ENUM_NO_DELETE',
    'FIELD_SAME_TYPE',
    'FIELD_WIRE_COMPATIBLE_TYPE',
    'FIELD_WIRE_JSON_COMPATIBLE_TYPE',
  ],
  declares: true,
  on: 'enum',
  check: movedType,
} satisfies Rule<'enum'>;
