import { afterEach, describe, expect, test } from 'vitest';
import type { Effect } from '../../server/effects/effect.ts';
import type { Finding } from '../../server/policy/result.ts';
import { DEFAULT_SETTINGS } from '../../server/policy/settings.ts';
import type { Message, Method, Schema } from '../../server/schema/model.ts';
import type { MessageValue } from '../../server/effects/value.ts';
import { toWireMessage } from '../effects/wire-message.ts';
import { observe, worse } from '../effects/observe.ts';
import { judgeSchemas } from '../rules/fixtures.ts';
import { hangs, methodsOf, pathOf, Peer, schemaOf, type Outcome } from './pair.ts';

/* Compares the verdicts about calls with real calls of grpc-js. The verdicts about streams also contain what test/ttrpc observes. */

type Files = Readonly<Record<string, string>>;
const PAIRINGS = ['oldClientNewServer', 'newClientOldServer'] as const;

const AGENT = `syntax = "proto3";
package grpc;
service AgentService {
  rpc CreateContainer(CreateContainerRequest) returns (Empty);
  rpc DeleteContainer(ContainerRequest) returns (Empty);
}
message CreateContainerRequest { string container_id = 1; uint64 memory = 2; }
message ContainerRequest { string container_id = 1; bool force = 2; }
message Empty { int32 code = 1; }
`;
const TYPES = `syntax = "proto3"; package types; message CreateContainerRequest { string container_id = 1; uint64 memory = 2; }`;

const running: Peer[] = [];
afterEach(() => running.splice(0).forEach((peer) => peer.stop()));

interface Case {
  readonly rule: string;
  readonly edit: (text: string) => string;
  /** More edited files. */
  readonly also?: Files;
  /** The status that the old client gets for each method that it knows. */
  readonly oldClient: Readonly<Record<string, string>>;
  readonly newClient: Readonly<Record<string, string>>;
}

const [CREATE, DELETE] = ['/grpc.AgentService/CreateContainer', '/grpc.AgentService/DeleteContainer'];

const CASES: readonly Case[] = [
  {
    rule: 'method-added',
    edit: (text) => text.replace('}\nmessage', '  rpc PauseContainer(ContainerRequest) returns (Empty);\n}\nmessage'),
    oldClient: { [CREATE]: 'OK', [DELETE]: 'OK' },
    newClient: { [CREATE]: 'OK', [DELETE]: 'OK', '/grpc.AgentService/PauseContainer': 'UNIMPLEMENTED' },
  },
  {
    rule: 'method-removed',
    edit: (text) => text.replace(/ {2}rpc DeleteContainer.*\n/, ''),
    oldClient: { [CREATE]: 'OK', [DELETE]: 'UNIMPLEMENTED' },
    newClient: { [CREATE]: 'OK' },
  },
  {
    rule: 'method-renamed',
    edit: (text) => text.replace('rpc DeleteContainer', 'rpc RemoveContainer'),
    oldClient: { [CREATE]: 'OK', [DELETE]: 'UNIMPLEMENTED' },
    newClient: { [CREATE]: 'OK', '/grpc.AgentService/RemoveContainer': 'UNIMPLEMENTED' },
  },
  {
    rule: 'service-renamed',
    edit: (text) => text.replace('service AgentService', 'service Agent'),
    oldClient: { [CREATE]: 'UNIMPLEMENTED', [DELETE]: 'UNIMPLEMENTED' },
    newClient: { '/grpc.Agent/CreateContainer': 'UNIMPLEMENTED', '/grpc.Agent/DeleteContainer': 'UNIMPLEMENTED' },
  },
  {
    rule: 'package-changed',
    edit: (text) => text.replace('package grpc', 'package kata'),
    oldClient: { [CREATE]: 'UNIMPLEMENTED', [DELETE]: 'UNIMPLEMENTED' },
    newClient: {
      '/kata.AgentService/CreateContainer': 'UNIMPLEMENTED',
      '/kata.AgentService/DeleteContainer': 'UNIMPLEMENTED',
    },
  },
  {
    rule: 'message-moved',
    edit: (text) =>
      text
        .replace('package grpc;', 'package grpc;\nimport "types.proto";')
        .replace(/message CreateContainerRequest.*\n/, '')
        .replace('(CreateContainerRequest)', '(types.CreateContainerRequest)'),
    also: { 'types.proto': TYPES },
    oldClient: { [CREATE]: 'OK', [DELETE]: 'OK' },
    newClient: { [CREATE]: 'OK', [DELETE]: 'OK' },
  },
  {
    rule: 'message-renamed',
    edit: (text) => text.replaceAll('CreateContainerRequest', 'NewContainerRequest'),
    oldClient: { [CREATE]: 'OK', [DELETE]: 'OK' },
    newClient: { [CREATE]: 'OK', [DELETE]: 'OK' },
  },
  {
    rule: 'method-request-changed',
    edit: (text) =>
      text.replace('DeleteContainer(ContainerRequest)', 'DeleteContainer(DeleteContainerRequest)') +
      'message DeleteContainerRequest { string container_id = 1; }\n',
    oldClient: { [CREATE]: 'OK', [DELETE]: 'OK' },
    newClient: { [CREATE]: 'OK', [DELETE]: 'OK' },
  },
];

describe.each(CASES.map((each) => [each.rule, each] as const))(
  '%s',
  (rule, { edit, also = {}, oldClient, newClient }) => {
    const released = schemaOf({ 'agent.proto': AGENT });
    const edited = schemaOf({ ...also, 'agent.proto': edit(AGENT) });
    const finding = findingOf(rule, released, edited);

    test.each(PAIRINGS)('%s: the calls have the effect that the finding states', async (pairing) => {
      const [client, server, expected] =
        pairing === 'oldClientNewServer' ? [released, edited, oldClient] : [edited, released, newClient];
      const calls = await callAll(client, server, [1], [1]);
      expect(Object.fromEntries(calls.map(({ method, outcome }) => [pathOf(method), outcome.status]))).toEqual(
        expected,
      );
      expect(calls.map((call) => effectOf(call, server)).reduce(worse, 'exact')).toBe(finding.effects.binary[pairing]);
    });

    const { oldClientNewServer, newClientOldServer } = finding.effects.binary;
    const isRejected = oldClientNewServer === 'rejected' || newClientOldServer === 'rejected';
    test.runIf(isRejected)('the witness shows a call of a missing method', () => {
      const fails = Object.entries(oldClientNewServer === 'rejected' ? oldClient : newClient).filter(
        ([, status]) => status === 'UNIMPLEMENTED',
      );
      expect(fails.map(([path]) => `UNIMPLEMENTED: unknown method ${path}`)).toContain(
        finding.witness()?.read.replace(/^.* answers /, ''),
      );
    });
  },
);

const SHAPES = [
  { kind: 'unary', request: '', response: '' },
  { kind: 'client streaming', request: 'stream ', response: '' },
  { kind: 'server streaming', request: '', response: 'stream ' },
  { kind: 'bidirectional streaming', request: 'stream ', response: 'stream ' },
] as const;
const CHANGES = SHAPES.flatMap((old) =>
  SHAPES.filter((edited) => edited !== old).map((edited) => [old.kind, edited.kind, old, edited] as const),
);

describe.each(CHANGES)('a method changes from %s to %s', (_oldKind, _newKind, old, edited) => {
  const schemas = [old, edited].map(({ request, response }) =>
    schemaOf({
      'copy.proto': `syntax = "proto3"; package grpc; service Copy { rpc Run(${request}Chunk) returns (${response}Done); }
        message Chunk { bytes data = 1; } message Done { int64 size = 1; }`,
    }),
  );
  const [before, after] = schemas;
  if (before === undefined || after === undefined) throw new Error('a schema is missing');
  const finding = findingOf('method-streaming-changed', before, after);

  test.each(PAIRINGS)('%s: the calls have the effect that the finding states', async (pairing) => {
    const [client, server] = pairing === 'oldClientNewServer' ? [before, after] : [after, before];
    const calls = await callAll(client, server, [0, 1, 2], [0, 1, 2]);
    for (const { method, served, requests, answers, outcome } of calls) {
      const requestsFit = requests === 1 || served.clientStreaming;
      const answersFit = answers === 1 || method.serverStreaming;
      const isFailure = outcome.status !== 'OK';
      expect({ requests, answers, isFailure }).toEqual({ requests, answers, isFailure: !requestsFit || !answersFit });
      if (isFailure) expect(outcome.status).toBe(hangs(method, answers) ? 'DEADLINE_EXCEEDED' : 'UNIMPLEMENTED');
    }
    const seen = calls.map((call) => effectOf(call, server)).reduce(worse, 'exact');
    const elsewhere = calls.map(({ method, served }) => effectInOtherStacks(method, served)).reduce(worse, 'exact');
    expect(worse(seen, elsewhere)).toBe(finding.effects.binary[pairing]);
  });
});

/** What grpc-go or ttrpc does that is worse than what grpc-js does. */
function effectInOtherStacks(client: Method, server: Method): Effect {
  if (client.clientStreaming && !server.clientStreaming) return 'altered';
  return server.clientStreaming && !client.clientStreaming ? 'rejected' : 'exact';
}

interface Call {
  readonly method: Method;
  /** The server's method, or the client's own if the server has none. */
  readonly served: Method;
  readonly requests: number;
  readonly answers: number;
  readonly outcome: Outcome;
}

/** Calls every method of the client with each number of requests and of answers. A side that does not stream sends one. */
async function callAll(
  client: Schema,
  server: Schema,
  requests: readonly number[],
  answers: readonly number[],
): Promise<Call[]> {
  const peer = new Peer(server);
  running.push(peer);
  await peer.start();
  const calls: Call[] = [];
  for (const method of methodsOf(client)) {
    const served = methodsOf(server).find((other) => pathOf(other) === pathOf(method)) ?? method;
    for (const sent of method.clientStreaming ? requests : [1]) {
      for (const answered of served.serverStreaming ? answers : [1]) {
        const outcome = await peer.call(method, sent, answered);
        calls.push({ method, served, requests: sent, answers: answered, outcome });
      }
    }
  }
  return calls;
}

/** The worse of the effects on the requests and on the responses. */
function effectOf({ method, served, outcome }: Call, server: Schema): Effect {
  if (outcome.status !== 'OK') return 'rejected';
  expect(methodsOf(server)).toContain(served);
  return worse(
    compare(method.input, served.input, outcome.sent, outcome.taken),
    compare(served.output, method.output, outcome.answered, outcome.received),
  );
}

function compare(
  writer: Message | undefined,
  reader: Message | undefined,
  sent: readonly MessageValue[],
  read: readonly MessageValue[],
): Effect {
  expect(read).toHaveLength(sent.length);
  return sent
    .map((message, index) => {
      const got = read[index];
      if (writer === undefined || reader === undefined || got === undefined) throw new Error('unresolved');
      return observe(writer, reader, toWireMessage(message), toWireMessage(got), 'binary');
    })
    .reduce(worse, 'exact');
}

function findingOf(rule: string, released: Schema, edited: Schema): Finding {
  const { findings } = judgeSchemas(released, edited, DEFAULT_SETTINGS, { ref: '1.0.0', version: '1.0.0' });
  const found = findings.filter((finding) => finding.rule === rule);
  const [only] = found;
  if (only === undefined || found.length > 1)
    throw new Error(`expected one ${rule}: ${findings.map((one) => one.rule).join(', ')}`);
  return only;
}
