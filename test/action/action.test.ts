import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { load } from 'js-yaml';
import { buildCli, type Cli, pathWithNpx } from '../cli/run.ts';
import { makeRepository, type TestRepository } from '../git/repository.ts';
import { type GitHub, startGitHub, TOKEN } from './github.ts';

/* Runs the GitHub Action with a fake of GitHub's API and of `npx`. */

const RELEASED = `syntax = "proto3";
package a;
service States {
  rpc Get(State) returns (State);
}
message State {
  string id = 1;
  string gone = 2;
}
`;
const ADDED = RELEASED.replace('gone = 2;', 'gone = 2;\n  string name = 3;');
const BROKEN = RELEASED.replace('  string gone = 2;\n', '');

let cli: Cli;
let repository: TestRepository;
let searchPath: string;
let github: GitHub;
beforeAll(async () => {
  cli = await buildCli();
});
afterAll(() => {
  cli.remove();
});
beforeEach(async () => {
  github = await startGitHub();
  repository = makeRepository();
  repository.commit({ 'a.proto': RELEASED });
  repository.tag('1.0.0');
  searchPath = pathWithNpx(cli, path.join(repository.temporary, 'bin'));
});
afterEach(async () => {
  await github.close();
  repository.remove();
});

interface Action {
  readonly inputs: Record<string, { readonly default: string }>;
  readonly outputs: Record<string, { readonly value: string }>;
  readonly runs: { readonly steps: readonly [{ readonly run: string; readonly env: Record<string, string> }] };
}
const action = load(readFileSync('action.yml', 'utf8')) as Action;

interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly summary: string;
  readonly outputs: Record<string, string>;
}

/** `shell: bash` has these options: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepsshell */
async function act(inputs: Record<string, string> = {}, job: Record<string, string> = {}): Promise<Run> {
  const [step] = action.runs.steps;
  const summary = path.join(repository.temporary, 'summary.md');
  const output = path.join(repository.temporary, 'output');
  for (const file of [summary, output]) writeFileSync(file, '');
  const given: Record<string, string> = { token: TOKEN, ...inputs };
  const environment = Object.entries(step.env).map(([name, expression]) => {
    const input = /^\$\{\{ inputs\.([\w-]+) \}\}$/.exec(expression)?.[1] ?? '';
    return [name, given[input] ?? action.inputs[input]?.default ?? 'missing'] as const;
  });
  const child = spawn('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', step.run], {
    cwd: repository.directory,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      PATH: searchPath,
      ...Object.fromEntries(environment),
      GITHUB_ACTION_PATH: process.cwd(),
      GITHUB_API_URL: github.address,
      GITHUB_EVENT_PATH: path.resolve('test/action/pull-request.json'),
      GITHUB_OUTPUT: output,
      GITHUB_REF_NAME: '7/merge',
      GITHUB_REF_TYPE: 'branch',
      GITHUB_REPOSITORY: 'team/agent',
      GITHUB_STEP_SUMMARY: summary,
      ...job,
    },
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const status = await new Promise<number | null>((resolve) => child.on('close', resolve));
  const lines = readFileSync(output, 'utf8').trim().split('\n');
  return {
    status,
    stdout,
    stderr,
    summary: readFileSync(summary, 'utf8'),
    outputs: Object.fromEntries(lines.map((line) => line.split('=') as [string, string])),
  };
}

test('every input becomes a variable of the step, and every output is written', async () => {
  expect(Object.keys(action.runs.steps[0].env).sort()).toEqual(
    Object.keys(action.inputs)
      .map((name) => `INPUT_${name.toUpperCase().replaceAll('-', '_')}`)
      .sort(),
  );
  const { outputs } = await act();
  expect(Object.keys(outputs).sort()).toEqual(Object.keys(action.outputs).sort());
});

describe('annotations, summary, outputs and exit code', () => {
  test('an addition passes', async () => {
    repository.write({ 'a.proto': ADDED });
    const { status, stdout, stderr, summary, outputs } = await act();
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toContain('::notice file=a.proto,line=9,');
    expect(summary).toContain('### 1.0.0 → 1.1.0 (minor)');
    expect(outputs).toEqual({ bump: 'minor', 'next-version': '1.1.0', breaking: 'false' });
  });

  test('a break fails the job, but only after everything is written', async () => {
    repository.write({ 'a.proto': BROKEN });
    const { status, stdout, summary, outputs } = await act({ sarif: 'out.sarif' });
    expect(status).toBe(1);
    expect(stdout).toContain('::error file=a.proto,');
    expect(summary).toContain('(major)');
    expect(outputs).toEqual({ bump: 'major', 'next-version': '2.0.0', breaking: 'true' });
    expect(readFileSync(path.join(repository.directory, 'out.sarif'), 'utf8')).toContain('"ruleId": "field-removed"');
    expect((await act({ 'fail-on': 'never' })).status).toBe(0);
    expect((await act({ policy: 'lockstep' })).outputs).toMatchObject({ 'next-version': '1.1.0', breaking: 'false' });
  });

  test('a planned version that is too low fails the job', async () => {
    repository.write({ 'a.proto': ADDED });
    const { status, stderr } = await act({ declared: '1.0.1' });
    expect([status, stderr]).toEqual([1, expect.stringContaining('too low')]);
  });

  test('files and folders may be on separate lines', async () => {
    repository.write({ 'a.proto': BROKEN, 'b.proto': RELEASED.replace('package a', 'package b') });
    expect((await act({ paths: 'b.proto\n' })).status).toBe(0);
    expect((await act({ paths: 'b.proto\na.proto\n' })).status).toBe(1);
  });

  test('a check that cannot run is explained on stderr, and writes no summary', async () => {
    const { status, stderr, summary } = await act({ from: 'no-such-tag' });
    expect([status, stderr, summary]).toEqual([2, expect.stringContaining('no-such-tag'), '']);
    expect(github.requests).toEqual([]);
  });

  test('shell syntax in an input is not executed', async () => {
    const marker = path.join(repository.temporary, 'owned');
    const evil = `$(touch ${marker}); touch ${marker} #`;
    const names = Object.keys(action.inputs).filter((name) => !['version', 'command', 'sarif'].includes(name));
    await act(Object.fromEntries(names.map((name) => [name, evil])));
    expect(existsSync(marker)).toBe(false);
  });
});

describe('the comment', () => {
  test('is created once and then updated', async () => {
    repository.write({ 'a.proto': BROKEN });
    await act();
    const [comment] = github.comments;
    expect(comment?.body).toMatch(/^<!-- proto-compat \. -->\n### 1\.0\.0 → 2\.0\.0 \(major\)\n/);
    expect(comment?.body).toContain('**This breaks an old client (1.0.0) with a new server');
    expect(comment?.body).toContain('| ❌ **dropped**: silently ignored |');
    expect(comment?.body).toContain('// proto-compat: accept field-removed gone since 1.0 -- ');
    github.requests.length = 0;
    await act();
    expect(github.requests).toEqual(['GET issues/7/comments']);
    repository.write({ 'a.proto': ADDED });
    await act();
    expect(github.comments).toHaveLength(1);
    expect(comment?.body).toContain('### 1.0.0 → 1.1.0 (minor)');
    repository.write({ 'a.proto': RELEASED });
    await act();
    expect(comment?.body).toContain('### 1.0.0 stays 1.0.0');
  });

  test('is omitted without findings, without a pull request and if it is disabled', async () => {
    await act();
    repository.write({ 'a.proto': BROKEN });
    await act({ comment: 'false' });
    const push = path.join(repository.temporary, 'push.json');
    writeFileSync(push, '{ "ref": "refs/heads/main" }');
    await act({}, { GITHUB_EVENT_PATH: push });
    expect(github.comments).toEqual([]);
  });

  test("is found again by its job's paths among many comments", async () => {
    repository.write({ 'a.proto': BROKEN });
    const quoted = { id: 1, body: '<!-- proto-compat . -->\nmine', user: { login: 'dev', type: 'User' } } as const;
    github.comments.push(quoted);
    for (let id = 2; id <= 150; id++) github.comments.push({ id, body: 'talk', user: { login: 'dev', type: 'User' } });
    await act();
    await act({ paths: 'a.proto' });
    await act();
    const own = github.comments.filter(({ user }) => user.type === 'Bot');
    expect(own.map(({ body }) => body.split('\n')[0])).toEqual([
      '<!-- proto-compat . -->',
      '<!-- proto-compat . a.proto -->',
    ]);
    expect(quoted.body).toBe('<!-- proto-compat . -->\nmine');
  });

  test('does not fail the job if it cannot be written', async () => {
    github.mayWrite = false;
    repository.write({ 'a.proto': ADDED });
    const { status, stdout } = await act();
    expect(status).toBe(0);
    expect(stdout).toContain('the token needs the permission "pull-requests: write"');
    expect((await act({}, { GITHUB_API_URL: 'http://127.0.0.1:9' })).status).toBe(0);
  });

  test('is not longer than GitHub allows', async () => {
    const fields = Array.from(
      { length: 300 },
      (_, index) => `  string ${'long'.repeat(60)}${index} = ${index + 10};\n`,
    );
    const text = (some: readonly string[]) => RELEASED.replace('  string gone = 2;\n', some.join(''));
    repository.commit({ 'a.proto': text(fields) });
    repository.tag('1.1.0');
    repository.write({ 'a.proto': text([]) });
    await act();
    expect(github.comments).toHaveLength(1);
    expect(github.comments[0]?.body).toContain('more.');
  });
});

describe('on a tag', () => {
  /** The variables of a job that runs because this tag was pushed. */
  const tagged = (name: string): Record<string, string> => {
    const push = path.join(repository.temporary, 'push.json');
    writeFileSync(push, JSON.stringify({ ref: `refs/tags/${name}` }));
    return { GITHUB_REF_TYPE: 'tag', GITHUB_REF_NAME: name, GITHUB_EVENT_PATH: push };
  };

  test('the release is compared with the previous one', async () => {
    repository.commit({ 'a.proto': ADDED });
    repository.tag('v1.1.0');
    const { status, summary, outputs } = await act({}, tagged('v1.1.0'));
    expect(status).toBe(0);
    expect(summary).toContain('### 1.0.0 → 1.1.0 (minor)');
    expect(summary).toContain('1.1.0 is planned, which is enough.');
    expect(outputs).toEqual({ bump: 'minor', 'next-version': '1.1.0', breaking: 'false' });
    // There is no pull request to comment on.
    expect(github.requests).toEqual([]);
  });

  test.each([
    ['1.0.1', ADDED, '1.1.0'],
    ['1.1.0', BROKEN, '2.0.0'],
  ])('%s fails the job, because a higher version is needed', async (tag, text, needed) => {
    repository.commit({ 'a.proto': text });
    repository.tag(tag);
    const { status, stderr } = await act({ 'fail-on': 'never' }, tagged(tag));
    expect([status, stderr]).toEqual([1, expect.stringContaining(`too low: it must be at least ${needed}`)]);
  });

  test('a break with a major version passes', async () => {
    repository.commit({ 'a.proto': BROKEN });
    repository.tag('2.0.0');
    const { status, outputs } = await act({}, tagged('2.0.0'));
    expect([status, outputs['bump'], outputs['next-version']]).toEqual([0, 'major', '2.0.0']);
  });

  test("only the module's folder is checked if the tag is that of a module", async () => {
    repository.commit({ 'api/b.proto': RELEASED.replace('package a', 'package b') });
    repository.tag('api/v1.0.0');
    repository.commit({ 'api/b.proto': ADDED.replace('package a', 'package b'), 'a.proto': BROKEN });
    repository.tag('api/v1.1.0');
    const { status, summary } = await act({}, tagged('api/v1.1.0'));
    expect(status).toBe(0);
    expect(summary).toContain('1.0.0 → 1.1.0 (minor)');
    expect(summary).not.toContain('gone');
  });
});

describe('with a label', () => {
  const labelled = { 'require-label': 'breaking-change' };

  test('a break passes, and the comment names the affected peers', async () => {
    repository.write({ 'a.proto': BROKEN });
    expect((await act(labelled)).status).toBe(1);
    expect(github.comments[0]?.body).toContain('set the label `breaking-change` to make this check pass.');
    github.labels = ['other', 'breaking-change'];
    const { status, outputs } = await act(labelled);
    expect([status, outputs['breaking']]).toEqual([0, 'true']);
    expect(github.comments).toHaveLength(1);
    expect(github.comments[0]?.body).toContain('The label `breaking-change` is set, so this check passes');
    expect(github.comments[0]?.body).toContain('**This breaks an old client (1.0.0)');
  });

  test('other errors and a similar label fail the job', async () => {
    github.labels = ['breaking-change'];
    repository.write({ 'a.proto': `${BROKEN}message {\n` });
    expect((await act(labelled)).status).toBe(1);
    github.labels = ['breaking-changes'];
    repository.write({ 'a.proto': BROKEN });
    expect((await act(labelled)).status).toBe(1);
  });
});
