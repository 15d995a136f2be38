import { join } from 'node:path';
import fc from 'fast-check';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { makeRepository, type TestRepository } from '../git/repository.ts';
import { bundle } from './bundle.ts';
import { Client } from './client.ts';

const RELEASED = `syntax = "proto3";

package demo;

// A person to greet.
message Request {
  string name = 1;
  repeated int32 ages = 2 [packed = true];
  oneof kind {
    bool young = 3;
    Old old = 4;
  }
  reserved 5, 6 to 8;
}

message Old {
  map<string, Request> parents = 1;
  enum State {
    UNKNOWN = 0;
    WELL = 1;
  }
  State state = 2;
}

service Greeter {
  rpc Greet(Request) returns (stream Old);
  rpc Part(Old) returns (Old) {}
}
`;

const PIECES = [
  ...[
    '',
    ' ',
    '\n',
    '\r\n',
    ';',
    '{',
    '}',
    '"',
    '//',
    '/*',
    '*/',
    '=',
    '1',
    '2',
    '9',
    '-',
    '<',
    '>',
    '[',
    ']',
    '\u{1F600}',
  ],
  ...[
    'string',
    'int64 x = 9;',
    'message M {',
    '}\n',
    'reserved 1;',
    'oneof',
    'rpc',
    'service',
    'import "a.proto";',
    'package',
  ],
];

let server: Awaited<ReturnType<typeof bundle>>;
let repository: TestRepository;
beforeAll(async () => {
  server = await bundle('server/main.ts');
  repository = makeRepository();
  repository.commit({ 'a.proto': RELEASED });
  repository.tag('1.0.0');
});
afterAll(() => {
  server.remove();
  repository.remove();
});

const edit = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.oneof(fc.constant(0), fc.nat({ max: 12 }), fc.nat({ max: 200 })),
  text: fc.oneof(fc.constantFrom(...PIECES), fc.string({ maxLength: 3 })),
});

it('random edits have the same result as opening the final text', async () => {
  const path = join(repository.directory, 'a.proto');
  const client = await Client.process([server.path]);
  const fresh = await Client.process([server.path]);
  client.open(path, RELEASED);
  await fc.assert(
    fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 12 }), async (edits) => {
      // Each case starts from the released text, so it can be reproduced alone.
      let version = client.change(path, RELEASED);
      const document = TextDocument.create('', '', 0, RELEASED);
      for (const { at, length, text } of edits) {
        const start = Math.floor(at * document.getText().length);
        const range = { start: document.positionAt(start), end: document.positionAt(start + length) };
        TextDocument.update(document, [{ range, text }], 1);
        version = client.change(path, text, range);
      }
      const diagnostics = await client.diagnostics(path, version);
      fresh.open(path, document.getText());
      const expected = await fresh.until(() => fresh.of(path).at(-1));
      fresh.publications.length = 0;
      fresh.closeDocument(path);
      await fresh.until(() => (fresh.of(path).length > 0 || expected.diagnostics.length === 0 ? true : undefined));
      await fresh.settled(path);
      fresh.publications.length = 0;
      expect(diagnostics).toEqual(expected.diagnostics);
    }),
    { numRuns: 60, seed: 20180618 },
  );
  const versions = client.of(path).map(({ version }) => version ?? 0);
  expect(versions).toEqual([...versions].sort((a, b) => a - b));
  expect([...client.logged, ...fresh.logged]).toEqual([]);
  await client.stop();
  await fresh.stop();
});
