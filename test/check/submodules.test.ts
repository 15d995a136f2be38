import { rmSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Project } from '../../server/check/project.ts';
import { makeRepository, type TestRepository } from '../git/repository.ts';

const MONEY = 'syntax = "proto3"; package shared; message Money { int64 units = 1; }';
const SHOP =
  'syntax = "proto3"; package shop; import "shared/money.proto"; ' +
  'service Shop { rpc Buy(Order) returns (Order); } message Order { shared.Money price = 1; }';

let outer: TestRepository;
let shared: TestRepository;
let project: Project | undefined;

beforeEach(() => {
  shared = makeRepository();
  shared.commit({ 'shared/money.proto': MONEY });
  outer = makeRepository();
});
afterEach(() => {
  project?.close();
  outer.remove();
  shared.remove();
});

function release(): void {
  outer.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', shared.directory, 'deps/shared');
  outer.commit({ 'shop.proto': SHOP });
  outer.git('tag', '1.0.0');
}

/** Stages the new commit in the outer repository. */
function update(text: string): void {
  const commit = shared.commit({ 'shared/money.proto': text });
  outer.git('-C', 'deps/shared', '-c', 'protocol.file.allow=always', 'fetch', '--quiet', 'origin');
  outer.git('-C', 'deps/shared', 'checkout', '--quiet', commit);
  outer.git('add', 'deps/shared');
}

test('a type in a submodule is compared at the commit of each side', async () => {
  release();
  update(MONEY.replace('int64 units', 'string units'));
  project = await Project.open(outer.directory);
  const { findings, problems, bump } = await project.check();
  expect(findings.map(({ rule, element }) => [rule, element])).toEqual([['field-type-changed', 'shared.Money.units']]);
  expect(problems).toEqual([]);
  expect(bump).toBe('major');
});

test('messages of a submodule that no method carries are not reported', async () => {
  release();
  update(`${MONEY} message Other {}`);
  project = await Project.open(outer.directory);
  expect((await project.check()).findings.map(({ rule }) => rule)).toEqual([]);
});

test('nothing is compared if all files are in submodules and none of these is named', async () => {
  release();
  outer.git('rm', '--quiet', 'shop.proto');
  outer.git('commit', '--quiet', '-m', 'Use only the shared messages');
  outer.git('tag', '1.1.0');
  const opened = (project = await Project.open(outer.directory));
  const reasonFor = async (paths?: string[]): Promise<unknown> => {
    const { modules } = await opened.check({ ...(paths && { paths }) });
    return modules.map(({ baseline }) => ('reason' in baseline ? baseline.reason : baseline.ref));
  };
  expect(await reasonFor()).toEqual(['no-files']);
  expect(await reasonFor(['deps/shared'])).toEqual(['1.1.0']);
});

test('two commits are compared with the recorded submodule, not its checkout', async () => {
  release();
  update(MONEY.replace('int64 units', 'string units'));
  outer.git('commit', '--quiet', '-m', 'Take the new prices');
  outer.git('-C', 'deps/shared', 'checkout', '--quiet', 'HEAD~1');
  project = await Project.open(outer.directory);
  const { findings } = await project.check({ from: '1.0.0', to: 'HEAD' });
  expect(findings.map(({ rule }) => rule)).toEqual(['field-type-changed']);
});

test('imports that may be from a submodule that was not fetched are not errors', async () => {
  release();
  outer.git('submodule', '--quiet', 'deinit', '--force', 'deps/shared');
  rmSync(path.join(outer.directory, '.git/modules'), { recursive: true });
  outer.write({ 'shop.proto': SHOP.replace('price = 1', 'price = 2') });
  project = await Project.open(outer.directory);
  const { findings, problems, notCompared } = await project.check();
  expect(findings.map(({ rule }) => rule)).toEqual(['field-renumbered']);
  expect(problems.map(({ kind }) => kind)).toEqual(['unresolved-import', 'unresolved-type']);
  expect(problems[0]?.message).toMatch(
    /may be in the git submodule `deps\/shared`, which is not fetched: run `git submodule update --init deps\/shared`\.$/,
  );
  expect(notCompared.map(({ name }) => name)).toEqual(['shared/money.proto']);
});

test('a folder whose `.git` points outside the repository is not read', async () => {
  release();
  const elsewhere = makeRepository();
  try {
    elsewhere.commit({ 'shared/money.proto': MONEY });
    rmSync(path.join(outer.directory, 'deps/shared'), { recursive: true });
    outer.write({ 'deps/shared/.git': `gitdir: ${elsewhere.directory}/.git\n` });
    outer.git('update-index', '--cacheinfo', `160000,${elsewhere.git('rev-parse', 'HEAD').trim()},deps/shared`);
    outer.write({ 'shop.proto': `${SHOP}\n` });
    project = await Project.open(outer.directory);
    expect((await project.check()).notCompared.map(({ name }) => name)).toContain('shared/money.proto');
  } finally {
    elsewhere.remove();
  }
});
