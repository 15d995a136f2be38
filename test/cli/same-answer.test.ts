import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeRepository, type TestRepository } from '../git/repository.ts';
import { Client, uriOf } from '../lsp/client.ts';
import { buildCli, type Cli } from './run.ts';

const RELEASED = `syntax = "proto3";
package grpc;
service Agent {
  rpc Create(Request) returns (Response);
  rpc Destroy(Request) returns (Response);
}
message Request { string id = 1; int64 size = 2; Kind kind = 3; }
message Response { int32 code = 1; string text = 2; }
message Stored { string path = 1; }
enum Kind { NONE = 0; SMALL = 1; }
`;
/** Has a break, a gap, a source change, a hint and an accepted break. */
const EDITED = `syntax = "proto3";
package grpc;
service Agent {
  rpc Create(Request) returns (Response);
  rpc Pause(Request) returns (Response);
}
message Request { string name = 1; int32 size = 2; Kind kind = 3 [deprecated = true]; bool fresh = 4; }
// proto-compat: accept field-removed text since 1.0 -- nobody reads it
message Response { int32 code = 1; }
message Stored { string path = 2; }
enum Kind { NONE = 0; LARGE = 2; }
`;
const FILE = 'protocols/agent.proto';

let cli: Cli;
let repository: TestRepository;
let client: Client;
beforeAll(async () => {
  cli = await buildCli();
  client = await Client.process([cli.path, 'lsp']);
  repository = makeRepository();
  repository.commit({ [FILE]: RELEASED });
  repository.tag('1.0.0');
});
afterAll(async () => {
  await client.stop();
  cli.remove();
  repository.remove();
});

test.each([
  ['{}'],
  ['{ "policy": "lockstep", "encodings": ["binary", "json"] }'],
  [
    '{ "policy": "live-upgrade", "roles": { "client": "kata-runtime", "server": "kata-agent" }, "stored": ["grpc.Stored"] }',
  ],
  ['{ "rules": { "field-renamed": "error", "method-removed": "off" }, "polcy": 1 }'],
])('the editor and the command have the same findings: %s', async (configuration) => {
  repository.write({ [FILE]: EDITED, 'proto-compat.json': configuration });
  const file = path.join(repository.directory, FILE);
  client.open(file, EDITED);
  client.filesChanged(path.join(repository.directory, 'proto-compat.json'));
  const summary = await client.request('protoCompat/summary', { uri: uriOf(file) });
  client.closeDocument(file);

  const { stdout } = await cli.run(repository.directory, ['check', '--format', 'json']);
  const printed = JSON.parse(stdout) as Record<string, unknown> & {
    findings: { rule: string; element: string; baseline: { range: unknown } | null }[];
    problems: { message: string; range: unknown }[];
  };
  const shared = [
    'rule',
    'element',
    'file',
    'range',
    'severity',
    'class',
    'bump',
    'effects',
    'message',
    'accepted',
  ] as const;
  const pick = (finding: object) =>
    Object.fromEntries(shared.map((key) => [key, new Map(Object.entries(finding)).get(key)]));
  expect(printed.findings.length).toBeGreaterThan(5);
  expect(summary.findings.map(pick)).toEqual(printed.findings.map(pick));
  expect(summary.findings.map(({ baseline }) => baseline?.range)).toEqual(
    printed.findings.map(({ baseline }) => baseline?.range),
  );
  expect(summary.problems.map(({ message, range }) => ({ message, range }))).toEqual(
    printed.problems.map(({ message, range }) => ({ message, range })),
  );
  expect(summary.status).toMatchObject({
    kind: 'compared',
    bump: printed['bump'],
    nextVersion: printed['nextVersion'],
    policy: printed['policy'],
  });
});
