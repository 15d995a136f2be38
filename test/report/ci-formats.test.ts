import { describe, expect, test } from 'vitest';
import { gitlab } from '../../server/report/gitlab.ts';
import { junit } from '../../server/report/junit.ts';
import { FIELD_RENUMBERED, finding, METHOD_ADDED, result } from './results.ts';
import { expectCodeQuality, expectJunit } from './schemas.ts';

const ACCEPTED = finding({
  element: 'grpc.Process.sandbox_id',
  severity: 'hint',
  accepted: { reason: 'never set by any shipped runtime' },
});
const PROBLEM = {
  kind: 'syntax',
  file: 'protocols/agent.proto',
  range: { start: { line: 9, character: 0 }, end: { line: 9, character: 3 } },
  message: 'A "}" is missing.',
} as const;
const HOSTILE = 'a\u0000\u001b[31m\u202e\ud800\uffff "]]><failure/>&#0; \n[[ATTACHMENT|/etc/passwd]]';
/** With the same rule and element. */
const SHARED = ['go_package', 'java_package'].map((name) =>
  finding({
    rule: 'file-option-changed',
    element: 'grpc',
    severity: 'information',
    message: `Option ${name} changed.`,
  }),
);

describe('GitLab Code Quality', () => {
  test('one issue per finding and problem, without hints', () => {
    const issues = expectCodeQuality(
      gitlab(result({ findings: [FIELD_RENUMBERED, METHOD_ADDED, ACCEPTED], problems: [PROBLEM] })),
    );
    expect(issues).toEqual([
      {
        description: 'The number of id was 1 and is now 2.',
        check_name: 'field-renumbered',
        fingerprint: 'field-renumbered:grpc.Process.id:protocols/agent.proto',
        severity: 'critical',
        location: { path: 'protocols/agent.proto', lines: { begin: 7, end: 7 } },
      },
      {
        description: 'kata-agent 1.0.0 answers UNIMPLEMENTED to PauseContainer.',
        check_name: 'method-added',
        fingerprint: 'method-added:grpc.AgentService.PauseContainer:protocols/agent.proto',
        severity: 'info',
        location: { path: 'protocols/agent.proto', lines: { begin: 3, end: 3 } },
      },
      {
        description: 'A "}" is missing.',
        check_name: 'syntax',
        fingerprint: 'syntax:protocols/agent.proto:A "}" is missing.',
        severity: 'critical',
        location: { path: 'protocols/agent.proto', lines: { begin: 10, end: 10 } },
      },
    ]);
  });

  test('two problems with the same message are two issues', () => {
    const problems = [PROBLEM, { ...PROBLEM, range: FIELD_RENUMBERED.range }];
    expect(expectCodeQuality(gitlab(result({ problems })))).toHaveLength(2);
  });

  test('a report without findings is valid', () => {
    expect(expectCodeQuality(gitlab(result()))).toEqual([]);
  });

  test('fingerprints do not depend on lines, and differ for all findings', () => {
    const at = (line: number, index: number) => ({
      ...(SHARED[index] ?? METHOD_ADDED),
      range: { start: { line, character: 0 }, end: { line, character: 1 } },
    });
    const prints = (...findings: ReturnType<typeof at>[]) =>
      new Map(
        expectCodeQuality(gitlab(result({ findings }))).map(({ description, fingerprint }) => [
          description,
          fingerprint,
        ]),
      );
    const first = prints(at(1, 0), at(2, 1));
    expect(first.size).toBe(2);
    // On other lines and in another order.
    expect(prints(at(11, 1), at(12, 0))).toEqual(first);
  });

  test('text from a repository cannot make the report invalid', () => {
    const hostile = [finding({ message: HOSTILE, element: HOSTILE, file: `a/${HOSTILE}.proto` })];
    expect(expectCodeQuality(gitlab(result({ findings: hostile })))[0]?.description).not.toMatch(/\p{Cc}|\u202e/u);
  });
});

describe('JUnit', () => {
  const print = (given: Parameters<typeof result>[0] = {}, failOn = 'error') =>
    junit(result(given), { failOn, now: new Date('2018-06-20T10:00:00.123Z') });

  test('a test for each finding and one for the version', async () => {
    const report = print({ findings: [FIELD_RENUMBERED, METHOD_ADDED, ACCEPTED], problems: [PROBLEM] });
    await expectJunit(report);
    expect(report).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites>
  <testsuite id="0" name="proto-compat" package="proto-compat" timestamp="2018-06-20T10:00:00" hostname="localhost" tests="5" failures="1" errors="1" time="0">
    <properties>
      <property name="baseline" value="1.0.0"/>
      <property name="policy" value="semver"/>
      <property name="bump" value="major"/>
      <property name="next-version" value="2.0.0"/>
    </properties>
    <testcase classname="proto-compat" name="1.0.0 → 2.0.0 (major)" time="0"/>
    <testcase classname="protocols/agent.proto" name="field-renumbered grpc.Process.id" time="0">
      <failure type="field-renumbered" message="The number of id was 1 and is now 2.">protocols/agent.proto:7:15: The number of id was 1 and is now 2.
  kata-runtime 1.0.0 + this kata-agent  dropped: silently ignored
  this kata-runtime + kata-agent 1.0.0  dropped: silently ignored</failure>
    </testcase>
    <testcase classname="protocols/agent.proto" name="method-added grpc.AgentService.PauseContainer" time="0"/>
    <testcase classname="protocols/agent.proto" name="field-removed grpc.Process.sandbox_id" time="0"/>
    <testcase classname="protocols/agent.proto" name="syntax: A &quot;}&quot; is missing." time="0">
      <error type="syntax" message="A &quot;}&quot; is missing.">protocols/agent.proto:10:1: A &quot;}&quot; is missing.</error>
    </testcase>
    <system-out>1.0.0 → 2.0.0 (major); 1 error, 1 addition, 1 accepted</system-out>
    <system-err></system-err>
  </testsuite>
</testsuites>
`);
  });

  test('--fail-on decides which tests fail', () => {
    const failures = (failOn: string) =>
      /failures="(\d+)" errors="(\d+)"/
        .exec(print({ findings: [FIELD_RENUMBERED, METHOD_ADDED, ACCEPTED], problems: [PROBLEM] }, failOn))
        ?.slice(1);
    expect(failures('information')).toEqual(['2', '1']);
    expect(failures('never')).toEqual(['0', '0']);
  });

  test('a planned version that is too low fails', async () => {
    const declaredVersion = { file: '--declared', version: '1.0.1', sufficient: false };
    const report = print({ findings: [METHOD_ADDED], declaredVersion });
    await expectJunit(report);
    expect(report).toContain(
      '<failure type="version-too-low" message="1.0.1 is planned, which is too low: it must be at least 1.1.0.">',
    );
  });

  test('a suite for each module', async () => {
    const modules = ['', 'api/'].map((prefix) => ({
      prefix,
      bump: 'none' as const,
      nextVersion: '1.0.0',
    }));
    const findings = ['a.proto', 'api/b.proto'].map((file) => finding({ file }));
    const report = print({ findings, modules });
    await expectJunit(report);
    const suites = report.split('<testsuite ').slice(1);
    expect(suites.map((suite) => / name="([^"]*)"/.exec(suite)?.[1])).toEqual(['proto-compat', 'proto-compat api/']);
    expect(suites.map((suite) => [...suite.matchAll(/classname="([^"]*)"/g)].map(([, file]) => file))).toEqual([
      ['proto-compat', 'a.proto'],
      ['proto-compat', 'api/b.proto'],
    ]);
  });

  test('the names of tests are unique', () => {
    const report = print({ findings: SHARED, problems: [PROBLEM, { ...PROBLEM, range: FIELD_RENUMBERED.range }] });
    const names = [...report.matchAll(/<testcase (.*?) time=/g)].map(([, name]) => name);
    expect(names).toHaveLength(5);
    expect(new Set(names).size).toBe(5);
  });

  test('text from a repository cannot make the report invalid', async () => {
    const hostile = finding({ message: HOSTILE, element: HOSTILE, file: `a/${HOSTILE}.proto` });
    const report = print({ findings: [hostile], problems: [{ ...PROBLEM, message: HOSTILE }] });
    await expectJunit(report);
    expect(report.match(/<failure/g)).toHaveLength(1);
  });
});
