import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { makeRepository } from '../git/repository.ts';
import { bundle } from './bundle.ts';
import { Client } from './client.ts';

const RELEASED = 'syntax = "proto3";\npackage agent;\nmessage Start {\n  string name = 1;\n  string host = 2;\n}\n';

test('two servers on one repository give the same answers, and neither writes to it', async () => {
  const repository = makeRepository();
  const server = await bundle('server/main.ts');
  const clients = await Promise.all([Client.process([server.path]), Client.process([server.path])]);
  try {
    repository.commit({ 'a.proto': RELEASED, 'b.proto': RELEASED.replace('agent', 'other') });
    repository.tag('1.0.0');
    // With this modification time, ordinary git commands would write the index.
    repository.write({ 'b.proto': RELEASED.replace('agent', 'other') });
    const before = treeOf(repository.directory);
    const file = path.join(repository.directory, 'a.proto');
    for (const client of clients) client.open(file, RELEASED);
    for (const text of [RELEASED.replace('  string host = 2;\n', ''), RELEASED.replace('host = 2', 'host = 3')]) {
      const shown = await Promise.all(
        clients.map(async (client) => {
          const version = client.change(file, text);
          client.save(file);
          return (await client.diagnostics(file, version)).map(({ code }) => code);
        }),
      );
      expect(shown[0]).toHaveLength(1);
      expect(shown[1]).toEqual(shown[0]);
    }
    expect(treeOf(repository.directory)).toEqual(before);
    for (const client of clients) expect(client.logged).toEqual([]);
  } finally {
    await Promise.all(clients.map((client) => client.stop()));
    server.remove();
    repository.remove();
  }
});

/** Every file and folder with its content and modification time. */
function treeOf(directory: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    const { mtimeMs } = statSync(file);
    found.set(file, `${mtimeMs} ${entry.isFile() ? readFileSync(file, 'latin1') : ''}`);
  }
  return found;
}
