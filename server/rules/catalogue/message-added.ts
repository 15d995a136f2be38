import { addedType } from '../subjects/declared-types.ts';
import type { Rule } from '../rule.ts';

export default {
  id: 'message-added',
  title: 'Message was added',
  docs: `
## What it means
The files declare a message that the release does not have.

## Who breaks
Nobody: a message that no field or method uses is never sent. Its effect on peers is reported at the field or method that uses
it.

## What to do instead
Nothing. Adding types is the normal way to extend a protocol.
`,
  reference: 'https://protobuf.dev/programming-guides/proto3/#simple',
  buf: [],
  isProtocolChange: true,
  on: 'message',
  check: addedType,
} satisfies Rule<'message'>;
