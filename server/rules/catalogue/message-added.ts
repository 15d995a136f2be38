import { addedType } from '../subjects/declared-types.ts';
import type { Rule } from '../rule.ts';

export default {
  id: 'message-added',
  title: 'Message was added',
  docs: `
## What it means
The files declare a message that the release does not have.

## Who breaks
Nobody: no released program knows the message. A new field or method that could send it to an old peer has its own finding.

## What to do instead
Nothing. Adding types is the normal way to extend a protocol.
`,
  reference: 'https://protobuf.dev/programming-guides/proto3/#simple',
  buf: [],
  isProtocolChange: true,
  on: 'message',
  check: addedType,
} satisfies Rule<'message'>;
