import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { type OpenOptions, Repository } from '../../server/git/repository.ts';
import type { CommittedFile, Folder } from '../../server/git/tree.ts';
import { GitError } from '../../server/git/trouble.ts';
import { containing } from './containing.ts';
import { type MakeOptions, makeRepository, type TestRepository, workingTreeOf } from './repository.ts';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0).reverse()) cleanup();
});

function make(options?: MakeOptions): TestRepository {
  const made = makeRepository(options);
  cleanups.push(() => made.remove());
  return made;
}

async function open(directory: string, options?: OpenOptions): Promise<Repository> {
  const opened = await Repository.open(directory, options);
  if (!(opened instanceof Repository)) throw new Error(opened.message);
  cleanups.push(() => opened.close());
  return opened;
}

async function textOf(repository: Repository, id: string | undefined): Promise<string> {
  return String(await repository.readBlob(id ?? ''));
}

describe('opening', () => {
  test('finds the top folder from a subfolder', async () => {
    const made = make();
    made.commit({ 'a/b/one.proto': '' });
    const repository = await open(path.join(made.directory, 'a/b'));
    expect(repository.root).toBe(made.directory);
    expect([...(await workingTreeOf(repository).index()).keys()]).toEqual(['a/b/one.proto']);
  });

  test('prefetches listings, and lists again for later calls', async () => {
    const made = make();
    made.commit({ 'a/b/one.proto': '', 'two.proto': '' });
    made.tag('v1.0.0');
    made.write({ 'three.proto': '', 'a/four.proto': '' });
    const repository = await open(path.join(made.directory, 'a/b'), { prefetch: true });
    const lists = async (): Promise<unknown> => [
      (await repository.tags()).map(({ name }) => name),
      [...(await workingTreeOf(repository).index()).keys()],
      (await workingTreeOf(repository).untracked()).files,
    ];
    expect(await lists()).toEqual([['v1.0.0'], ['a/b/one.proto', 'two.proto'], ['a/four.proto', 'three.proto']]);
    made.commit({ 'five.proto': '' });
    made.tag('v2.0.0');
    expect(await lists()).toMatchObject([['v1.0.0', 'v2.0.0'], expect.arrayContaining(['five.proto']), []]);
  });

  test('a folder name may contain spaces, quotes, line breaks and any letters', async () => {
    const made = make({ folder: 'a "b\' \n ü 日本 $(x)' });
    made.commit({ 'one.proto': 'one' });
    const repository = await open(made.directory);
    expect(repository.root).toBe(made.directory);
    expect((await workingTreeOf(repository).index()).size).toBe(1);
  });

  test('a worktree has its own HEAD and shares the tags', async () => {
    const made = make();
    const first = made.commit({ 'one.proto': '1' });
    made.tag('v1.0.0');
    const other = path.join(made.temporary, 'other');
    made.git('worktree', 'add', '--quiet', '-b', 'feature', other);
    made.commit({ 'one.proto': '2' });
    const repository = await open(other);
    expect(repository.root).toBe(other);
    expect(await repository.head()).toEqual({ commit: first, branch: 'feature' });
    expect((await repository.tags()).map(({ name }) => name)).toEqual(['v1.0.0']);
    expect(repository.commonDirectory).toBe(path.join(made.directory, '.git'));
  });

  test('a submodule is a separate repository, and the outer one does not list its files', async () => {
    const inner = make();
    inner.commit({ 'inner.proto': '' });
    const outer = make();
    outer.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', inner.directory, 'sub');
    outer.commit({ 'outer.proto': '' });
    const repository = await open(outer.directory);
    expect([...(await workingTreeOf(repository).index()).keys()]).toEqual(['outer.proto']);
    const submodule = await open(path.join(outer.directory, 'sub'));
    expect(submodule.root).toBe(path.join(outer.directory, 'sub'));
    expect([...(await workingTreeOf(submodule).index()).keys()]).toEqual(['inner.proto']);
  });

  test('a bare repository has commits but no files on disk', async () => {
    const made = make();
    const commit = made.commit({ 'one.proto': 'one' });
    const bare = path.join(made.temporary, 'bare.git');
    made.git('clone', '--quiet', '--bare', made.directory, bare);
    const repository = await open(bare);
    expect(repository.workingTree).toBeUndefined();
    expect(await repository.head()).toEqual({ commit, branch: 'main' });
    expect([...(await repository.listTree(commit)).keys()]).toEqual(['one.proto']);
    // For a path relative to a working tree, git would exit.
    expect(
      await Promise.all(['./one.proto', '../one.proto', 'one.proto'].map((f) => repository.readFile(commit, f))),
    ).toEqual([undefined, undefined, 'one']);
  });

  test('a file whose name cannot be passed to git is not reported as damaged', async () => {
    const made = make();
    const commit = made.commit({ 'one\r.proto': 'one' });
    const repository = await open(made.directory);
    expect(await repository.readFile(commit, 'one\r.proto')).toBeUndefined();
  });

  test('a SHA-256 repository is read', async () => {
    const made = make({ format: 'sha256' });
    const commit = made.commit({ 'deep/one.proto': 'one' });
    made.tag('v1.0.0');
    const repository = await open(made.directory);
    expect(commit).toHaveLength(64);
    expect(repository.hash).toBe('sha256');
    expect(await repository.resolve('v1.0.0')).toBe(commit);
    const entry = (await repository.listTree(commit)).get('deep/one.proto');
    expect(await textOf(repository, entry?.id)).toBe('one');
    expect((await workingTreeOf(repository).index()).get('deep/one.proto')?.id).toBe(entry?.id);
  });

  test('reports that a folder is not in a repository', async () => {
    const made = make();
    expect(await Repository.open(made.temporary)).toMatchObject({
      reason: 'not-a-repository',
      message: containing(made.temporary),
    });
    expect(await Repository.open(path.join(made.temporary, 'missing'))).toMatchObject({ reason: 'not-a-repository' });
  });

  test('ignores git variables that a hook sets', async () => {
    const made = make();
    const other = make();
    other.commit({ 'other.proto': '' });
    process.env['GIT_DIR'] = path.join(other.directory, '.git');
    cleanups.push(() => delete process.env['GIT_DIR']);
    made.commit({ 'one.proto': '' });
    expect((await open(made.directory)).root).toBe(made.directory);
  });
});

test('objects that `git replace` replaced are read as committed', async () => {
  const made = make();
  const first = made.commit({ 'one.proto': 'one' });
  const blob = made.git('rev-parse', 'HEAD:one.proto').trim();
  const second = made.commit({ 'one.proto': 'two' });
  made.git('replace', blob, made.git('rev-parse', 'HEAD:one.proto').trim());
  made.git('replace', first, second);
  const repository = await open(made.directory);
  expect((await repository.readBlob(blob))?.toString()).toBe('one');
  expect((await repository.listTree(first)).get('one.proto')?.id).toBe(blob);
});

test('a repository that was deleted and made again is read', async () => {
  const made = make();
  made.commit({ 'one.proto': 'one' });
  const repository = await open(made.directory);
  await repository.head();
  rmSync(made.directory, { recursive: true });
  mkdirSync(made.directory);
  made.git('init', '--quiet', '--initial-branch', 'main');
  const commit = made.commit({ 'two.proto': 'two' });
  expect(await repository.head()).toEqual({ commit, branch: 'main' });
  expect([...(await repository.listTree(commit)).keys()]).toEqual(['two.proto']);
});

test('the history has the committed parents, even if a grafts file has others', async () => {
  const made = make();
  const first = made.commit({ 'one.proto': 'one' });
  const second = made.commit({ 'one.proto': 'two' });
  mkdirSync(path.join(made.directory, '.git', 'info'), { recursive: true });
  writeFileSync(path.join(made.directory, '.git', 'info', 'grafts'), `${second}\n`);
  expect(made.git('rev-list', 'HEAD').trim()).toBe(second);
  const repository = await open(made.directory);
  expect(await repository.history([second])).toBe(`${second} ${first}\n${first}\n`);
});

describe('a path of this machine', () => {
  test('becomes a path in the repository, also through links', async () => {
    const made = make();
    made.commit({ 'a/one.proto': '' });
    const link = path.join(made.temporary, 'link');
    symlinkSync(made.directory, link);
    const repository = await open(made.directory);
    expect(workingTreeOf(repository).relative(path.join(made.directory, 'a', 'one.proto'))).toBe('a/one.proto');
    expect(workingTreeOf(repository).relative(path.join(link, 'a', 'new.proto'))).toBe('a/new.proto');
    expect(workingTreeOf(repository).relative(path.join(made.directory, '..odd.proto'))).toBe('..odd.proto');
    expect(workingTreeOf(repository).relative(path.join(made.temporary, 'one.proto'))).toBeUndefined();
    expect(workingTreeOf(repository).relative(made.directory)).toBeUndefined();
  });
});

describe('refs', () => {
  test('HEAD before the first commit, on a branch, detached and during a rebase', async () => {
    const made = make();
    const repository = await open(made.directory);
    expect(await repository.head()).toEqual({ commit: undefined, branch: 'main' });
    const first = made.commit({ 'one.proto': '1' });
    expect(await repository.head()).toEqual({ commit: first, branch: 'main' });
    made.branch('feature/x');
    const second = made.commit({ 'one.proto': '2' });
    expect(await repository.head()).toEqual({ commit: second, branch: 'feature/x' });
    made.git('checkout', '--quiet', '--detach');
    expect(await repository.head()).toEqual({ commit: second, branch: undefined });
    made.checkout('main');
    made.commit({ 'one.proto': '3' });
    expect(() => made.git('rebase', '--quiet', 'main', 'feature/x')).toThrow();
    expect((await repository.head()).branch).toBeUndefined();
    expect((await workingTreeOf(repository).index()).get('one.proto')?.merged).toBe(false);
  });

  test('tags of every kind and name are listed, packed or not', async () => {
    const made = make();
    const commit = made.commit({ 'one.proto': '1' });
    made.annotatedTag('v1.0.0');
    made.annotatedTag('of-a-tag', 'v1.0.0');
    made.tag('of-a-file', 'HEAD:one.proto');
    for (const name of ['--upload-pack=x', 'a;touch${IFS}x', '$(touch${IFS}x)', "quote'd", 'ünï']) {
      made.git('update-ref', `refs/tags/${name}`, commit);
    }
    const repository = await open(made.directory);
    const names = async () => (await repository.tags()).map(({ name }) => name).sort();
    const loose = await names();
    expect(loose).toEqual([
      '$(touch${IFS}x)',
      '--upload-pack=x',
      'a;touch${IFS}x',
      'of-a-file',
      'of-a-tag',
      "quote'd",
      'v1.0.0',
      'ünï',
    ]);
    expect(await repository.resolve('of-a-tag')).toBe(commit);
    await expect(repository.resolve('of-a-file')).rejects.toMatchObject({ reason: 'bad-ref' });
    made.git('pack-refs', '--all');
    expect(await names()).toEqual(loose);
    expect(await repository.resolve('v1.0.0')).toBe(commit);
  });

  test.each([
    ['--output=/tmp/x'],
    ['-n'],
    [''],
    ['a b'],
    ['main\nHEAD'],
    ['main\0'],
    ['v1..v2'],
    ['../../etc/passwd'],
    ['HEAD:one.proto'],
    [':/message'],
    ['HEAD^{/message}'],
    ['nowhere'],
    ['$(touch${IFS}x)'],
  ])('%j is rejected with an explanation', async (ref) => {
    const made = make();
    made.commit({ 'one.proto': '1' }, 'message');
    const repository = await open(made.directory);
    const error: unknown = await repository.resolve(ref).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(GitError);
    expect(error).toMatchObject({
      reason: 'bad-ref',
      message: containing(/commit, tag or branch/),
      advice: containing(/\./),
    });
  });

  test('a very long ref is rejected, and the message does not repeat it', async () => {
    const made = make();
    const repository = await open(made.directory);
    const error: unknown = await repository.resolve('x'.repeat(100_000)).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ reason: 'bad-ref' });
    expect(String(error).length).toBeLessThan(1000);
  });

  test.each([['HEAD~1'], ['main^'], ['feature/a'], ['refs/heads/feature/a'], ['a short id']])(
    '%s is resolved',
    async (ref) => {
      const made = make();
      const first = made.commit({ 'one.proto': '1' });
      made.git('branch', 'feature/a');
      made.commit({ 'one.proto': '2' });
      const repository = await open(made.directory);
      expect(await repository.resolve(ref === 'a short id' ? first.slice(0, 9) : ref)).toBe(first);
    },
  );

  test('trunk: origin/HEAD, origin/main, origin/master, main, master in this order', async () => {
    const made = make({ branch: 'topic' });
    const commits = ['1', '2', '3', '4', '5'].map((text) => made.commit({ 'one.proto': text }));
    const repository = await open(made.directory);
    expect(await repository.trunk()).toBeUndefined();
    const refs = [
      'refs/heads/master',
      'refs/heads/main',
      'refs/remotes/origin/master',
      'refs/remotes/origin/main',
      'refs/remotes/origin/next',
    ];
    for (const [index, ref] of refs.entries()) {
      made.git('update-ref', ref, commits[index] ?? '');
      if (ref.endsWith('/next')) made.git('symbolic-ref', 'refs/remotes/origin/HEAD', ref);
      expect((await repository.trunk())?.commit).toBe(commits[index]);
    }
  });

  test('a packed tag with a name that git ignores is listed without its object', async () => {
    const made = make();
    made.commit({ 'one.proto': '1' });
    made.tag('v1.0.0');
    made.git('pack-refs', '--all');
    const packed = path.join(made.directory, '.git/packed-refs');
    writeFileSync(packed, readFileSync(packed, 'utf8').replace(/(refs\/tags\/.*)\n/, '$1\r\n'));
    made.tag('v2.0.0');
    const tags = await (await open(made.directory)).tags();
    expect(tags).toEqual([
      { name: 'v2.0.0', object: expect.stringMatching(/^[0-9a-f]{40}$/) as string },
      { name: 'v1.0.0', object: undefined },
    ]);
  });

  test('ten thousand tags are listed', async () => {
    const made = make();
    const commit = made.commit({ 'one.proto': '1' });
    const names = Array.from({ length: 10_000 }, (_, n) => `refs/tags/v${n}.0.0`).sort();
    const packed = `# pack-refs with: peeled fully-peeled sorted \n${names.map((name) => `${commit} ${name}\n`).join('')}`;
    made.write({ '.git/packed-refs': packed });
    const repository = await open(made.directory);
    expect(await repository.tags()).toHaveLength(10_000);
  });
});

describe('files', () => {
  test('that are listed end in .proto, and links are marked', async () => {
    const made = make();
    symlinkSync('a/one.proto', path.join(made.directory, 'link.proto'));
    const names = [
      'a/one.proto',
      'a b/"q\'.proto',
      'line\nbreak.proto',
      'ünï/日本.proto',
      '-rf.proto',
      '$(x);.proto',
      'back\\slash.proto',
      '.proto',
    ];
    const commit = made.commit({
      ...Object.fromEntries(names.map((name) => [name, name])),
      'folder.proto/inside.txt': '',
      'x.protox': '',
    });
    const repository = await open(made.directory);
    const entries = await repository.listTree(commit);
    expect([...entries.keys()].sort()).toEqual([...names, 'link.proto'].sort());
    expect([...(await workingTreeOf(repository).index()).keys()].sort()).toEqual([...names, 'link.proto'].sort());
    for (const name of names) expect(await textOf(repository, entries.get(name)?.id)).toBe(name);
    expect(entries.get('link.proto')?.symlink).toBe(true);
    expect(entries.get('a/one.proto')?.symlink).toBe(false);
  });

  test('whose names are not UTF-8 are left out of a commit and of the index', async () => {
    const made = make();
    const blob = made.gitWithInput('x', 'hash-object', '-w', '--stdin');
    made.gitWithInput(
      Buffer.concat([Buffer.from(`100644 ${blob}\t`), Buffer.from([0xff]), Buffer.from('.proto\0')]),
      'update-index',
      '-z',
      '--index-info',
    );
    made.git('commit', '--quiet', '--message', 'odd');
    const repository = await open(made.directory);
    expect((await repository.listTree(await repository.resolve('HEAD'))).size).toBe(0);
    expect((await workingTreeOf(repository).index()).size).toBe(0);
  });

  test('that are untracked are listed, without ignored files and other repositories', async () => {
    const made = make();
    made.commit({ '.gitignore': 'ignored/\n', 'one.proto': '' });
    made.write({ 'new dir/two\n.proto': '', 'ignored/three.proto': '', 'notes.txt': '' });
    mkdirSync(path.join(made.directory, 'nested.proto'));
    execFileSync('git', ['init', '--quiet', path.join(made.directory, 'nested.proto')]);
    const repository = await open(made.directory);
    expect(await workingTreeOf(repository).untracked()).toEqual({ files: ['new dir/two\n.proto'], unopened: [] });
  });

  test('have no content if the object is too large, missing or not a blob', async () => {
    const made = make();
    const commit = made.commit({ 'large.proto': Buffer.alloc(21 * 1024 * 1024, '/'), 'small.proto': 'small' });
    const repository = await open(made.directory);
    const entries = await repository.listTree(commit);
    const [large, small] = await Promise.all(
      ['large.proto', 'small.proto'].map((file) => repository.readBlob(entries.get(file)?.id ?? '')),
    );
    expect(large).toBe('too-large');
    expect(String(small)).toBe('small');
    expect(await repository.readBlob(commit)).toBeUndefined();
    expect(await repository.readBlob('0'.repeat(40))).toBeUndefined();
    expect(await repository.readBlob('bad\nname')).toBeUndefined();
  });
});

function filesIn({ files, folders }: Folder): CommittedFile[] {
  return [...files, ...folders.flatMap(filesIn)];
}

describe('a search through code', () => {
  const FILES = {
    'a.go': 'x.FsGroup = 1\n',
    'b.go': 'x.FsGroups = 1\n',
    'c.txt': 'x.FsGroup = 1\n',
    'deep/$(x) \'"\n.go': 'path("/a.b/C")\n',
    'binary.go': Buffer.from('\0FsGroup\n'),
  };

  test('lists every file of a commit and of the working tree', async () => {
    const made = make();
    const commit = made.commit(FILES);
    made.write({ 'new.go': 'FsGroup\n', 'ignored.go': 'FsGroup\n', '.gitignore': 'ignored.go\n' });
    const repository = await open(made.directory);
    expect(
      filesIn(await repository.folder(commit))
        .map((file) => file.path)
        .sort(),
    ).toEqual(Object.keys(FILES).sort());
    expect(await workingTreeOf(repository).files()).toEqual([...Object.keys(FILES), '.gitignore', 'new.go'].sort());
  });

  test('lists a commit that shares folders with one listed before', async () => {
    const made = make();
    const first = made.commit({ 'a/b/c.go': '1\n', 'a/d.go': '2\n', 'e/b/c.go': '1\n' });
    symlinkSync('c.go', path.join(made.directory, 'a/b/link'));
    const second = made.commit({ 'a/d.go': '3\n', 'e/b/f.go': '4\n' });
    const repository = await open(made.directory);
    for (const commit of [first, second]) {
      const listed = filesIn(await repository.folder(commit))
        .map(({ path: file, id }) => `${id} ${file}`)
        .sort();
      const expected = made
        .git('ls-tree', '-r', commit)
        .split('\n')
        .flatMap((line) => (line.startsWith('100') ? line.replace(/^\d+ blob (\w+)\t/, '$1 ') : []))
        .sort();
      expect(listed).toEqual(expected);
    }
  });

  test('finds whole words, literally, only in text files', async () => {
    const made = make();
    const commit = made.commit(FILES);
    made.write({ 'new.go': 'FsGroup\n' });
    const repository = await open(made.directory);
    const files = filesIn(await repository.folder(commit));
    const holding = async (...words: string[]): Promise<string[]> => {
      const ids = await repository.blobsWith(
        { words },
        files.map(({ id }) => id),
      );
      return files.flatMap(({ path: file, id }) => (ids.has(id) ? [file] : [])).sort();
    };
    expect(await holding('FsGroup')).toEqual(['a.go', 'c.txt']);
    expect(await holding('/a.b/C', 'none')).toEqual(['deep/$(x) \'"\n.go']);
    expect(await holding('/a.b.C')).toEqual([]);
    expect(await holding('Fs.roup', 'F*', '(', '[', '\\')).toEqual([]);
    expect(await holding()).toEqual([]);
    expect([...(await workingTreeOf(repository).filesWith({ words: ['FsGroup'] }, ['.go']))].sort()).toEqual([
      'a.go',
      'new.go',
    ]);
    expect(await workingTreeOf(repository).filesWith({ parts: ['sGrou'] }, ['.go'])).toEqual([
      'a.go',
      'b.go',
      'new.go',
    ]);
    expect(await workingTreeOf(repository).filesWith({ parts: ['FsGroups'], words: ['FsGroup'] }, ['.go'])).toEqual([
      'a.go',
      'b.go',
      'new.go',
    ]);
    expect(
      await workingTreeOf(repository).filesWith({ words: ['-e', '--open-files-in-pager=touch'] }, ['.go']),
    ).toEqual([]);
  });

  test('prints only names, regardless of the configuration', async () => {
    const made = make();
    made.commit(FILES);
    for (const [name, value] of [
      ['grep.lineNumber', 'true'],
      ['grep.column', 'true'],
      ['color.grep', 'always'],
      ['grep.patternType', 'perl'],
    ])
      made.git('config', name ?? '', value ?? '');
    const repository = await open(made.directory);
    expect(await workingTreeOf(repository).filesWith({ words: ['FsGroup'] }, ['.go'])).toEqual(['a.go']);
  });

  test('is rejected with the reason when it is cancelled', async () => {
    const made = make();
    made.commit(FILES);
    const repository = await open(made.directory);
    const reason = new Error('enough');
    const controller = new AbortController();
    const listed = workingTreeOf(repository).files(controller.signal);
    controller.abort(reason);
    await expect(listed).rejects.toBe(reason);
    await expect(workingTreeOf(repository).filesWith({ words: ['a'] }, ['.go'], controller.signal)).rejects.toBe(
      reason,
    );
  });
});
