import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { RepositorySession } from '../../server/lsp/repository-session.ts';
import { pathOf } from '../../server/lsp/uris.ts';
import { Workspace } from '../../server/lsp/workspace.ts';
import { FakeChecker, result } from './fake-checker.ts';

let folder: string;
let opened: FakeChecker[];
let workspace: Workspace;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'proto-compat-lsp-')));
  mkdirSync(join(folder, 'outer/api/v1'), { recursive: true });
  mkdirSync(join(folder, 'outer/inner/api'), { recursive: true });
  opened = [];
  workspace = new Workspace((directory) => {
    const root = directory.startsWith(join(folder, 'outer/inner'))
      ? join(folder, 'outer/inner')
      : join(folder, 'outer');
    const checker = new FakeChecker(root, () => result([]));
    opened.push(checker);
    return Promise.resolve(
      new RepositorySession(checker, { idleDelay: () => 0, onState: () => undefined, onGitChange: () => undefined }),
    );
  });
});
afterEach(() => {
  workspace.close();
  rmSync(folder, { recursive: true });
});

const locate = async (path: string): Promise<string[]> => {
  const located = await workspace.locate(join(folder, path));
  return [located.repository.root.slice(folder.length + 1), located.path];
};

it('finds the innermost repository of a folder or file', async () => {
  expect(await locate('outer/api/a.proto')).toEqual(['outer', 'api/a.proto']);
  expect(await locate('outer/api/new/b.proto')).toEqual(['outer', 'api/new/b.proto']);
  expect(await locate('outer/inner/api/a.proto')).toEqual(['outer/inner', 'api/a.proto']);
  expect(await locate('outer/api/v1')).toEqual(['outer', 'api/v1']);
  expect(await locate('outer')).toEqual(['outer', '']);
});

it('looks up the repository of a missing folder again, but not that of an existing one', async () => {
  let root = 'outer';
  const given = new Workspace(() => {
    const checker = new FakeChecker(join(folder, root), () => result([]));
    const [none, now] = [() => undefined, () => 0];
    return Promise.resolve(new RepositorySession(checker, { idleDelay: now, onState: none, onGitChange: none }));
  });
  const rootOf = async (): Promise<string> => (await given.locate(join(folder, 'outer/new/a.proto'))).repository.root;
  expect(await rootOf()).toBe(join(folder, 'outer'));
  mkdirSync(join(folder, 'outer/new'));
  root = 'outer/new';
  expect(await rootOf()).toBe(join(folder, 'outer/new'));
  root = 'outer';
  expect(await rootOf()).toBe(join(folder, 'outer/new'));
  given.close();
});

it('opens each repository once and closes duplicates', async () => {
  await Promise.all([locate('outer/api/a.proto'), locate('outer/api/b.proto'), locate('outer/api/v1/a.proto')]);
  expect(workspace.repositories).toHaveLength(1);
  expect(opened.map(({ closed }) => closed).sort()).toEqual([false, true]);
});

it('resolves a folder behind a link to its real path', async () => {
  symlinkSync(join(folder, 'outer/api'), join(folder, 'link'));
  expect(await locate('link/v1/a.proto')).toEqual(['outer', 'api/v1/a.proto']);
});

it('resolves a linked file to its target in the same repository', async () => {
  const files = ['outer/api/a.proto', 'outer/inner/api/b.proto', 'outer/VERSION.txt'];
  for (const file of files) writeFileSync(join(folder, file), '');
  const links = ['outer/api/v1/a.proto', 'outer/api/v1/b.proto', 'outer/proto-compat.json'];
  for (const [index, link] of links.entries()) symlinkSync(join(folder, files[index] ?? ''), join(folder, link));
  expect(await Promise.all(links.map(locate))).toEqual([
    ['outer', 'api/a.proto'],
    ['outer', 'api/v1/b.proto'],
    ['outer', 'proto-compat.json'],
  ]);
});

describe('URIs', () => {
  const addressOf = async (opened: string, file: string): Promise<string> => {
    const { repository } = await workspace.locate(join(folder, opened));
    return (pathOf(repository.uriOf(file)) ?? '').slice(folder.length + 1);
  };
  beforeEach(() => {
    symlinkSync(join(folder, 'outer'), join(folder, 'link'));
    symlinkSync(join(folder, 'outer/api'), join(folder, 'api'));
  });

  it.each(['link', 'link/api', 'link/api/a.proto', 'link/api/v1'])(
    'keep the link that the client used: %s',
    async (opened) => {
      expect(await addressOf(opened, 'VERSION')).toBe('link/VERSION');
      expect(await addressOf(opened, 'api/v1/a.proto')).toBe('link/api/v1/a.proto');
    },
  );

  it('are real paths if a link points to another part of the repository', async () => {
    expect(await addressOf('api/v1/a.proto', 'VERSION')).toBe('outer/VERSION');
    expect(await addressOf('api/v1/a.proto', 'api/v1/b.proto')).toBe('api/v1/b.proto');
  });
});

it('tries again after a failure', async () => {
  let failures = 1;
  const failing = new Workspace((directory) => {
    if (failures-- > 0) return Promise.reject(new Error('no'));
    return Promise.resolve(
      new RepositorySession(new FakeChecker(directory, () => result([])), {
        idleDelay: () => 0,
        onState: () => undefined,
        onGitChange: () => undefined,
      }),
    );
  });
  await expect(failing.locate(join(folder, 'a.proto'))).rejects.toThrow('no');
  expect((await failing.locate(join(folder, 'a.proto'))).path).toBe('a.proto');
  failing.close();
});
