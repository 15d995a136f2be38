import { revertType } from '../fixes/fields.ts';
import type { Rule } from '../rule.ts';
import { typeChange } from '../subjects/field-types.ts';
import { showField } from '../witnesses/field.ts';

export default {
  id: 'field-type-renamed',
  title: 'Field has another type with the same structure',
  docs: `
## What it means
The field has another type. In binary, each type can read the other exactly: usually messages with the same fields, or enums
with the same values. The binary encoding does not carry the name of a type.

## Who breaks
In binary, nobody, unless a method carries a \`google.protobuf.FieldMask\`: a server refuses a mask with an inner field that its
own type does not have. In JSON, the two types may have different forms, for example \`Timestamp\` and \`Duration\`: then each side
refuses the other's form. Code that uses the name of the generated type may no longer compile.

## What to do instead
Nothing, if the new type is intended. As long as the release is supported, the new type must stay compatible with the released
one, so keeping the released type is safer.
`,
  reference: 'https://protobuf.dev/programming-guides/proto3/#updating',
  buf: ['FIELD_SAME_TYPE', 'FIELD_WIRE_COMPATIBLE_TYPE', 'FIELD_WIRE_JSON_COMPATIBLE_TYPE'],
  on: 'field',
  check: (pair, context) => typeChange('renamed', pair, context),
  fixes: (pair, context) => (pair.status === 'kept' ? revertType(pair, context) : []),
  witness: showField,
} satisfies Rule<'field'>;
