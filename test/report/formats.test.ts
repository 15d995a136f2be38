import { describe, expect, test } from 'vitest';
import type { Log } from 'sarif';
import type { Effect } from '../../server/effects/effect.ts';
import { github } from '../../server/report/github.ts';
import { json } from '../../server/report/json.ts';
import { markdown } from '../../server/report/markdown.ts';
import { notes } from '../../server/report/notes.ts';
import { sarif } from '../../server/report/sarif.ts';
import { FIELD_RENUMBERED, finding, METHOD_ADDED, result } from './results.ts';

const ACCEPTED = finding({
  element: 'grpc.Process.sandbox_id',
  severity: 'hint',
  accepted: { reason: 'never set by any shipped runtime' },
  message: 'sandbox_id was removed.',
});
const DEPRECATED = finding({
  rule: 'element-deprecated',
  element: 'grpc.Process.old',
  severity: 'hint',
  class: 'none',
  bump: 'minor',
  effects: {
    binary: { oldClientNewServer: 'exact', newClientOldServer: 'exact' },
    json: { oldClientNewServer: 'exact', newClientOldServer: 'exact' },
    source: 'same',
  },
  message: 'old is deprecated.',
});
const PROBLEM = {
  kind: 'syntax',
  file: 'protocols/agent.proto',
  range: { start: { line: 9, character: 0 }, end: { line: 9, character: 3 } },
  message: 'A "}" is missing.',
} as const;
const HOSTILE = '%0A::error::, <img src=x> [a](http://evil) `|\n@all';

describe('JSON', () => {
  test('exactly the documented members, in their order', () => {
    const printed = JSON.parse(json(result({ findings: [METHOD_ADDED], problems: [PROBLEM] }))) as {
      findings: Record<string, unknown>[];
      problems: unknown[];
    };
    expect(Object.keys(printed)).toEqual([
      'baseline',
      'target',
      'policy',
      'bump',
      'nextVersion',
      'declaredVersion',
      'note',
      'findings',
      'modules',
      'problems',
      'notCompared',
    ]);
    expect(printed).toMatchObject({
      baseline: { ref: '1.0.0', version: '1.0.0', commit: '1234567890123456789012345678901234567890' },
      target: { ref: null },
      policy: 'semver',
      bump: 'minor',
      nextVersion: '1.1.0',
      declaredVersion: null,
      modules: [],
    });
    expect(printed.findings).toEqual([
      {
        rule: 'method-added',
        element: 'grpc.AgentService.PauseContainer',
        file: 'protocols/agent.proto',
        range: { start: { line: 2, character: 6 }, end: { line: 2, character: 20 } },
        baseline: null,
        severity: 'information',
        class: 'gap',
        bump: 'minor',
        broken: { oldClientNewServer: false, newClientOldServer: false },
        effects: METHOD_ADDED.effects,
        sourceBreaks: [],
        witness: { sent: '/grpc.AgentService/PauseContainer', read: 'UNIMPLEMENTED' },
        message: 'kata-agent 1.0.0 answers UNIMPLEMENTED to PauseContainer.',
        accepted: null,
      },
    ]);
    expect(printed.problems).toEqual([
      { file: PROBLEM.file, range: PROBLEM.range, message: PROBLEM.message, severity: 'error' },
    ]);
  });

  test('a baseline that is not a release has no version', () => {
    const baseline = { ref: 'main', version: undefined, commit: 'abc', prefix: '', note: undefined };
    expect(JSON.parse(json(result({ baseline, nextVersion: null })))).toMatchObject({
      baseline: { ref: 'main', version: null, commit: 'abc' },
      nextVersion: null,
    });
  });

  test('with several modules, each finding has its module', () => {
    const modules = ['', 'api/', 'api/v2/'].map((prefix) => ({
      prefix,
      bump: 'none' as const,
      nextVersion: '1.0.0',
    }));
    const findings = ['a.proto', 'api/a.proto', 'api/v2/a.proto', 'apis/a.proto'].map((file) => finding({ file }));
    const printed = JSON.parse(json(result({ findings, modules }))) as {
      findings: { module: string }[];
      modules: unknown[];
    };
    expect(printed.findings.map(({ module }) => module)).toEqual(['', '', 'api/', 'api/v2/']);
    expect(printed.modules[1]).toEqual({
      prefix: 'api/',
      baseline: { ref: '1.0.0', version: '1.0.0', commit: '1234567890123456789012345678901234567890' },
      bump: 'none',
      nextVersion: '1.0.0',
      declaredVersion: null,
      note: null,
    });
  });
});

describe('SARIF', () => {
  const RULES = [
    {
      id: 'field-removed',
      title: 'Field removed',
      docs: '## What it means\nIt was removed.',
      buf: ['FIELD_NO_DELETE'],
    },
    { id: 'method-added', title: 'Method added', docs: '## What it means\nIt is new.', buf: [] },
  ];
  const print = (...findings: Parameters<typeof result>[0][]) =>
    JSON.parse(sarif(result(findings[0]), RULES, '0.1.0')) as Log;

  test('every result refers to the rule at its index, with help', () => {
    const log = print({ findings: [METHOD_ADDED, FIELD_RENUMBERED, finding({})] });
    expect(log.version).toBe('2.1.0');
    const [run] = log.runs;
    const rules = run?.tool.driver.rules ?? [];
    for (const found of run?.results ?? []) expect(rules[found.ruleIndex ?? -1]?.id).toBe(found.ruleId);
    expect(rules.map(({ id }) => id)).toEqual(['field-removed', 'method-added', 'field-renumbered']);
    expect(rules[0]).toMatchObject({
      name: 'FieldRemoved',
      shortDescription: { text: 'Field removed' },
      help: { text: 'What it means\nIt was removed.', markdown: '## What it means\nIt was removed.' },
    });
  });

  test('positions are one-based, and paths are escaped', () => {
    const log = print({
      findings: [
        finding({ file: 'a b/ü#?.proto', range: { start: { line: 0, character: 2 }, end: { line: 1, character: 0 } } }),
      ],
    });
    expect(log.runs[0]?.results?.[0]?.locations?.[0]?.physicalLocation).toEqual({
      artifactLocation: { uri: 'a%20b/%C3%BC%23%3F.proto', uriBaseId: 'SRCROOT' },
      region: { startLine: 1, startColumn: 3, endLine: 2, endColumn: 1 },
    });
  });

  test('severities become levels, acceptances suppressions, and problems notifications', () => {
    const log = print({ findings: [FIELD_RENUMBERED, METHOD_ADDED, ACCEPTED], problems: [PROBLEM] });
    const results = log.runs[0]?.results ?? [];
    expect(results.map(({ level }) => level)).toEqual(['error', 'note', 'note']);
    expect(results.map(({ suppressions }) => suppressions)).toEqual([
      undefined,
      undefined,
      [{ kind: 'external', justification: 'never set by any shipped runtime' }],
    ]);
    expect(results[1]?.message.text).toBe(
      'kata-agent 1.0.0 answers UNIMPLEMENTED to PauseContainer. (kata-runtime 1.0.0 + this kata-agent: exact; this kata-runtime + kata-agent 1.0.0: rejected)',
    );
    expect(log.runs[0]?.invocations?.[0]?.toolExecutionNotifications).toMatchObject([
      { level: 'error', descriptor: { id: 'syntax' } },
    ]);
  });

  test('texts, lines and rule ids are valid', () => {
    // https://docs.oasis-open.org/sarif/sarif/v2.1.0/ requires non-empty texts, lines and columns from 1, and unique rule ids.
    const log = print({ findings: [METHOD_ADDED, FIELD_RENUMBERED, ACCEPTED, DEPRECATED], problems: [PROBLEM] });
    const ids = (log.runs[0]?.tool.driver.rules ?? []).map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const rule of log.runs[0]?.tool.driver.rules ?? []) expect(rule.helpUri).toMatch(/^https:\/\/\S+$/);
    for (const found of log.runs[0]?.results ?? []) {
      expect(found.message.text).not.toBe('');
      const region = found.locations?.[0]?.physicalLocation?.region;
      expect(
        Math.min(region?.startLine ?? 0, region?.startColumn ?? 0, region?.endLine ?? 0, region?.endColumn ?? 0),
      ).toBeGreaterThan(0);
    }
  });
});

describe('GitHub annotations', () => {
  test('a level per severity, one-based positions, and a summary', () => {
    expect(github(result({ findings: [FIELD_RENUMBERED, METHOD_ADDED, ACCEPTED], problems: [PROBLEM] }))).toBe(
      `::error file=protocols/agent.proto,line=7,endLine=7,col=15,endColumn=16,title=field-renumbered::The number of id was 1 and is now 2.
::notice file=protocols/agent.proto,line=3,endLine=3,col=7,endColumn=21,title=method-added::kata-agent 1.0.0 answers UNIMPLEMENTED to PauseContainer.
::error file=protocols/agent.proto,line=10,endLine=10,col=1,endColumn=4,title=syntax::A "}" is missing.
::notice title=Proto Compat::1.0.0 → 2.0.0 (major): because of field-renumbered grpc.Process.id (protocols/agent.proto:7:15); 1 error, 1 addition, 1 accepted
`,
    );
  });

  test('text from a repository cannot start a command', () => {
    const out = github(result({ findings: [finding({ message: HOSTILE, file: 'a,b:c%.proto\n::error::x' })] }));
    expect(out.split('\n').filter((line) => line.startsWith('::'))).toHaveLength(2);
    expect(out.split('\n')).toHaveLength(3);
    expect(out).toContain('file=a%2Cb%3Ac%25.proto%0A%3A%3Aerror%3A%3Ax,');
    expect(out).toContain('::%250A::error::, <img');
  });
});

describe('Markdown', () => {
  test('one table, worst first, with accepted findings below it', () => {
    const out = markdown(result({ findings: [METHOD_ADDED, FIELD_RENUMBERED, ACCEPTED], problems: [PROBLEM] }));
    expect(out).toContain(
      '## 1.0.0 → 2.0.0 (major)\n\nBecause of field-renumbered grpc.Process.id (protocols/agent.proto:7:15).\n',
    );
    const rows = out.split('\n').filter((line) => line.startsWith('| '));
    expect(rows[0]).toBe('| | kata-runtime 1.0.0 + this kata-agent | this kata-runtime + kata-agent 1.0.0 | change |');
    expect(rows[1]).toMatch(
      /^\| error \| \*\*dropped\*\* \| \*\*dropped\*\* \| The number of id was 1 and is now 2\.<br>\[field-renumbered\]\(https:/,
    );
    expect(rows[2]).toMatch(/^\| information \| exact \| \*\*rejected\*\* \|/);
    expect(out).toContain('### Accepted\n\n- sandbox_id was removed. (never set by any shipped runtime)\n');
    expect(out).toContain('### Problems\n\n- `protocols/agent.proto:10:1`: A "}" is missing.\n');
  });

  test('findings about stored data or an older release have tables of their own, because the columns name the versions', () => {
    const stored = finding({ stored: true });
    const older = finding({ older: { version: '0.9.0', commit: '1'.repeat(40) } });
    const rows = markdown(result({ findings: [stored, older, FIELD_RENUMBERED] })).split('\n');
    expect(rows.filter((row) => row.startsWith('| | '))).toEqual([
      '| | data of 1.0.0 + this code | new data + code of 1.0.0 | change |',
      '| | kata-runtime 0.9.0 + this kata-agent | this kata-runtime + kata-agent 0.9.0 | change |',
      '| | kata-runtime 1.0.0 + this kata-agent | this kata-runtime + kata-agent 1.0.0 | change |',
    ]);
    expect(rows.filter((row) => row.startsWith('| error'))).toHaveLength(3);
  });

  test('text from a repository is shown as text', () => {
    const out = markdown(result({ findings: [finding({ message: HOSTILE, file: 'a`|b.proto' })] }));
    expect(out).not.toMatch(/(?<!\\)<img/);
    expect(out).not.toMatch(/(?<!\\)\]\(http:/);
    const row = out.split('\n').find((line) => line.startsWith('| error')) ?? '';
    expect(row.replaceAll('\\|', '').split('|')).toHaveLength(6);
  });
});

describe('release notes', () => {
  test('the version step, breaks, acceptances, upgrade steps, additions and deprecations', () => {
    expect(notes(result({ findings: [METHOD_ADDED, FIELD_RENUMBERED, ACCEPTED, DEPRECATED] }))).toBe(
      `# 2.0.0

1.0.0 → 2.0.0 (major): because of field-renumbered grpc.Process.id.

## Breaking changes

- \`grpc.Process.id\`: The number of id was 1 and is now 2.
  - kata-runtime 1.0.0 + kata-agent 2.0.0: dropped, silently ignored.
  - kata-runtime 2.0.0 + kata-agent 1.0.0: dropped, silently ignored.

## Accepted breaks

- \`grpc.Process.sandbox_id\`: sandbox_id was removed.
  - kata-runtime 1.0.0 + kata-agent 2.0.0: dropped, silently ignored.
  - kata-runtime 2.0.0 + kata-agent 1.0.0: dropped, silently ignored.
  - Accepted: never set by any shipped runtime

## Upgrading

- Both mixed pairings are affected: stop the calls, upgrade kata-runtime and kata-agent, then resume the calls.

## Additions

- \`grpc.AgentService.PauseContainer\`: kata-agent 1.0.0 answers UNIMPLEMENTED to PauseContainer.

## Deprecations

- \`grpc.Process.old\`: old is deprecated.
`,
    );
  });

  const upgrading = (...findings: Parameters<typeof finding>[0][]): string[] => {
    const [, section = ''] = notes(result({ findings: findings.map(finding) })).split('\n## Upgrading\n\n');
    return section
      .trimEnd()
      .split('\n')
      .filter((line) => line !== '');
  };
  const effects = (oldClientNewServer: Effect, newClientOldServer: Effect) => ({
    ...METHOD_ADDED.effects,
    binary: { oldClientNewServer, newClientOldServer },
  });

  test('the upgrade order depends on the pairings that break', () => {
    expect(upgrading({ effects: effects('rejected', 'exact') })).toEqual([
      '- Upgrade every kata-runtime before the first kata-agent, and roll back in the reverse order.',
    ]);
    expect(upgrading({ effects: effects('exact', 'rejected') })).toEqual([
      '- Upgrade every kata-agent before the first kata-runtime, and roll back in the reverse order.',
    ]);
    // `absent` counts as a break here.
    expect(upgrading({ effects: effects('dropped', 'absent') })).toEqual([
      expect.stringMatching(/^- Both mixed pairings are affected: /),
    ]);
    expect(upgrading({ effects: effects('exact', 'exact') })).toEqual([]);
  });

  test('each upgrade step is listed once for all breaks together', () => {
    const [first, second] = [effects('rejected', 'exact'), effects('exact', 'rejected')];
    expect(
      upgrading({ effects: first, sourceBreaks: ['go', 'ts'] }, { effects: second, sourceBreaks: ['python'] }),
    ).toEqual([
      expect.stringMatching(/^- Both mixed pairings are affected: /),
      '- Go, Python and TypeScript code that uses the generated names must change.',
    ]);
  });

  test('a break of stored data is described without the words client and server', () => {
    const stored = finding({
      stored: true,
      effects: effects('dropped', 'altered'),
      message: '`id` was removed: this code ignores what code of 1.0.0 wrote.',
    });
    const printed = notes(result({ findings: [stored] }));
    expect(printed).toContain(
      `- \`grpc.Process.id\`: \`id\` was removed: code of 2.0.0 ignores what code of 1.0.0 wrote.
  - data of 1.0.0 + code of 2.0.0: dropped, silently ignored.
  - data of 2.0.0 + code of 1.0.0: altered, silently read as something else.

## Upgrading

- Convert data that 1.0.0 has stored before 2.0.0 reads it.
- Once 2.0.0 has stored data, do not roll back to 1.0.0.
`,
    );
    expect(printed).not.toMatch(/kata|client|server/);
  });

  test('"this kata-agent" is replaced by the version or "the new kata-agent"', () => {
    const message =
      'This kata-agent ignores what kata-runtime 1.0.0 sends in `this kata-agent`; see this kata-agent-shim.';
    const of = (given: Parameters<typeof result>[0]) =>
      /^- `grpc\.Process\.id`: (.*)$/m.exec(notes(result(given)))?.[1];
    expect(of({ findings: [finding({ message })] })).toBe(
      'kata-agent 2.0.0 ignores what kata-runtime 1.0.0 sends in `this kata-agent`; see this kata-agent-shim.',
    );
    expect(of({ findings: [finding({ message })], nextVersion: null })).toMatch(/^The new kata-agent ignores /);
    expect(of({ findings: [finding({ message })], problems: [PROBLEM] })).toMatch(/^The new kata-agent ignores /);
    const words = { client: 'the client', server: 'the server', baseline: '1.0.0', edited: undefined };
    expect(
      of({ findings: [finding({ message: 'A new client fails; a new server and a new peer as well.' })], words }),
    ).toBe('A new client (2.0.0) fails; a new server (2.0.0) and a new peer (2.0.0) as well.');
  });

  test('an unchanged protocol is stated', () => {
    expect(notes(result())).toBe('# 1.0.0\n\n1.0.0 stays 1.0.0: nothing in the protocol has changed.\n');
  });
});
