import { writerFirst } from '../../effects/impact.ts';
import { readMethod } from '../../effects/read.ts';
import type { Method } from '../../schema/model.ts';
import { fix, replace } from '../fixes/edits.ts';
import { CALL, measure } from '../measure.ts';
import type { Place, Rule, Scenario, Witness } from '../rule.ts';
import { TYPED } from '../generated-code.ts';
import { quote, type PhrasesByEffect, findingMessage } from '../words.ts';
import { callers } from '../witnesses/call.ts';
import { pathOf } from '../subjects/calls.ts';

export default {
  id: 'method-streaming-changed',
  title: 'Method streaming changed',
  docs: `
## What it means
\`stream\` was added to or removed from a method's request or response.

## Who breaks
Implementations differ, and the worst of them counts:

- Streaming client, server that takes one request: requests are lost without an error. grpc-go takes the first one and answers
  OK. ttrpc runs the call with an empty request and answers OK; the server of ttrpc-go 1.2.4 may panic. grpc-js refuses the call
  with \`UNIMPLEMENTED\`, unless there is exactly one request.
- Client that sends one request, server that reads a stream: works with gRPC. With ttrpc, the call hangs until its deadline.
- Client that takes one response, server that streams responses: the call fails after the server has executed it. In grpc-js,
  it works with exactly one response; with several, it may never end if it has no deadline.
- Client that reads a stream of responses, server that sends one: works everywhere.

Code that calls or implements the method no longer compiles in Go, Rust and TypeScript.

## What to do instead
Keep the released method and add another one, for instance \`Watch\` beside \`Get\`.
`,
  reference: 'https://grpc.io/docs/what-is-grpc/core-concepts/#rpc-life-cycle',
  buf: ['RPC_SAME_CLIENT_STREAMING', 'RPC_SAME_SERVER_STREAMING'],
  on: 'method',
  check(pair, context) {
    if (pair.status !== 'kept') return undefined;
    const { old, new: edited } = pair;
    const requests = old.clientStreaming !== edited.clientStreaming;
    const responses = old.serverStreaming !== edited.serverStreaming;
    if (!requests && !responses) return undefined;
    const measured = measure(CALL, TYPED, (writer) => readMethod(...writerFirst(writer, old, edited)));
    const facts = [
      ...(requests ? [`the request of ${quote(edited.name)} ${isStream(edited.clientStreaming)}`] : []),
      ...(responses
        ? [`${requests ? 'its response' : `the response of ${quote(edited.name)}`} ${isStream(edited.serverStreaming)}`]
        : []),
    ];
    const say = (caller: Method, called: Method): PhrasesByEffect => ({
      altered: (server, client, why) => `${server} loses requests that ${client} streams${why}`,
      rejected: (server, client, why) =>
        called.serverStreaming && !caller.serverStreaming
          ? `a call of ${client} fails after ${server} has executed it${why}`
          : `a call of ${client} to ${server} may fail${why}`,
    });
    return {
      element: edited.fullName,
      place: streamOf(edited, requests),
      baseline: streamOf(old, requests),
      impact: measured.impact,
      message: findingMessage(facts.join(' and '), measured, context, {
        old: say(old, edited),
        new: say(edited, old),
      }),
    };
  },
  fixes(pair) {
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
    return fix('Restore streaming', true, edits);
  },
  witness({ status, old, new: edited }, scenario) {
    if (status !== 'kept') return undefined;
    return showStream(...writerFirst(scenario.writer, old, edited), scenario);
  },
} satisfies Rule<'method'>;

function isStream(streams: boolean): string {
  return streams ? 'is a stream now' : "isn't a stream any more";
}

/** The word `stream`, or the type that it was in front of. */
function streamOf(method: Method, ofRequest: boolean): Place {
  const type = ofRequest ? method.node.input : method.node.output;
  return { file: method.file, span: type.stream?.span ?? type.type.span };
}

function showStream(caller: Method, server: Method, scenario: Scenario): Witness | undefined {
  if (scenario.carrier !== 'request') return undefined;
  const who = callers(scenario);
  const path = pathOf(caller);
  const { pairing, encoding, effect } = scenario;
  const shown = { kind: 'call', pairing, encoding, effect, caller, server } as const;
  if (caller.clientStreaming && !server.clientStreaming) {
    return {
      sent: `${who.client} calls ${path} and sends two requests`,
      read: `${who.server} uses the first request (grpc-go) or an empty one (ttrpc), and answers OK`,
      shown,
    };
  }
  if (server.serverStreaming && !caller.serverStreaming) {
    return {
      sent: `${who.client} calls ${path}, and ${who.server} sends two responses`,
      read: `${who.client} accepts one response: the call fails, or may hang if it has no deadline`,
      shown,
    };
  }
  if (server.clientStreaming && !caller.clientStreaming) {
    return {
      sent: `${who.client} calls ${path} and sends one request`,
      read: `with ttrpc, ${who.server} waits for more requests until the call's deadline; with gRPC, it reads one request`,
      shown,
    };
  }
  return undefined;
}
