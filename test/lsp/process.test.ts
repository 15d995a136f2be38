import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CodeAction, CodeLens, Diagnostic, Hover, MarkupContent, TextEdit } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { makeRepository, type TestRepository } from '../git/repository.ts';
import { bundle } from './bundle.ts';
import { Client, uriOf } from './client.ts';

const AGENT = `syntax = "proto3";

package grpc;

import "types.proto";

service AgentService {
  rpc CreateContainer(CreateContainerRequest) returns (CreateContainerResponse);
  rpc StartContainer(StartContainerRequest) returns (CreateContainerResponse);
}

message CreateContainerRequest {
  string container_id = 1;
  uint32 exec_id = 2;
  types.Storage storage = 3;
}

message StartContainerRequest {
  string container_id = 1;
}

message CreateContainerResponse {
  int32 status = 1;
}
`;
const TYPES = `syntax = "proto3";

package types;

message Storage {
  string driver = 1;
  string source = 2;
}
`;

let server: Awaited<ReturnType<typeof bundle>>;
let repository: TestRepository;
let client: Client;
let agent: string;
let types: string;

beforeAll(async () => {
  server = await bundle('server/main.ts');
  client = await Client.process([server.path]);
});
afterAll(async () => {
  await client.stop();
  server.remove();
});
beforeEach(() => {
  repository = makeRepository();
  repository.commit({ 'agent.proto': AGENT, 'types.proto': TYPES });
  repository.tag('1.0.0');
  agent = join(repository.directory, 'agent.proto');
  types = join(repository.directory, 'types.proto');
});
afterEach(() => {
  client.closeAllDocuments();
  expect(client.logged).toEqual([]);
  repository.remove();
});

/** Each as `rule "marked text" line`. */
function marks(text: string, diagnostics: readonly Diagnostic[]): string[] {
  const document = TextDocument.create('', '', 0, text);
  return diagnostics.map(
    ({ code, range }) => `${String(code)} ${JSON.stringify(document.getText(range))} ${range.start.line}`,
  );
}

async function diagnosticsOf(text: string): Promise<string[]> {
  client.open(agent, AGENT);
  const version = client.change(agent, text);
  return marks(text, await client.diagnostics(agent, version));
}

describe('diagnostics while typing', () => {
  it('are empty for the released text', async () => {
    client.open(agent, AGENT);
    expect(await client.diagnostics(agent, 1)).toEqual([]);
    expect(await client.status(uriOf(agent))).toMatchObject({
      kind: 'compared',
      bump: 'none',
      baseline: { version: '1.0.0' },
    });
  });

  it('mark a new number', async () => {
    expect(await diagnosticsOf(AGENT.replace('exec_id = 2', 'exec_id = 4'))).toEqual(['field-renumbered "4" 13']);
  });

  it('mark the end of the statement before a deleted field', async () => {
    expect(await diagnosticsOf(AGENT.replace('  uint32 exec_id = 2;\n', ''))).toEqual(['field-removed ";" 12']);
  });

  it('mark additions', async () => {
    expect(await diagnosticsOf(AGENT.replace('types.Storage', 'bool pidns = 7;\n  types.Storage'))).toEqual([
      'field-added "pidns" 14',
    ]);
    expect(
      await client.status(uriOf(agent), (status) => status.kind === 'compared' && status.bump !== 'none'),
    ).toMatchObject({
      bump: 'minor',
      nextVersion: '1.1.0',
    });
  });

  it('are hints for additions of an earlier commit', async () => {
    const text = AGENT.replace('types.Storage', 'bool pidns = 7;\n  types.Storage');
    repository.commit({ 'agent.proto': text });
    client.open(agent, text);
    expect((await client.diagnostics(agent, 1)).map(({ code, severity }) => [code, severity])).toEqual([
      ['field-added', 4],
    ]);
    const version = client.change(agent, text.replace('bool pidns', 'bool fresh = 8;\n  bool pidns'));
    expect((await client.diagnostics(agent, version)).map(({ code, severity }) => [code, severity])).toEqual([
      ['field-added', 3],
      ['field-added', 4],
    ]);
  });

  it('about the declared version disappear while a line is broken', async () => {
    repository.write({ VERSION: '1.0.0\n' });
    await diagnosticsOf(AGENT.replace('exec_id = 2', 'exec_id = 4'));
    const readable = await client.status(
      uriOf(agent),
      (status) => status.kind === 'compared' && status.bump === 'major',
    );
    const text = AGENT.replace('exec_id = 2;', 'exec_id =');
    const broken = marks(text, await client.diagnostics(agent, client.change(agent, text)));
    expect(broken).toEqual(['syntax "=" 13']);
    const held = await client.status(
      uriOf(agent),
      (status) => status.kind === 'compared' && status.unreadable !== null && status.bump !== 'none',
    );
    expect(readable).toMatchObject({ nextVersion: '2.0.0', unreadable: null });
    expect(held).toMatchObject({ nextVersion: '2.0.0', unreadable: { file: 'agent.proto', line: 13 } });
    const version = join(repository.directory, 'VERSION');
    expect(client.of(version).map(({ diagnostics }) => diagnostics.map(({ code }) => code))).toEqual([
      ['version-too-low'],
      [],
    ]);
    const lenses = await client.connection.sendRequest<CodeLens[]>('textDocument/codeLens', {
      textDocument: { uri: uriOf(agent) },
    });
    expect(lenses[0]?.command?.title).toBe('since 1.0.0: no changes');
  });

  it('about a half-typed name wait for a pause in typing', async () => {
    const text = AGENT.replace('rpc CreateContainer(', 'rpc CreateContaine(');
    client.open(agent, AGENT);
    await client.diagnostics(agent, 1);
    expect(await client.diagnostics(agent, client.change(agent, text))).toEqual([]);
    expect(await client.status(uriOf(agent))).toMatchObject({ bump: 'none', unreadable: null });
    await client.status(uriOf(agent), (status) => status.kind === 'compared' && status.bump === 'major');
    expect(marks(text, client.of(agent).at(-1)?.diagnostics ?? [])).toEqual(['method-renamed "CreateContaine" 7']);
    const longer = AGENT.replace('rpc CreateContainer(', 'rpc CreateContain(');
    expect(marks(longer, await client.diagnostics(agent, client.change(agent, longer)))).toEqual([]);
    expect(await client.status(uriOf(agent))).toMatchObject({ bump: 'major', nextVersion: '2.0.0', unreadable: null });
  });

  it.each(['open', 'closed'])('in another %s file wait until the name of a type is complete', async (other) => {
    if (other === 'open') client.open(agent, AGENT);
    client.open(types, TYPES);
    await client.diagnostics(types, 1);
    for (const name of ['Storag', 'Stora', 'Storag', 'Storage', 'Storages']) {
      const version = client.change(types, TYPES.replace('Storage', name));
      expect(await client.diagnostics(types, version)).toEqual([]);
    }
    expect(client.of(agent).flatMap(({ diagnostics }) => diagnostics)).toEqual([]);
    const shown = await client.until(() => client.of(agent).find(({ diagnostics }) => diagnostics.length > 0));
    expect(marks(AGENT, shown.diagnostics)).toEqual(['undeclared-type "types.Storage" 14']);
  });

  it('do not report an acceptance as unused while a line is broken', async () => {
    const accept = '// proto-compat: accept field-removed exec_id since 1.0 -- never set\n';
    const text = AGENT.replace('message CreateContainerRequest', `${accept}$&`).replace('  uint32 exec_id = 2;\n', '');
    expect(await diagnosticsOf(text)).toEqual(['field-removed ";" 13']);
    const broken = text.replace('types.Storage storage = 3;', 'types.Storage storage = ');
    expect(marks(broken, await client.diagnostics(agent, client.change(agent, broken)))).toEqual(['syntax "=" 14']);
    const unused = AGENT.replace('message CreateContainerRequest', `${accept}$&`);
    const found = await client.diagnostics(agent, client.change(agent, unused));
    expect(found.map(({ code }) => code)).toEqual(['unused-acceptance']);
  });

  it('report no deletion in a broken line, and keep other findings', async () => {
    const text = AGENT.replace('uint32 exec_id = 2;', 'uint32 exec_id = ;').replace(
      'int32 status = 1',
      'int32 status = 2',
    );
    const found = await diagnosticsOf(text);
    expect(found).toContain('field-renumbered "2" 22');
    expect(found.filter((mark) => mark.startsWith('syntax'))).toHaveLength(1);
    expect(found.filter((mark) => mark.startsWith('field-removed'))).toEqual([]);
  });

  it('are in the unsaved file, not in a file that imports it', async () => {
    client.open(agent, AGENT);
    client.open(types, TYPES);
    await client.diagnostics(types, 1);
    const version = client.change(types, TYPES.replace('source = 2', 'source = 3'));
    expect(marks(TYPES, await client.diagnostics(types, version))).toEqual(['field-renumbered "2" 6']);
    expect(client.of(agent).at(-1)?.diagnostics).toEqual([]);
  });

  it('have no related information about the release', async () => {
    client.open(agent, AGENT);
    const version = client.change(agent, AGENT.replace('exec_id = 2', 'exec_id = 4'));
    expect(await client.diagnostics(agent, version)).toMatchObject([{ code: 'field-renumbered' }]);
    expect((await client.diagnostics(agent, version))[0]).not.toHaveProperty('relatedInformation');
  });

  it('report an import that does not resolve, and check the rest', async () => {
    const found = await diagnosticsOf(
      AGENT.replace('types.proto', 'missing.proto').replace('exec_id = 2', 'exec_id = 4'),
    );
    expect(found).toContain('field-renumbered "4" 13');
    expect(found).toContain('missing-import "\\"missing.proto\\"" 4');
  });

  it('are published at most once for each version', async () => {
    client.open(agent, AGENT);
    await client.diagnostics(agent, 1);
    const insertion = '  // a comment\n';
    let version = 1;
    for (let character = 0; character < insertion.length; character++) {
      const at = { line: 12, character };
      version = client.change(agent, insertion.charAt(character), { start: at, end: at });
    }
    await client.diagnostics(agent, version);
    const versions = client.of(agent).map((published) => published.version ?? 0);
    expect(versions).toEqual([...new Set(versions)].sort((a, b) => a - b));
    expect(client.of(agent).at(-1)?.diagnostics).toEqual([]);
  });
});

describe('without an edit', () => {
  it('a new tag becomes the baseline, until it is deleted', async () => {
    const text = AGENT.replace('exec_id = 2', 'exec_id = 4');
    repository.commit({ 'agent.proto': text });
    client.open(agent, text);
    expect(marks(text, await client.diagnostics(agent, 1))).toEqual(['field-renumbered "4" 13']);
    repository.tag('2.0.0');
    await client.until(() => client.of(agent).find(({ diagnostics }) => diagnostics.length === 0));
    expect(
      await client.status(uriOf(agent), (status) => status.kind === 'compared' && status.baseline.ref === '2.0.0'),
    ).toMatchObject({
      bump: 'none',
    });
    repository.git('tag', '--delete', '2.0.0');
    await client.until(() => (client.of(agent).at(-1)?.diagnostics.length === 1 ? true : undefined));
    expect(client.of(agent).map(({ diagnostics }) => diagnostics.length)).toEqual([1, 0, 1]);
  });

  it('a new configuration takes effect', async () => {
    const text = AGENT.replace('exec_id = 2', 'exec_id = 4');
    client.open(agent, text);
    expect((await client.diagnostics(agent, 1)).map(({ severity }) => severity)).toEqual([1]);
    const configuration = join(repository.directory, 'proto-compat.json');
    writeFileSync(configuration, '{ "rules": { "field-renumbered": "hint" } }');
    client.filesChanged(configuration);
    await client.until(() => client.of(agent).find(({ diagnostics }) => diagnostics[0]?.severity === 4));
  });

  it('an imported file that changes on disk is read again', async () => {
    client.open(agent, AGENT);
    await client.diagnostics(agent, 1);
    writeFileSync(types, TYPES.replace('source = 2', 'source = 3'));
    client.filesChanged(types);
    const summary = await client.until(() =>
      client.statuses.find(
        ({ uri, status }) => uri === uriOf(agent) && status.kind === 'compared' && status.counts.error === 1,
      ),
    );
    expect(summary.status).toMatchObject({ bump: 'major', reasons: [{ uri: uriOf(types), rule: 'field-renumbered' }] });
  });
});

describe('the status says', () => {
  it('that there is no release, until there is one', async () => {
    repository.git('tag', '--delete', '1.0.0');
    client.open(agent, AGENT);
    expect(await client.status(uriOf(agent))).toMatchObject({ kind: 'nothing', action: 'choose-baseline' });
    repository.tag('1.0.0');
    expect(await client.status(uriOf(agent), ({ kind }) => kind === 'compared')).toMatchObject({
      baseline: { ref: '1.0.0' },
    });
  });

  it('that there is no repository, until there is one', async () => {
    const other = join(repository.temporary, 'a.proto');
    client.open(other, TYPES);
    expect(await client.status(uriOf(other))).toMatchObject({
      kind: 'nothing',
      reason: 'not-a-repository',
      repository: null,
    });
    expect(client.of(other).at(-1)?.diagnostics).toEqual([]);
    repository.git('-C', '..', 'init', '--quiet');
    expect(
      await client.status(uriOf(other), (status) => status.kind === 'nothing' && status.reason !== 'not-a-repository'),
    ).toMatchObject({ repository: uriOf(repository.temporary) });
  });
});

it('keeps repositories separate, even nested ones', async () => {
  const inner = join(repository.directory, 'inner');
  repository.write({ 'inner/a.proto': TYPES });
  repository.git('init', '--quiet', 'inner');
  for (const args of [
    ['add', '.'],
    ['-c', 'user.name=T', '-c', 'user.email=t@t', 'commit', '--quiet', '-m', 'x'],
    ['tag', '7.0.0'],
  ]) {
    repository.git('-C', 'inner', ...args);
  }
  client.open(agent, AGENT);
  client.open(join(inner, 'a.proto'), TYPES);
  expect(await client.status(uriOf(agent))).toMatchObject({
    repository: uriOf(repository.directory),
    baseline: { ref: '1.0.0' },
  });
  expect(await client.status(uriOf(join(inner, 'a.proto')))).toMatchObject({
    repository: uriOf(inner),
    baseline: { ref: '7.0.0' },
  });
});

it('keeps the URIs of a repository that is opened through a link', async () => {
  repository.write({
    VERSION: '1.0.1\n',
    'proto-compat.json': `{
      "accept": [
        { "rule": "field-removed", "element": "grpc.StartContainerRequest.container_id", "since": "1.0", "reason": "unused" },
        { "rule": "field-removed", "element": "grpc.Gone.id", "since": "1.0", "reason": "matches nothing" }
      ]
    }`,
  });
  const link = join(repository.temporary, 'link');
  symlinkSync(repository.directory, link);
  const opened = join(link, 'agent.proto');
  const text = AGENT.replace(
    'message StartContainerRequest {\n  string container_id = 1;',
    'message StartContainerRequest {',
  ).replace('exec_id = 2', 'exec_id = 4');
  client.open(opened, text);
  const diagnostics = await client.diagnostics(opened, 1);
  expect(diagnostics.map(({ code, severity }) => [code, severity])).toEqual([
    ['field-renumbered', 1],
    ['field-removed', 4],
  ]);
  expect(await client.diagnostics(join(link, 'VERSION'))).toMatchObject([{ code: 'version-too-low' }]);
  expect(await client.diagnostics(join(link, 'proto-compat.json'))).toMatchObject([{ code: 'unused-acceptance' }]);
  expect(client.publications.filter(({ uri }) => uri.startsWith(uriOf(repository.directory)))).toEqual([]);
  const removed = await client.request('protoCompat/summary', { uri: uriOf(opened) });
  const released = removed.findings[0]?.baseline?.uri;
  expect(await client.connection.sendRequest('workspace/textDocumentContent', { uri: released })).toEqual({
    text: AGENT,
  });
  const actions = await client.connection.sendRequest<CodeAction[]>('textDocument/codeAction', {
    textDocument: { uri: uriOf(opened) },
    range: diagnostics[0]?.range,
    context: { diagnostics: [] },
  });
  const changed = actions.flatMap(({ edit }) => edit?.documentChanges ?? []);
  const places = changed.map((change) => ('textDocument' in change ? change.textDocument.uri : ''));
  const edited = [opened, join(link, 'VERSION'), join(link, 'proto-compat.json')];
  expect(new Set(places)).toEqual(new Set(edited.map(uriOf)));
  const { findings } = await client.request('protoCompat/summary', { uri: uriOf(link) });
  expect(findings.map(({ uri }) => uri)).toEqual(
    ['agent.proto', 'agent.proto', 'VERSION'].map((file) => uriOf(join(link, file))),
  );
});

it('offers a fix that resolves the finding', async () => {
  client.open(agent, AGENT);
  const text = AGENT.replace('exec_id = 2', 'exec_id = 4');
  const [diagnostic] = await client.diagnostics(agent, client.change(agent, text));
  const actions = await client.connection.sendRequest<CodeAction[]>('textDocument/codeAction', {
    textDocument: { uri: uriOf(agent) },
    range: diagnostic?.range,
    context: { diagnostics: [diagnostic] },
  });
  const [change] = actions.find(({ isPreferred }) => isPreferred)?.edit?.documentChanges ?? [];
  const edits = change !== undefined && 'edits' in change ? (change.edits as TextEdit[]) : [];
  const fixed = TextDocument.applyEdits(TextDocument.create('', '', 0, text), edits);
  expect(await client.diagnostics(agent, client.change(agent, fixed))).toEqual([]);
});

it('completes a half-typed name for all fixes and for tools', async () => {
  const typed = AGENT.replace('uint32 exec_id', 'string exec_i');
  const text = AGENT.replace('uint32 exec_id', 'string exec_id');
  client.foldersChanged({ added: [repository.directory] });
  client.open(agent, AGENT);
  await client.diagnostics(agent, client.change(agent, typed));
  client.change(agent, text);
  const [action] = await client.connection.sendRequest<CodeAction[]>('textDocument/codeAction', {
    textDocument: { uri: uriOf(agent) },
    range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } },
    context: { diagnostics: [], only: ['source.fixAll'] },
  });
  const [change] = action?.edit?.documentChanges ?? [];
  const edits = change !== undefined && 'edits' in change ? (change.edits as TextEdit[]) : [];
  expect(TextDocument.applyEdits(TextDocument.create('', '', 0, text), edits)).toBe(AGENT);
  await client.diagnostics(agent, client.change(agent, typed));
  client.change(agent, text);
  const tool = { name: 'check', input: { repository: repository.directory } };
  expect((await client.request('protoCompat/tool', tool)).text).toContain('field-type-changed');
  client.foldersChanged({ removed: [repository.directory] });
});

it('says in a hover whether the change is committed', async () => {
  const committed = AGENT.replace('exec_id = 2', 'exec_id = 4');
  repository.commit({ 'agent.proto': committed });
  const text = committed.replace('int32 status = 1', 'int32 status = 9');
  client.open(agent, text);
  const hovers = (await client.diagnostics(agent, 1)).map(async ({ range }) => {
    const hover = await client.connection.sendRequest<Hover>('textDocument/hover', {
      textDocument: { uri: uriOf(agent) },
      position: range.start,
    });
    return /^This change .*?\.(?= \[)/m.exec((hover.contents as MarkupContent).value)?.[0];
  });
  expect(await Promise.all(hovers)).toEqual([
    'This change was committed after 1.0.0.',
    'This change is not committed yet.',
  ]);
});

it('lists the releases', async () => {
  repository.tag('1.1.0-rc1');
  client.open(agent, AGENT);
  expect(await client.request('protoCompat/releases', { uri: uriOf(agent) })).toMatchObject([
    { ref: '1.1.0-rc1', prerelease: true, current: false },
    { ref: '1.0.0', prerelease: false, current: true },
  ]);
});

it('also runs as `proto-compat lsp`', async () => {
  const command = await bundle('server/cli.ts');
  const other = await Client.process([command.path, 'lsp']);
  other.open(agent, AGENT.replace('exec_id = 2', 'exec_id = 4'));
  expect((await other.diagnostics(agent, 1)).map(({ code }) => code)).toEqual(['field-renumbered']);
  await other.stop();
  command.remove();
});

it('reports a finding of a linked file once, in the document that is open', async () => {
  symlinkSync('agent.proto', join(repository.directory, 'link.proto'));
  repository.commit();
  repository.tag('1.1.0');
  const link = join(repository.directory, 'link.proto');
  client.open(link, AGENT.replace('exec_id = 2', 'exec_id = 4'));
  expect((await client.diagnostics(link, 1)).map(({ code }) => code)).toEqual(['field-renumbered']);
  const published = client.publications.filter(({ uri }) => uri.startsWith(uriOf(repository.directory)));
  expect(published.map(({ uri }) => uri)).toEqual([uriOf(link)]);
  client.open(agent, AGENT.replace('exec_id = 2', 'exec_id = 5'));
  expect((await client.diagnostics(agent, 1)).map(({ code }) => code)).toEqual(['field-renumbered']);
  await client.settled(agent);
  expect(client.publications.findLast(({ uri }) => uri === uriOf(link))?.diagnostics).toEqual([]);
});
