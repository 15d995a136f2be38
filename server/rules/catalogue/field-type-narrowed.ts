import { revertType } from '../fixes/restore.ts';
import type { Rule } from '../rule.ts';
import { typeChange } from '../subjects/field-types.ts';
import { showField } from '../show/field.ts';

export default {
  id: 'field-type-narrowed',
  title: 'Field has a narrower type',
  docs: `
## What it means
The released type can write values that the new type cannot hold, as int64 does with int32. The other way round all is well.

## Who breaks
Peers of the release that send such a value: the new side cuts it off, or refuses it, and no sender hears of it.

## What to do instead
Keep the released type and check the range in code. If the narrower type is needed, add it as a new field.
`,
  reference: 'https://protobuf.dev/programming-guides/proto3/#updating',
  buf: ['FIELD_SAME_TYPE', 'FIELD_WIRE_COMPATIBLE_TYPE', 'FIELD_WIRE_JSON_COMPATIBLE_TYPE'],
  on: 'field',
  check: (pair, context) => typeChange('narrowed', pair, context),
  fixes: (pair, context) => (pair.status === 'kept' ? revertType(pair, context) : []),
  witness: showField,
} satisfies Rule<'field'>;
