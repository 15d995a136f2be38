import assert from 'node:assert/strict';
import process from 'node:process';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import * as vscode from 'vscode';
import { extensionApi, openAgent, revertEdits, settledFindings } from './demo.ts';

describe('tools for coding agents', () => {
  afterEach(revertEdits);

  it('are registered in VS Code with the texts of package.json', async () => {
    await extensionApi();
    const own = vscode.lm.tools.filter(({ name }) => name.startsWith('protoCompat_'));
    assert.deepEqual(own.map(({ name }) => name).sort(), [
      'protoCompat_check',
      'protoCompat_explain',
      'protoCompat_matrix',
      'protoCompat_next',
      'protoCompat_uses',
    ]);
    const check = own.find(({ name }) => name === 'protoCompat_check');
    assert.match(check?.description ?? '', /Call it after every change to a \.proto file/);
  });

  it('report what an unsaved edit breaks', async () => {
    const { document } = await openAgent();
    await settledFindings(document);
    assert.match(await invoke('check'), /^This breaks kata-runtime 1\.0\.0 with this kata-agent and /);
    assert.doesNotMatch(await invoke('check'), /`guest_pidns`|bridge_name/);
    const edit = new vscode.WorkspaceEdit();
    const text = document.getText();
    const line = /^ {2}rpc StatsContainer.*\n/m.exec(text);
    assert.ok(line);
    const start = document.positionAt(line.index);
    edit.delete(document.uri, new vscode.Range(start, document.positionAt(line.index + line[0].length)));
    assert.ok(await vscode.workspace.applyEdit(edit));
    assert.ok(document.isDirty);
    assert.match(await invoke('check'), /Method `StatsContainer` was removed/);
    assert.match(await invoke('next'), /^1\.0\.0 → 2\.0\.0 \(major\)/);
  });

  it('explain a rule, and reject bad input with a sentence', async () => {
    assert.match(await invoke('explain', { rule: 'field-renumbered' }), /What to do instead/);
    await assert.rejects(invoke('explain', { rule: 'field-renumberd' }), /did you mean "?field-renumbered/);
    await assert.rejects(invoke('check', { repository: '/' }), /is not inside|there is no .* inside/);
  });

  it('are also offered as an MCP server', async function () {
    const { tools } = await extensionApi();
    const [server] = tools.mcpServers();
    // The oldest supported VS Code has no such servers.
    if (server === undefined && !('McpStdioServerDefinition' in vscode)) this.skip();
    assert.ok(server);
    const client = new Client({ name: 'test', version: '1' });
    const { command, args, env } = server;
    const given = Object.entries({ ...process.env, ...env }).flatMap(([name, value]) =>
      value === undefined || value === null ? [] : [[name, String(value)] as const],
    );
    await client.connect(new StdioClientTransport({ command, args: [...args], env: Object.fromEntries(given) }));
    try {
      const { tools: listed } = await client.listTools();
      assert.deepEqual(
        listed.map(({ name }) => name),
        ['check', 'explain', 'next', 'matrix', 'uses'],
      );
      const answer = await client.callTool({ name: 'check', arguments: {} });
      assert.match(JSON.stringify(answer.content), /This breaks kata-runtime 1\.0\.0/);
    } finally {
      await client.close();
    }
  });
});

async function invoke(tool: string, input: object = {}): Promise<string> {
  const result = await vscode.lm.invokeTool(`protoCompat_${tool}`, { input, toolInvocationToken: undefined });
  return result.content.map((part) => (part instanceof vscode.LanguageModelTextPart ? part.value : '')).join('\n');
}
