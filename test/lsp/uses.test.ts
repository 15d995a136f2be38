import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { CodeActionKind } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { Project } from '../../server/check/project.ts';
import { Abilities } from '../../server/lsp/abilities.ts';
import { codeActions } from '../../server/lsp/code-actions.ts';
import { hover } from '../../server/lsp/hover.ts';
import { Repository } from '../../server/lsp/repository.ts';
import { uriOf } from '../../server/lsp/uris.ts';
import { usesItems } from '../../server/lsp/uses.ts';
import { TimeSlice } from '../../server/lsp/time-slice.ts';
import { View } from '../../server/lsp/view.ts';
import { makeRepository, type TestRepository } from '../git/repository.ts';

/*
 * Who uses what changed, in the hover, in the light bulb and in the report: on a real repository, without a client.
 */

const PROTO = `syntax = "proto3";
package shop.v1;
message Storage { string fs_group = 1; string old_mark = 2; string size_label = 3; }
service StoreService { rpc AddPath(Storage) returns (Storage); }
`;
const EDITED = PROTO.replace('string fs_group = 1; string old_mark = 2;', '');
const SIGNAL = new AbortController().signal;

let made: TestRepository;
beforeAll(() => {
  made = makeRepository();
  made.commit({
    'shop.proto': PROTO,
    'proto-compat.json': JSON.stringify({ roles: { client: { name: 'shop-cli', code: ['cli/**'] }, server: 'shopd' } }),
    'cli/main.go': 'package main\n\nfunc f(s *pb.Storage) {\n\ts.FsGroup = "[x](y) `z`"\n}\n',
  });
  made.tag('1.0.0');
});
afterAll(() => {
  made.remove();
});

let repository: Repository;
let view: View;
beforeEach(async () => {
  const project = await Project.open(made.directory);
  repository = new Repository(
    project,
    () => 0,
    () => undefined,
    () => undefined,
  );
  const document = TextDocument.create(uriOf(path.join(made.directory, 'shop.proto')), 'proto', 1, EDITED);
  repository.edit('shop.proto', document);
  const state = await repository.settled();
  if (state.kind === 'failed') throw state.error;
  view = new View(repository, document, 'shop.proto', state.result);
});
afterEach(() => {
  repository.close();
});

function finding(element: string) {
  const found = view.findings.find((each) => each.element === element);
  if (found === undefined) throw new Error(element);
  return found;
}

it('is in the hover, with the code escaped', async () => {
  const { start } = finding('shop.v1.Storage.fs_group').range;
  const found = await hover(view, start, true, SIGNAL);
  const text = JSON.stringify(found?.contents);
  expect(text).toContain('shop-cli 1.0.0 sets it in 1 place.');
  expect(text).toContain('cli/main.go:4: s.FsGroup = \\"\\\\\\\\[x\\\\\\\\](y)'.replaceAll('\\\\\\\\', '\\\\'));
  expect(text).toContain('No use found in shop-cli 1.0.0 (cli/\\\\*\\\\*; Go).');
});

it('is given up with the hover', async () => {
  const controller = new AbortController();
  const asked = hover(view, finding('shop.v1.Storage.fs_group').range.start, true, controller.signal);
  const reason = new Error('enough');
  controller.abort(reason);
  await expect(asked).rejects.toBe(reason);
});

it('puts the way out that suits it first', async () => {
  const { range } = finding('shop.v1.Storage.fs_group');
  const abilities = new Abilities({});
  // What is known is there at once.
  await repository.uses.of(view.result, view.findings, view.texts, SIGNAL);
  const params = {
    textDocument: { uri: view.document.uri },
    range,
    context: { diagnostics: [], only: [CodeActionKind.QuickFix] },
  };
  const actions = await codeActions(view, params, abilities, new TimeSlice(undefined, () => true));
  const titles = actions.map(({ title, isPreferred }) => `${title}${isPreferred === true ? ' (preferred)' : ''}`);
  expect(titles.filter((title) => title.endsWith('(preferred)'))).toEqual([
    'Keep the field, deprecated (preferred)',
    'Reserve number 2 and name `old_mark` (the break remains) (preferred)',
  ]);
});

it('is for the report places that open at their release', async () => {
  const found = await repository.uses.of(view.result, view.findings, view.texts, SIGNAL);
  const [item] = usesItems(found.get(finding('shop.v1.Storage.fs_group')), repository.root);
  expect(item?.sentence).toBe('shop-cli 1.0.0 sets it in 1 place.');
  const place = item?.places[0];
  expect([place?.label, place?.how, place?.range.start.line]).toEqual(['cli/main.go:4', 'sets, exact', 3]);
  expect(place?.uri).toMatch(/^proto-compat-release:\/1\.0\.0\/cli\/main\.go\?/);
  const commit = made.git('rev-parse', '1.0.0');
  expect(await repository.checker.textAt(commit, 'cli/main.go')).toContain('FsGroup');
});
