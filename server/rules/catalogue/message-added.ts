import { addedType } from '../subjects/declared-types.ts';
import type { Rule } from '../rule.ts';

export default {
  id: 'message-added',
  title: 'Message was added',
  docs: `
## What it means
The files declare a message that the release does not have.

## Who breaks
Nobody: by itself a message is sent nowhere. What it does to peers is told at the field or the method that carries it.

## What to do instead
Nothing. Adding types is how a protocol grows.
`,
  reference: 'https://protobuf.dev/programming-guides/proto3/#simple',
  buf: [],
  declares: true,
  on: 'message',
  check: addedType,
} satisfies Rule<'message'>;
