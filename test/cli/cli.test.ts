import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readSettings } from '../../server/policy/config.ts';
import { DEFAULT_SETTINGS } from '../../server/policy/settings.ts';
import { makeRepository, type TestRepository } from '../git/repository.ts';
import { buildCli, type Cli } from './run.ts';

const RELEASED = `syntax = "proto3";
package grpc;
service AgentService {
  rpc CreateContainer(CreateContainerRequest) returns (Empty);
  rpc DestroyContainer(Empty) returns (Empty);
}
message CreateContainerRequest {
  string container_id = 1;
}
message Empty {}
`;
const ADDED = RELEASED.replace(
  'string container_id = 1;',
  'string container_id = 1;\n  bool sandbox_pidns = 7;',
).replace('  rpc Destroy', '  rpc PauseContainer(Empty) returns (Empty);\n  rpc Destroy');
const BROKEN = RELEASED.replace('container_id = 1', 'container_id = 2').replace(/ {2}rpc Destroy.*\n/, '');
const FILE = 'protocols/agent.proto';

let cli: Cli;
let repository: TestRepository;
beforeAll(async () => {
  cli = await buildCli();
  repository = makeRepository();
  repository.commit({ [FILE]: RELEASED });
  repository.tag('1.0.0');
  repository.commit({ [FILE]: ADDED });
  repository.tag('1.1.0');
});
afterAll(() => {
  cli.remove();
  repository.remove();
});
const run = (...args: string[]) => cli.run(repository.directory, args);

/** A repository at release 1.0.0 with an uncommitted edit. */
async function withEdit(
  edited: string,
  work: (edit: TestRepository) => Promise<void>,
  more: Record<string, string> = {},
): Promise<void> {
  const edit = makeRepository();
  try {
    edit.commit({ [FILE]: RELEASED, ...more });
    edit.tag('v1.0.0');
    edit.write({ [FILE]: edited });
    await work(edit);
  } finally {
    edit.remove();
  }
}

describe('check', () => {
  test('prints the comparison of two releases as JSON', async () => {
    const { code, stdout, stderr } = await run('check', '--from', '1.0.0', '--to', '1.1.0', '--format', 'json');
    expect([code, stderr]).toEqual([0, '']);
    const printed = JSON.parse(stdout) as {
      findings: { rule: string; element: string; effects: { binary: unknown } }[];
    };
    expect(printed).toMatchObject({
      baseline: { ref: '1.0.0', version: '1.0.0', commit: repository.git('rev-parse', '1.0.0') },
      target: { ref: '1.1.0' },
      policy: 'semver',
      bump: 'minor',
      nextVersion: '1.1.0',
    });
    expect(printed.findings.map(({ rule, element, effects }) => [rule, element, effects.binary])).toEqual([
      [
        'method-added',
        'grpc.AgentService.PauseContainer',
        { oldClientNewServer: 'exact', newClientOldServer: 'rejected' },
      ],
      [
        'field-added',
        'grpc.CreateContainerRequest.sandbox_pidns',
        { oldClientNewServer: 'absent', newClientOldServer: 'dropped' },
      ],
    ]);
  });

  test('quotes the text of a file that is UTF-16', async () => {
    await withEdit(RELEASED, async (edit) => {
      edit.write({ [FILE]: Buffer.from(`\ufeff${BROKEN}`, 'utf16le') });
      const { stdout } = await cli.run(edit.directory, ['check']);
      expect(stdout).toContain('\n      7 |   string container_id = 2;\n');
    });
  });

  test('without arguments, finds the release, quotes both lines and fails', async () => {
    await withEdit(BROKEN, async (edit) => {
      const { code, stdout, stderr } = await cli.run(edit.directory, ['check']);
      expect([code, stderr]).toEqual([1, '']);
      expect(stdout).toContain(
        '\n      7 |   string container_id = 2;\n        |                         ^\n  1.0.0 |   string container_id = 1;\n',
      );
      expect(stdout).toMatch(
        /^v?1\.0\.0 → 2\.0\.0 \(major\): because of \S+ \S+ \(protocols\/agent\.proto:\d+:\d+\)$/m,
      );
      expect(stdout).not.toContain('\u001b');
    });
  });

  test.each([
    ['error', 0, 'an addition', ADDED],
    ['warning', 0, 'an addition', ADDED],
    ['information', 1, 'an addition', ADDED],
    ['error', 1, 'a break', BROKEN],
    ['never', 0, 'a break', BROKEN],
    ['information', 0, 'no change', RELEASED],
  ])('with --fail-on %s exits with %i after %s', async (failOn, expected, _, edited) => {
    await withEdit(edited, async (edit) => {
      expect((await cli.run(edit.directory, ['check', '--fail-on', failOn])).code).toBe(expected);
    });
  });

  test('--quiet prints one line for each failing finding', async () => {
    await withEdit(BROKEN, async (edit) => {
      const quiet = await cli.run(edit.directory, ['check', '--quiet']);
      expect(quiet.code).toBe(1);
      expect(quiet.stdout).toMatch(/^(protocols\/agent\.proto:\d+:\d+: error: .* \[[\w-]+\]\n)+$/);
    });
    await withEdit(ADDED, async (edit) => {
      expect(await cli.run(edit.directory, ['check', '--quiet'])).toMatchObject({ code: 0, stdout: '', stderr: '' });
      const loud = await cli.run(edit.directory, ['check', '--quiet', '--fail-on', 'information']);
      expect([loud.code, loud.stdout.trim().split('\n').length]).toEqual([1, 2]);
      const mixed = await cli.run(edit.directory, ['check', '--quiet', '--format', 'json']);
      expect([mixed.code, mixed.stdout]).toEqual([2, '']);
      expect(mixed.stderr).toContain('--quiet only works with --format text');
    });
  });

  test('a text with syntax errors does not pass', async () => {
    await withEdit(RELEASED.replace('message Empty {}', 'message Empty {'), async (edit) => {
      const { code, stdout } = await cli.run(edit.directory, ['check']);
      expect(code).toBe(1);
      expect(stdout).toMatch(/agent\.proto:\d+:\d+: problem: /);
    });
  });

  test('checks only the named paths, relative to the current folder', async () => {
    await withEdit(
      BROKEN,
      async (edit) => {
        mkdirSync(path.join(edit.directory, 'protocols/empty'));
        const inside = path.join(edit.directory, 'protocols');
        expect((await cli.run(inside, ['check', 'agent.proto'])).code).toBe(1);
        expect(await cli.run(inside, ['check', 'empty'])).toMatchObject({
          code: 2,
          stderr: expect.stringContaining('There is no .proto file in protocols/empty') as unknown,
        });
        expect((await cli.run(inside, ['check', '../other'])).code).toBe(0);
        expect(await cli.run(inside, ['check', 'agnet.proto'])).toEqual({
          code: 2,
          stdout: '',
          stderr:
            'proto-compat: There is no .proto file in protocols/agnet.proto, neither now nor in the release. Check the spelling.\n',
        });
        expect((await cli.run(inside, ['check', '/etc'])).stderr).toMatch(
          /^proto-compat: \/etc is outside the repository .*\n$/,
        );
      },
      { 'other/b.proto': 'syntax = "proto3";' },
    );
  });

  test('fails if all files are vendored, unless one is named', async () => {
    const vendored = makeRepository();
    vendored.commit({ 'third_party/box.proto': 'syntax = "proto3";\nmessage Key {\n  string id = 1;\n}\n' });
    vendored.tag('1.0.0');
    vendored.write({ 'third_party/box.proto': 'syntax = "proto3";\nmessage Key {\n  string id = 2;\n}\n' });
    const { code, stderr } = await cli.run(vendored.directory, ['check']);
    expect(stderr).toMatch(/^proto-compat: All \.proto files look like third-party code/);
    expect(code).toBe(2);
    expect((await cli.run(vendored.directory, ['check', 'third_party'])).code).toBe(1);
    vendored.write({ 'proto-compat.json': '{ "files": ["third_party/**"] }' });
    expect((await cli.run(vendored.directory, ['check'])).code).toBe(1);
    vendored.remove();
  });

  test('fails if all files are copies of well-known packages, unless one is named', async () => {
    const copies = makeRepository();
    const write = (id: number): void => {
      const text = (name: string): string =>
        `syntax = "proto3";\npackage ${name};\nmessage Key {\n  string id = ${String(id)};\n}\n`;
      copies.write({
        'api/google/rpc/status.proto': text('google.rpc'),
        'api/validate/validate.proto': text('validate'),
        'vendor/own.proto': text('own'),
      });
    };
    write(1);
    copies.commit({});
    copies.tag('1.0.0');
    for (const id of [1, 2]) {
      write(id);
      const { code, stdout, stderr } = await cli.run(copies.directory, ['check']);
      expect(stderr).toMatch(
        /^proto-compat: All \.proto files look like third-party code: .* such as `google\.api`\. /,
      );
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    }
    expect((await cli.run(copies.directory, ['check', 'api'])).code).toBe(1);
    copies.write({ 'proto-compat.json': '{ "files": ["api/validate/**"] }' });
    expect((await cli.run(copies.directory, ['check'])).code).toBe(1);
    copies.remove();
  });

  test('--repo replaces the current folder', async () => {
    const { code, stdout } = await cli.run('/', [
      'check',
      '--repo',
      repository.directory,
      '--from',
      '1.0.0',
      '--to',
      '1.1.0',
      'protocols',
    ]);
    expect(code).toBe(0);
    expect(stdout).toContain('protocols/agent.proto:5:7: information: ');
  });

  test('prints Markdown', async () => {
    const { code, stdout } = await run('check', '--from', '1.0.0', '--to', '1.1.0', '--format', 'markdown');
    expect([code, stdout]).toEqual([0, expect.stringContaining('## 1.0.0 → 1.1.0 (minor)')]);
  });

  test('reports a mistake in the configuration, and uses the rest', async () => {
    await withEdit(
      ADDED,
      async (edit) => {
        const { stdout } = await cli.run(edit.directory, ['check']);
        expect(stdout).toContain(
          'proto-compat.json:2:3: problem: There is no option "polcy" (did you mean "policy"?); it is ignored.\n',
        );
        expect(stdout).toContain('kata-runtime 1.0.0 + this kata-agent');
      },
      {
        'proto-compat.json':
          '{\n  "polcy": "lockstep",\n  "roles": { "client": "kata-runtime", "server": "kata-agent" }\n}',
      },
    );
  });

  test.each([
    ['cannot be read', RELEASED.replace('message', 'mesage'), ': problem: Expected'],
    [
      'declares a number twice',
      ADDED.replace(/(message \w+ \{)/, '$1 bytes a = 99; bytes b = 99;'),
      ': problem: The number 99 is already',
    ],
    ['uses a type that is declared nowhere', RELEASED.replace('string', 'strin'), ': problem: "strin" is not declared'],
  ])('a text that %s fails the check, as in protoc', async (_, text, expected) => {
    await withEdit(text, async (edit) => {
      const { code, stdout } = await cli.run(edit.directory, ['check']);
      expect([code, stdout]).toEqual([1, expect.stringContaining(expected)]);
      expect(stdout).not.toContain('only comments, layout');
      expect((await cli.run(edit.directory, ['check', '--fail-on', 'never'])).code).toBe(0);
    });
  });

  test('uses the breaking section of a buf.yaml', async () => {
    await withEdit(
      BROKEN,
      async (edit) => {
        const { code, stdout } = await cli.run(edit.directory, ['check', '--fail-on', 'information']);
        expect([code, stdout]).toEqual([0, expect.stringContaining('no findings')]);
      },
      { 'buf.yaml': 'version: v2\nbreaking:\n  use: [WIRE]\n  ignore: [protocols]\n' },
    );
  });

  test('uses colour if requested, never with NO_COLOR', async () => {
    const args = ['check', '--from', '1.0.0', '--to', '1.1.0'];
    expect((await cli.run(repository.directory, args, { FORCE_COLOR: '1' })).stdout).toContain('\u001b[34m');
    expect((await cli.run(repository.directory, args, { FORCE_COLOR: '1', NO_COLOR: '1' })).stdout).not.toContain(
      '\u001b',
    );
  });

  test('a break passes if the declared version is high enough', async () => {
    await withEdit(BROKEN, async (edit) => {
      const { code, stdout } = await cli.run(edit.directory, ['check', '--declared', '2.0.0']);
      expect(code).toBe(0);
      expect(stdout).toContain(': warning: ');
      expect(stdout).not.toContain('--declared:');
      expect((await cli.run(edit.directory, ['check', '--declared', '1.1.0', '--format', 'json'])).code).toBe(1);
    });
  });
});

describe('next', () => {
  test.each([
    ['1.0.1', 1, 'proto-compat: 1.0.1 is planned, which is too low: it must be at least 1.1.0.\n'],
    ['1.1.0', 0, ''],
    ['v1.1.0-rc1', 0, ''],
    ['2.0.0', 0, ''],
    ['soon', 2, 'proto-compat: --declared must be a version such as 1.1.0, not soon.\n'],
  ])('with --declared %s exits with %i, like check', async (declared, code, stderr) => {
    expect(await run('next', '--from', '1.0.0', '--to', '1.1.0', '--declared', declared)).toMatchObject({
      code,
      stderr,
    });
    expect(await run('check', '--from', '1.0.0', '--to', '1.1.0', '--declared', declared)).toMatchObject({
      code,
      stderr,
    });
  });

  test('reports a version file that is too low, unless it still has the released version', async () => {
    await withEdit(
      ADDED,
      async (edit) => {
        expect(await cli.run(edit.directory, ['next'])).toEqual({ code: 0, stdout: '1.1.0\n', stderr: '' });
        edit.write({ VERSION: '1.0.1\n' });
        expect(await cli.run(edit.directory, ['next'])).toEqual({
          code: 1,
          stdout: '1.1.0\n',
          stderr: 'proto-compat: VERSION declares 1.0.1, which is too low: it must be at least 1.1.0.\n',
        });
      },
      { VERSION: '1.0.0\n' },
    );
  });

  test.each([
    [
      'a brace is missing',
      RELEASED.replace('Empty {}', 'Empty {'),
      /^proto-compat: the next version is not known, because of protocols\/agent\.proto:\d+:\d+: .+\n$/,
    ],
    [
      'a value is missing',
      RELEASED.replace('string container_id = 1;', 'reserved 1, "container_id";\n  string p = = 2;'),
      /not known/,
    ],
    ['it is UTF-16', Buffer.from(`\ufeff${ADDED}`, 'utf16le'), /UTF-16/],
    ['a name is declared twice', `${RELEASED}message Empty {}\n`, /not known/],
  ])('prints no version if the text is unreadable or invalid: %s', async (_, edited, expected) => {
    await withEdit('', async (edit) => {
      writeFileSync(path.join(edit.directory, FILE), edited);
      const { code, stdout, stderr } = await cli.run(edit.directory, ['next']);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toMatch(expected);
      const notes = await cli.run(edit.directory, ['notes']);
      expect(notes.stdout).toMatch(
        /^# Next release\n\nThe version is not known yet[^]*\n## Not compared\n\n- `protocols\/agent\.proto:/,
      );
    });
  });

  test('a module has a version although another one has syntax errors', async () => {
    const modules = makeRepository();
    modules.commit({ 'api/a.proto': RELEASED, 'web/b.proto': 'syntax = "proto3"; message B {}' });
    modules.tag('api/v1.0.0');
    modules.tag('web/v3.0.0');
    modules.write({ 'api/a.proto': ADDED, 'web/b.proto': 'syntax = "proto3"; message B {' });
    expect(await cli.run(modules.directory, ['next', '--module', 'api/'])).toMatchObject({
      code: 0,
      stdout: '1.1.0\n',
    });
    expect(await cli.run(modules.directory, ['next', '--module', 'web/'])).toMatchObject({ code: 2, stdout: '' });
    modules.remove();
  });

  test('each module has its own version', async () => {
    const modules = makeRepository();
    modules.commit({ 'api/a.proto': RELEASED, 'b.proto': 'syntax = "proto3"; message B {}' });
    modules.tag('v1.0.0');
    modules.tag('api/v3.0.0');
    modules.write({ 'api/a.proto': BROKEN });
    try {
      const check = await cli.run(modules.directory, ['check']);
      expect(check.stdout).toContain(
        '\n  3.0.0 |   string container_id = 1;\n  old client (3.0.0) + new server  dropped',
      );
      expect(check.stdout).toContain('\n(repository): 1.0.0 stays 1.0.0: nothing in the protocol has changed\n');
      expect(check.stdout).toContain('\napi/: 3.0.0 → 4.0.0 (major): because of ');
      expect(await cli.run(modules.directory, ['next', '--module', 'api'])).toMatchObject({
        code: 0,
        stdout: '4.0.0\n',
      });
      expect(await cli.run(modules.directory, ['next', '--module', '.'])).toMatchObject({ code: 0, stdout: '1.0.0\n' });
      const { code, stderr } = await cli.run(modules.directory, ['next']);
      expect([code, stderr]).toEqual([
        2,
        'proto-compat: the modules have different versions; choose one with --module: ., api/.\n',
      ]);
    } finally {
      modules.remove();
    }
  });

  test('a baseline that is not a release has no next version', async () => {
    const { code, stderr } = await run('next', '--from', 'HEAD~1');
    expect(code).toBe(2);
    expect(stderr).toMatch(/^proto-compat: .* is not a release, so there is no next version; .*\n$/);
  });
});

test('check and next use the releases of the only module, unless a file outside of it is named', async () => {
  const modules = makeRepository();
  modules.commit({ 'api/a.proto': RELEASED, 'b.proto': 'syntax = "proto3"; message B {}' });
  modules.tag('api/v3.0.0');
  try {
    expect(await cli.run(modules.directory, ['next', '--module', 'api'])).toMatchObject({
      code: 0,
      stdout: '3.0.0\n',
    });
    expect((await cli.run(modules.directory, ['check'])).code).toBe(0);
    expect((await cli.run(modules.directory, ['check', 'api'])).code).toBe(0);
    const { code, stderr } = await cli.run(modules.directory, ['check', 'b.proto']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('The only tag is not a release')]);
  } finally {
    modules.remove();
  }
});

test.each([['check'], ['next'], ['audit'], ['matrix']])(
  '%s without a release also names the mistakes in the configuration',
  async (command) => {
    const made = makeRepository();
    made.commit({ 'a.proto': RELEASED, 'proto-compat.json': '{"tagPattern": "^r-.+$"}' });
    made.tag('r-1.0.0');
    try {
      const { code, stderr } = await cli.run(made.directory, [command]);
      expect([code, stderr]).toEqual([
        2,
        expect.stringMatching(/The only tag is not a release .* proto-compat\.json:1:16: "tagPattern" needs a group/),
      ]);
    } finally {
      made.remove();
    }
  },
);

test('audit lists the module `api/v2/`, but no folder without .proto files', async () => {
  const modules = makeRepository();
  modules.commit({ 'api/v2/a.proto': RELEASED, 'tool/main.go': 'package main' });
  for (const tag of ['api/v2.0.0', 'tool/v1.0.0']) modules.tag(tag);
  modules.commit({ 'api/v2/a.proto': ADDED });
  for (const tag of ['api/v2.0.1', 'tool/v1.0.1']) modules.tag(tag);
  try {
    const { stdout } = await cli.run(modules.directory, ['audit', '--format', 'json']);
    const { entries } = JSON.parse(stdout) as { entries: { ref: string; prefix: string; required?: string }[] };
    expect(entries.map(({ ref, prefix, required }) => [ref, prefix, required])).toEqual([
      ['api/v2.0.1', 'api/v2/', 'minor'],
      ['api/v2.0.0', 'api/v2/', undefined],
    ]);
  } finally {
    modules.remove();
  }
});

test('audit names the releases that have no file to check', async () => {
  const made = makeRepository();
  try {
    for (const version of ['0.1.0', '0.2.0', '0.3.0', '0.4.0', '1.0.0', '1.1.0']) {
      const own = version.startsWith('1.') ? { 'a.proto': version === '1.0.0' ? RELEASED : ADDED } : {};
      made.commit({ 'vendor/a.proto': `// ${version}`, ...own });
      made.tag(version);
    }
    const audit = async (...args: string[]): Promise<string> =>
      (await cli.run(made.directory, ['audit', ...args])).stdout;
    const sentence = '4 releases left out, without any .proto file to check: 0.4.0, 0.3.0, 0.2.0 and 1 more.';
    expect(await audit()).toContain(`(policy semver).\n${sentence}\n`);
    expect(await audit('--format', 'markdown')).toContain(`(policy semver). ${sentence}\n`);
    const found = JSON.parse(await audit('--format', 'json')) as { entries: { ref: string }[]; withoutFiles: string[] };
    expect(found.entries.map(({ ref }) => ref)).toEqual(['1.1.0', '1.0.0']);
    expect(found.withoutFiles).toEqual(['0.4.0', '0.3.0', '0.2.0', '0.1.0']);
  } finally {
    made.remove();
  }
});

test('a pipe that is closed early does not change the exit code', async () => {
  await withEdit(BROKEN, async ({ directory }) => {
    const child = cli.start(directory, ['check', '--format', 'sarif']);
    child.stdout?.destroy();
    let stderr = '';
    child.stderr?.on('data', (text: Buffer) => (stderr += text.toString()));
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect([code, stderr]).toEqual([1, '']);
  });
});

test('notes describe the changes', async () => {
  const { code, stdout } = await run('notes', '--from', '1.0.0', '--to', '1.1.0');
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /^# 1\.1\.0\n\n1\.0\.0 → 1\.1\.0 \(minor\): because of method-added .*\n\n## Additions\n\n- `grpc\.AgentService\.PauseContainer`: Method `PauseContainer` is new/,
  );
});

test('audit compares each release with the previous one', async () => {
  const { code, stdout } = await run('audit');
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /\n1\.0\.0 → 1\.1\.0 {2}minor {5}minor {5}enough: method-added grpc\.AgentService\.PauseContainer and 1 more\n1\.0\.0 /,
  );
});

test('matrix compares every two releases', async () => {
  const { code, stdout } = await run('matrix', '--format', 'json');
  expect(code).toBe(0);
  const { versions, cells } = JSON.parse(stdout) as {
    versions: { label: string }[];
    cells: { effect: string; findings: number }[];
  };
  expect(versions.map(({ label }) => label)).toEqual(['1.0.0', '1.1.0']);
  expect(cells.map(({ effect, findings }) => [effect, findings])).toEqual([
    ['exact', 0],
    ['absent', 1],
    ['rejected', 2],
    ['exact', 0],
  ]);
});

describe('init', () => {
  test('reads buf.yaml, and never overwrites a file', async () => {
    await withEdit(
      RELEASED,
      async (edit) => {
        expect(await cli.run(edit.directory, ['init'])).toMatchObject({ code: 0, stderr: '' });
        const file = path.join(edit.directory, 'proto-compat.json');
        const { settings, problems } = readSettings(readFileSync(file, 'utf8'), file);
        expect(problems).toEqual([]);
        expect(settings).toEqual({ ...DEFAULT_SETTINGS, encodings: ['binary', 'json'], unstable: ['old/**'] });
        const { code, stderr } = await cli.run(edit.directory, ['init']);
        expect([code, stderr]).toEqual([
          2,
          expect.stringMatching(/^proto-compat: .*proto-compat\.json already exists; .*\n$/),
        ]);
      },
      { 'buf.yaml': 'version: v2\nbreaking:\n  use: [WIRE_JSON]\n  ignore: [old]\n' },
    );
  });

  test('reads the .proto files, and adds commented examples of other options', async () => {
    await withEdit(
      RELEASED,
      async (edit) => {
        expect((await cli.run(path.join(edit.directory, 'protocols'), ['init'])).stdout).toBe(
          'Wrote proto-compat.json from 2 .proto files. `proto-compat check` uses it from now on.\n',
        );
        const text = readFileSync(path.join(edit.directory, 'proto-compat.json'), 'utf8');
        expect(readSettings(text, '').settings).toEqual({
          ...DEFAULT_SETTINGS,
          unstable: ['v[1-9]*alpha*', 'v[1-9]*beta*'],
        });
        expect(text).toContain('\n  // "roles": {"client":"kata-runtime","server":"kata-agent"}\n');
        const uncommented = text.replace(/"\n\n {2}\/\//g, '",\n\n  //').replace(/^ {2}\/\/ (".*)$/gm, '  $1,');
        expect(readSettings(uncommented, '').settings.roles).toEqual({ client: 'kata-runtime', server: 'kata-agent' });
      },
      { 'next.proto': 'syntax = "proto3";\npackage kata.v1beta1;\n' },
    );
  });
});

describe('a command that cannot run says why in one line', () => {
  test.each([
    [[], /^no command given; try `proto-compat check`/],
    [['chekc'], /^there is no command chekc \(did you mean "check"\?\); the commands are /],
    [['--from', 'x'], /^the command must come before --from; /],
    [
      ['check', '--form', 'x'],
      /^check has no flag --form \(did you mean "--from"\?\); see `proto-compat check --help`\.$/,
    ],
    [['check', '-x'], /^check has no flag -x; see /],
    [['check', '--code', 'client=.'], /^--code only works with --uses; see /],
    [['check', '--from'], /^--from needs a value \(--from REF\); see /],
    [['check', '--from', '--to', 'x'], /^--from needs a value /],
    [['check', '--from='], /^--from needs a value /],
    [['check', '--format', 'xml'], /^--format must be text, json, .*, not xml\.$/],
    [['init', 'agent.proto'], /^init takes no arguments, but agent\.proto was given; see /],
    [['lsp', '--stdio=1'], /^--stdio takes no value; /],
    [['lsp'], /start it with `proto-compat lsp --stdio`\.$/],
    [['check', '--repo', '/no/such/folder'], /^there is no folder \/no\/such\/folder; /],
    [['check', '--from', 'no-such-ref'], /no-such-ref/],
    [['check', '--from', '--evil'], /^--from needs a value /],
    [['check', '--from=--evil'], /--evil/],
    [['matrix', '--module', 'x'], /^there is no module x: all files are released together\.$/],
  ])('%j', async (args, expected) => {
    const { code, stdout, stderr } = await run(...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^proto-compat: [^\n]+\n$/);
    expect(stderr.slice('proto-compat: '.length, -1)).toMatch(expected);
  });

  test('without a repository, or without a release', async () => {
    const bare = makeRepository();
    try {
      const outside = await cli.run(bare.temporary, ['check']);
      expect([outside.code, outside.stderr]).toEqual([2, expect.stringMatching(/^proto-compat: .*git init.*\n$/)]);
      bare.commit({ [FILE]: RELEASED });
      for (const command of ['check', 'next', 'notes', 'audit', 'matrix']) {
        const { code, stdout, stderr } = await cli.run(bare.directory, [command]);
        expect([command, code, stdout]).toEqual([command, 2, '']);
        expect(stderr).toMatch(/^proto-compat: [^\n]+\n$/);
      }
    } finally {
      bare.remove();
    }
  });
});

describe('help', () => {
  const COMMANDS = ['check', 'next', 'notes', 'audit', 'matrix', 'uses', 'explain', 'init', 'mcp', 'lsp'];

  test.each(['--help', '-h', 'help'])('%s lists every command', async (flag) => {
    const { code, stdout, stderr } = await run(flag);
    expect([code, stderr]).toEqual([0, '']);
    for (const name of COMMANDS) expect(stdout).toMatch(new RegExp(`^ {2}${name} `, 'm'));
  });

  test('a command lists its flags', async () => {
    const { stdout } = await run('check', '--help');
    for (const flag of [
      '--repo DIR',
      '--from REF',
      '--to REF',
      '--policy P',
      '--format F',
      '--fail-on SEVERITY',
      '--declared VERSION',
    ]) {
      expect(stdout).toContain(`\n  ${flag} `);
    }
  });

  test('of a command without flags is only its summary and its usage', async () => {
    expect(await run('mcp', '--help')).toEqual({
      code: 0,
      stdout: 'mcp: the same answers as tools for coding agents, over stdio\n\nUsage: proto-compat mcp [ROOT…]\n',
      stderr: '',
    });
  });

  test.each([
    ...COMMANDS.filter((name) => name !== 'mcp').map((name) => [name, [name]] as const),
    ['all commands', []],
  ] as const)('of %s fits into 80 columns', async (_, command) => {
    const { stdout } = await run(...command, '--help');
    const lines = stdout.split('\n');
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
    const columns = lines.flatMap((line) => /^ {2}(?:-|\w).*? {2,}(?=\S)|^ {10,}/.exec(line)?.[0].length ?? []);
    expect(new Set(columns).size).toBe(1);
  });
});

test('--version prints only the version', async () => {
  expect((await run('--version')).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test('in a bare repository, next needs --to', async () => {
  const bare = path.join(repository.temporary, 'bare.git');
  repository.git('clone', '--quiet', '--bare', '.', bare);
  expect(await cli.run(bare, ['next', '--to', '1.1.0'])).toMatchObject({ code: 0, stdout: '1.1.0\n' });
  const { code, stderr } = await cli.run(bare, ['next']);
  expect([code, stderr]).toEqual([2, expect.stringMatching(/^proto-compat: [^\n]*--to[^\n]*\n$/)]);
});

test('audit and matrix report that a bare repository has no tags', async () => {
  const made = makeRepository();
  try {
    made.commit({ [FILE]: RELEASED });
    const bare = path.join(made.temporary, 'bare.git');
    made.git('clone', '--quiet', '--bare', '.', bare);
    for (const args of [['audit'], ['matrix'], ['audit', '--to', 'main']]) {
      const { code, stderr } = await cli.run(bare, args);
      expect(code).toBe(2);
      expect(stderr).toContain('This repository has no tags');
    }
  } finally {
    made.remove();
  }
});

test('audit works in a bare repository with a buf.yaml', async () => {
  const made = makeRepository();
  try {
    made.commit({ 'a.proto': RELEASED, 'buf.yaml': 'version: v2\nmodules:\n  - path: .\n  - path: ../outside\n' });
    made.tag('v1.0.0');
    const bare = path.join(made.temporary, 'bare.git');
    made.git('clone', '--quiet', '--bare', '.', bare);
    expect(await cli.run(bare, ['audit'])).toMatchObject({ code: 0, stderr: '' });
  } finally {
    made.remove();
  }
});
