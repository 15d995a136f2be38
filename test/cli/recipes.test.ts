import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { load } from 'js-yaml';
import { expectCodeQuality, expectJunit } from '../report/schemas.ts';
import { makeRepository, type TestRepository } from '../git/repository.ts';
import { buildCli, type Cli, pathWithNpx } from './run.ts';

/* Runs the recipes of the documentation. Only `npx` is replaced. */

const RELEASED = 'syntax = "proto3";\npackage a;\nmessage State {\n  string id = 1;\n}\n';
const ADDED = RELEASED.replace('}', '  string name = 2;\n}');
const BROKEN = RELEASED.replace('id = 1', 'id = 2');

let cli: Cli;
let repository: TestRepository;
let searchPath: string;
beforeAll(async () => {
  cli = await buildCli();
  repository = makeRepository();
  repository.commit({ 'a.proto': RELEASED });
  repository.tag('1.0.0');
  searchPath = pathWithNpx(cli, path.join(repository.temporary, 'bin'));
});
afterAll(() => {
  cli.remove();
  repository.remove();
});

/** GitHub Actions sets GITHUB_REF_TYPE. */
const environment = () => ({ ...process.env, GITHUB_REF_TYPE: '', PATH: searchPath });

function recipes(heading: string, language: string): string[] {
  const page = readFileSync('docs/ci.md', 'utf8');
  const section = page.slice(page.indexOf(`\n## ${heading}\n`) + 1).split('\n## ')[0] ?? '';
  return [...section.matchAll(new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``, 'g'))].map(([, block = '']) => block);
}

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
  test('before each push, the pushed commits are checked', () => {
    const remote = path.join(repository.temporary, 'remote.git');
    repository.git('init', '--quiet', '--bare', remote);
    install('pre-push', recipe('Before each push', 'sh'));
    repository.git('switch', '--quiet', '--create', 'good');
    repository.commit({ 'a.proto': ADDED });
    repository.git('switch', '--quiet', '--create', 'bad');
    repository.commit({ 'a.proto': BROKEN });
    const bad = git('push', remote, 'bad');
    expect([bad.status, bad.stdout + bad.stderr]).toEqual([1, expect.stringContaining('[field-renumbered]')]);
    // Neither the working tree nor a deleted branch is checked.
    expect(git('push', remote, 'good').status).toBe(0);
    expect(git('push', remote, ':good').status).toBe(0);
    expect(repository.git('ls-remote', remote)).toBe('');
  });

  test('before each commit, only commits with .proto files are checked', () => {
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

  /** Runs the job's lines until one fails, like GitLab's runner. @returns the reports that it would upload */
  function runJob() {
    const { protocol: job } = load(recipe('GitLab', 'yaml')) as { protocol: Job };
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

  test('a break fails the job, with both reports; moved lines keep their fingerprint', async () => {
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

test('the scripts for any other CI print and write the findings, and fail', async () => {
  repository.git('switch', '--quiet', '--force-create', 'other', '1.0.0');
  repository.write({ 'a.proto': BROKEN });
  const blocks = recipes('Any other CI', 'sh');
  expect(blocks).toHaveLength(2);
  repository.git('remote', 'add', 'origin', repository.directory);
  const [printed, written] = blocks.map((block) => sh(block));
  expect([printed?.status, printed?.stdout]).toEqual([1, expect.stringContaining('[field-renumbered]')]);
  expect(written?.status).toBe(1);
  await expectJunit(readFileSync(path.join(repository.directory, 'proto-compat.xml'), 'utf8'));
});
