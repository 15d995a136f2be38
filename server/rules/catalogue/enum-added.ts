import { addedType } from '../subjects/declared-types.ts';
import type { Rule } from '../rule.ts';

export default {
  id: 'enum-added',
  title: 'Enum was added',
  docs: `
## What it means
The files declare an enum that the release does not have.

## Who breaks
Nobody: no released program knows the enum. A new field that could send it to an old peer has its own finding.

## What to do instead
Nothing. Adding types is the normal way to extend a protocol.
`,
  reference: 'https://protobuf.dev/programming-guides/proto3/#enum',
  buf: [],
  isProtocolChange: true,
  on: 'enum',
  check: addedType,
} satisfies Rule<'enum'>;
