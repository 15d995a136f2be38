import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Repository } from '../../server/git/repository.ts';
import { CommitSnapshot } from '../../server/release/commit-snapshot.ts';
import { WorktreeSnapshot } from '../../server/release/worktree-snapshot.ts';
import { makeRepository } from '../git/repository.ts';
import type { TestRepository } from '../git/repository.ts';

let made: TestRepository;
let repository: Repository;

beforeEach(async () => {
  made = makeRepository();
  repository = await open(made);
});
afterEach(() => {
  repository.close();
  made.remove();
});

async function open({ directory }: TestRepository): Promise<Repository> {
  const opened = await Repository.open(directory);
  if (!(opened instanceof Repository)) throw new Error(opened.message);
  return opened;
}

describe('a commit and the working tree', () => {
  test('give a file that is the same on both sides the same id', async () => {
    const commit = made.commit({ 'a/one.proto': 'message A {}\n', 'two.proto': 'message B {}\n', 'readme.md': '' });
    const released = await new CommitSnapshot(repository, commit).list();
    const edited = await new WorktreeSnapshot(repository).list();
    expect([...released.keys()].sort()).toEqual(['a/one.proto', 'two.proto']);
    expect(new Map([...edited].sort())).toEqual(new Map([...released].sort()));
  });

  test('an unsaved text counts instead of the file, until it is gone', async () => {
    const commit = made.commit({ 'one.proto': 'message A {}\n' });
    const snapshot = new WorktreeSnapshot(repository);
    const before = await snapshot.list();
    snapshot.setText('one.proto', 'message Z {}\n');
    expect(await snapshot.read('one.proto')).toBe('message Z {}\n');
    expect((await snapshot.list()).get('one.proto')).not.toBe(before.get('one.proto'));
    snapshot.setText('one.proto', undefined);
    expect(await snapshot.read('one.proto')).toBe('message A {}\n');
    expect((await snapshot.list()).get('one.proto')).toBe((await new CommitSnapshot(repository, commit).list()).get('one.proto'));
  });
});
