import { renamedType } from '../subjects/declared-types.ts';
import { revertTypeName } from '../fixes/names.ts';
import type { Rule } from '../rule.ts';

export default {
  id: 'enum-renamed',
  title: 'Enum was renamed',
  docs: `
## What it means
An enum of the release was replaced by one with another name and mostly the same values. Messages do not carry the names of
enums.

## Who breaks
Code that uses the generated type no longer compiles. Peers see no difference in the name. Changes in the values have their own
findings.

## What to do instead
Keep the released name, unless the new one is worth a change in all code that uses the generated type.
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
  check: renamedType,
  fixes: (pair, context) => (pair.status === 'kept' ? revertTypeName(pair.old, pair.new, context) : []),
} satisfies Rule<'enum'>;
