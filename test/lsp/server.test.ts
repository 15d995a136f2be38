import { mkdir, mkdtemp, realpath, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ProgressType, WorkDoneProgress } from 'vscode-languageserver/node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { Project } from '../../server/check/project.ts';
import type { CheckResult } from '../../server/check/result.ts';
import type { Finding } from '../../server/policy/result.ts';
import type { MatrixPart } from '../../server/lsp/protocol.ts';
import { makeRepository } from '../git/repository.ts';
import { Client, type ClientOptions, uriOf } from './client.ts';
import { FakeChecker, finding, result } from './fake-checker.ts';

const RANGE = { start: { line: 1, character: 2 }, end: { line: 1, character: 6 } };

/** A finding for each line with "bad". */
function badWords(texts: ReadonlyMap<string, string>): CheckResult {
  const findings = [...texts].flatMap(([file, text]) =>
    text.split('\n').flatMap((line, number) => {
      const character = line.indexOf('bad');
      if (character < 0) return [];
      return [finding(file, { start: { line: number, character }, end: { line: number, character: character + 3 } })];
    }),
  );
  return result(findings);
}

let root: string;
let clients: Client[];
beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'proto-compat-lsp-')));
  clients = [];
});
afterEach(async () => {
  for (const client of clients) await client.stop();
  await rm(root, { recursive: true });
});

async function start(checker: FakeChecker, options?: ClientOptions): Promise<Client> {
  const client = await Client.inside(() => Promise.resolve(checker), options);
  clients.push(client);
  return client;
}

describe('diagnostics', () => {
  it('of a file with too many are the most severe ones, and one counts the others', async () => {
    const at = (line: number) => ({ start: { line, character: 0 }, end: { line, character: 1 } });
    const findings = Array.from({ length: 2500 }, (_, line) => ({
      ...finding('a.proto', at(line)),
      severity: line < 1800 ? ('information' as const) : line < 2400 ? ('warning' as const) : ('error' as const),
    }));
    const client = await start(new FakeChecker(root, () => result(findings)));
    const path = join(root, 'a.proto');
    client.open(path, 'text');
    const diagnostics = await client.diagnostics(path, 1);
    const counts = [1, 2, 3].map((severity) => diagnostics.filter((each) => each.severity === severity).length);
    expect(counts).toEqual([100, 600, 301]);
    expect(diagnostics.at(-1)).toMatchObject({
      code: 'more',
      range: { start: { line: 0, character: 0 } },
      message: '1500 more findings and problems in this file are not shown. `proto-compat check` lists all of them.',
    });
  });

  it('have a range, the rule and a link to its documentation', async () => {
    const client = await start(new FakeChecker(root, () => result([finding('api/a.proto', RANGE)])));
    const path = join(root, 'api/a.proto');
    client.open(path, 'text');
    const [diagnostic, ...others] = await client.diagnostics(path, 1);
    expect(others).toEqual([]);
    expect(diagnostic).toMatchObject({
      range: RANGE,
      severity: 1,
      code: 'field-removed',
      codeDescription: { href: expect.stringMatching(/docs\/rules\.md#field-removed$/) as string },
      source: 'proto-compat',
      message: 'demo.Request.name was removed.',
    });
  });

  it('are published once for each version, and never cleared in between', async () => {
    const client = await start(new FakeChecker(root, badWords));
    const path = join(root, 'a.proto');
    client.open(path, 'good\nbad');
    await client.diagnostics(path, 1);
    client.change(path, 'x', { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } });
    await client.diagnostics(path, 2);
    client.change(path, '', { start: { line: 0, character: 0 }, end: { line: 1, character: 0 } });
    await client.diagnostics(path, 3);
    expect(
      client.of(path).map(({ version, diagnostics }) => [version, diagnostics.map(({ range }) => range.start.line)]),
    ).toEqual([
      [1, [1]],
      [2, [1]],
      [3, [0]],
    ]);
  });

  it('are not published again for files without a change', async () => {
    const checker = new FakeChecker(root, badWords);
    const client = await start(checker);
    const path = join(root, 'a.proto');
    client.open(path, 'bad');
    await client.diagnostics(path, 1);
    client.save(path);
    client.filesChanged(join(root, 'proto-compat.json'));
    await client.settled(path);
    expect(checker.invalidations).toBe(2);
    expect(client.of(path)).toHaveLength(1);
  });

  it('belong to the newest version, whenever checks end', async () => {
    const ends: ((value: CheckResult) => void)[] = [];
    const checker = new FakeChecker(
      root,
      () =>
        new Promise((resolve) => {
          ends.push(resolve);
        }),
    );
    const client = await start(checker);
    const path = join(root, 'a.proto');
    client.open(path, 'bad');
    await until(() => ends.length === 1);
    client.change(path, 'bad bad');
    await until(() => ends.length === 2);
    expect(checker.checks[0]?.signal?.aborted).toBe(true);
    ends[1]?.(result([]));
    ends[0]?.(result([finding('a.proto', RANGE)]));
    expect(await client.diagnostics(path, 2)).toEqual([]);
    await client.settled(path);
    expect(client.of(path)).toHaveLength(1);
  });

  it('of other open documents are updated after an edit', async () => {
    const client = await start(
      new FakeChecker(root, (texts) => result(texts.get('b.proto') === 'broken' ? [finding('a.proto', RANGE)] : [])),
    );
    const [a, b] = [join(root, 'a.proto'), join(root, 'b.proto')];
    client.open(a, 'imports b');
    client.open(b, 'fine');
    await client.diagnostics(b, 1);
    client.change(b, 'broken');
    await client.until(() => client.of(a).find(({ diagnostics }) => diagnostics.length === 1));
    expect(client.of(a).map(({ diagnostics }) => diagnostics.length)).toEqual([0, 1]);
  });

  it('exist for closed files and for files that were never open', async () => {
    const other = join(root, 'deleted.proto');
    const client = await start(
      new FakeChecker(root, () => result([finding('a.proto', RANGE), finding('deleted.proto', RANGE)])),
    );
    const path = join(root, 'a.proto');
    client.open(path, 'bad');
    await client.diagnostics(path, 1);
    await client.until(() => client.of(other).find(({ diagnostics }) => diagnostics.length === 1));
    client.closeDocument(path);
    const closed = await client.until(() => client.of(path)[1]);
    expect(closed).toEqual({ uri: uriOf(path), diagnostics: client.of(path)[0]?.diagnostics });
  });

  it('of a version file are shown if it is not open, until the version is right', async () => {
    let declared = 'low';
    const client = await start(
      new FakeChecker(root, () =>
        result(declared === 'low' ? [finding('VERSION', RANGE, { rule: 'version-too-low' })] : []),
      ),
    );
    client.open(join(root, 'a.proto'), 'text');
    expect(await client.diagnostics(join(root, 'VERSION'))).toHaveLength(1);
    declared = 'right';
    client.filesChanged(join(root, 'VERSION'));
    await client.until(() => client.of(join(root, 'VERSION')).find(({ diagnostics }) => diagnostics.length === 0));
  });

  it('of problems have the severity of their kind', async () => {
    const problems = [
      { kind: 'syntax', file: 'a.proto', range: RANGE, message: 'Expected `;`.' },
      { kind: 'unresolved-import', file: 'a.proto', range: RANGE, message: 'Not found.' },
    ] as const;
    const client = await start(new FakeChecker(root, () => result([], { problems })));
    const path = join(root, 'a.proto');
    client.open(path, 'text');
    expect((await client.diagnostics(path)).map(({ code, severity }) => [code, severity])).toEqual([
      ['syntax', 1],
      ['unresolved-import', 3],
    ]);
  });
});

describe('status', () => {
  it('has the baseline, the next version, the reasons and the counts', async () => {
    const client = await start(
      new FakeChecker(root, () =>
        result([
          finding('a.proto', RANGE, { severity: 'information', bump: 'minor', rule: 'field-added' }),
          finding('a.proto', RANGE),
          finding('a.proto', RANGE, { severity: 'hint', accepted: { reason: 'agreed' } }),
        ]),
      ),
    );
    const path = join(root, 'a.proto');
    client.open(path, 'text');
    expect(await client.status(uriOf(path))).toMatchObject({
      kind: 'compared',
      repository: uriOf(root),
      baseline: { ref: '1.0.0', version: '1.0.0', chosen: false },
      bump: 'major',
      nextVersion: '2.0.0',
      counts: { error: 1, warning: 0, information: 1, hint: 0, accepted: 1 },
      reasons: [{ rule: 'field-removed' }, { rule: 'field-removed' }],
      moreReasons: 0,
    });
  });

  it('is sent once for all documents that share it', async () => {
    let findings = [finding('a.proto', RANGE)];
    const client = await start(new FakeChecker(root, () => result(findings)));
    const paths = ['a.proto', 'b.proto', 'c.proto'].map((name) => join(root, name));
    for (const path of paths) client.open(path, 'text');
    for (const path of paths) await client.status(uriOf(path), ({ kind }) => kind === 'compared');
    client.sharedStatuses.length = 0;
    findings = [finding('b.proto', RANGE), finding('b.proto', RANGE)];
    client.change(join(root, 'b.proto'), 'edited');
    await client.diagnostics(join(root, 'b.proto'), 2);
    await client.settled(join(root, 'b.proto'));
    // The order of documents differs between runs.
    const sent = client.sharedStatuses.map(({ status, documents }) => ({
      status,
      documents: [...documents].sort((one, other) => (one.uri < other.uri ? -1 : 1)),
    }));
    expect(sent).toMatchObject([
      {
        status: { kind: 'compared', counts: { error: 2 } },
        documents: [
          { uri: uriOf(join(root, 'a.proto')), version: 1, own: { file: 'a.proto', counts: { error: 0 } } },
          { uri: uriOf(join(root, 'b.proto')), version: 2, own: { file: 'b.proto', counts: { error: 2 } } },
          { uri: uriOf(join(root, 'c.proto')), version: 1, own: { file: 'c.proto', counts: { error: 0 } } },
        ],
      },
    ]);
  });

  it.each([
    ['the check failed', 'failed', () => Promise.reject(new Error('git died'))],
    [
      'they are left out',
      'nothing',
      () => result([], { leftOut: () => ({ by: 'folder', name: 'vendor', configuration: undefined }) }),
    ],
  ] as const)('is sent once for all documents if %s', async (_why, kind, answer) => {
    const checker = new FakeChecker(root, () => result([]));
    const client = await start(checker);
    const paths = ['a.proto', 'b.proto', 'c.proto'].map((name) => join(root, name));
    for (const path of paths) client.open(path, 'text');
    for (const path of paths) await client.status(uriOf(path), (status) => status.kind === 'compared');
    client.sharedStatuses.length = 0;
    checker.answer = answer;
    client.change(join(root, 'b.proto'), 'edited');
    for (const path of paths) await client.status(uriOf(path), (status) => status.kind === kind);
    expect(client.sharedStatuses).toMatchObject([{ status: { kind }, documents: [{ own: null }, {}, {}] }]);
  });

  it('explains why nothing is compared', async () => {
    const none = { reason: 'no-tags', message: 'There are no tags.', advice: 'Tag a release.' } as const;
    const client = await start(new FakeChecker(root, () => result([], { baseline: none })));
    const path = join(root, 'a.proto');
    client.open(path, 'text');
    expect(await client.status(uriOf(path))).toEqual({
      kind: 'nothing',
      repository: uriOf(root),
      ...none,
      action: 'choose-baseline',
    });
  });

  it('for a client without views, shows one message that says why nothing is compared', async () => {
    const none = { reason: 'no-tags', message: 'There are no tags.', advice: 'Tag a release.' } as const;
    const client = await start(new FakeChecker(root, () => result([], { baseline: none })), {
      options: { views: false },
    });
    const [a, b] = [join(root, 'a.proto'), join(root, 'b.proto')];
    client.open(a, 'text');
    client.open(b, 'text');
    await client.diagnostics(b, 1);
    await client.settled(b);
    expect(client.shown).toEqual(['Proto Compat: There are no tags. Tag a release.']);
    expect(client.statuses).toEqual([]);
  });

  it.each([
    ['files', 'proto-compat.json', '`files` in proto-compat.json leaves this file out, so it is not compared.'],
    ['unstable', 'buf.yaml', 'buf.yaml marks this file as unstable, so it is not compared.'],
  ] as const)('says why a file is left out: `%s` in %s', async (by, configuration, message) => {
    const leftOut = (file: string) => (file === 'a.proto' ? { by, name: undefined, configuration } : undefined);
    const client = await start(new FakeChecker(root, () => result([], { leftOut })));
    const [a, b] = [join(root, 'a.proto'), join(root, 'b.proto')];
    client.open(a, 'text');
    client.open(b, 'text');
    expect(await client.status(uriOf(a))).toMatchObject({
      kind: 'nothing',
      reason: 'left-out',
      message,
      action: 'open-configuration',
    });
    expect(await client.status(uriOf(b))).toMatchObject({ kind: 'compared' });
    // Other files are compared.
    expect((await client.request('protoCompat/summary', { uri: uriOf(a) })).status.kind).toBe('compared');
  });

  it('explains that a folder counts as third-party', async () => {
    const leftOut = () => ({ by: 'folder', name: 'vendor', configuration: undefined }) as const;
    const client = await start(new FakeChecker(root, () => result([], { leftOut })));
    const path = join(root, 'vendor/a.proto');
    client.open(path, 'text');
    expect(await client.status(uriOf(path))).toMatchObject({
      message:
        'Folders called `vendor` usually hold third-party code, tests or examples, so this file is not compared.',
      action: null,
    });
  });

  it('explains that a document has no file', async () => {
    const client = await start(new FakeChecker(root, badWords));
    client.openUri('untitled:Untitled-1', 'bad');
    expect(await client.status('untitled:Untitled-1')).toMatchObject({
      kind: 'nothing',
      reason: 'untitled',
      action: 'save',
    });
    client.openUri('vscode-vfs://github/a.proto', 'bad');
    expect(await client.status('vscode-vfs://github/a.proto')).toMatchObject({ kind: 'nothing', reason: 'not-a-file' });
  });

  it('uses a chosen baseline until the last release is chosen', async () => {
    const checker = new FakeChecker(root, (_texts, { from }) =>
      result(
        [],
        from === undefined
          ? {}
          : { baseline: { ref: from, version: undefined, commit: 'b'.repeat(40), prefix: '', note: undefined } },
      ),
    );
    const client = await start(checker);
    const path = join(root, 'a.proto');
    client.open(path, 'text');
    await client.status(uriOf(path));
    expect(await client.request('protoCompat/chooseBaseline', { uri: uriOf(path), ref: 'main' })).toMatchObject({
      baseline: { ref: 'main', version: null, chosen: true },
    });
    expect(await client.request('protoCompat/chooseBaseline', { uri: uriOf(path), ref: null })).toMatchObject({
      baseline: { ref: '1.0.0', chosen: false },
    });
  });

  it('keeps the baseline if the chosen ref does not exist, and says so', async () => {
    const repository = makeRepository();
    try {
      repository.commit({ 'a.proto': 'syntax = "proto3";\nmessage M {}\n' });
      repository.tag('1.0.0');
      const client = await Client.inside((directory) => Project.open(directory));
      clients.push(client);
      const path = join(repository.directory, 'a.proto');
      const uri = uriOf(path);
      client.open(path, 'syntax = "proto3";\nmessage M {}\n');
      expect(await client.request('protoCompat/chooseBaseline', { uri, ref: 'no-such-branch' })).toMatchObject({
        kind: 'nothing',
        message: 'There is no commit, tag or branch "no-such-branch" in this repository.',
      });
      expect(await client.request('protoCompat/summary', { uri })).toMatchObject({
        status: { kind: 'compared', baseline: { ref: '1.0.0', chosen: false } },
      });
    } finally {
      repository.remove();
    }
  });

  it('starts with the baseline that was chosen earlier', async () => {
    const checker = new FakeChecker(root, () => result([]));
    const client = await start(checker, { options: { baselines: [{ repository: uriOf(root), ref: '0.9.0' }] } });
    const path = join(root, 'a.proto');
    client.open(path, 'text');
    await client.status(uriOf(path));
    expect(checker.checks.map(({ from }) => from)).toEqual(['0.9.0']);
  });
});

describe('failures', () => {
  it('of a check are shown and logged once, and earlier diagnostics stay', async () => {
    let broken = false;
    const client = await start(
      new FakeChecker(root, (texts) => {
        if (broken) throw new Error('the disk is on fire');
        return badWords(texts);
      }),
    );
    const path = join(root, 'a.proto');
    client.open(path, 'bad');
    await client.diagnostics(path, 1);
    broken = true;
    client.change(path, 'bad!');
    expect(await client.status(uriOf(path), ({ kind }) => kind === 'failed')).toMatchObject({
      message: 'the disk is on fire',
    });
    client.change(path, 'bad!!');
    await client.settled(path);
    expect(client.logged.filter((line) => line.includes('on fire'))).toHaveLength(1);
    expect(client.of(path)).toHaveLength(1);
    broken = false;
    const version = client.change(path, 'good');
    expect(await client.diagnostics(path, version)).toEqual([]);
  });

  it('to open a repository are shown', async () => {
    const client = await Client.inside(() => Promise.reject(new Error('no such thing')));
    clients.push(client);
    const path = join(root, 'a.proto');
    client.open(path, 'text');
    expect(await client.status(uriOf(path))).toMatchObject({ kind: 'failed', message: 'no such thing' });
  });
});

it('rechecking keeps the chosen baseline and clears outdated diagnostics', async () => {
  const checkers: FakeChecker[] = [];
  const client = await Client.inside(() => {
    const findings = checkers.length === 0 ? [finding('VERSION', RANGE, { rule: 'version-too-low' })] : [];
    const checker = new FakeChecker(root, () => result(findings));
    checkers.push(checker);
    return Promise.resolve(checker);
  });
  clients.push(client);
  const path = join(root, 'a.proto');
  client.open(path, 'text');
  await client.request('protoCompat/chooseBaseline', { uri: uriOf(path), ref: '0.9.0' });
  await client.diagnostics(join(root, 'VERSION'));
  await client.connection.sendRequest('workspace/executeCommand', { command: 'proto-compat.recheck' });
  await client.until(() => client.of(join(root, 'VERSION')).find(({ diagnostics }) => diagnostics.length === 0));
  await client.settled(path);
  expect(checkers.map(({ closed }) => closed)).toEqual([true, false]);
  expect(checkers[1]?.checks.at(-1)?.from).toBe('0.9.0');
  expect(checkers[1]?.texts.get('a.proto')).toBe('text');
});

it('watches the version file, whatever its name', async () => {
  const versionFiles = ['src/version.txt'];
  const client = await start(new FakeChecker(root, () => result([], { versionFiles })));
  client.open(join(root, 'a.proto'), 'text');
  await client.until(() => (client.watchedPatterns.includes('**/version.txt') ? true : undefined));
});

it('asks the client for the texts of the version file and the configuration, by path', async () => {
  const versionFiles = ['src/version[1].txt'];
  const client = await start(new FakeChecker(root, () => result([], { versionFiles })));
  client.open(join(root, 'a.proto'), 'text');
  await client.until(() => (client.documentSelectors.length === 2 ? true : undefined));
  const only = (folder: string, pattern: string) => [{ scheme: 'file', pattern: { baseUri: uriOf(folder), pattern } }];
  expect(client.documentSelectors).toEqual([
    only(join(root, 'src'), 'version[[]1[]].txt'),
    only(root, 'proto-compat.json'),
  ]);
});

describe('folders that are open', () => {
  const tooLow = () => result([finding('VERSION', RANGE, { rule: 'version-too-low' })]);
  const VERSION = () => join(root, 'VERSION');

  it('are checked from the start, before a document is opened', async () => {
    const client = await start(new FakeChecker(root, tooLow), { folders: [root] });
    expect(await client.diagnostics(VERSION())).toMatchObject([{ code: 'version-too-low' }]);
    expect(await client.until(() => client.changes[0]?.counts?.error)).toBe(1);
  });

  it('are checked again by the recheck command', async () => {
    const client = await start(new FakeChecker(root, tooLow), { folders: [root] });
    await client.diagnostics(VERSION());
    await client.connection.sendRequest('workspace/executeCommand', { command: 'proto-compat.recheck' });
    await client.until(() => (client.of(VERSION()).length === 3 ? true : undefined));
    expect(client.of(VERSION()).map(({ diagnostics }) => diagnostics.length)).toEqual([1, 0, 1]);
  });

  it('are checked when they are opened, and forgotten when they are closed', async () => {
    const checker = new FakeChecker(root, tooLow);
    const client = await start(checker, { folders: [] });
    client.foldersChanged({ added: [root] });
    await client.diagnostics(VERSION());
    client.foldersChanged({ removed: [root] });
    await client.until(() => client.changes.find(({ counts }) => counts === null));
    await client.until(() => (client.of(VERSION()).at(-1)?.diagnostics.length === 0 ? true : undefined));
    expect(checker.closed).toBe(true);
  });

  it('are hidden from views after they are closed, but still checked while a document is open', async () => {
    const checker = new FakeChecker(root, badWords);
    const client = await start(checker, { folders: [root] });
    const path = join(root, 'a.proto');
    client.open(path, 'bad');
    await client.diagnostics(path, 1);
    client.foldersChanged({ removed: [root] });
    await client.until(() => client.changes.find(({ counts }) => counts === null));
    expect(await client.diagnostics(path, client.change(path, 'bad\nbad'))).toHaveLength(2);
    expect(client.changes.at(-1)?.counts).toBeNull();
    client.open(join(root, 'b.proto'), 'bad');
    await client.until(() => (client.changes.at(-1)?.counts?.error === 3 ? true : undefined));
    client.foldersChanged({ added: [root] });
    client.foldersChanged({ removed: [root] });
    await client.until(() => (client.changes.at(-1)?.counts === null ? true : undefined));
    client.closeAllDocuments();
    await client.until(() => (client.of(path).at(-1)?.diagnostics.length === 0 ? true : undefined));
    await expect.poll(() => checker.closed).toBe(true);
  });
});

it('shows a reopened folder in views again', async () => {
  const client = await start(new FakeChecker(root, badWords), { folders: [root] });
  const path = join(root, 'a.proto');
  client.open(path, 'bad');
  await client.diagnostics(path, 1);
  client.foldersChanged({ removed: [root] });
  await client.until(() => (client.changes.at(-1)?.counts === null ? true : undefined));
  client.foldersChanged({ added: [root] });
  await client.until(() => (client.changes.at(-1)?.counts?.error === 1 ? true : undefined));
});

it('ignores a folder on another machine', async () => {
  const opened: string[] = [];
  const client = await Client.inside((directory) => {
    opened.push(directory);
    return Promise.resolve(new FakeChecker(root, badWords));
  });
  clients.push(client);
  const folder = { uri: 'vscode-vfs://github/kata/agent', name: 'agent' };
  for (const event of [
    { added: [folder], removed: [] },
    { added: [], removed: [folder] },
  ])
    await client.connection.sendNotification('workspace/didChangeWorkspaceFolders', { event });
  const path = join(root, 'a.proto');
  client.open(path, 'bad');
  await client.diagnostics(path, 1);
  expect(opened).toEqual([root]);
});

it('checks the newest text of a file that is open under two names', async () => {
  await mkdir(join(root, 'real'));
  await symlink(join(root, 'real'), join(root, 'link'));
  const checker = new FakeChecker(root, badWords);
  const client = await start(checker);
  const [real, link] = [join(root, 'real/a.proto'), join(root, 'link/a.proto')];
  client.open(real, 'bad');
  await client.settled(real);
  client.open(link, 'good');
  await client.settled(link);
  expect(checker.texts).toEqual(new Map([['real/a.proto', 'good']]));
  client.closeDocument(link);
  await client.settled(real);
  expect(checker.texts).toEqual(new Map([['real/a.proto', 'bad']]));
  expect(client.of(real).at(-1)?.diagnostics).toHaveLength(1);
});

it('checks the configuration while it is edited', async () => {
  const checker = new FakeChecker(root, badWords);
  const client = await start(checker);
  const path = join(root, 'proto-compat.json');
  client.open(path, '{}', 'jsonc');
  await client.settled(path);
  client.change(path, '{ "skew": 2 }');
  await client.settled(path);
  expect(checker.others).toEqual(new Map([['proto-compat.json', '{ "skew": 2 }']]));
  expect(checker.texts).toEqual(new Map());
  client.closeDocument(path);
  await client.settled(path);
  expect(checker.others).toEqual(new Map());
});

describe('settings', () => {
  it('of the wrong type are ignored', async () => {
    const client = await start(new FakeChecker(root, badWords), { settings: { idleDelay: 'soon', inlayHints: 3 } });
    const path = join(root, 'a.proto');
    client.open(path, 'bad');
    expect(await client.diagnostics(path, 1)).toHaveLength(1);
  });
});

describe('views', () => {
  it('get an error for a request without a document', async () => {
    const client = await start(new FakeChecker(root, badWords));
    for (const params of [{}, { uri: 5 }, { textDocument: { uri: uriOf(root) } }])
      await expect(client.connection.sendRequest('protoCompat/summary', params)).rejects.toThrow(
        'protoCompat/summary needs the URI of a document.',
      );
    for (const params of [{}, { uri: 5 }])
      await expect(client.connection.sendRequest('workspace/textDocumentContent', params)).rejects.toMatchObject({
        code: -32602,
        message: 'workspace/textDocumentContent needs the URI of a document.',
      });
  });

  it('get the released text by the standard request', async () => {
    const checker = new FakeChecker(root, badWords);
    checker.released.set('dir/ä b.proto', 'syntax = "proto3";');
    const client = await start(checker);
    const path = join(root, 'dir/ä b.proto');
    client.open(path, 'text');
    const release = await client.request('protoCompat/releaseOf', { uri: uriOf(path) });
    expect(release?.version).toBe('1.0.0');
    // Editors encode the query differently.
    const query = decodeURIComponent(release?.uri.split('?')[1] ?? '');
    for (const uri of [
      release?.uri,
      `proto-compat-release:/x.proto?${encodeURIComponent(query).replace(/%22/g, '"')}`,
    ]) {
      expect(await client.connection.sendRequest('workspace/textDocumentContent', { uri })).toEqual({
        text: 'syntax = "proto3";',
      });
    }
    await expect(
      client.connection.sendRequest('workspace/textDocumentContent', { uri: 'proto-compat-release:/x?{' }),
    ).rejects.toThrow('This URI is not a file of a release.');
    checker.released.clear();
    await expect(client.connection.sendRequest('workspace/textDocumentContent', { uri: release?.uri })).rejects.toThrow(
      'dir/ä b.proto cannot be read at 1.0.0',
    );
  });

  it('get the findings between two releases, with positions in the newer one', async () => {
    const checker = new FakeChecker(root, () => result([finding('a.proto', RANGE)]));
    const client = await start(checker);
    const uri = uriOf(join(root, 'a.proto'));
    const pairing = 'oldClientNewServer';
    const [between] = await client.request('protoCompat/compare', { uri, from: '0.9.0', to: '1.0.0', pairing });
    expect(checker.checks.at(-1)).toMatchObject({ from: '0.9.0', to: '1.0.0' });
    expect(between?.item.uri).toMatch(/^proto-compat-release:\/1\.0\.0\/a\.proto\?/);
    const [pending] = await client.request('protoCompat/compare', { uri, from: '0.9.0', to: null, pairing });
    expect(pending?.item.uri).toBe(uri);
  });

  it.each(['oldClientNewServer', 'newClientOldServer'] as const)('get only the changes that affect %s', async (mix) => {
    const only = (pairing: typeof mix) => ({
      oldClientNewServer: 'exact',
      newClientOldServer: 'exact',
      [pairing]: 'dropped',
    });
    const findings = (['oldClientNewServer', 'newClientOldServer'] as const).map((pairing) =>
      finding('a.proto', RANGE, {
        element: pairing,
        effects: { binary: only(pairing), json: only(pairing), source: 'same' } as Finding['effects'],
        message: '`a: b` was removed: this server ignores it; that server sees it unset.',
        witness: (given) => ({ sent: `in ${given ?? 'any'}`, read: 'nothing' }),
      }),
    );
    const client = await start(new FakeChecker(root, () => result(findings)));
    const uri = uriOf(join(root, 'a.proto'));
    const found = await client.request('protoCompat/compare', { uri, from: '0.9.0', to: null, pairing: mix });
    expect(found.map(({ item, fact, witness }) => [item.element, fact, witness?.sent])).toEqual([
      [mix, '`a: b` was removed.', `in ${mix}`],
    ]);
  });

  it('get locations in the older release that a finding compares with', async () => {
    const older = { version: '0.9.0', commit: 'b'.repeat(40) };
    const client = await start(new FakeChecker(root, () => result([finding('a.proto', RANGE, { older })])));
    const path = join(root, 'a.proto');
    const { findings } = await client.request('protoCompat/summary', { uri: uriOf(path) });
    expect(findings[0]?.baseline?.uri).toMatch(/^proto-compat-release:\/0\.9\.0\/a\.proto\?.*bbbb/);
  });

  it('get the findings of the whole repository', async () => {
    const client = await start(new FakeChecker(root, () => result([finding('not-open.proto', RANGE)])));
    const path = join(root, 'a.proto');
    client.open(path, 'text');
    const summary = await client.request('protoCompat/summary', { uri: uriOf(path) });
    expect(summary.findings).toMatchObject([{ uri: uriOf(join(root, 'not-open.proto')), rule: 'field-removed' }]);
  });

  it('are notified once when the findings change', async () => {
    const client = await start(new FakeChecker(root, badWords));
    const path = join(root, 'a.proto');
    client.open(path, 'bad');
    await client.diagnostics(path, 1);
    client.change(path, 'bad!');
    client.save(path);
    await client.settled(path);
    client.change(path, ' bad');
    await client.settled(path);
    client.change(path, 'good');
    await client.settled(path);
    expect(client.changes.map(({ repository, counts }) => [repository, counts?.error])).toEqual([
      [uriOf(root), 1],
      [uriOf(root), 1],
      [uriOf(root), 0],
    ]);
  });

  it('get the complete matrix of releases', async () => {
    const client = await start(
      new FakeChecker(root, (_texts, { from, to }) =>
        result(from === '0.9.0' && to === '1.0.0' ? [finding('a.proto', RANGE)] : []),
      ),
    );
    const matrix = await client.request('protoCompat/matrix', { uri: uriOf(join(root, 'a.proto')) });
    expect(matrix.versions.map(({ label }) => label)).toEqual(['0.9.0', '1.0.0', 'working tree']);
    expect(matrix.cells).toHaveLength(9);
    expect(matrix.cells.map(({ client, server, effect }) => `${client} ${server} ${effect}`)).toEqual([
      ...['0 0 exact', '0 1 dropped', '0 2 dropped'],
      ...['1 0 absent', '1 1 exact', '1 2 exact'],
      ...['2 0 absent', '2 1 exact', '2 2 exact'],
    ]);
    expect(matrix.svg).toMatch(/^<svg /);
  });

  it('get partial results of the matrix', async () => {
    const client = await start(
      new FakeChecker(root, (_texts, { from, to }) =>
        result(from === '0.9.0' && to === '1.0.0' ? [finding('a.proto', RANGE)] : []),
      ),
    );
    const parts: MatrixPart[] = [];
    const steps: string[] = [];
    client.connection.onProgress(new ProgressType<MatrixPart>(), 'parts', (part) => {
      parts.push(part);
    });
    client.connection.onProgress(WorkDoneProgress.type, 'work', ({ kind }) => {
      steps.push(kind);
    });
    await client.request('protoCompat/matrix', {
      uri: uriOf(join(root, 'a.proto')),
      workDoneToken: 'work',
      partialResultToken: 'parts',
    });
    expect(parts.flatMap(({ cells }) => cells)).toHaveLength(9);
    expect([steps[0], steps.at(-1)]).toEqual(['begin', 'end']);
  });

  it('get progress that only rises, one report for each percent', async () => {
    const checker = new FakeChecker(root, () => result([finding('a.proto', RANGE)]));
    checker.versions = Array.from({ length: 30 }, (_, n) => `1.${String(29 - n)}.0`);
    const client = await start(checker);
    const percentages: number[] = [];
    client.connection.onProgress(WorkDoneProgress.type, 'work', (step) => {
      if (step.kind === 'report') percentages.push(step.percentage ?? 0);
    });
    await client.request('protoCompat/matrix', { uri: uriOf(join(root, 'a.proto')), workDoneToken: 'work' });
    expect(percentages.at(-1)).toBe(100);
    expect(percentages).toEqual([...new Set(percentages)].sort((a, b) => a - b));
  });

  it('get the report with witnesses and notes', async () => {
    const witness = { sent: '{}', read: '{}' };
    const client = await start(
      new FakeChecker(root, () => result([finding('a.proto', RANGE, { witness: () => witness })])),
    );
    const report = await client.request('protoCompat/report', { uri: uriOf(join(root, 'a.proto')) });
    expect(report).toMatchObject({ roles: { client: 'kata-runtime', server: 'kata-agent' }, witnesses: [witness] });
    expect(report.notes).toContain('demo.Request.name was removed.');
  });
});

it('closes all sessions on shutdown', async () => {
  const checker = new FakeChecker(root, badWords);
  const client = await Client.inside(() => Promise.resolve(checker));
  client.open(join(root, 'a.proto'), 'bad');
  await client.diagnostics(join(root, 'a.proto'), 1);
  await client.stop();
  expect(checker.closed).toBe(true);
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition())
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
}
