import { addedType } from '../subjects/declared-types.ts';
import type { Rule } from '../rule.ts';

export default {
  id: 'enum-added',
  title: 'Enum was added',
  docs: `
## What it means
The files declare an enum that the release does not have.

## Who breaks
Nobody: by itself an enum is sent nowhere. What it does to peers is told at the field or the method that carries it.

## What to do instead
Nothing. Adding types is how a protocol grows.
`,
  reference: 'https://protobuf.dev/programming-guides/proto3/#enum',
  buf: [],
  declares: true,
  on: 'enum',
  check: addedType,
} satisfies Rule<'enum'>;
