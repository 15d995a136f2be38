import { readMessage } from '../effects/read.ts';
import { measure } from './measure.ts';
import { revertMethodType } from './restore.ts';
import type { Rule } from './rule.ts';
import { quote, tell } from './words.ts';

export default {
  id: 'method-request-changed',
  title: 'Method has another request type',
  docs: `
## What it means
A method's request is another message than in the release. Names of messages are not on the wire, so the two are compared by
their fields: the finding says what each side makes of the other's.

## Who breaks
As much as the fields differ: with the same fields nobody but code that names the generated type; with others, what is not
understood is ignored or misread.

## What to do instead
Change the released message by adding fields, or add a method with the new request.
`,
  reference: 'https://protobuf.dev/programming-guides/proto3/#services',
  buf: ['RPC_SAME_REQUEST_TYPE'],
  on: 'method',
  check(pair, context) {
    if (pair.status !== 'kept') return undefined;
    const old = pair.old.input;
    const edited = pair.new.input;
    if (old === undefined || edited === undefined) return undefined;
    if (context.diff.sameType({ kind: 'message', message: old }, { kind: 'message', message: edited }))
      return undefined;
    const measured = measure({ request: true, response: false, data: false }, 'breaks', (writer, encoding) =>
      writer === 'old'
        ? readMessage(old, edited, encoding, context.apart)
        : readMessage(edited, old, encoding, context.apart),
    );
    const [was, is] = old.name === edited.name ? [old.fullName, edited.fullName] : [old.name, edited.name];
    return {
      element: pair.new.fullName,
      place: { file: pair.new.file, span: pair.new.node.input.type.span },
      baseline: { file: pair.old.file, span: pair.old.node.input.type.span },
      impact: measured.impact,
      message: tell(
        `the request of ${quote(pair.new.name)} was ${quote(was)} in ${context.words.baseline} and is ${quote(is)} now`,
        measured,
        context,
        {
          old: { dropped: (reader, writer, why) => `${reader} ignores part of what ${writer} sends${why}` },
          new: {
            dropped: (reader, writer, why) => `${reader} ignores part of what ${writer} sends${why}`,
            absent: (reader, writer, why) => `${reader} misses part of what it knows in what ${writer} sends${why}`,
          },
        },
      ),
    };
  },
  fixes: (pair, context) => (pair.status === 'kept' ? revertMethodType(pair.old, pair.new, 'input', context) : []),
} satisfies Rule<'method'>;
