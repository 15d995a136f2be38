import { chmodSync, existsSync, mkdirSync, readdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Repository } from '../../server/git/repository.ts';
import { CommitSnapshot } from '../../server/release/commit-snapshot.ts';
import { Releases } from '../../server/release/releases.ts';
import { containing } from './containing.ts';
import { makeRepository, type TestRepository, workingTreeOf, worktreeSnapshot } from './repository.ts';

let made: TestRepository;
/** A trap that runs creates a file here. */
let ran: string;

beforeEach(() => {
  made = makeRepository();
  ran = path.join(made.temporary, 'ran');
  mkdirSync(ran);
});
afterEach(() => {
  made.remove();
});

function trap(name: string): string {
  const file = path.join(made.temporary, `trap-${name}`);
  writeFileSync(file, `#!/bin/sh\n: > '${path.join(ran, name)}'\nexit 1\n`);
  chmodSync(file, 0o755);
  return file;
}

function whatRan(): string[] {
  return readdirSync(ran).sort();
}

/** What a check and a search for uses do. */
async function useEverything(directory: string): Promise<void> {
  const repository = await Repository.open(directory);
  if (!(repository instanceof Repository)) throw new Error(repository.message);
  try {
    const releases = new Releases(repository);
    await repository.resolve('HEAD');
    const edited = worktreeSnapshot(repository);
    for (const release of await releases.all()) {
      await releases.baseline({ to: release.ref });
      const released = new CommitSnapshot(repository, release.commit);
      for (const snapshot of [released, edited]) {
        for (const file of (await snapshot.list()).keys()) await snapshot.read(file);
      }
    }
    await releases.baseline();
    await releases.baseline({ from: 'v1.0.0', to: 'HEAD' });
    await repository.head();
    await repository.trunk();
    await workingTreeOf(repository).files();
    await workingTreeOf(repository).filesWith({ words: ['a'] }, ['.proto']);
  } finally {
    repository.close();
  }
}

/** Sets options with which a repository can make git run a program. */
function setTraps(git: (...args: string[]) => string): void {
  const settings = {
    'core.fsmonitor': 'fsmonitor',
    'core.pager': 'pager',
    'core.editor': 'editor',
    'core.askPass': 'askpass',
    'core.sshCommand': 'ssh',
    'core.gitProxy': 'proxy',
    'core.alternateRefsCommand': 'alternates',
    'credential.helper': 'credential',
    'diff.external': 'external-diff',
    'diff.proto.textconv': 'textconv',
    'diff.proto.command': 'diff-driver',
    'merge.proto.driver': 'merge-driver',
    'filter.proto.clean': 'clean',
    'filter.proto.smudge': 'smudge',
    'filter.proto.process': 'process',
    'gpg.program': 'gpg',
    'interactive.diffFilter': 'diff-filter',
    'pager.ls-files': 'pager-of-one',
    'remote.origin.uploadpack': 'uploadpack',
    'sendemail.smtpServer': 'mail',
    'uploadpack.packObjectsHook': 'pack-objects',
  };
  for (const [name, program] of Object.entries(settings)) git('config', name, trap(program));
  for (const command of [
    'ls-files',
    'ls-tree',
    'cat-file',
    'rev-parse',
    'rev-list',
    'for-each-ref',
    'diff-tree',
    'version',
  ]) {
    git('config', `alias.${command}`, `!${trap(`alias-${command}`)}`);
  }
  git('config', 'filter.proto.required', 'true');
  git('config', 'log.showSignature', 'true');
}

describe('a repository whose configuration names programs', () => {
  test('runs none of them', async () => {
    const text = Array.from({ length: 30 }, (_, n) => `// ${n}\n`).join('');
    made.commit({
      '.gitattributes': '*.proto diff=proto filter=proto merge=proto\n',
      'old/one.proto': text,
      'two.proto': 'a',
    });
    made.annotatedTag('v1.0.0');
    made.commit({ 'old/one.proto': null, 'new/one.proto': `${text}// more\n` });
    made.tag('v1.1.0');
    const hooks = path.join(made.temporary, 'hooks');
    mkdirSync(hooks);
    for (const hook of [
      'fsmonitor-watchman',
      'post-checkout',
      'post-index-change',
      'pre-auto-gc',
      'reference-transaction',
      'sendemail-validate',
    ]) {
      symlinkSync(trap(`hook-${hook}`), path.join(hooks, hook));
    }
    setTraps((...args) => made.git(...args));
    made.git('config', 'core.hooksPath', hooks);
    // For a file of the same size and another time, git would run the filter.
    made.write({ 'two.proto': 'b', 'untracked.proto': 'c' });
    utimesSync(path.join(made.directory, 'two.proto'), 1, 1);

    await useEverything(made.directory);
    expect(whatRan()).toEqual([]);

    // Plain git runs the traps.
    expect(() => made.git('status')).toThrow();
    expect(whatRan()).toContain('fsmonitor');
    expect(whatRan()).toContain('process');
  });

  test('runs none that a submodule configures', async () => {
    const inner = makeRepository();
    try {
      inner.commit({ 'inner.proto': '' });
      made.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', inner.directory, 'sub');
      made.commit({ 'one.proto': '' });
      made.tag('v1.0.0');
      setTraps((...args) => made.git('-C', 'sub', ...args));
      made.write({ 'sub/inner.proto': 'changed' });

      await useEverything(made.directory);
      expect(whatRan()).toEqual([]);
      made.git('status');
      expect(whatRan()).toContain('fsmonitor');
    } finally {
      inner.remove();
    }
  });

  test('a partial clone fetches nothing, even if its configuration allows it', async () => {
    made.commit({ 'one.proto': 'one' });
    made.tag('v1.0.0');
    made.commit({ 'one.proto': 'two' });
    made.git('config', 'uploadpack.allowFilter', 'true');
    const clone = path.join(made.temporary, 'clone');
    made.git('clone', '--quiet', '--filter=blob:none', `file://${made.directory}`, clone);
    for (const [name, value] of [
      ['remote.origin.url', `ext::${trap('ext')}`],
      ['protocol.ext.allow', 'always'],
      ['protocol.allow', 'always'],
      ['core.sshCommand', trap('ssh')],
    ] as const) {
      made.git('-C', clone, 'config', name, value);
    }
    const repository = await Repository.open(clone);
    if (!(repository instanceof Repository)) throw new Error(repository.message);
    const old = new CommitSnapshot(repository, await repository.resolve('v1.0.0'));
    const reading = old.read('one.proto');
    await expect(reading).rejects.toMatchObject({
      reason: 'git-failed',
      message: containing('partial'),
      advice: containing('git fetch'),
    });
    // Later reads still work.
    expect(await worktreeSnapshot(repository).read('one.proto')).toBe('two');
    repository.close();
    expect(whatRan()).toEqual([]);

    expect(() => made.git('-C', clone, 'cat-file', '-p', 'v1.0.0:one.proto')).toThrow();
    expect(whatRan()).toContain('ext');
  });
});

test('treats refs, folders and files named like options or commands as plain names', async () => {
  const mark = path.join(ran, 'mark');
  const names = [`--output=${mark}`, `;touch ${mark};`, `$(touch ${mark})`, `\`touch ${mark}\``, '-', '--', '...'];
  const files = Object.fromEntries(names.map((name) => [`${name.replaceAll('/', '_')}.proto`, name]));
  const commit = made.commit(files);
  made.tag('v1.0.0');
  for (const name of ['--all', '-delete', '$(touch${IFS}x)', ';touch${IFS}x;']) {
    made.git('update-ref', `refs/tags/${name}`, commit);
    made.git('update-ref', `refs/tags/${name}/v2.0.0`.replace(name, `${name}-folder`), commit);
    made.git('update-ref', `refs/heads/${name}`, commit);
  }
  made.git('symbolic-ref', 'HEAD', 'refs/heads/--all');
  await useEverything(made.directory);
  expect(whatRan()).toEqual([]);
  expect(existsSync(path.join(made.directory, 'x'))).toBe(false);
  const repository = await Repository.open(made.directory);
  if (!(repository instanceof Repository)) throw new Error(repository.message);
  expect((await repository.head()).branch).toBe('--all');
  expect(await new Releases(repository).baseline()).toMatchObject({ ref: 'v1.0.0' });
  expect(new Set((await worktreeSnapshot(repository).list()).keys())).toEqual(new Set(Object.keys(files)));
  repository.close();
});

test('does not run a git from the repository or a relative PATH', async () => {
  made.commit({ 'one.proto': '' });
  made.write({ git: '' });
  writeFileSync(path.join(made.directory, 'git'), `#!/bin/sh\n: > '${path.join(ran, 'git')}'\n`);
  chmodSync(path.join(made.directory, 'git'), 0o755);
  const [searchPath, folder] = [process.env['PATH'], process.cwd()];
  try {
    process.chdir(made.directory);
    // An empty entry is the current folder.
    process.env['PATH'] = ['.', '', searchPath ?? ''].join(path.delimiter);
    await useEverything(made.directory);
  } finally {
    process.env['PATH'] = searchPath;
    process.chdir(folder);
  }
  expect(whatRan()).toEqual([]);
});
