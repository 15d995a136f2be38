import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findGit } from '../../server/git/executable.ts';
import { type OpenOptions, Repository } from '../../server/git/repository.ts';
import { containing } from './containing.ts';
import { makeRepository, type TestRepository, workingTreeOf } from './repository.ts';

let made: TestRepository;
const opened: Repository[] = [];

beforeEach(() => {
  made = makeRepository();
});
afterEach(() => {
  for (const repository of opened.splice(0)) repository.close();
  made.remove();
});

async function open(options?: OpenOptions): Promise<Repository> {
  const repository = await Repository.open(made.directory, options);
  if (!(repository instanceof Repository)) throw new Error(repository.message);
  opened.push(repository);
  return repository;
}

/** In the script, `$real` is the real git. */
function fakeGit(script: string): string {
  const file = path.join(made.temporary, 'fake-git');
  writeFileSync(file, `#!/bin/sh\nreal='${findGit() ?? ''}'\n${script}\n`);
  chmodSync(file, 0o755);
  return file;
}

describe('output that is not from git', () => {
  const GREETING = 'echo "Welcome to 2.50"; exec "$real" "$@"';

  test('is reported if it never ends, or if a greeting comes before each answer', async () => {
    const endless = fakeGit('while :; do echo true; done');
    expect(await Repository.open(made.directory, { executable: endless })).toMatchObject({
      message: containing('printed more than 0.1 MB'),
    });
    expect(await Repository.open(made.directory, { executable: fakeGit(GREETING) })).toMatchObject({
      reason: 'git-failed',
      message: containing('Git printed unexpected output: "Welcome to 2.50'),
    });
  });

  test.each([
    ['rev-parse', () => Promise.resolve(undefined)],
    ['cat-file', (repository: Repository) => repository.resolve('HEAD')],
    ['for-each-ref', (repository: Repository) => repository.tags()],
    ['ls-files', (repository: Repository) => workingTreeOf(repository).index()],
  ] as const)('is reported if only %s prints a greeting', async (command, ask) => {
    made.commit({ 'one.proto': '1' });
    made.tag('1.0.0');
    const executable = fakeGit(`case "$*" in *${command}*) ${GREETING};; esac\nexec "$real" "$@"`);
    const repository = await Repository.open(made.directory, { executable });
    if (!(repository instanceof Repository)) {
      expect(repository.message).toContain('unexpected output');
      return;
    }
    opened.push(repository);
    await expect(ask(repository)).rejects.toMatchObject({ reason: 'git-failed' });
  });

  test('after an answer is not taken for the answer to the next request', async () => {
    const commit = made.commit({ 'one.proto': '1' });
    const executable = fakeGit(
      'case "$*" in *cat-file*) "$real" "$@"; echo 0000000000000000000000000000000000000000 missing;; *) exec "$real" "$@";; esac',
    );
    const repository = await open({ executable });
    expect(await repository.resolve(commit)).toBe(commit);
    expect(await repository.resolve('HEAD')).toBe(commit);
  });

  test.each([
    ['output that never ends', 'exec yes', 'printed more than 256 MB'],
    ['a few bytes from time to time', 'while :; do echo; sleep 0.1; done', 'is still printing after'],
  ])(
    'is reported if a command prints %s',
    async (_, script, message) => {
      const executable = fakeGit(`case "$*" in *for-each-ref*) ${script};; esac\nexec "$real" "$@"`);
      const repository = await open({ executable, timeout: message.includes('still') ? 500 : 30_000 });
      await expect(repository.tags()).rejects.toMatchObject({ message: containing(message) });
    },
    60_000,
  );

  test.each([
    ['a line that never ends', 'tr "\\n" x < /dev/zero'],
    ['an object of 100 TB', 'echo 0123456789012345678901234567890123456789 blob 99999999999999; cat /dev/zero'],
  ])(
    'is reported if the process that reads objects prints %s',
    async (_, script) => {
      made.commit({ 'one.proto': '1' });
      const executable = fakeGit(`case "$*" in *cat-file*) ${script};; esac\nexec "$real" "$@"`);
      const repository = await open({ executable });
      await expect(repository.resolve('HEAD')).rejects.toMatchObject({ message: containing('unexpected output') });
    },
    60_000,
  );
});

test.skipIf(process.platform === 'win32')('git is found although some entries of the PATH cannot be searched', () => {
  const circle = path.join(made.temporary, 'circle');
  symlinkSync(circle, circle);
  const file = path.join(made.temporary, 'file');
  writeFileSync(file, '');
  const unreadable = path.join(made.temporary, 'unreadable');
  mkdirSync(unreadable, { mode: 0o000 });
  const long = `/${'a'.repeat(5000)}`;
  const real = path.dirname(findGit() ?? '');
  expect(findGit([circle, file, unreadable, long, '', real].join(path.delimiter))).toBe(path.join(real, 'git'));
  expect(findGit([circle, long].join(path.delimiter))).toBeUndefined();
});

describe('git that is', () => {
  test('not installed: reported', async () => {
    const searchPath = process.env['PATH'];
    process.env['PATH'] = made.temporary;
    try {
      expect(await Repository.open(made.directory)).toMatchObject({
        reason: 'no-git',
        advice: containing('Install git'),
      });
    } finally {
      process.env['PATH'] = searchPath;
    }
    expect(await Repository.open(made.directory)).toBeInstanceOf(Repository);
  });

  test('removed after it was found: reported', async () => {
    const executable = path.join(made.temporary, 'gone');
    expect(await Repository.open(made.directory, { executable })).toMatchObject({ reason: 'no-git' });
  });

  test('too old, and does not know our options: reported', async () => {
    const executable = fakeGit(
      'case "$*" in *version) echo git version 2.17.1;; *) echo "unknown option" >&2; exit 129;; esac',
    );
    expect(await Repository.open(made.directory, { executable })).toMatchObject({
      reason: 'git-too-old',
      message: 'git version 2.17.1 is too old: Proto Compat needs 2.25 or newer.',
    });
  });

  test('too old, and prints the options that it does not know: reported', async () => {
    const executable = fakeGit(
      'case "$*" in *version) echo git version 2.24.0;; *) echo true; echo --show-object-format; echo; echo .git;; esac',
    );
    expect(await Repository.open(made.directory, { executable })).toMatchObject({
      reason: 'git-too-old',
      message: 'git version 2.24.0 is too old: Proto Compat needs 2.25 or newer.',
    });
  });

  test('too old for the format of the repository: reported', async () => {
    made.git('config', 'core.repositoryFormatVersion', '1');
    made.git('config', 'extensions.somethingNew', 'true');
    expect(await Repository.open(made.directory)).toMatchObject({
      reason: 'git-too-old',
      message: containing('somethingnew'),
    });
  });

  test('hanging: reported after the time limit, without a second command', async () => {
    const started = path.join(made.temporary, 'started');
    const executable = fakeGit(`echo >> '${started}'; exec sleep 60`);
    expect(await Repository.open(made.directory, { executable, timeout: 2000 })).toMatchObject({
      reason: 'git-failed',
      message: 'Git did not answer within 2 seconds.',
    });
    expect(readFileSync(started, 'utf8')).toBe('\n');
  });

  test('hanging while it reads objects: pending requests are rejected, later ones are answered', async () => {
    made.commit({ 'one.proto': '1' });
    const stuck = path.join(made.temporary, 'stuck');
    writeFileSync(stuck, '');
    const executable = fakeGit(`case "$*" in *cat-file*) [ -e '${stuck}' ] && exec sleep 60;; esac\nexec "$real" "$@"`);
    const repository = await open({ executable, timeout: 2000 });
    const asked = await Promise.allSettled(Array.from({ length: 100 }, () => repository.resolve('HEAD')));
    // With a time limit for each request, this test would take too long.
    for (const answer of asked) expect(answer).toMatchObject({ reason: { message: containing('did not answer') } });
    rmSync(stuck);
    expect(await repository.resolve('HEAD')).toBe(made.git('rev-parse', 'HEAD'));
  });

  test('killed before or during hundreds of requests: all are answered', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 300 }, (_, n) => [`${n}.proto`, `content ${n} ${'x'.repeat(5000)}`]),
    );
    const commit = made.commit(files);
    const repository = await open();
    const entries = [...(await repository.listTree(commit))];
    const first = repository.processId;
    process.kill(first ?? 0, 'SIGKILL');
    expect(await repository.resolve('HEAD')).toBe(commit);
    expect(repository.processId).not.toBe(first);

    const reading = Promise.all(entries.map(async ([file, { id }]) => [file, String(await repository.readBlob(id))]));
    await repository.readBlob(entries[20]?.[1].id ?? '');
    const second = repository.processId;
    process.kill(second ?? 0, 'SIGKILL');
    expect(Object.fromEntries(await reading)).toEqual(files);
  });

  test('dying every time it is started: rejected after two attempts', async () => {
    made.commit({ 'one.proto': '1' });
    const log = path.join(made.temporary, 'log');
    const executable = fakeGit(
      `case "$*" in *cat-file*) echo x >> '${log}'; echo "fatal: no luck" >&2; exit 1;; esac\nexec "$real" "$@"`,
    );
    const repository = await open({ executable });
    await expect(repository.resolve('HEAD')).rejects.toMatchObject({ message: 'Git failed: fatal: no luck.' });
    expect(readFileSync(log, 'utf8')).toBe('x\n'.repeat(2));
    await expect(repository.listTree('0'.repeat(40))).rejects.toMatchObject({ reason: 'git-failed' });
  });
});

describe('repository problems', () => {
  test('the repository is removed while open: reported', async () => {
    made.commit({ 'one.proto': '1' });
    const repository = await open();
    rmSync(made.directory, { recursive: true });
    await expect(repository.tags()).rejects.toMatchObject({ reason: 'not-a-repository' });
  });

  test('the commit of HEAD is missing: reported, not taken for an empty repository', async () => {
    const commit = made.commit({ 'one.proto': '1' });
    const object = path.join(made.directory, '.git/objects', commit.slice(0, 2), commit.slice(2));
    const repository = await open();
    renameSync(object, path.join(made.temporary, 'object'));
    await expect(repository.head()).rejects.toMatchObject({
      reason: 'git-failed',
      message: containing(`missing: ${commit}`),
      advice: containing('git fsck'),
    });
    renameSync(path.join(made.temporary, 'object'), object);
    expect(await repository.head()).toEqual({ commit, branch: 'main' });
  });

  test('a worktree whose folder in the main repository is missing: reported until it is restored', async () => {
    made.commit({ 'one.proto': '1' });
    const [other, part] = [path.join(made.temporary, 'other'), path.join(made.directory, '.git/worktrees/other')];
    made.git('worktree', 'add', '--quiet', '-b', 'feature', other);
    renameSync(part, path.join(made.temporary, 'away'));
    expect(await Repository.open(other)).toMatchObject({
      reason: 'not-a-repository',
      message: `The \`.git\` file of ${other} points to ${part}, which is not a repository.`,
      advice: containing('git worktree repair'),
    });
    renameSync(path.join(made.temporary, 'away'), part);
    const found = await Repository.open(other);
    expect(found).toBeInstanceOf(Repository);
    if (found instanceof Repository) found.close();
  });

  test.skipIf(process.platform === 'win32')(
    'a pipe in place of HEAD: reported without waiting for the pipe',
    async () => {
      made.commit({ 'one.proto': '1' });
      const repository = await open({ timeout: 1000 });
      const head = path.join(made.directory, '.git', 'HEAD');
      rmSync(head);
      execFileSync('mkfifo', [head]);
      await expect(repository.head()).rejects.toMatchObject({ reason: expect.any(String) as string });
      expect(await Repository.open(made.directory, { timeout: 1000 })).toMatchObject({ reason: 'git-failed' });
    },
    60_000,
  );

  test.skipIf(process.platform === 'win32')(
    'a configuration that includes a pipe: reported after the time limit',
    async () => {
      const pipe = path.join(made.temporary, 'pipe');
      execFileSync('mkfifo', [pipe]);
      made.git('config', 'include.path', pipe);
      expect(await Repository.open(made.directory, { timeout: 1000 })).toMatchObject({
        message: containing('did not answer'),
      });
    },
    60_000,
  );

  test('an unreadable configuration: reported', async () => {
    made.write({ '.git/config': '[core\n' });
    expect(await Repository.open(made.directory)).toMatchObject({
      reason: 'git-failed',
      message: containing('config'),
    });
  });

  test('the repository is owned by another user: reported, with advice', async () => {
    const executable = fakeGit('GIT_TEST_ASSUME_DIFFERENT_OWNER=1 exec "$real" "$@"');
    expect(await Repository.open(made.directory, { executable })).toMatchObject({
      reason: 'git-failed',
      message: containing('another user'),
      advice: containing(`safe.directory ${made.directory}`),
    });
  });

  test('a damaged blob: no content until it is restored', async () => {
    const commit = made.commit({ 'one.proto': 'first file', 'two.proto': 'second file' });
    const repository = await open();
    const entries = await repository.listTree(commit);
    const [one = '', two = ''] = ['one.proto', 'two.proto'].map((file) => entries.get(file)?.id);
    const object = path.join(made.directory, '.git/objects', one.slice(0, 2), one.slice(2));
    chmodSync(object, 0o644);
    truncateSync(object, 5);
    const [damaged, whole] = await Promise.allSettled([repository.readBlob(one), repository.readBlob(two)]);
    expect(damaged.status === 'rejected' || damaged.value === undefined).toBe(true);
    expect(whole).toMatchObject({ status: 'fulfilled', value: Buffer.from('second file') });
    rmSync(object);
    expect(await repository.readBlob(one)).toBeUndefined();
    made.gitWithInput('first file', 'hash-object', '-w', '--stdin');
    expect(String(await repository.readBlob(one))).toBe('first file');
  });

  test('a missing tree object: listing fails until it is restored', async () => {
    const commit = made.commit({ 'a/one.proto': '1' });
    const tree = made.git('rev-parse', 'HEAD:a');
    const listing = made.git('ls-tree', tree);
    rmSync(path.join(made.directory, '.git/objects', tree.slice(0, 2), tree.slice(2)));
    const repository = await open();
    await expect(repository.listTree(commit)).rejects.toMatchObject({
      reason: 'git-failed',
      message: containing('missing or damaged'),
    });
    made.gitWithInput(`${listing}\n`, 'mktree');
    expect([...(await repository.listTree(commit)).keys()]).toEqual(['a/one.proto']);
  });
});

describe('closing', () => {
  test('ends the process and rejects pending requests', async () => {
    made.commit({ 'one.proto': '1' });
    const repository = await open();
    await repository.resolve('HEAD');
    const id = repository.processId ?? 0;
    const waiting = repository.resolve('HEAD');
    repository.close();
    await expect(waiting).rejects.toMatchObject({ message: 'The repository was closed.' });
    await expect(repository.resolve('HEAD')).rejects.toMatchObject({ message: 'The repository was closed.' });
    await expect.poll(() => isRunning(id)).toBe(false);
  });

  test.skipIf(process.platform !== 'linux')(
    'opening and closing many repositories leaks no process and no handle',
    async () => {
      made.commit({ 'one.proto': '1' });
      const handles = () => readdirSync('/proc/self/fd').length;
      const before = handles();
      for (let round = 0; round < 10; round++) {
        const repository = await open();
        await repository.resolve('HEAD');
        repository.close();
      }
      await expect.poll(handles).toBeLessThanOrEqual(before);
    },
  );
});

function isRunning(id: number): boolean {
  try {
    process.kill(id, 0);
    return true;
  } catch {
    return false;
  }
}
