import { revertType } from '../fixes/fields.ts';
import type { Rule } from '../rule.ts';
import { typeChange } from '../subjects/field-types.ts';
import { showField } from '../witnesses/field.ts';

export default {
  id: 'field-type-widened',
  title: 'Field has a wider type',
  docs: `
## What it means
In binary, the new type can read everything that the released type writes, for example int32 changed to int64, or string to
bytes. The released type cannot read everything that the new type writes.

## Who breaks
In binary, what worked still works. Only values that the released type cannot hold are a problem for an old peer. It may
truncate or ignore a number that does not fit, have no name for an enum value, or refuse a string that is not valid UTF-8. Types
that read each other in binary may refuse or misread each other in JSON, for example bool and int32, or string and bytes (text
is taken for base64). Code that uses the generated field may no longer compile.

## What to do instead
Send values outside the released range only to peers that are known to be new. Or add a new field with the wider type.
`,
  reference: 'https://protobuf.dev/programming-guides/proto3/#updating',
  buf: ['FIELD_SAME_TYPE', 'FIELD_WIRE_COMPATIBLE_TYPE', 'FIELD_WIRE_JSON_COMPATIBLE_TYPE'],
  on: 'field',
  check: (pair, context) => typeChange('widened', pair, context),
  fixes: (pair, context) => (pair.status === 'kept' ? revertType(pair, context) : []),
  witness: showField,
} satisfies Rule<'field'>;
