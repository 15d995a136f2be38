import { readMethod } from '../effects/read.ts';
import type { Method } from '../schema/model.ts';
import { replace } from './edits.ts';
import { CALL, measure } from './measure.ts';
import type { Place, Rule } from './rule.ts';
import { TYPED } from './source.ts';
import { quote, tell } from './words.ts';

export default {
  id: 'method-streaming-changed',
  title: 'Method streams, or no longer does',
  docs: `
## What it means
\`stream\` came or went in front of a method's request or response.

## Who breaks
Where one side streams and the other takes one message, gRPC carries exactly one. A client that streams no request or several to a
server that takes one is answered \`UNIMPLEMENTED\`. A client that takes one response and gets none from a server that streams fails
with \`UNIMPLEMENTED\` as well; if it gets several, so it should, but in some implementations (grpc-js for one) a call never ends that
has no deadline. The other way round nothing fails: one message is read as a stream of one. ttrpc refuses the call whenever the two
sides differ.

## What to do instead
Add a method beside the released one, for instance \`Watch\` beside \`Get\`.
`,
  reference: 'https://grpc.github.io/grpc/core/md_doc_statuscodes.html',
  buf: ['RPC_SAME_CLIENT_STREAMING', 'RPC_SAME_SERVER_STREAMING'],
  on: 'method',
  check(pair, context) {
    if (pair.status !== 'kept') return undefined;
    const { old, new: edited } = pair;
    const requests = old.clientStreaming !== edited.clientStreaming;
    const responses = old.serverStreaming !== edited.serverStreaming;
    if (!requests && !responses) return undefined;
    const measured = measure(CALL, TYPED, (writer) =>
      writer === 'old' ? readMethod(old, edited) : readMethod(edited, old),
    );
    const facts = [
      ...(requests ? [`the request of ${quote(edited.name)} ${isStream(edited.clientStreaming)}`] : []),
      ...(responses
        ? [`${requests ? 'its response' : `the response of ${quote(edited.name)}`} ${isStream(edited.serverStreaming)}`]
        : []),
    ];
    const say = (server: string, client: string, why: string): string => `a call of ${client} to ${server} fails${why}`;
    return {
      element: edited.fullName,
      place: streamOf(edited, requests),
      baseline: streamOf(old, requests),
      impact: measured.impact,
      message: tell(facts.join(' and '), measured, context, { old: { rejected: say }, new: { rejected: say } }),
    };
  },
  fixes(pair, context) {
    if (pair.status !== 'kept') return [];
    const { old, new: edited } = pair;
    const edits = (['input', 'output'] as const).flatMap((part) => {
      const word = edited.node[part].stream;
      if ((old.node[part].stream === undefined) === (word === undefined)) return [];
      const start = edited.node[part].type.span.start;
      return word === undefined
        ? [replace({ file: edited.file, span: { start, end: start } }, 'stream ')]
        : [replace({ file: edited.file, span: { start: word.span.start, end: start } }, '')];
    });
    return [{ title: `Let it stream as in ${context.words.baseline}`, safe: true, edits }];
  },
} satisfies Rule<'method'>;

function isStream(streams: boolean): string {
  return streams ? 'is a stream now' : 'is no stream any more';
}

/** The word `stream`, or the type before which it stood. */
function streamOf(method: Method, ofRequest: boolean): Place {
  const type = ofRequest ? method.node.input : method.node.output;
  return { file: method.file, span: type.stream?.span ?? type.type.span };
}
