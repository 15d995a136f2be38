import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Project } from '../../server/check/project.ts';
import { makeRepository, type TestRepository } from '../git/repository.ts';

const RELEASED =
  'syntax = "proto3"; package p; message M { int32 a = 1; int32 b = 2; } service S { rpc Get(M) returns (M); }';
const EDITED = RELEASED.replace('int32 b = 2;', '');
const USER = 'syntax = "proto3"; package q; import "gen/a.proto"; message User { p.M m = 1; }';

let made: TestRepository;
beforeEach(() => {
  made = makeRepository();
  made.write({ 'api/a.proto': RELEASED, 'user.proto': USER });
});
afterEach(() => {
  made.remove();
});

function link(from: string, to: string): void {
  const absolute = path.join(made.directory, from);
  rmSync(absolute, { force: true });
  mkdirSync(path.dirname(absolute), { recursive: true });
  symlinkSync(to, absolute);
}

async function check(options: Parameters<Project['check']>[0] = {}): Promise<string[]> {
  const project = await Project.open(made.directory);
  const { findings, problems } = await project.check(options);
  project.close();
  return [...findings.map(({ rule, file }) => `${file}: ${rule}`), ...problems.map(({ message }) => message)];
}

test('a finding in a linked file is reported once, in the target', async () => {
  link('gen/a.proto', '../api/a.proto');
  made.commit();
  made.tag('1.0.0');
  made.write({ 'api/a.proto': EDITED });
  expect(await check()).toEqual(['api/a.proto: field-removed']);
  made.commit();
  expect(await check({ to: 'HEAD' })).toEqual(['api/a.proto: field-removed']);
});

test('a finding is reported in the link if only the link is checked', async () => {
  link('gen/a.proto', '../api/a.proto');
  made.commit();
  made.tag('1.0.0');
  made.write({ 'api/a.proto': EDITED });
  expect(await check({ paths: ['gen'] })).toEqual(['gen/a.proto: field-removed']);
  made.write({ 'proto-compat.json': '{ "files": ["gen/**"] }' });
  expect(await check()).toEqual(['gen/a.proto: field-removed']);
});

test('a file that is removed together with its links is reported once', async () => {
  link('gen/a.proto', '../api/a.proto');
  made.write({ 'user.proto': null });
  made.commit();
  made.tag('1.0.0');
  made.write({ 'api/a.proto': null, 'gen/a.proto': null });
  expect(await check()).toEqual(['api/a.proto: file-removed']);
});

test('a link that is added or removed changes nothing', async () => {
  made.write({ 'user.proto': null });
  made.commit();
  made.tag('1.0.0');
  link('gen/a.proto', '../api/a.proto');
  expect(await check()).toEqual([]);
  made.commit();
  made.tag('1.1.0');
  made.write({ 'gen/a.proto': null });
  expect(await check()).toEqual([]);
});

test('what is lost when a file becomes a link is reported', async () => {
  made.write({ 'user.proto': null, 'gen/a.proto': 'syntax = "proto3"; package p; message Lost {}' });
  made.commit();
  made.tag('1.0.0');
  link('gen/a.proto', '../api/a.proto');
  expect(await check()).toEqual(['gen/a.proto: message-removed']);
});

test('a finding is reported in the link if git ignores the target', async () => {
  made.write({ '.gitignore': 'api/', 'user.proto': null });
  made.write({ 'b.proto': 'syntax = "proto3"; package b; service B { rpc Get(M) returns (M); } message M {}' });
  made.commit();
  made.tag('1.0.0');
  link('gen/a.proto', '../api/a.proto');
  expect(await check()).toEqual(['gen/a.proto: service-added']);
});
