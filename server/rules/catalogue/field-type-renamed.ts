import { revertType } from '../fixes/fields.ts';
import type { Rule } from '../rule.ts';
import { typeChange } from '../subjects/field-types.ts';
import { showField } from '../witnesses/field.ts';

export default {
  id: 'field-type-renamed',
  title: 'Field has another type with the same structure',
  docs: `
## What it means
The field has another type, and each type can read the other exactly: messages with the same fields, or enums with the same
values. The binary encoding does not carry the name of a type.

## Who breaks
No peer. Code that uses the name of the generated type no longer compiles.

## What to do instead
Nothing, if the new type is intended. Both types must change together for as long as the release is supported, so using the
released type in both places is safer.
`,
  reference: 'https://protobuf.dev/programming-guides/proto3/#updating',
  buf: ['FIELD_SAME_TYPE', 'FIELD_WIRE_COMPATIBLE_TYPE', 'FIELD_WIRE_JSON_COMPATIBLE_TYPE'],
  on: 'field',
  check: (pair, context) => typeChange('renamed', pair, context),
  fixes: (pair, context) => (pair.status === 'kept' ? revertType(pair, context) : []),
  witness: showField,
} satisfies Rule<'field'>;
