import { describe, expect, test } from 'vitest';
import type { ComparedWith, Judgement } from '../../server/policy/judge.ts';
import { DEFAULT_SETTINGS, type PresetName, type Settings } from '../../server/policy/settings.ts';
import { judgeSchemas, schemaOf } from '../rules/fixtures.ts';

const AGENT = `syntax = "proto3";
package grpc;

service AgentService {
  rpc CreateContainer(CreateContainerRequest) returns (CreateContainerResponse);
}

message CreateContainerRequest {
  string container_id = 1;
  string sandbox_id = 2;
  int32 priority = 3;
  optional string cwd = 4;
  Mode mode = 5;
  oneof source {
    string image = 6;
    string path = 7;
  }
  reserved 100;
}

message CreateContainerResponse {
  State state = 1;
}

message Unused {
  string id = 1;
}

enum Mode {
  MODE_UNSET = 0;
  MODE_READ = 1;
}

enum State {
  STATE_UNSET = 0;
}
`;

type Edit = readonly (readonly [string, string])[];

const PAUSE: Edit = [
  ['service AgentService {\n', 'service AgentService {\n  rpc PauseContainer(PauseRequest) returns (PauseResponse);\n'],
  ['message Unused', 'message PauseRequest {\n  string id = 1;\n}\n\nmessage PauseResponse {}\n\nmessage Unused'],
];
const PIDNS: Edit = [['  string sandbox_id = 2;\n', '  string sandbox_id = 2;\n  bool sandbox_pidns = 8;\n']];
const RPC_REMOVED: Edit = [['  rpc CreateContainer(CreateContainerRequest) returns (CreateContainerResponse);\n', '']];
const FIELD_RENAMED: Edit = [['string sandbox_id', 'string sandbox']];
const FIELD_REMOVED: Edit = [['  string sandbox_id = 2;\n', '']];

describe('verdicts under semver and binary', () => {
  const BOTH_EXACT = { oldClientNewServer: 'exact', newClientOldServer: 'exact' };
  test.each<[string, Edit, string, [string, string], string, string, string]>([
    ['field removed', FIELD_REMOVED, 'field-removed', ['dropped', 'absent'], 'regression', 'error', 'major'],
    [
      'field removed and reserved',
      [['  string sandbox_id = 2;\n', '  reserved 2;\n  reserved "sandbox_id";\n']],
      'field-removed',
      ['dropped', 'absent'],
      'regression',
      'error',
      'major',
    ],
    ['field added', PIDNS, 'field-added', ['absent', 'dropped'], 'gap', 'information', 'minor'],
    [
      'removed message that no method reaches',
      [['message Unused {\n  string id = 1;\n}\n\n', '']],
      'message-removed',
      ['dropped', 'absent'],
      'source',
      'information',
      'minor',
    ],
    [
      'enum value added, in a response',
      [['  STATE_UNSET = 0;\n', '  STATE_UNSET = 0;\n  STATE_PAUSED = 1;\n']],
      'enum-value-added',
      ['unrecognised', 'exact'],
      'gap',
      'information',
      'minor',
    ],
    [
      'enum value removed, in a request',
      [['  MODE_READ = 1;\n', '']],
      'enum-value-removed',
      ['unrecognised', 'exact'],
      'regression',
      'error',
      'major',
    ],
    [
      'field into an existing oneof',
      [
        ['  string sandbox_id = 2;\n', ''],
        ['    string image', '    string sandbox_id = 2;\n    string image'],
      ],
      'field-oneof-changed',
      ['altered', 'absent'],
      'regression',
      'error',
      'major',
    ],
    [
      'field with presence into an existing oneof',
      [
        ['  optional string cwd = 4;\n', ''],
        ['    string image', '    string cwd = 4;\n    string image'],
      ],
      'field-oneof-changed',
      ['altered', 'exact'],
      'regression',
      'error',
      'major',
    ],
    [
      'one field into a new oneof',
      [['  string sandbox_id = 2;\n', '  oneof sandbox {\n    string sandbox_id = 2;\n  }\n']],
      'oneof-added',
      ['exact', 'absent'],
      'gap',
      'information',
      'minor',
    ],
    [
      'optional added',
      [['string sandbox_id', 'optional string sandbox_id']],
      'field-presence-changed',
      ['exact', 'absent'],
      'gap',
      'information',
      'minor',
    ],
    [
      'optional removed',
      [['optional string cwd', 'string cwd']],
      'field-presence-changed',
      ['absent', 'exact'],
      'regression',
      'error',
      'major',
    ],
    [
      'int32 to int64',
      [['int32 priority', 'int64 priority']],
      'field-type-widened',
      ['exact', 'altered'],
      'gap',
      'information',
      'minor',
    ],
    ['field renamed', FIELD_RENAMED, 'field-renamed', ['exact', 'exact'], 'source', 'information', 'minor'],
    [
      'reservation removed',
      [['  reserved 100;\n', '']],
      'reservation-removed',
      ['exact', 'exact'],
      'none',
      'warning',
      'minor',
    ],
    ['RPC added, its new messages folded', PAUSE, 'method-added', ['exact', 'rejected'], 'gap', 'information', 'minor'],
    ['RPC removed', RPC_REMOVED, 'method-removed', ['rejected', 'exact'], 'regression', 'error', 'major'],
    [
      'RPC renamed',
      [['rpc CreateContainer', 'rpc StartContainer']],
      'method-renamed',
      ['rejected', 'rejected'],
      'regression',
      'error',
      'major',
    ],
    [
      'service renamed',
      [['service AgentService', 'service Agent']],
      'service-renamed',
      ['rejected', 'rejected'],
      'regression',
      'error',
      'major',
    ],
    [
      'package with a service renamed',
      [['package grpc', 'package kata']],
      'package-changed',
      ['rejected', 'rejected'],
      'regression',
      'error',
      'major',
    ],
    [
      'message renamed',
      [
        ['message CreateContainerResponse', 'message Created'],
        ['(CreateContainerResponse)', '(Created)'],
      ],
      'message-renamed',
      ['exact', 'exact'],
      'source',
      'information',
      'minor',
    ],
    [
      'deprecated',
      [['sandbox_id = 2', 'sandbox_id = 2 [deprecated = true]']],
      'element-deprecated',
      ['exact', 'exact'],
      'none',
      'hint',
      'minor',
    ],
    [
      'option that changes the generated API',
      [['package grpc;', 'package grpc;\noption go_package = "a";']],
      'file-option-changed',
      ['exact', 'exact'],
      'source',
      'information',
      'minor',
    ],
  ])('%s', (_, edit, rule, effects, kind, severity, bump) => {
    const { findings, ...judgement } = judged(edit);
    expect(findings.map((finding) => finding.rule)).toEqual([rule]);
    const [oldClientNewServer, newClientOldServer] = effects;
    expect(findings[0]).toMatchObject({
      effects: { binary: { oldClientNewServer, newClientOldServer } },
      class: kind,
      severity,
      bump,
    });
    expect(judgement.bump).toBe(bump);
    expect(judgement.forcedBy).toBe(findings[0]);
  });

  test.each<[string, Edit]>([
    ['a new reservation', [['reserved 100;', 'reserved 100, 101;']]],
    ['a new comment', [['message Unused', '// Not used.\nmessage Unused']]],
    [
      'another order of fields',
      [
        [
          '  string container_id = 1;\n  string sandbox_id = 2;\n',
          '  string sandbox_id = 2;\n  string container_id = 1;\n',
        ],
      ],
    ],
    ['another layout', [['string container_id = 1;', 'string container_id =\n    1;']]],
    ['a custom option', [['package grpc;', 'package grpc;\noption (mine.note) = "a";']]],
  ])('%s is a patch without a finding', (_, edit) => {
    expect(judged(edit)).toMatchObject({ findings: [], bump: 'patch', nextVersion: '1.4.1', forcedBy: undefined });
  });

  test('no change needs no version', () => {
    expect(judged([])).toMatchObject({ findings: [], bump: 'none', nextVersion: '1.4.0' });
  });

  test('a renamed package without services breaks only generated code', () => {
    const before = 'syntax = "proto3";\npackage a;\nmessage Mount {\n  string source = 1;\n}\n';
    const { findings, bump } = judgeText(before, before.replace('package a', 'package b'));
    expect(findings).toMatchObject([
      { rule: 'package-changed', effects: { binary: BOTH_EXACT }, class: 'source', severity: 'information' },
    ]);
    expect(bump).toBe('minor');
  });

  test('an enum value added in a response is dropped if the enum is closed', () => {
    const closed = AGENT.replace('proto3', 'proto2').replaceAll(/^ {2}(string|int32|Mode|State) /gm, '  optional $1 ');
    const { findings } = judgeText(
      closed,
      closed.replace('  STATE_UNSET = 0;\n', '  STATE_UNSET = 0;\n  STATE_PAUSED = 1;\n'),
    );
    expect(findings).toMatchObject([
      { rule: 'enum-value-added', effects: { binary: { oldClientNewServer: 'dropped', newClientOldServer: 'exact' } } },
    ]);
  });
});

describe('presets', () => {
  test.each<[PresetName, string, string, string, string]>([
    ['semver', 'minor', 'minor', 'major', 'minor'],
    ['lockstep', 'minor', 'minor', 'minor', 'minor'],
    ['live-upgrade', 'major', 'major', 'major', 'minor'],
    ['server-first', 'minor', 'minor', 'major', 'minor'],
  ])(
    '%s: new method %s, new field %s, removed method %s, renamed field %s',
    (policy, method, field, removed, renamed) => {
      const bumps = [PAUSE, PIDNS, RPC_REMOVED, FIELD_RENAMED].map((edit) => judged(edit, { policy }).bump);
      expect(bumps).toEqual([method, field, removed, renamed]);
    },
  );

  test.each(['semver', 'live-upgrade', 'server-first'] as const)(
    '%s: in JSON, a renamed field is major unless its JSON name remains',
    (policy) => {
      expect(judged(FIELD_RENAMED, { policy, encodings: ['binary', 'json'] }).bump).toBe('major');
      expect(judged([['string sandbox_id', 'string sandboxId']], { policy, encodings: ['binary', 'json'] }).bump).toBe(
        'minor',
      );
    },
  );

  test('a regression that breaks no promise is a warning', () => {
    expect(judged(RPC_REMOVED, { policy: 'lockstep' }).findings).toMatchObject([
      { severity: 'warning', class: 'regression', bump: 'minor' },
    ]);
  });
});

describe('versions', () => {
  test('below 1.0.0, the next version has the shifted bump', () => {
    expect(judged(FIELD_REMOVED, {}, { ref: 'v0.3.1', version: '0.3.1' })).toMatchObject({
      bump: 'minor',
      nextVersion: '0.4.0',
    });
  });

  test('a baseline that is not a release has no next version', () => {
    const judgement = judged(FIELD_REMOVED, {}, { ref: 'main', version: undefined });
    expect(judgement).toMatchObject({ bump: 'major', nextVersion: null });
    expect(judgement.findings[0]?.message).toContain('an old client (main)');
  });

  const declared = (version: string): ComparedWith => ({
    ref: '1.4.0',
    version: '1.4.0',
    declared: { file: 'VERSION', version, range: RANGE },
  });

  test('with a sufficient declared version, broken promises are warnings', () => {
    const { findings, sufficient } = judged(FIELD_REMOVED, {}, declared('2.0.0-rc1'));
    expect(sufficient).toBe(true);
    expect(findings).toMatchObject([{ severity: 'warning', bump: 'major' }]);
    expect(findings[0]?.message).toMatch(/ 2\.0\.0-rc1 in VERSION announces this\.$/);
  });

  test.each([
    ['1.5.0', 'error'],
    ['1.4.0', 'information'],
  ])('a declared version of %s is too low for a break: %s', (version, severity) => {
    const { findings, sufficient } = judged(FIELD_REMOVED, {}, declared(version));
    expect(sufficient).toBe(false);
    expect(findings).toMatchObject([
      { rule: 'field-removed', severity: 'error' },
      { rule: 'version-too-low', file: 'VERSION', severity, bump: 'none' },
    ]);
    expect(findings[1]?.message).toBe(`${version} is too low: the changes since 1.4.0 need 2.0.0.`);
  });
});

describe('settings', () => {
  test('a configured severity does not change the bump', () => {
    expect(judged(FIELD_REMOVED, { rules: { 'field-removed': 'hint' } })).toMatchObject({
      bump: 'major',
      findings: [{ severity: 'hint' }],
    });
  });

  test('off hides the finding and its bump', () => {
    expect(judged(FIELD_REMOVED, { rules: { 'field-removed': 'off' } })).toMatchObject({ bump: 'patch', findings: [] });
  });

  test('an unstable file is left out, and its changes need no version', () => {
    expect(judged(FIELD_REMOVED, { unstable: ['agent.proto'] })).toMatchObject({ bump: 'none', findings: [] });
  });

  test('a protocol change on a frozen branch is an error', () => {
    const { findings } = judged(PIDNS, {}, { ref: '1.4.0', version: '1.4.0', frozen: { branch: 'stable-1.4' } });
    expect(findings).toMatchObject([
      { rule: 'field-added', severity: 'information' },
      { rule: 'frozen-branch-changed', severity: 'error', file: 'agent.proto' },
    ]);
    expect(findings[1]?.message).toMatch(
      /^Branch stable-1\.4 is frozen, but this is a protocol change: `sandbox_pidns`/,
    );
  });

  test('an edit of a comment on a frozen branch is allowed', () => {
    expect(
      judged(
        [['message Unused', '// Not used.\nmessage Unused']],
        {},
        { ref: '1.4.0', version: '1.4.0', frozen: { branch: 'stable-1.4' } },
      ).findings,
    ).toEqual([]);
  });

  test('messages use the names of the roles', () => {
    const { findings } = judged(RPC_REMOVED, { roles: { client: 'kata-runtime', server: 'kata-agent' } });
    expect(findings[0]?.message).toBe(
      'Method `CreateContainer` was removed: this kata-agent answers UNIMPLEMENTED when kata-runtime 1.4.0 calls it.',
    );
  });
});

test('an accepted finding is a hint with its bump, and an unused entry is reported', () => {
  const entry = {
    rule: 'field-removed',
    element: 'grpc.CreateContainerRequest.sandbox_id',
    since: '1.4',
    reason: 'never set',
  };
  const unused = { ...entry, element: 'grpc.Unused.id' };
  expect(judged(FIELD_REMOVED, { accept: [entry, unused] })).toMatchObject({
    bump: 'major',
    findings: [{ severity: 'hint', accepted: { reason: 'never set' }, bump: 'major' }],
    unusedAcceptances: [unused],
  });
});

const RANGE = { start: { line: 0, character: 0 }, end: { line: 0, character: 5 } };

function judged(
  edit: Edit,
  settings: Partial<Settings> = {},
  release: ComparedWith = { ref: '1.4.0', version: '1.4.0' },
): Judgement {
  let after = AGENT;
  for (const [from, to] of edit) {
    expect(after).toContain(from);
    after = after.replace(from, to);
  }
  return judgeText(AGENT, after, settings, release);
}

function judgeText(
  before: string,
  after: string,
  settings: Partial<Settings> = {},
  release: ComparedWith = { ref: '1.4.0', version: '1.4.0' },
): Judgement {
  const [old, edited] = [before, after].map((text) => schemaOf(new Map([['agent.proto', text]])));
  if (old === undefined || edited === undefined) throw new Error('A comparison needs two texts.');
  return judgeSchemas(old, edited, { ...DEFAULT_SETTINGS, ...settings }, release);
}
