import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeDemoRepository } from '../../scripts/demo-repository.mjs';
import { makeRepository, type TestRepository } from '../git/repository.ts';
import { buildMcp } from './build.ts';

const PAGE = 'docs/editors.md';
/** Of an answer; an assistant reads all of it. */
const MOST_LINES = 18;

let built: Awaited<ReturnType<typeof buildMcp>>;
let scratch: TestRepository;
beforeAll(async () => {
  built = await buildMcp();
  scratch = makeRepository();
});
afterAll(() => {
  built.remove();
  scratch.remove();
});

/** UPDATE=1 writes the session into the page. */
it('the session on the page about editors is what the server says about the demo', async () => {
  const agent = path.join(scratch.temporary, 'agent');
  makeDemoRepository(agent);
  const client = new Client({ name: 'assistant', version: '1' });
  await client.connect(
    new StdioClientTransport({ command: process.execPath, args: [built.command, 'mcp', '.'], cwd: agent }),
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
      const said = text.trimEnd().split('\n');
      lines.push('', `> tools/call ${name} ${JSON.stringify(input)}`, ...said.slice(0, MOST_LINES));
      if (said.length > MOST_LINES) lines.push('…');
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
