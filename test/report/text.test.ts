import { describe, expect, test } from 'vitest';
import type { Finding } from '../../server/policy/result.ts';
import { quietText, text } from '../../server/report/text.ts';
import { FIELD_RENUMBERED, finding, METHOD_ADDED, result } from './results.ts';
import { only } from '../check/results.ts';

const EDITED = [
  'syntax = "proto3";',
  'service AgentService {',
  '  rpc PauseContainer(A) returns (B);',
  '}',
  '',
  'message Process {',
  '  string id = 2;',
  '}',
];
const RELEASED = [
  'syntax = "proto3";',
  'service AgentService {',
  '}',
  '',
  'message Process {',
  '  string id = 1;',
  '}',
];
const sources = {
  edited: (_: string, line: number) => EDITED[line],
  released: ({ baseline }: Finding) => RELEASED[baseline?.range.start.line ?? -1],
};
const print = (given: Parameters<typeof result>[0], color = false) => text(result(given), sources, { color });

test.each([
  ['major', 'Changes since main need a major version: because of field-renumbered'],
  ['none', 'Changes since main need no new version: nothing in the protocol has changed'],
] as const)('compared with a branch, the bump %s has no version', (bump, expected) => {
  const findings = bump === 'none' ? [] : [FIELD_RENUMBERED];
  const baseline = { ref: 'main', version: undefined, commit: 'a'.repeat(40), prefix: '', note: undefined };
  expect(print({ findings, baseline, bump, nextVersion: null, forcedBy: findings[0] })).toContain(expected);
});

describe('the text report', () => {
  test('a break and an addition, with caret, old line, both pairings and witness', () => {
    expect(
      print({
        findings: [
          METHOD_ADDED,
          { ...FIELD_RENUMBERED, range: { start: { line: 6, character: 14 }, end: { line: 6, character: 15 } } },
        ],
      }),
    ).toBe(
      `protocols/agent.proto:7:15: error: The number of id was 1 and is now 2. [field-renumbered]
      7 |   string id = 2;
        |               ^
  1.0.0 |   string id = 1;
  kata-runtime 1.0.0 + this kata-agent  dropped: silently ignored
  this kata-runtime + kata-agent 1.0.0  dropped: silently ignored

protocols/agent.proto:3:7: information: kata-agent 1.0.0 answers UNIMPLEMENTED to PauseContainer. [method-added]
  3 |   rpc PauseContainer(A) returns (B);
    |       ^^^^^^^^^^^^^^
  kata-runtime 1.0.0 + this kata-agent  exact
  this kata-runtime + kata-agent 1.0.0  rejected: fails
  e.g.  /grpc.AgentService/PauseContainer
        UNIMPLEMENTED

1.0.0 → 2.0.0 (major): because of field-renumbered grpc.Process.id (protocols/agent.proto:7:15)
1 error, 1 addition; the working tree compared with 1.0.0, policy semver
`,
    );
  });

  test('an unchanged protocol is stated', () => {
    expect(print({})).toBe(
      '1.0.0 stays 1.0.0: nothing in the protocol has changed\nno findings; the working tree compared with 1.0.0, policy semver\n',
    );
  });

  test('the worst effect over the promised encodings, with its encoding', () => {
    const effects = {
      ...METHOD_ADDED.effects,
      json: { oldClientNewServer: 'altered', newClientOldServer: 'rejected' },
    } as const;
    const out = print({ findings: [finding({ effects })], encodings: ['binary', 'json'] });
    expect(out).toContain('+ this kata-agent  altered: silently read as something else (JSON)\n');
    expect(out).toContain('+ kata-agent 1.0.0  rejected: fails\n');
    expect(print({ findings: [finding({ effects })], encodings: ['json'] })).toContain('rejected: fails (JSON)\n');
  });

  test('findings and problems sorted by severity, accepted findings last', () => {
    const kinds = { error: 'a.proto', warning: 'b.proto', information: 'c.proto' } as const;
    const of = (severity: keyof typeof kinds) => finding({ severity, file: kinds[severity] });
    const accepted = finding({ severity: 'hint', file: 'd.proto', accepted: { reason: 'planned' } });
    const range = { start: { line: 0, character: 0 }, end: { line: 0, character: 1 } };
    const problems = [
      { kind: 'unresolved-import', file: 'e.proto', range, message: 'It was not found.' },
      { kind: 'syntax', file: 'f.proto', range, message: 'A brace is missing.' },
    ] as const;
    const out = print({ findings: [accepted, of('information'), of('warning'), of('error')], problems });
    expect(out.match(/^\w\.proto:1:1: \w+/gm)).toEqual([
      'a.proto:1:1: error',
      'f.proto:1:1: problem',
      'b.proto:1:1: warning',
      'c.proto:1:1: information',
      'e.proto:1:1: problem',
      'd.proto:1:1: accepted',
    ]);
  });

  test('the summary counts findings by category', () => {
    const given = [
      finding({}),
      METHOD_ADDED,
      finding({ rule: 'field-renamed', severity: 'information', class: 'source', bump: 'minor' }),
      finding({ rule: 'version-too-low', severity: 'information', class: 'none', bump: 'none' }),
    ];
    expect(print({ findings: [...given, METHOD_ADDED] })).toContain('\n1 error, 2 additions, 1 other change, 1 note; ');
  });

  test('--quiet: one line for each finding, worst first', () => {
    const { findings } = result({ findings: [finding({ severity: 'warning' }), FIELD_RENUMBERED] });
    expect(quietText({ findings, problems: [] }, { color: false })).toBe(
      `protocols/agent.proto:7:15: error: The number of id was 1 and is now 2. [field-renumbered]
protocols/agent.proto:1:1: warning: Removed. [field-removed]
`,
    );
    expect(quietText({ findings: [], problems: [] }, { color: false })).toBe('');
  });

  test('a version that is too low is reported once', () => {
    const declaredVersion = { file: 'VERSION', version: '1.0.1', sufficient: false };
    const tooLow = finding({ rule: 'version-too-low', file: 'VERSION', bump: 'none', message: '1.0.1 is too low.' });
    expect(print({ findings: [METHOD_ADDED, tooLow], declaredVersion })).not.toContain('VERSION declares');
    expect(print({ findings: [METHOD_ADDED], declaredVersion })).toContain('VERSION declares 1.0.1, which is too low');
  });

  test('a finding about a moved element names the released file', () => {
    const moved = finding({
      file: 'types.proto',
      baseline: { file: 'protocols/agent.proto', range: FIELD_RENUMBERED.range },
    });
    expect(print({ findings: [moved] })).toContain('  1.0.0 | }  protocols/agent.proto:7:15\n');
  });

  test('an accepted break is counted separately and has its reason', () => {
    const out = print({
      findings: [{ ...FIELD_RENUMBERED, severity: 'hint', accepted: { reason: 'never set by any shipped runtime' } }],
    });
    expect(out).toContain(': accepted: The number');
    expect(out).toContain('  accepted: never set by any shipped runtime\n');
    expect(out).toContain('\n1 accepted; ');
  });

  test('modules, a declared version and a note about the baseline each get a line', () => {
    const { baseline } = only(result());
    const out = print({
      baseline: { ...baseline, note: 'There is no trunk branch.' } as typeof baseline,
      modules: [
        {
          prefix: 'api/',
          baseline,
          bump: 'minor',
          nextVersion: '1.1.0',
          declaredVersion: { file: 'VERSION', version: '1.0.1', sufficient: false },
        },
        { prefix: '', bump: 'none', nextVersion: '1.0.0' },
      ],
    });
    expect(out).toContain('api/: 1.0.0 → 1.1.0 (minor): because');
    expect(out).toContain('\n(repository): 1.0.0 stays 1.0.0: nothing in the protocol has changed\n');
    expect(out).toContain('\napi/: VERSION declares 1.0.1, which is too low: it must be at least 1.1.0.\n');
    expect(out).toContain('\n(repository): There is no trunk branch.\n');
  });
});

describe('terminals', () => {
  test('colours are used only if they are on', () => {
    expect(print({ findings: [METHOD_ADDED] }, true)).toContain('\u001b[34minformation\u001b[39m');
    expect(print({ findings: [METHOD_ADDED] }, false)).not.toContain('\u001b');
  });

  test('escape sequences and direction marks from a repository are escaped', () => {
    const hostile = 'string \u001b]0;owned\u0007 \u202eid = 1;';
    const out = text(
      result({ findings: [finding({ message: 'a\u001b[2Jb' })] }),
      { edited: () => hostile, released: () => undefined },
      { color: false },
    );
    for (const mark of ['\u001b', '\u0007', '\u202e']) expect(out).not.toContain(mark);
    expect(out).toContain('\\u{1b}');
  });

  test('the caret is below its word after tabs and wide characters', () => {
    const line = '\t/* 漢字 */ string id = 1;';
    const start = line.indexOf('id');
    const out = text(
      result({
        findings: [
          finding({ range: { start: { line: 0, character: start }, end: { line: 0, character: start + 2 } } }),
        ],
      }),
      { edited: () => line, released: () => undefined },
      { color: false },
    );
    // Two wide characters take two columns each.
    const [source = '', caret = ''] = out.split('\n').slice(1, 3);
    expect(caret.indexOf('^')).toBe(source.indexOf('id') + 2);
    expect(caret.trimEnd().endsWith(' ^^')).toBe(true);
  });

  test('only a part of a line of ten megabytes is quoted', () => {
    const line = `${'x'.repeat(5_000_000)} id ${'y'.repeat(5_000_000)}`;
    const start = line.indexOf('id');
    const found = finding({
      range: { start: { line: 0, character: start }, end: { line: 0, character: start + 2 } },
      baseline: { file: 'a.proto', range: { start: { line: 0, character: 0 }, end: { line: 0, character: 2 } } },
    });
    const out = text(
      result({ findings: [found] }),
      { edited: () => line, released: () => line.slice(1) },
      { color: false },
    );
    expect(out.length).toBeLessThan(3000);
    const [source = '', caret = ''] = out.split('\n').slice(1, 3);
    expect(source).toMatch(/ …x+ id y+…$/);
    expect(caret.indexOf('^^')).toBe(source.indexOf('id'));
    expect(caret.endsWith(' ^^')).toBe(true);
  });

  test('a finding without an available line is still reported', () => {
    const out = text(
      result({ findings: [finding({})] }),
      { edited: () => undefined, released: () => undefined },
      { color: false },
    );
    expect(out.split('\n').slice(0, 2)).toEqual([
      'protocols/agent.proto:1:1: error: Removed. [field-removed]',
      '  kata-runtime 1.0.0 + this kata-agent  dropped: silently ignored',
    ]);
  });
});
