import { join } from 'node:path';
import type {
  CompletionItem,
  DocumentSymbol,
  Hover,
  Location,
  MarkupContent,
  Position,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { Project } from '../../server/check/project.ts';
import { makeRepository, type TestRepository } from '../git/repository.ts';
import { Client, type ClientOptions, uriOf } from './client.ts';

const TYPES = `syntax = "proto3";
package demo.types;
// A mounted volume.
message Storage {
  string path = 1;
  Kind kind = 2;
}
enum Kind {
  KIND_UNSET = 0;
  KIND_DISK = 1;
}
message Unused {}
`;
const AGENT = `syntax = "proto3";
package demo;
import "types.proto";
service Agent {
  rpc Create(Request) returns (Reply);
  rpc List(Reply) returns (stream Reply) { option deprecated = true; }
}
message Request {
  types.Storage storage = 1;
  map<string, types.Storage> more = 2;
  oneof which {
    string name = 3;
    Inner inner = 4 [deprecated = true];
  }
  message Inner {}
}
message Reply {
  int32 status = 1;
}
`;

let repository: TestRepository;
let client: Client;
let agent: string;
let types: string;

beforeEach(() => {
  repository = makeRepository();
  [agent, types] = ['agent.proto', 'types.proto'].map((file) => join(repository.directory, file)) as [string, string];
  repository.commit({
    'agent.proto': AGENT.replace('  int32 status = 1;\n', '  int32 status = 1;\n  int32 old = 7;\n'),
  });
  repository.tag('0.9.0');
  repository.commit({ 'agent.proto': AGENT, 'types.proto': TYPES.replace('  Kind kind = 2;\n', '') });
  repository.tag('1.0.0');
  repository.commit({ 'types.proto': TYPES });
  repository.tag('1.1.0');
});
afterEach(async () => {
  expect(client.logged).toEqual([]);
  await client.stop();
  repository.remove();
});

async function open(text = AGENT, options?: ClientOptions): Promise<void> {
  client = await Client.inside((directory) => Project.open(directory), options);
  client.open(agent, text);
  await client.diagnostics(agent);
}

function at(text: string, piece: string): Position {
  return TextDocument.create('', '', 0, text).positionAt(text.indexOf(piece));
}

async function ask<T>(method: string, position: Position, more: object = {}): Promise<T> {
  return client.connection.sendRequest<T>(`textDocument/${method}`, {
    textDocument: { uri: uriOf(agent) },
    position,
    ...more,
  });
}

const OFF = { language: { outline: false, definition: false, references: false, hover: false, completion: false } };

describe('outline', () => {
  const outline = (): Promise<DocumentSymbol[]> =>
    client.connection.sendRequest('textDocument/documentSymbol', { textDocument: { uri: uriOf(agent) } });
  const lines = (symbols: readonly DocumentSymbol[], indent = ''): string[] =>
    symbols.flatMap(({ name, detail, tags, children }) => [
      `${indent}${name}: ${detail ?? ''}${tags === undefined ? '' : ' (deprecated)'}`,
      ...lines(children ?? [], `${indent}  `),
    ]);

  it('lists declarations with types and numbers', async () => {
    await open();
    expect(lines(await outline())).toEqual([
      'Agent: service',
      '  Create: Request → Reply',
      '  List: Reply → Reply (deprecated)',
      'Request: message',
      '  storage: types.Storage = 1',
      '  more: map<string, types.Storage> = 2',
      '  which: oneof',
      '    name: string = 3',
      '    inner: Inner = 4 (deprecated)',
      '  Inner: message',
      'Reply: message',
      '  status: int32 = 1',
    ]);
  });

  it('shows a placeholder for a missing name', async () => {
    await open(AGENT.replace('message Reply {', 'message  {'));
    const flat = (symbols: readonly DocumentSymbol[]): DocumentSymbol[] =>
      symbols.flatMap((symbol) => [symbol, ...flat(symbol.children ?? [])]);
    for (const { name, range, selectionRange } of flat(await outline())) {
      expect(name).not.toBe('');
      const [start, end] = [range.start, range.end].map(({ line, character }) => line * 1000 + character);
      expect(selectionRange.start.line * 1000 + selectionRange.start.character).toBeGreaterThanOrEqual(start ?? 0);
      expect(selectionRange.end.line * 1000 + selectionRange.end.character).toBeLessThanOrEqual(end ?? 0);
    }
  });

  it('can be disabled', async () => {
    await open(AGENT, { settings: OFF });
    expect(await outline()).toEqual([]);
  });
});

describe('definition', () => {
  it.each([
    ['types.Storage storage', 'types.proto', 'Storage {'],
    ['types.Storage> more', 'types.proto', 'Storage {'],
    ['Request) returns', 'agent.proto', 'Request {'],
    ['Inner inner', 'agent.proto', 'Inner {}'],
    ['"types.proto"', 'types.proto', 'syntax'],
    ['status = 1', 'agent.proto', 'status = 1'],
  ])('of `%s` is in %s', async (piece, file, target) => {
    await open();
    const found = await ask<Location | null>('definition', at(AGENT, piece));
    expect(found?.uri).toBe(uriOf(join(repository.directory, file)));
    expect(found?.range.start).toEqual(at(file === 'agent.proto' ? AGENT : TYPES, target));
  });

  it('is empty for a scalar, and can be disabled', async () => {
    await open();
    expect(await ask('definition', at(AGENT, 'int32 status'))).toBeNull();
    await client.stop();
    await open(AGENT, { settings: OFF });
    expect(await ask('definition', at(AGENT, 'Inner inner'))).toBeNull();
  });
});

describe('references', () => {
  const found = async (position: Position, uri: string, includeDeclaration: boolean): Promise<string[]> => {
    const places = await client.connection.sendRequest<Location[]>('textDocument/references', {
      textDocument: { uri },
      position,
      context: { includeDeclaration },
    });
    return places.map((place) => `${place.uri.split('/').at(-1) ?? ''}:${place.range.start.line + 1}`).sort();
  };

  it('of a type are found in all files, from a use and from the declaration', async () => {
    await open();
    client.open(types, TYPES);
    await client.diagnostics(types);
    const all = ['agent.proto:10', 'agent.proto:9', 'types.proto:4'];
    expect(await found(at(TYPES, 'Storage {'), uriOf(types), true)).toEqual(all);
    expect(await found(at(AGENT, 'types.Storage storage'), uriOf(agent), true)).toEqual(all);
    expect(await found(at(AGENT, 'Reply {'), uriOf(agent), false)).toEqual([
      'agent.proto:5',
      'agent.proto:6',
      'agent.proto:6',
    ]);
    expect(await found(at(AGENT, 'status = 1'), uriOf(agent), true)).toEqual([]);
  });

  it('can be disabled', async () => {
    await open(AGENT, { settings: OFF });
    expect(await found(at(AGENT, 'Reply {'), uriOf(agent), true)).toEqual([]);
  });
});

describe('hover on an unchanged element', () => {
  const text = async (piece: string, of = AGENT): Promise<string | undefined> =>
    ((await ask<Hover | null>('hover', at(of, piece)))?.contents as MarkupContent | undefined)?.value;

  it('shows the first release that has it, and the methods that carry it', async () => {
    await open();
    expect(await text('status = 1')).toBe(
      '```proto\nint32 status = 1;\n```\n\nSince 0.9.0.\n\nCarried by Agent.Create, Agent.List.',
    );
    expect(await text('types.Storage storage')).toContain('// A mounted volume.\nmessage Storage {');
    expect(await text('types.Storage storage')).toContain('Since 1.0.0, the first release with this file.');
    expect(await text('types.Storage storage')).toContain('Carried by Agent.Create.');
    expect(await text('List(Reply)')).not.toContain('Carried');
    client.open(types, TYPES);
    await client.diagnostics(types);
    const kind = await client.connection.sendRequest<Hover>('textDocument/hover', {
      textDocument: { uri: uriOf(types) },
      position: at(TYPES, 'KIND_DISK'),
    });
    expect((kind.contents as MarkupContent).value).toContain('Since 1.0.0, the first release with this file.');
    const unused = await client.connection.sendRequest<Hover>('textDocument/hover', {
      textDocument: { uri: uriOf(types) },
      position: at(TYPES, 'Unused'),
    });
    expect((unused.contents as MarkupContent).value).toContain('No method carries it.');
    const field = await client.connection.sendRequest<Hover>('textDocument/hover', {
      textDocument: { uri: uriOf(types) },
      position: at(TYPES, 'kind = 2'),
    });
    expect((field.contents as MarkupContent).value).toContain('Since 1.1.0.');
  });

  it('is empty on a number, and can be disabled', async () => {
    await open();
    expect(await text('1;\n}')).toBeUndefined();
    await client.stop();
    await open(AGENT, { settings: OFF });
    expect(await text('status = 1')).toBeUndefined();
  });
});

describe('completion', () => {
  const items = async (line: string, before = '  int32 status = 1;'): Promise<CompletionItem[]> => {
    const text = AGENT.replace(before, `${before}\n${line}`);
    client.change(agent, text);
    const { line: row } = at(text, `${before}\n${line}`);
    return ask('completion', { line: row + 1, character: line.length });
  };
  const labels = async (line: string, before?: string): Promise<string[]> =>
    (await items(line, before)).map(({ label }) => label);

  it('offers the next number that no release has used', async () => {
    await open();
    // 7 is the number of a field of 0.9.0.
    expect(await labels('  string fresh = ')).toEqual(['2']);
    const text = AGENT.replace('  int32 status = 1;', '  int32 status = 6;\n  string fresh = ');
    client.change(agent, text);
    const next = await ask<CompletionItem[]>('completion', { line: at(text, '  string fresh').line, character: 17 });
    expect(next.map(({ label, detail }) => [label, detail])).toEqual([['8', 'next number that no release has used']]);
  });

  it('offers no number in an extend block', async () => {
    await open();
    const text = AGENT.replace(
      '  int32 status = 1;',
      '  int32 status = 1;\n  extend Request {\n    string fresh = \n  }',
    );
    client.change(agent, text);
    expect(await ask('completion', { line: at(text, '    string fresh').line, character: 19 })).toEqual([]);
  });

  it('offers the visible types by their shortest names', async () => {
    await open();
    const field = await labels('  ');
    expect(field).toEqual(
      expect.arrayContaining(['Request', 'Reply', 'types.Storage', 'types.Kind', 'string', 'bytes']),
    );
    expect(field).toContain('Request.Inner');
    expect(await labels('  repeated types.')).toContain('types.Storage');
    expect(await labels('  map<string, ')).toContain('Reply');
    const method = await labels('  rpc New(', 'service Agent {');
    expect(method).toContain('Request');
    expect(method).not.toContain('types.Kind');
    expect(method).not.toContain('string');
    expect(await labels('  rpc New(Request) returns (stream ', 'service Agent {')).toContain('types.Storage');
  });

  it.each(['  // ', '  string name', '  reserved ', '  option deprecated = '])(
    'offers nothing after "%s"',
    async (line) => {
      await open();
      expect(await labels(line)).toEqual([]);
    },
  );

  it('offers no number outside of messages and enums', async () => {
    await open();
    expect(await labels('option go_package = ', AGENT.split('\n')[0])).toEqual([]);
    expect(await labels('fresh = ', AGENT.split('\n')[0])).toEqual([]);
  });

  it('can be disabled', async () => {
    await open(AGENT, { settings: OFF });
    expect(await labels('  string fresh = ')).toEqual([]);
  });
});
