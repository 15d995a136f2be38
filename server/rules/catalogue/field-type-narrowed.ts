import { revertType } from '../fixes/fields.ts';
import type { Rule } from '../rule.ts';
import { typeChange } from '../subjects/field-types.ts';
import { showField } from '../witnesses/field.ts';

export default {
  id: 'field-type-narrowed',
  title: 'Field has a narrower type',
  docs: `
## What it means
In binary, the released type can write values that do not fit into the new type, for example int64 changed to int32. The
released type can read everything that the new type writes.

## Who breaks
In binary, old peers that send such a value: the new side truncates or ignores it without an error, has no name for it (an
enum), or refuses the whole message. In JSON, it refuses a number that does not fit. Types that read each other in binary may
refuse or misread each other in JSON, for example bool and int32, or string and bytes (text is taken for base64). Code that uses
the generated field may no longer compile.

## What to do instead
Keep the released type and check the range in code. If you need the narrower type, add it as a new field.
`,
  reference: 'https://protobuf.dev/programming-guides/proto3/#updating',
  buf: ['FIELD_SAME_TYPE', 'FIELD_WIRE_COMPATIBLE_TYPE', 'FIELD_WIRE_JSON_COMPATIBLE_TYPE'],
  on: 'field',
  check: (pair, context) => typeChange('narrowed', pair, context),
  fixes: (pair, context) => (pair.status === 'kept' ? revertType(pair, context) : []),
  witness: showField,
} satisfies Rule<'field'>;
