import { revertType } from '../fixes/fields.ts';
import type { Rule } from '../rule.ts';
import { typeChange } from '../subjects/field-types.ts';
import { showField } from '../witnesses/field.ts';

export default {
  id: 'field-type-changed',
  title: 'Field has an incompatible type',
  docs: `
## What it means
Neither type can read everything that the other writes. Depending on the types, a reader ignores a value, refuses the message,
or reads a wrong value without an error; the finding says which. Whether two types are compatible is decided for binary; in
JSON, they may read each other.

## Who breaks
Both pairings, as soon as a value is sent that the two types encode differently.

## What to do instead
Keep the released field and add a new one with the new type and a new number. Fill both for as long as the release is supported,
and deprecate the old one.
`,
  reference: 'https://protobuf.dev/programming-guides/proto3/#updating',
  buf: ['FIELD_SAME_TYPE', 'FIELD_WIRE_COMPATIBLE_TYPE', 'FIELD_WIRE_JSON_COMPATIBLE_TYPE'],
  on: 'field',
  check: (pair, context) => typeChange('changed', pair, context),
  fixes: (pair, context) => (pair.status === 'kept' ? revertType(pair, context) : []),
  witness: showField,
} satisfies Rule<'field'>;
