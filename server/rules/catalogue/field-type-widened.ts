import { revertType } from '../fixes/restore.ts';
import type { Rule } from '../rule.ts';
import { typeChange } from '../subjects/field-types.ts';
import { showField } from '../show/field.ts';

export default {
  id: 'field-type-widened',
  title: 'Field has a wider type',
  docs: `
## What it means
The new type takes in everything that the released type can write, as int64 does with int32, or bytes with string. The other way
round it does not.

## Who breaks
What worked keeps working. A peer of the release misreads only values that its own type could not express: a number that does not
fit is cut off silently, a string may not be valid. Code that uses the generated field may no longer compile.

## What to do instead
Send values outside the released range only to peers that are known to be new, or add a new field of the wider type.
`,
  reference: 'https://protobuf.dev/programming-guides/proto3/#updating',
  buf: ['FIELD_SAME_TYPE', 'FIELD_WIRE_COMPATIBLE_TYPE', 'FIELD_WIRE_JSON_COMPATIBLE_TYPE'],
  on: 'field',
  check: (pair, context) => typeChange('widened', pair, context),
  fixes: (pair, context) => (pair.status === 'kept' ? revertType(pair, context) : []),
  witness: showField,
} satisfies Rule<'field'>;
