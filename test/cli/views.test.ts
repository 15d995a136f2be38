import { afterAll, beforeAll, expect, test } from 'vitest';
import { PRESETS } from '../../server/policy/settings.ts';
import { expectTable } from '../docs-table.ts';
import { makeRepository, type TestRepository } from '../git/repository.ts';
import { buildCli, type Cli } from './run.ts';

const RELEASED = `syntax = "proto3";
package grpc;
service AgentService {
  rpc CreateContainer(CreateContainerRequest) returns (Empty);
  rpc AddInterface(Empty) returns (Empty);
}
message CreateContainerRequest { string container_id = 1; }
message Empty {}
`;
const EDITS = {
  method: RELEASED.replace('  rpc Add', '  rpc PauseContainer(Empty) returns (Empty);\n  rpc Add'),
  field: RELEASED.replace('= 1; }', '= 1; bool sandbox_pidns = 7; }'),
  deleted: RELEASED.replace(/ {2}rpc Add.*\n/, ''),
};

let cli: Cli;
let repository: TestRepository;
beforeAll(async () => {
  cli = await buildCli();
  repository = makeRepository();
  repository.commit({ 'agent.proto': RELEASED });
  repository.tag('1.0.0');
});
afterAll(() => {
  cli.remove();
  repository.remove();
});

/** The command's result for an edit: "information: minor, 1.1.0". */
async function verdict(policy: string, edited: string): Promise<string> {
  repository.write({ 'agent.proto': edited });
  const { stdout } = await cli.run(repository.directory, ['check', '--policy', policy, '--format', 'json']);
  const { findings, nextVersion, bump } = JSON.parse(stdout) as {
    findings: { severity: string }[];
    nextVersion: string;
    bump: string;
  };
  return `${findings.map(({ severity }) => severity).join(', ')}: ${bump}, ${nextVersion}`;
}

/** UPDATE=1 updates the page. */
test('the table on the page about policies matches the command', async () => {
  const rows = [
    '| policy | `PauseContainer()` added | `sandbox_pidns` added | a method deleted |',
    '|---|---|---|---|',
  ];
  for (const policy of Object.keys(PRESETS)) {
    const cells = [];
    for (const edited of Object.values(EDITS)) cells.push(await verdict(policy, edited));
    rows.push(`| \`${policy}\` | ${cells.join(' | ')} |`);
  }
  expectTable('docs/policies.md', 'views', rows);
  expect(rows.slice(2)).toEqual([
    '| `semver` | information: minor, 1.1.0 | information: minor, 1.1.0 | error: major, 2.0.0 |',
    '| `lockstep` | information: minor, 1.1.0 | information: minor, 1.1.0 | warning: minor, 1.1.0 |',
    '| `live-upgrade` | error: major, 2.0.0 | error: major, 2.0.0 | error: major, 2.0.0 |',
    '| `server-first` | information: minor, 1.1.0 | information: minor, 1.1.0 | error: major, 2.0.0 |',
  ]);
});
