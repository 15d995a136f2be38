import type * as nodePath from 'node:path';
import type * as nodeUrl from 'node:url';
import { expect, it, vi } from 'vitest';
import { Project } from '../../server/check/project.ts';
import { pathsIn } from '../../server/cli/project.ts';
import { WorkingTree } from '../../server/git/working-tree.ts';
import { RepositorySession } from '../../server/lsp/repository-session.ts';
import { pathOf, releasedFile, releaseUri, uriOf } from '../../server/lsp/uris.ts';
import { Workspace } from '../../server/lsp/workspace.ts';
import { FakeChecker, result } from '../lsp/fake-checker.ts';

vi.mock('node:path', async (original) => {
  const { win32 } = await original<typeof nodePath>();
  return { ...win32, default: win32 };
});
vi.mock('node:url', async (original) => {
  const { fileURLToPath, pathToFileURL } = await original<typeof nodeUrl>();
  return {
    fileURLToPath: (uri: string) => fileURLToPath(uri, { windows: true }),
    pathToFileURL: (file: string) => pathToFileURL(file, { windows: true }),
  };
});

it.each([
  ['file:///C:/agent/a%20b/%C3%BC.proto', 'C:\\agent\\a b\\ü.proto'],
  // VS Code uses this form.
  ['file:///c%3A/agent/a.proto', 'c:\\agent\\a.proto'],
  ['file://server/share/a.proto', '\\\\server\\share\\a.proto'],
  ['file:///home/a.proto', undefined],
  ['file:///C:/a%2Fb.proto', undefined],
  ['untitled:Untitled-1', undefined],
])('the path of %s is %s', (uri, path) => {
  expect(pathOf(uri)).toBe(path);
});

it('a path is unchanged after conversion to a URI and back', () => {
  for (const path of ['C:\\agent\\a b#%?.proto', '\\\\server\\share\\ü\\a.proto']) {
    expect(uriOf(path)).not.toContain('\\');
    expect(pathOf(uriOf(path))).toBe(path);
  }
});

it('a released file has a URI with forward slashes, which resolves to the file', () => {
  const file = { root: 'C:\\agent', commit: 'f'.repeat(40), file: 'api/v1/a b.proto' };
  const uri = releaseUri(file, '1.0.0');
  expect(uri).toMatch(/^proto-compat-release:\/1\.0\.0\/api\/v1\/a%20b\.proto\?/);
  expect(releasedFile(uri)).toEqual(file);
});

it('a file has a path with forward slashes, regardless of the case', async () => {
  const workspace = new Workspace(() =>
    Promise.resolve(
      new RepositorySession(new FakeChecker('C:\\Agent', () => result([])), {
        idleDelay: () => 0,
        onState: () => undefined,
        onGitChange: () => undefined,
      }),
    ),
  );
  expect((await workspace.locate('c:\\agent\\api\\V1\\a.proto')).path).toBe('api/V1/a.proto');
  workspace.close();
});

it.each([
  ['C:\\Agent\\api\\a.proto', 'api/a.proto'],
  ['c:\\agent\\api\\a.proto', 'api/a.proto'],
  ['C:/Agent/api/a.proto', 'api/a.proto'],
  ['C:\\Agent\\..odd.proto', '..odd.proto'],
  ['C:\\Agent', undefined],
  ['C:\\Agents\\a.proto', undefined],
  ['C:\\Agent\\..\\a.proto', undefined],
  ['D:\\Agent\\a.proto', undefined],
  ['\\\\server\\Agent\\a.proto', undefined],
])('relative to C:\\Agent, %s is %s', (absolute, relative) => {
  // On this system, only the root can be set.
  const workingTree = Object.create(WorkingTree.prototype, { root: { value: 'C:\\Agent' } }) as WorkingTree;
  expect(workingTree.relative(absolute)).toBe(relative);
});

it('arguments of the command may use either kind of slash', () => {
  // On this system, only the root can be set.
  const project = Object.create(Project.prototype, { root: { value: 'C:\\Agent' } }) as Project;
  expect(pathsIn(project, 'C:\\Agent\\api', ['v1\\a.proto', 'v1/b.proto', '..\\c', 'C:\\Agent\\d.proto'])).toEqual([
    'api/v1/a.proto',
    'api/v1/b.proto',
    'c',
    'd.proto',
  ]);
  for (const outside of ['..\\..\\a.proto', 'D:\\a.proto']) {
    expect(() => pathsIn(project, 'C:\\Agent\\api', [outside])).toThrow('is outside the repository');
  }
});
