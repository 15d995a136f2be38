import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Effect } from '../../server/effects/effect.ts';
import type { Finding } from '../../server/policy/result.ts';
import { DEFAULT_SETTINGS } from '../../server/policy/settings.ts';
import { worse } from '../effects/observe.ts';
import { buildGo, GOPATH, hasGoPackage } from '../golang.ts';
import { judgeTexts } from '../rules/fixtures.ts';

/*
 * Compares the verdicts about calls with real calls of ttrpc and gRPC in Go. Debian 12 has ttrpc 1.1.1, without streams. .ci/ttrpc unpacks
 * 1.2.4, with streams.
 */

const STREAMS = path.resolve('.cache/ttrpc-streams/usr/share/gocode');
const TTRPC = 'github.com/containerd/ttrpc';

const skipped = (isThere: boolean, packages: string): string => (isThere ? '' : ` (not run: needs ${packages})`);
const noTtrpc = skipped(hasGoPackage(TTRPC), 'golang-go and golang-github-containerd-ttrpc-dev');
const noGrpc = skipped(hasGoPackage('google.golang.org/grpc'), 'golang-go and golang-google-grpc-dev');
const noStreams =
  noTtrpc || skipped(hasGoPackage(TTRPC, STREAMS), 'golang-github-containerd-ttrpc-dev 1.2, see .ci/ttrpc');

const PROGRAMS = {
  unary: { isThere: noTtrpc === '', gopath: GOPATH },
  grpc: { isThere: noGrpc === '', gopath: GOPATH },
  streams: { isThere: noStreams === '', gopath: `${STREAMS}:${GOPATH}` },
} as const;
type Program = keyof typeof PROGRAMS;

const programOf = (name: Program): string => path.resolve('.cache/ttrpc', name);

beforeAll(() => {
  for (const name of ['unary', 'grpc', 'streams'] as const) {
    const { isThere, gopath } = PROGRAMS[name];
    const sources = [name, 'peer'].map((file) => path.resolve(`test/ttrpc/${file}.go`));
    if (isThere) buildGo(programOf(name), sources, gopath);
  }
});

/** What a client and a server observed of one call. */
interface Seen {
  /** The name of the gRPC status that the client got, or `Closed`. */
  readonly status: string;
  readonly received: readonly string[];
  /** What the server received. */
  readonly took: readonly string[];
  readonly isServerAlive: boolean;
}

type Peer = readonly [program: Program, ...args: string[]];

async function run(client: Peer, server: Peer): Promise<Seen> {
  const socket = path.join(mkdtempSync(path.join(tmpdir(), 'ttrpc-')), 'socket');
  const start = (what: 'serve' | 'call', [program, ...args]: Peer) => {
    const started = spawn(programOf(program), [what, socket, ...args], { stdio: 'pipe' });
    // The server may panic.
    started.stdin.on('error', () => undefined);
    started.stderr.resume();
    return started;
  };
  const served = start('serve', server);
  const lines: unknown[] = [];
  const ready = new Promise<void>((resolve) => {
    createInterface(served.stdout).on('line', (line) => {
      lines.push(JSON.parse(line));
      resolve();
    });
  });
  const ended = once(served, 'close');
  await Promise.race([ready, ended]);
  const outcome = JSON.parse(await text(start('call', client).stdout)) as Pick<Seen, 'status' | 'received'>;
  served.stdin.end();
  const [code] = (await ended) as [number];
  return { ...outcome, took: lines.slice(1).flat() as string[], isServerAlive: code === 0 };
}

const COPY =
  'syntax = "proto3"; package grpc; service Copy { rpc Run(Chunk) returns (Chunk); } message Chunk { string data = 1; }';

function findingOf(rule: string, old: string, edited: string): Finding {
  const [before, after] = [old, edited].map((file) => new Map([['copy.proto', file]]));
  const found =
    before && after && judgeTexts(before, after, DEFAULT_SETTINGS).findings.find((one) => one.rule === rule);
  if (!found) throw new Error(`no ${rule}`);
  return found;
}

describe.each([
  ['client 1.1.1, server 1.1.1', noTtrpc, ['unary'], ['unary']],
  ['client 1.2.4, server 1.2.4', noStreams, ['streams', 'unary', '1'], ['streams', 'unary', '1']],
  ['client 1.1.1, server 1.2.4', noStreams, ['unary'], ['streams', 'unary', '1']],
  ['client 1.2.4, server 1.1.1', noStreams, ['streams', 'unary', '1'], ['unary']],
] as const)('ttrpc-go, %s', (_, reason, client, server) => {
  test.skipIf(reason !== '')(`a method that both sides have works${reason}`, async () => {
    expect(await run([...client, 'grpc.Copy', 'Run'], server)).toEqual({
      status: 'OK',
      took: ['sent'],
      received: ['answer'],
      isServerAlive: true,
    });
  });

  // The server knows only /grpc.Copy/Run.
  test.skipIf(reason !== '').each([
    ['method-added', COPY.replace('rpc Run', 'rpc Halt(Chunk) returns (Chunk); rpc Run'), 'grpc.Copy', 'Halt'],
    ['method-renamed', COPY.replace('Run', 'Halt'), 'grpc.Copy', 'Halt'],
    ['service-renamed', COPY.replace('service Copy', 'service Other'), 'grpc.Other', 'Run'],
    ['package-changed', COPY.replace('package grpc', 'package kata'), 'kata.Copy', 'Run'],
  ])(`%s: an old server rejects the call of a new client${reason}`, async (rule, edited, service, method) => {
    const seen = await run([...client, service, method], server);
    expect(seen).toEqual({ status: 'Unimplemented', took: [], received: [], isServerAlive: true });
    const finding = findingOf(rule, COPY, edited);
    expect(finding.effects.binary.newClientOldServer).toBe('rejected');
    expect(finding.witness()?.read).toContain('answers UNIMPLEMENTED');
  });
});

const SHAPES = ['unary', 'requests', 'responses', 'both'] as const;
type Shape = (typeof SHAPES)[number];

/** The call runs with an empty request, or the server panics before. */
const RUNS_OR_PANICS = ['altered', 'rejected'] as const;
/** What ttrpc-go 1.2.4 does, by client and server. A streaming side sends no messages, or two. */
const OBSERVED: Readonly<Record<Shape, Readonly<Record<Shape, readonly Effect[]>>>> = {
  unary: { unary: ['exact'], requests: ['rejected'], responses: ['rejected'], both: ['rejected'] },
  requests: { unary: RUNS_OR_PANICS, requests: ['exact'], responses: RUNS_OR_PANICS, both: ['rejected'] },
  responses: { unary: ['exact'], requests: ['rejected'], responses: ['exact'], both: ['rejected'] },
  both: { unary: RUNS_OR_PANICS, requests: ['exact'], responses: RUNS_OR_PANICS, both: ['exact'] },
};
const PAIRS = SHAPES.flatMap((client) => SHAPES.map((server) => [client, server] as const));

describe('ttrpc-go 1.2.4, streams', () => {
  const calls = new Map<string, Promise<Seen[]>>();
  const name = (client: Shape, server: Shape): string => `${client} to ${server}`;
  // Many calls wait for a deadline, so all run at once.
  beforeAll(() => {
    if (noStreams !== '') return;
    for (const [client, server] of PAIRS)
      calls.set(
        name(client, server),
        Promise.all(
          ['0', '2'].map((count) => run(['streams', client, count, 'grpc.Copy', 'Run'], ['streams', server, count])),
        ),
      );
  });

  test.skipIf(noStreams !== '').each(PAIRS)(
    `a call from a client (%s) to a server (%s) has an effect in the table${noStreams}`,
    async (client, server) => {
      const [none, two] = (await calls.get(name(client, server))) ?? [];
      if (none === undefined || two === undefined) throw new Error('not run');
      const seen = [effectOf(client, 0, none), effectOf(client, 2, two)];
      expect(OBSERVED[client][server]).toEqual(expect.arrayContaining(seen));
      if (streamsRequests(server) && !streamsRequests(client)) expect(two.status).toBe('DeadlineExceeded');
      // The server executes the call before the client gets the error.
      if (client === 'unary' && server === 'responses') expect(two.took).toEqual(['sent']);
    },
  );

  test.each(PAIRS.filter(([client, server]) => client !== server))(
    'the finding states the worst effect in the table from a client (%s) to a server (%s)',
    (client, server) => {
      const finding = findingOf('method-streaming-changed', textOf(client), textOf(server));
      expect(finding.effects.binary.oldClientNewServer).toBe(OBSERVED[client][server].reduce(worse));
    },
  );

  test.skipIf(noStreams !== '').each(SHAPES)(
    `a call (%s) to a server of ttrpc-go 1.1.1 runs once${noStreams}`,
    async (client) => {
      const seen = await run(['streams', client, '2', 'grpc.Copy', 'Run'], ['unary']);
      expect(seen).toEqual({
        status: 'OK',
        took: [streamsRequests(client) ? '' : 'sent'],
        received: ['answer'],
        isServerAlive: true,
      });
    },
  );
});

test.skipIf(noStreams !== '').each([
  ['requests', 'DeadlineExceeded'],
  ['responses', 'Unknown'],
  ['both', 'DeadlineExceeded'],
])(
  `a call from ttrpc-go 1.1.1 to a server of 1.2.4 that streams %s ends with %s${noStreams}`,
  async (server, status) => {
    const seen = await run(['unary', 'grpc.Copy', 'Run'], ['streams', server, '2']);
    expect(seen).toEqual({ status, took: ['sent'], received: [], isServerAlive: true });
  },
);

function streamsRequests(shape: Shape): boolean {
  return shape === 'requests' || shape === 'both';
}

function textOf(shape: Shape): string {
  const stream = (isStream: boolean): string => (isStream ? 'stream Chunk' : 'Chunk');
  const [requests, responses] = [streamsRequests(shape), shape === 'responses' || shape === 'both'];
  return COPY.replace('(Chunk) returns (Chunk)', `(${stream(requests)}) returns (${stream(responses)})`);
}

function effectOf(client: Shape, count: number, { status, took, isServerAlive }: Seen): Effect {
  const sent = streamsRequests(client) ? count : 1;
  // The handler ran with a request that was never sent.
  if (took.some((request) => request !== 'sent')) return 'altered';
  return status !== 'OK' || !isServerAlive ? 'rejected' : took.length === sent ? 'exact' : 'altered';
}

describe('grpc-go', () => {
  test.skipIf(noGrpc !== '')(`a server that reads one request answers the first of a stream${noGrpc}`, async () => {
    const first = { status: 'OK', took: ['sent'], received: ['answer'], isServerAlive: true };
    expect(await run(['grpc', '2'], ['grpc'])).toEqual(first);
    expect(await run(['grpc', '1'], ['grpc'])).toEqual(first);
    expect(await run(['grpc', '0'], ['grpc'])).not.toMatchObject({ status: 'OK' });
  });
});
