import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Repository } from '../../server/git/repository.ts';
import { CommitSnapshot } from '../../server/release/commit-snapshot.ts';
import type { Snapshot } from '../../server/release/model.ts';
import { SnapshotWithSubmodules } from '../../server/release/submodules.ts';
import { readText } from '../../server/release/text.ts';
import { makeRepository, type TestRepository, worktreeSnapshot } from '../git/repository.ts';

let made: TestRepository;
let repository: Repository;

beforeEach(async () => {
  made = makeRepository();
  repository = await open(made.directory);
});
afterEach(() => {
  repository.close();
  made.remove();
});

async function open(directory: string): Promise<Repository> {
  const opened = await Repository.open(directory);
  if (!(opened instanceof Repository)) throw new Error(opened.message);
  return opened;
}

async function namesOf(snapshot: Snapshot): Promise<string[]> {
  return [...(await snapshot.list()).keys()].sort();
}

/** Files whose ids differ between a commit and the working tree. */
async function changed(commit: string, snapshot: Snapshot = worktreeSnapshot(repository)): Promise<string[]> {
  const [before, after] = await Promise.all([new CommitSnapshot(repository, commit).list(), snapshot.list()]);
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((file) => before.get(file) !== after.get(file))
    .sort();
}

describe('what differs between a commit and the working tree', () => {
  test('is nothing right after a commit', async () => {
    const commit = made.commit({ 'a/one.proto': 'message A {}\n', 'two.proto': '', 'readme.md': '' });
    expect(await namesOf(new CommitSnapshot(repository, commit))).toEqual(['a/one.proto', 'two.proto']);
    expect(await changed(commit)).toEqual([]);
  });

  test('is every file that was edited, staged, deleted, added or moved, but none with only another mode or time', async () => {
    const names = ['edited', 'staged', 'deleted', 'moved', 'mode', 'touched', 'same'];
    const commit = made.commit(Object.fromEntries(names.map((name) => [`${name}.proto`, name])));
    made.write({
      'edited.proto': 'EDITED',
      'staged.proto': 'other',
      'deleted.proto': null,
      'untracked.proto': 'new',
      'added.proto': 'new',
    });
    made.git('add', 'staged.proto', 'added.proto');
    made.git('mv', 'moved.proto', 'MOVED.proto');
    chmodSync(path.join(made.directory, 'mode.proto'), 0o755);
    utimesSync(path.join(made.directory, 'touched.proto'), 1, 1);
    expect(await changed(commit)).toEqual([
      'MOVED.proto',
      'added.proto',
      'deleted.proto',
      'edited.proto',
      'moved.proto',
      'staged.proto',
      'untracked.proto',
    ]);
  });

  test('includes an edit of the same size immediately after the commit', async () => {
    for (let round = 0; round < 20; round++) {
      const commit = made.commit({ 'one.proto': 'a' });
      made.write({ 'one.proto': 'b' });
      expect(await changed(commit)).toEqual(['one.proto']);
    }
  });

  test('includes an edited file that has its old size and modification time', async () => {
    const commit = made.commit({ 'one.proto': 'a' });
    const file = path.join(made.directory, 'one.proto');
    utimesSync(file, 1_000_000, 1_000_000);
    made.git('update-index', '--refresh');
    made.write({ 'one.proto': 'b' });
    utimesSync(file, 1_000_000, 1_000_000);
    expect(await changed(commit)).toEqual(['one.proto']);
  });

  test('includes a file with a merge conflict, whose markers are part of its text', async () => {
    made.commit({ 'one.proto': 'a\n' });
    made.branch('other');
    made.commit({ 'one.proto': 'b\n' });
    made.checkout('main');
    const commit = made.commit({ 'one.proto': 'c\n' });
    expect(() => made.git('merge', 'other')).toThrow();
    expect(await changed(commit)).toEqual(['one.proto']);
    expect(await worktreeSnapshot(repository).read('one.proto')).toMatch(
      /<<<<<<< HEAD\nc\n=======\nb\n>>>>>>> other\n/,
    );
  });

  test('does not include files that a sparse checkout leaves out, which can still be read', async () => {
    const commit = made.commit({ 'in/one.proto': '1', 'out/two.proto': '2' });
    made.git('sparse-checkout', 'set', 'in');
    expect(await changed(commit)).toEqual([]);
    expect(await worktreeSnapshot(repository).read('out/two.proto')).toBe('2');
  });

  test('is the single edited file of eight thousand', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 8000 }, (_, n) => [`folder${n % 100}/file${n}.proto`, 'message Same {}\n']),
    );
    const commit = made.commit(files);
    made.write({ 'folder1/file1.proto': 'message Changed {}\n' });
    expect(await changed(commit)).toEqual(['folder1/file1.proto']);
  });
});

test('the working tree can be read before the first commit', async () => {
  made.write({ 'one.proto': '1' });
  expect(await worktreeSnapshot(repository).read('one.proto')).toBe('1');
});

test('changes on disk are seen only after `invalidate`', async () => {
  const commit = made.commit({ 'one.proto': '1' });
  const snapshot = worktreeSnapshot(repository);
  expect(await changed(commit, snapshot)).toEqual([]);
  made.write({ 'one.proto': '22', 'two.proto': '' });
  expect(await changed(commit, snapshot)).toEqual([]);
  const early = snapshot.list();
  snapshot.invalidate();
  expect(await changed(commit, snapshot)).toEqual(['one.proto', 'two.proto']);
  // This listing was requested before the change but ended after it, so it contains the new state.
  expect((await early).size).toBe(2);
});

test('a failed listing succeeds after the cause is removed', async () => {
  made.commit({ 'one.proto': '1' });
  const snapshot = worktreeSnapshot(repository);
  made.write({ '.git/index.saved': '' });
  execFileSync('cp', ['.git/index', '.git/index.saved'], { cwd: made.directory });
  writeFileSync(path.join(made.directory, '.git/index'), 'nonsense');
  await expect(snapshot.list()).rejects.toMatchObject({ reason: 'git-failed' });
  execFileSync('cp', ['.git/index.saved', '.git/index'], { cwd: made.directory });
  expect(await namesOf(snapshot)).toEqual(['one.proto']);
});

const FOLLOWED = new Map(['a/up.proto', 'inside.proto', 'twice.proto'].map((link) => [link, 'a/one.proto']));

describe('entries that are not plain text files', () => {
  test('links: followed inside the repository, but not out of it or in circles', async () => {
    writeFileSync(path.join(made.temporary, 'secret.proto'), 'secret');
    const links = {
      'inside.proto': 'a/one.proto',
      'a/up.proto': '../a/one.proto',
      'twice.proto': 'inside.proto',
      'outside.proto': '../secret.proto',
      'parent.proto': '..',
      'absolute.proto': path.join(made.temporary, 'secret.proto'),
      'device.proto': '/dev/zero',
      'loop.proto': 'pool.proto',
      'pool.proto': 'loop.proto',
      'self.proto': 'self.proto',
      'dangling.proto': 'missing.proto',
      'folder.proto': 'a',
    };
    mkdirSync(path.join(made.directory, 'a'));
    for (const [link, target] of Object.entries(links)) symlinkSync(target, path.join(made.directory, link));
    const commit = made.commit({ 'a/one.proto': 'one' });
    const released = new CommitSnapshot(repository, commit);
    const edited = worktreeSnapshot(repository);
    for (const snapshot of [released, edited]) {
      const others = [
        'absolute.proto',
        'device.proto',
        'loop.proto',
        'outside.proto',
        'parent.proto',
        'pool.proto',
        'self.proto',
      ];
      expect(await namesOf(snapshot)).toEqual(['a/one.proto', ...FOLLOWED.keys(), ...others].sort());
      for (const file of ['a/one.proto', ...FOLLOWED.keys()]) expect(await snapshot.read(file)).toBe('one');
      for (const file of others) expect(await snapshot.read(file)).toBeUndefined();
      expect([...snapshot.problems().keys()].sort()).toEqual(others);
      for (const file of Object.keys(links)) expect(String(await snapshot.read(file))).not.toBe('secret');
      expect(snapshot.links()).toEqual(FOLLOWED);
    }
    expect(await changed(commit, edited)).toEqual([]);
    expect(edited.problems().get('outside.proto')).toContain('points outside the repository');
    expect(edited.problems().get('self.proto')).toContain('leads back to itself');
    expect(edited.problems().has('dangling.proto')).toBe(false);

    const texts = await Promise.all(Object.keys(links).map((file) => edited.read(file)));
    // As on Windows, where git writes the target of a link into a file.
    made.git('config', 'core.symlinks', 'false');
    for (const link of Object.keys(links)) rmSync(path.join(made.directory, link));
    made.git('checkout', '--', '.');
    expect(readFileSync(path.join(made.directory, 'twice.proto'), 'utf8')).toBe('inside.proto');
    const asFiles = worktreeSnapshot(repository);
    expect(await namesOf(asFiles)).toEqual(await namesOf(edited));
    expect(await changed(commit, asFiles)).toEqual([]);
    expect(await asFiles.read('twice.proto')).toBe('one');
    expect(await Promise.all(Object.keys(links).map((file) => asFiles.read(file)))).toEqual(texts);
    expect(asFiles.problems()).toEqual(edited.problems());
    expect(asFiles.links()).toEqual(FOLLOWED);
    made.write({ 'twice.proto': 'two' });
    asFiles.invalidate();
    expect(await asFiles.read('twice.proto')).toBe('two');
    expect(await changed(commit, asFiles)).toEqual(['twice.proto']);
  });

  test('a chain of links: followed if it has at most 40 links, the limit of the system', async () => {
    const chain = (length: number): string => `chain-${length}.proto`;
    made.write({ [chain(0)]: 'one' });
    for (let length = 1; length <= 41; length++)
      symlinkSync(chain(length - 1), path.join(made.directory, chain(length)));
    const commit = made.commit();
    const expectFollowed = async (snapshot: Snapshot) => {
      expect(await snapshot.read(chain(40))).toBe('one');
      expect(await snapshot.read(chain(41))).toBeUndefined();
    };
    await expectFollowed(new CommitSnapshot(repository, commit));
    await expectFollowed(worktreeSnapshot(repository));
    // As on Windows, where git writes the target of a link into a file.
    made.git('config', 'core.symlinks', 'false');
    for (let length = 1; length <= 41; length++) rmSync(path.join(made.directory, chain(length)));
    made.git('checkout', '--', '.');
    await expectFollowed(worktreeSnapshot(repository));
  });

  test('a folder replaced by a link out of the repository: its files are listed, but not read', async () => {
    made.commit({ 'a/one.proto': 'one' });
    const outside = path.join(made.temporary, 'outside');
    mkdirSync(outside);
    writeFileSync(path.join(outside, 'one.proto'), 'secret');
    made.write({ a: null });
    symlinkSync(outside, path.join(made.directory, 'a'));
    const snapshot = worktreeSnapshot(repository);
    // The file must not count as removed.
    expect(await namesOf(snapshot)).toEqual(['a/one.proto']);
    expect(await snapshot.read('a/one.proto')).toBeUndefined();
  });

  test('a folder, a pipe and a submodule with the name of a .proto file: not listed', async () => {
    const commit = made.commit({ 'was-file.proto': '', 'pipe.proto': '', 'folder.proto/readme.md': '' });
    made.write({ 'was-file.proto': null, 'pipe.proto': null });
    mkdirSync(path.join(made.directory, 'was-file.proto'));
    // Opening a pipe would block.
    execFileSync('env', ['mkfifo', path.join(made.directory, 'pipe.proto')]);
    made.git('update-index', '--add', '--cacheinfo', `160000,${commit},module.proto`);
    expect(await namesOf(worktreeSnapshot(repository))).toEqual([]);
    expect(await namesOf(new CommitSnapshot(repository, commit))).toEqual(['pipe.proto', 'was-file.proto']);
  });

  test('too large: listed but not read, with a reason', async () => {
    const commit = made.commit({ 'one.proto': Buffer.alloc(21 * 1024 * 1024, '/') });
    made.write({ 'two.proto': '' });
    truncateSync(path.join(made.directory, 'two.proto'), 200 * 1024 * 1024);
    for (const [snapshot, file] of [
      [new CommitSnapshot(repository, commit), 'one.proto'],
      [worktreeSnapshot(repository), 'two.proto'],
    ] as const) {
      expect(await namesOf(snapshot)).toContain(file);
      expect(await snapshot.read(file)).toBeUndefined();
      expect(snapshot.problems().get(file)).toContain('larger than 20 MB');
    }
  });

  test('invalid UTF-8 in a comment: replaced, without a problem; a byte order mark is kept', async () => {
    const commit = made.commit({
      'latin.proto': Buffer.from('// caf\xe9\n', 'latin1'),
      'bom.proto': '\ufeffmessage A {}\n',
    });
    const released = new CommitSnapshot(repository, commit);
    const edited = worktreeSnapshot(repository);
    for (const snapshot of [released, edited]) {
      expect(await snapshot.read('latin.proto')).toBe('// caf\ufffd\n');
      expect(await snapshot.read('bom.proto')).toBe('\ufeffmessage A {}\n');
      // protoc accepts invalid UTF-8 in a comment.
      expect([...snapshot.problems().keys()]).toEqual([]);
    }
  });

  test('a Git LFS pointer: followed if the object is on this machine, otherwise a reason is given', async () => {
    const content = 'message Large {}\n';
    const id = createHash('sha256').update(content).digest('hex');
    const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${id}\nsize ${content.length}\n`;
    const commit = made.commit({ 'one.proto': pointer });
    const snapshot = new CommitSnapshot(repository, commit);
    expect(await snapshot.read('one.proto')).toBeUndefined();
    expect(snapshot.problems().get('one.proto')).toContain('git lfs');
    made.write({ [`.git/lfs/objects/${id.slice(0, 2)}/${id.slice(2, 4)}/${id}`]: content });
    expect(await snapshot.read('one.proto')).toBe(content);
    expect(snapshot.problems().size).toBe(0);
    const worktree = path.join(made.temporary, 'worktree');
    made.git('worktree', 'add', '--quiet', worktree);
    expect(readText(made.directory, 'one.proto')).toBe(content);
    expect(readText(worktree, 'one.proto')).toBe(content);
  });

  describe('a file with a Git LFS pointer is not read if the object is', () => {
    const CONTENT = 'message Large {}\n';
    const hashOf = (content: string): string => createHash('sha256').update(content).digest('hex');
    const pointerTo = (id: string): string => `version https://git-lfs.github.com/spec/v1\noid sha256:${id}\nsize 17\n`;

    /** Lets `put` create the object with this id, and returns the problem of a file that points to the object. */
    async function problemOf(id: string, put: (object: string) => void): Promise<string | undefined> {
      const object = path.join(made.directory, '.git/lfs/objects', id.slice(0, 2), id.slice(2, 4), id);
      mkdirSync(path.dirname(object), { recursive: true });
      put(object);
      const commit = made.commit({ 'one.proto': pointerTo(id) });
      const snapshots = [new CommitSnapshot(repository, commit), worktreeSnapshot(repository)];
      for (const snapshot of snapshots) expect(await snapshot.read('one.proto')).toBeUndefined();
      const [committed, edited] = snapshots.map((snapshot) => snapshot.problems().get('one.proto'));
      expect(edited).toBe(committed);
      return committed;
    }

    test('a link out of the repository', async () => {
      const outside = path.join(tmpdir(), `outside-${process.pid}.txt`);
      writeFileSync(outside, CONTENT);
      try {
        expect(await problemOf(hashOf(CONTENT), (object) => symlinkSync(outside, object))).toContain(
          'points outside the repository',
        );
      } finally {
        rmSync(outside);
      }
    });

    test.skipIf(process.platform === 'win32')('a pipe or a device', async () => {
      expect(await problemOf(hashOf('1'), (object) => execFileSync('mkfifo', [object]))).toContain(
        'not a regular file',
      );
      expect(await problemOf(hashOf('2'), (object) => symlinkSync('/dev/zero', object))).toContain(
        'points outside the repository',
      );
    });

    test('content with another hash', async () => {
      expect(await problemOf(hashOf('3'), (object) => writeFileSync(object, CONTENT))).toContain(
        'its hash does not match',
      );
    });

    test('another pointer', async () => {
      const inner = pointerTo(hashOf(CONTENT));
      expect(await problemOf(hashOf(inner), (object) => writeFileSync(object, inner))).toContain(
        'is a pointer to another object',
      );
    });

    test('too large', async () => {
      expect(
        await problemOf(hashOf('4'), (object) => {
          writeFileSync(object, '');
          truncateSync(object, 300 * 1024 * 1024);
        }),
      ).toBe('The Git LFS object of this file is larger than 20 MB, so it is not read.');
    });

    test('a folder, as if there were no object', async () => {
      expect(await problemOf(hashOf('5'), (object) => mkdirSync(object))).toContain('git lfs fetch');
    });
  });
});

test('in a SHA-256 repository, a file has the same id in a commit and in the working tree', async () => {
  const other = makeRepository({ format: 'sha256' });
  const opened = await open(other.directory);
  const commit = other.commit({ 'one.proto': 'ü' });
  other.write({ 'two.proto': 'ü' });
  const id = (await new CommitSnapshot(opened, commit).list()).get('one.proto');
  expect(await worktreeSnapshot(opened).list()).toEqual(
    new Map([
      ['one.proto', id],
      ['two.proto', id],
    ]),
  );
  opened.close();
  other.remove();
});

test('a submodule that is nested too deeply does not prevent the caching of a listing', async () => {
  const commit = made.commit({ 'one.proto': '' });
  made.write({ 'inner/.git': 'gitdir: ../.git\n' });
  const own = new CommitSnapshot(repository, commit);
  let reads = 0;
  const recorded = (): Promise<ReadonlyMap<string, string>> => {
    reads++;
    return Promise.resolve(new Map([['inner', commit]]));
  };
  const nested = new SnapshotWithSubmodules(own, repository.workingTree?.submodules, recorded, 4);
  expect(await namesOf(nested)).toEqual(['one.proto']);
  expect(await namesOf(nested)).toEqual(['one.proto']);
  expect(nested.submodules()).toEqual(new Map([['inner', false]]));
  expect(reads).toBe(1);
});
