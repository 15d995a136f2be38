import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { expectCodeQuality, expectJunit } from '../report/schemas.ts';
import { makeRepository, type TestRepository } from '../git/repository.ts';
import { buildCli, type Cli } from './run.ts';

/*
 * What the documentation tells people to paste is run here as it stands there. Only `npx` is ours, because nothing is fetched from a
 * registry in tests.
 */

const RELEASED = 'syntax = "proto3";\npackage a;\nmessage State {\n  string id = 1;\n}\n';
const ADDED = RELEASED.replace('}', '  string name = 2;\n}');
const BROKEN = RELEASED.replace('id = 1', 'id = 2');

let cli: Cli;
let repository: TestRepository;
let bin: string;
beforeAll(async () => {
  cli = await buildCli();
  repository = makeRepository();
  repository.commit({ 'a.proto': RELEASED });
  repository.tag('1.0.0');
  bin = path.join(repository.temporary, 'bin');
  mkdirSync(bin);
  const npx = path.join(bin, 'npx');
  // `npx --yes proto-compat… ARGS`
  writeFileSync(npx, `#!/bin/sh\nshift 2\nexec "${process.execPath}" "${cli.path}" "$@"\n`);
  chmodSync(npx, 0o755);
});
afterAll(() => {
  cli.remove();
  repository.remove();
});

const environment = (more: Record<string, string> = {}) => ({
  ...process.env,
  // Of the run that these tests are part of.
  GITHUB_REF_TYPE: '',
  PATH: [bin, process.env['PATH'] ?? ''].join(path.delimiter),
  ...more,
});

/** The blocks of a recipe's section. */
function recipes(heading: string, language: string): string[] {
  const page = readFileSync('docs/ci.md', 'utf8');
  const section = page.slice(page.indexOf(`\n## ${heading}\n`) + 1).split('\n## ')[0] ?? '';
  return [...section.matchAll(new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``, 'g'))].map(([, block = '']) => block);
}

/** The first of them. */
function recipe(heading: string, language: string): string {
  const [found] = recipes(heading, language);
  if (found === undefined) throw new Error(`No ${language} under ${heading}`);
  return found;
}

function sh(script: string) {
  return spawnSync('sh', ['-c', script], { cwd: repository.directory, env: environment(), encoding: 'utf8' });
}

function install(hook: string, script: string): void {
  const file = path.join(repository.directory, '.git/hooks', hook);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, script);
  chmodSync(file, 0o755);
}

function git(...args: string[]) {
  const identity = ['-c', 'user.name=t', '-c', 'user.email=t@example.com'];
  return spawnSync('git', [...identity, ...args], { cwd: repository.directory, env: environment(), encoding: 'utf8' });
}

describe('hooks', () => {
  test('before each push: the commits that are pushed count', () => {
    const remote = path.join(repository.temporary, 'remote.git');
    repository.git('init', '--quiet', '--bare', remote);
    install('pre-push', recipe('Before each push', 'sh'));
    repository.git('switch', '--quiet', '--create', 'good');
    repository.commit({ 'a.proto': ADDED });
    repository.git('switch', '--quiet', '--create', 'bad');
    repository.commit({ 'a.proto': BROKEN });
    const bad = git('push', remote, 'bad');
    expect([bad.status, bad.stdout + bad.stderr]).toEqual([1, expect.stringContaining('[field-renumbered]')]);
    // What lies in the working tree does not matter, and neither does a deletion.
    expect(git('push', remote, 'good').status).toBe(0);
    expect(git('push', remote, ':good').status).toBe(0);
    expect(repository.git('ls-remote', remote)).toBe('');
  });

  test('before each commit: only where a .proto is part of it', () => {
    repository.git('switch', '--quiet', '--force-create', 'commits', '1.0.0');
    install('pre-commit', recipe('Before each commit', 'sh'));
    repository.write({ 'a.proto': BROKEN, 'b.txt': 'b' });
    git('add', 'b.txt');
    expect(git('commit', '--quiet', '--message', 'text').status).toBe(0);
    git('add', 'a.proto');
    const { status, stdout, stderr } = git('commit', '--quiet', '--message', 'break');
    expect([status, stdout + stderr]).toEqual([1, expect.stringContaining('[field-renumbered]')]);
    repository.write({ 'a.proto': ADDED });
    git('add', 'a.proto');
    expect(git('commit', '--quiet', '--message', 'add').status).toBe(0);
  });
});

describe('GitLab', () => {
  interface Job {
    readonly script: readonly string[];
    readonly artifacts: { readonly reports: { readonly codequality: string; readonly junit: string } };
  }

  /** Runs the job's lines one by one until one fails, as GitLab's runner does, and gives the reports that it would upload. */
  function runJob() {
    const { protocol: job } = parse(recipe('GitLab', 'yaml')) as { protocol: Job };
    const failed = job.script.find((line) => sh(line).status !== 0);
    const { codequality, junit } = job.artifacts.reports;
    const [issues = '', tests = ''] = [codequality, junit].map((file) =>
      readFileSync(path.join(repository.directory, file), 'utf8'),
    );
    return { failed, issues: expectCodeQuality(issues), tests };
  }

  beforeAll(() => {
    repository.git('switch', '--quiet', '--force-create', 'gitlab', '1.0.0');
  });

  test('an addition passes', async () => {
    repository.write({ 'a.proto': ADDED });
    const { failed, issues, tests } = runJob();
    expect(failed).toBeUndefined();
    expect(issues.map(({ check_name: name, severity }) => [name, severity])).toEqual([['field-added', 'info']]);
    await expectJunit(tests);
    expect(tests).toContain('failures="0" errors="0"');
  });

  test('a break fails the job, with both reports; moved lines change no fingerprint', async () => {
    repository.write({ 'a.proto': BROKEN });
    const { failed, issues, tests } = runJob();
    expect(failed).toContain('--format junit');
    expect(issues.map(({ check_name: name, severity }) => [name, severity])).toEqual([
      ['field-renumbered', 'critical'],
    ]);
    await expectJunit(tests);
    expect(tests).toContain('<failure type="field-renumbered"');

    repository.write({ 'a.proto': BROKEN.replace('message State', '// Two lines\n// more.\nmessage State') });
    const [moved] = runJob().issues;
    expect(moved?.location.lines.begin).toBe((issues[0]?.location.lines.begin ?? 0) + 2);
    expect(moved?.fingerprint).toBe(issues[0]?.fingerprint);
  });
});

test('any other CI', async () => {
  repository.git('switch', '--quiet', '--force-create', 'other', '1.0.0');
  repository.write({ 'a.proto': BROKEN });
  const blocks = recipes('Any other CI', 'sh');
  expect(blocks).toHaveLength(2);
  // Nothing to fetch from: the first line's `||` is there for clones that are whole.
  repository.git('remote', 'add', 'origin', repository.directory);
  const [printed, written] = blocks.map((block) => sh(block));
  expect([printed?.status, printed?.stdout]).toEqual([1, expect.stringContaining('[field-renumbered]')]);
  expect(written?.status).toBe(1);
  await expectJunit(readFileSync(path.join(repository.directory, 'proto-compat.xml'), 'utf8'));
});

describe('the GitHub Action', () => {
  interface Action {
    readonly inputs: Record<string, { default: string }>;
    readonly runs: { readonly steps: readonly [{ readonly run: string; readonly env: Record<string, string> }] };
  }
  const action = parse(readFileSync('action.yml', 'utf8')) as Action;

  /**
   * Runs the script as the runner does: inputs as the environment says, files for the summary and the outputs, and the options that
   * `shell: bash` has there (https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepsshell).
   */
  function act(inputs: Record<string, string>, ref: Record<string, string> = {}) {
    const [step] = action.runs.steps;
    const summary = path.join(repository.temporary, 'summary.md');
    const output = path.join(repository.temporary, 'output');
    for (const file of [summary, output]) writeFileSync(file, '');
    const given = Object.entries(step.env).map(([name, expression]) => {
      const input = /^\$\{\{ inputs\.([\w-]+) \}\}$/.exec(expression)?.[1] ?? '';
      return [name, inputs[input] ?? action.inputs[input]?.default ?? 'missing'];
    });
    const { status, stdout, stderr } = spawnSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', step.run], {
      cwd: repository.directory,
      env: environment({
        ...(Object.fromEntries(given) as Record<string, string>),
        ...ref,
        GITHUB_STEP_SUMMARY: summary,
        GITHUB_OUTPUT: output,
      }),
      encoding: 'utf8',
    });
    return { status, stdout, stderr, summary: readFileSync(summary, 'utf8'), output: readFileSync(output, 'utf8') };
  }

  beforeAll(() => {
    repository.git('switch', '--quiet', '--force-create', 'action', '1.0.0');
  });

  test('annotations, a summary and the next version', () => {
    repository.write({ 'a.proto': ADDED });
    const { status, stdout, stderr, summary, output } = act({});
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toContain('::notice file=a.proto,line=5,');
    expect(summary).toContain('## 1.0.0 → 1.1.0 (minor)');
    expect(output).toBe('next-version=1.1.0\n');
  });

  test('a break fails the job, after the summary', () => {
    repository.write({ 'a.proto': BROKEN });
    const { status, stdout, summary, output } = act({ sarif: 'out.sarif' });
    expect(status).toBe(1);
    expect(stdout).toContain('::error file=a.proto,');
    expect(summary).toContain('(major)');
    expect(output).toBe('next-version=2.0.0\n');
    expect(readFileSync(path.join(repository.directory, 'out.sarif'), 'utf8')).toContain(
      '"ruleId": "field-renumbered"',
    );
    expect(act({ 'fail-on': 'never' }).status).toBe(0);
    expect(act({ policy: 'lockstep' }).output).toBe('next-version=1.1.0\n');
  });

  test('a planned version that is too low fails it', () => {
    repository.write({ 'a.proto': ADDED });
    const { status, stderr } = act({ declared: '1.0.1' });
    expect([status, stderr]).toEqual([1, expect.stringContaining('too low')]);
  });

  test('on a tag the release is compared with the one before it, and its version has to be enough', () => {
    const head = repository.git('rev-parse', 'HEAD');
    const on = (name: string) => ({ GITHUB_REF_TYPE: 'tag', GITHUB_REF_NAME: name });
    // The hooks of the tests above are still there.
    repository.git('config', 'core.hooksPath', 'none');
    try {
      repository.commit({ 'a.proto': ADDED });
      repository.tag('1.0.1');
      const { status, stdout, stderr, output } = act({}, on('1.0.1'));
      expect([status, stderr]).toEqual([1, expect.stringContaining('1.0.1 is planned, which is too low')]);
      expect(stdout).toContain('::notice file=a.proto,line=5,');
      expect(output).toBe('next-version=1.1.0\n');
      // A tag that names no release is not held against a version.
      repository.tag('nightly');
      expect(act({}, on('nightly')).status).toBe(0);
      repository.git('tag', '--delete', '1.0.1');
      repository.tag('v1.1.0');
      expect(act({}, on('v1.1.0'))).toMatchObject({ status: 0, output: 'next-version=1.1.0\n' });
      // What is compared with is said otherwise.
      expect(act({ from: 'v1.1.0' }, on('v1.1.0')).output).toBe('next-version=1.1.0\n');
      // A branch of the same name is none.
      expect(act({}, { GITHUB_REF_TYPE: 'branch', GITHUB_REF_NAME: 'v1.1.0' }).stdout).not.toContain('::notice file');
    } finally {
      for (const tag of ['nightly', 'v1.1.0', '1.0.1'])
        if (repository.git('tag', '--list', tag) !== '') repository.git('tag', '--delete', tag);
      repository.git('reset', '--quiet', '--hard', head);
      repository.git('config', '--unset', 'core.hooksPath');
    }
  });

  test('files and folders may stand on lines of their own', () => {
    repository.write({ 'a.proto': BROKEN, 'b.proto': RELEASED.replace('package a', 'package b') });
    expect(act({ paths: 'b.proto\n' }).status).toBe(0);
    expect(act({ paths: 'b.proto\na.proto\n' }).status).toBe(1);
  });

  test('what cannot run says why', () => {
    const { status, stderr, summary } = act({ from: 'no-such-tag' });
    expect([status, stderr, summary]).toEqual([2, expect.stringContaining('no-such-tag'), '']);
  });

  test('no input becomes a command', () => {
    const marker = path.join(repository.temporary, 'owned');
    const evil = `$(touch ${marker}); touch ${marker} #`;
    act({ paths: evil, from: evil, policy: evil, declared: evil, 'fail-on': evil, sarif: '' });
    expect(existsSync(marker)).toBe(false);
  });
});
