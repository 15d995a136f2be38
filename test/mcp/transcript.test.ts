import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeDemoRepository } from '../../scripts/demo-repository.mjs';
import { makeRepository, type TestRepository } from '../git/repository.ts';
import { bundle } from '../lsp/bundle.ts';

const PAGE = 'docs/editors.md';
/** The number of lines of an answer that the page shows. A coding agent gets the whole answer. */
const MAX_LINES = 18;

let built: Awaited<ReturnType<typeof bundle>>;
let scratch: TestRepository;
beforeAll(async () => {
  built = await bundle('server/cli.ts');
  scratch = makeRepository();
});
afterAll(() => {
  built.remove();
  scratch.remove();
});

/** UPDATE=1 updates the session in the page. */
it('the session on the page about editors matches the server', async () => {
  const agent = path.join(scratch.temporary, 'agent');
  makeDemoRepository(agent);
  const client = new Client({ name: 'assistant', version: '1' });
  await client.connect(
    new StdioClientTransport({ command: process.execPath, args: [built.path, 'mcp', '.'], cwd: agent }),
  );
  const lines: string[] = [];
  try {
    const { tools } = await client.listTools();
    lines.push('> tools/list', ...tools.map(({ name, title = '' }) => `${name}: ${title}`));
    for (const [name, input] of [
      ['check', {}],
      ['explain', { rule: 'field-renumbered' }],
    ] as const) {
      const { content } = await client.callTool({ name, arguments: input });
      const [{ text }] = content as [{ readonly text: string }];
      const answer = text.trimEnd().split('\n');
      lines.push('', `> tools/call ${name} ${JSON.stringify(input)}`, ...answer.slice(0, MAX_LINES));
      if (answer.length > MAX_LINES) lines.push('…');
    }
  } finally {
    await client.close();
  }

  const page = readFileSync(PAGE, 'utf8');
  const fresh = page.replace(
    /(<!-- session -->\n+```text\n)[^]*?(\n```\n+<!-- \/session -->)/,
    (_, start: string, end: string) => `${start}${lines.join('\n')}${end}`,
  );
  expect(fresh).toContain(lines.join('\n'));
  if (process.env['UPDATE']) writeFileSync(PAGE, fresh);
  else expect(page).toBe(fresh);
});
