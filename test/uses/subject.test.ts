import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Project } from '../../server/check/project.ts';
import { subjectsOf } from '../../server/uses/subject.ts';
import { makeRepository, type TestRepository } from '../git/repository.ts';

/** Without package and syntax, so the finding about a file is placed at its first declaration. */
const PROTO = `message Storage { optional string driver_name = 1; optional group Rest = 2 { optional string tag = 3; } }
message Kept { optional string only_field = 1; }
extend google.protobuf.FileOptions { optional string owner = 50001; }
enum Mode { OFF = 0; ON = 1; }
import "google/protobuf/descriptor.proto";
`;

const USER = 'import "shop.proto";\nmessage User { optional Storage a = 1; }\n';

let repository: TestRepository;
beforeAll(() => {
  repository = makeRepository();
  repository.commit({ 'shop.proto': PROTO, 'user.proto': USER });
  repository.tag('1.0.0');
});
afterAll(() => {
  repository.remove();
});

/** Rule, element, and the subject's old and edited names. Undoes the edit. */
async function subjectsAfter(
  edited: Readonly<Record<string, string>>,
  removed: readonly string[] = [],
): Promise<string[]> {
  const copy = repository.copy();
  try {
    copy.write(edited);
    for (const file of removed) await rm(path.join(copy.directory, file));
    const project = await Project.open(copy.directory);
    const result = await project.check();
    const textOf = (file: string): Promise<string | undefined> =>
      readFile(path.join(copy.directory, file), 'utf8').catch(() => undefined);
    const subjects = await subjectsOf(project, result, result.findings, textOf);
    project.close();
    const named = new Map(
      subjects.map(({ finding, old, edited }) => [finding, `${old?.fullName ?? '–'} -> ${edited?.fullName ?? '–'}`]),
    );
    return result.findings.map(
      (finding) => `${finding.rule} ${finding.element}: ${named.get(finding) ?? 'no subject'}`,
    );
  } finally {
    copy.remove();
  }
}

it.each([
  [
    'has another option',
    { 'shop.proto': `option java_package = "a.b";\n${PROTO}` },
    [],
    ['file-option-changed shop.proto: no subject'],
  ],
  [
    'has a package now',
    { 'shop.proto': `package shop;\n${PROTO}`, 'user.proto': USER.replace('Storage', 'shop.Storage') },
    [],
    ['package-changed shop: no subject', 'field-json-name-changed shop.owner: owner -> shop.owner'],
  ],
  [
    'was renamed',
    { 'store.proto': PROTO, 'user.proto': USER.replace('shop', 'store') },
    ['shop.proto'],
    ['file-renamed store.proto: no subject'],
  ],
  [
    'was removed',
    { 'user.proto': 'message User {}' },
    ['shop.proto'],
    ['file-removed shop.proto: no subject', 'extension-removed owner: owner -> –', 'field-removed User.a: User.a -> –'],
  ],
])('a file that %s is not an element, whatever it declares first', async (_, edited, removed, expected) => {
  expect(await subjectsAfter(edited, removed)).toEqual(expected);
});

it.each([
  [
    'a removed group',
    PROTO.replace('optional group Rest = 2 { optional string tag = 3; } ', ''),
    'field-removed Storage.rest: Storage.Rest -> –',
  ],
  [
    'a renumbered group',
    PROTO.replace('Rest = 2', 'Rest = 4'),
    'field-renumbered Storage.rest: Storage.Rest -> Storage.Rest',
  ],
  ['an extension', PROTO.replace(/extend .*\n/, ''), 'extension-removed owner: owner -> –'],
  ['an enum value', PROTO.replace(' ON = 1;', ''), 'enum-value-removed ON: ON -> –'],
  [
    'a renamed first message',
    PROTO.replace('message Storage', 'message Store'),
    'message-renamed Store: Storage -> Store',
  ],
])('%s is the element of its finding', async (_, edited, expected) => {
  expect(await subjectsAfter({ 'shop.proto': edited })).toEqual([expected]);
});
