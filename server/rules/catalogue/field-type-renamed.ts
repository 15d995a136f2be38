import { revertType } from '../fixes/restore.ts';
import type { Rule } from '../rule.ts';
import { typeChange } from '../subjects/field-types.ts';
import { showField } from '../show/field.ts';

export default {
  id: 'field-type-renamed',
  title: 'Field has another type of the same structure',
  docs: `
## What it means
The field names another type, and each of the two reads the other exactly: messages with the same fields, enums with the same
values. The name of a type is not part of the binary encoding.

## Who breaks
No peer. Code that names the generated type no longer compiles.

## What to do instead
Nothing, if the new type is meant. Both types must now change together for as long as the release is supported; using the released
type in both places is safer.
`,
  reference: 'https://protobuf.dev/programming-guides/proto3/#updating',
  buf: ['FIELD_SAME_TYPE', 'FIELD_WIRE_COMPATIBLE_TYPE', 'FIELD_WIRE_JSON_COMPATIBLE_TYPE'],
  on: 'field',
  check: (pair, context) => typeChange('renamed', pair, context),
  fixes: (pair, context) => (pair.status === 'kept' ? revertType(pair, context) : []),
  witness: showField,
} satisfies Rule<'field'>;
