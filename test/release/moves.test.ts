import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Repository } from '../../server/git/repository.ts';
import { CommitSnapshot } from '../../server/release/commit-snapshot.ts';
import { movedFiles } from '../../server/release/moves.ts';
import { WorktreeSnapshot } from '../../server/release/worktree-snapshot.ts';
import { makeRepository } from '../git/repository.ts';
import type { TestRepository } from '../git/repository.ts';

// Real git processes take their time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

let made: TestRepository;
beforeEach(() => {
  made = makeRepository();
});
afterEach(() => {
  made.remove();
});

/** Where the files of the working tree were at v1.0.0. */
async function moves(): Promise<Record<string, string>> {
  const repository = await Repository.open(made.directory);
  if (!(repository instanceof Repository)) throw new Error(repository.message);
  try {
    const release = await repository.resolve('v1.0.0');
    const { commit } = await repository.head();
    const found = await movedFiles(
      repository,
      new CommitSnapshot(repository, release),
      new WorktreeSnapshot(repository),
      release,
      commit,
    );
    return Object.fromEntries(found);
  } finally {
    repository.close();
  }
}

function proto(packageName: string, message: string, lines = 30): string {
  const fields = Array.from({ length: lines }, (_, n) => `  string ${message.toLowerCase()}_${n} = ${n + 1};\n`).join(
    '',
  );
  return `syntax = "proto3";\npackage ${packageName};\nmessage ${message} {\n${fields}}\n`;
}

test('a folder that moved, with edits in some of the files, committed', async () => {
  made.commit({
    'src/agent/a.proto': proto('agent', 'A'),
    'src/agent/b.proto': proto('agent', 'B'),
    'stays.proto': proto('x', 'C'),
  });
  made.tag('v1.0.0');
  made.commit({
    'src/agent/a.proto': null,
    'src/agent/b.proto': null,
    'src/libs/a.proto': proto('agent', 'A'),
    'src/libs/renamed.proto': proto('agent', 'B', 33),
  });
  expect(await moves()).toEqual({
    'src/libs/a.proto': 'src/agent/a.proto',
    'src/libs/renamed.proto': 'src/agent/b.proto',
  });
});

test('a file that moved and is not committed yet', async () => {
  made.commit({ 'a.proto': proto('agent', 'A') });
  made.tag('v1.0.0');
  made.write({ 'a.proto': null, 'deep/other.proto': proto('agent', 'A') });
  expect(await moves()).toEqual({ 'deep/other.proto': 'a.proto' });
});

test('a file that is not similar any more is known by its name and package, where only one is', async () => {
  made.commit({
    'old/a.proto': proto('agent', 'A'),
    'old/same.proto': proto('agent', 'B'),
    'older/same.proto': proto('agent', 'C'),
    'old/p.proto': proto('one', 'P'),
  });
  made.tag('v1.0.0');
  made.write({ old: null, older: null });
  made.commit({
    'new/a.proto': proto('agent', 'Z'),
    'new/same.proto': proto('agent', 'Y'),
    'new/p.proto': proto('two', 'X'),
  });
  expect(await moves()).toEqual({ 'new/a.proto': 'old/a.proto' });
});

test('a copy is no move, nor is a new file, nor a deleted one', async () => {
  made.commit({ 'a.proto': proto('agent', 'A'), 'b.proto': proto('agent', 'B') });
  made.tag('v1.0.0');
  made.commit({ 'copy.proto': proto('agent', 'A'), 'b.proto': null, 'new.proto': proto('new', 'N') });
  expect(await moves()).toEqual({});
});

test('two equal files that both moved are told apart by their names', async () => {
  made.commit({ 'old/a.proto': proto('p', 'A'), 'old/b.proto': proto('p', 'A') });
  made.tag('v1.0.0');
  made.commit({
    'old/a.proto': null,
    'old/b.proto': null,
    'new/a.proto': proto('p', 'A'),
    'new/b.proto': proto('p', 'A'),
  });
  expect(await moves()).toEqual({ 'new/a.proto': 'old/a.proto', 'new/b.proto': 'old/b.proto' });
});
