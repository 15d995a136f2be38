import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

import type { Project } from '../../server/check/project.ts';
import { openNearest } from '../../server/lsp/nearest-project.ts';
import { makeRepository, type TestRepository } from '../git/repository.ts';

const FILE = 'syntax = "proto3";\npackage b;\nmessage B {\n  string name = 1;\n}\n';

let repository: TestRepository;
let project: Project | undefined;
beforeEach(() => {
  repository = makeRepository();
  repository.commit({ 'in/a.proto': FILE.replace('package b', 'package a'), 'out/b.proto': FILE });
  repository.tag('1.0.0');
});
afterEach(() => {
  project?.close();
  repository.remove();
});

it('compares a file whose folder a sparse checkout leaves out', async () => {
  repository.git('sparse-checkout', 'set', 'in');
  project = await openNearest(join(repository.directory, 'out'));
  project.openText('out/b.proto', FILE.replace('name = 1', 'name = 2'));
  expect((await project.check()).findings).toMatchObject([{ rule: 'field-renumbered', file: 'out/b.proto' }]);
});

it('opens the repository around a folder that does not exist yet', async () => {
  project = await openNearest(join(repository.directory, 'new/deeper'));
  expect(project.root).toBe(repository.directory);
});

it('opens a missing folder itself if no parent is in a repository', async () => {
  rmSync(repository.directory, { recursive: true });
  project = await openNearest(repository.directory);
  expect(project.root).toBe(repository.directory);
  expect((await project.check()).modules).toMatchObject([{ baseline: { reason: 'not-a-repository' } }]);
});
