import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import {
  eventually,
  extensionApi,
  folderAt,
  git,
  openAgent,
  replaceAll,
  revertEdits,
  settledFindings,
} from './demo.ts';
import { drawn, nodes } from './tree.ts';

describe('changes since the release', () => {
  afterEach(revertEdits);

  it('are a tree by severity and file, with the number of errors as its badge', async () => {
    await settledFindings((await openAgent()).document);
    const { changes } = await extensionApi();
    await eventually('badge', () => changes.view.badge?.value === 5);
    assert.deepEqual(await drawn(changes), [
      'Errors 5',
      '  agent.proto protocols/grpc',
      '    ReseedRandomDev method-removed · AgentService',
      '    signal field-type-changed · SignalProcessRequest',
      '    sandbox_id field-renumbered · CreateSandboxRequest',
      '    hostname field-renumbered · CreateSandboxRequest',
      '    cpu_only field-removed · OnlineCPUMemRequest',
      'For information 3',
      '  agent.proto protocols/grpc',
      '    PauseContainer method-added · AgentService',
      '    sandbox_pidns field-added · CreateContainerRequest',
      '  VERSION',
      '    VERSION version-too-low',
    ]);
    assert.equal(changes.view.description, '1.0.0 → 2.0.0');
  });

  it('show their path on hover, and can be fixed, compared and copied', async () => {
    const editor = await openAgent();
    await settledFindings(editor.document);
    const { changes } = await extensionApi();
    const all = (await nodes(changes)).map(({ node }) => node);
    const file = all.find((node) => node.kind === 'file');
    assert.equal(file && changes.getTreeItem(file).tooltip, editor.document.uri.fsPath);
    const signal = all.find((node) => node.kind === 'finding' && node.finding.rule === 'field-type-changed');
    assert.ok(signal?.kind === 'finding');
    const item = changes.getTreeItem(signal);
    assert.equal(item.contextValue, 'finding');
    const line = signal.finding.range.start.line + 1;
    assert.ok(typeof item.tooltip === 'string' && item.tooltip.endsWith(`\n${editor.document.uri.fsPath}:${line}`));
    await vscode.commands.executeCommand('protoCompat.copyChange', signal);
    assert.equal(
      await vscode.env.clipboard.readText(),
      `protocols/grpc/agent.proto:${line}: error: ${signal.finding.message} [field-type-changed]`,
    );
    await vscode.commands.executeCommand('protoCompat.compareChange', signal);
    await eventually('diff', () => {
      const tab = vscode.window.tabGroups.activeTabGroup.activeTab;
      return tab?.input instanceof vscode.TabInputTextDiff;
    });
    await vscode.commands.executeCommand('protoCompat.showFixes', signal);
    await eventually('place', () => vscode.window.activeTextEditor?.selection.active.line === line - 1);
  });

  it('go to their location on click', async () => {
    await settledFindings((await openAgent()).document);
    const { changes } = await extensionApi();
    const signal = (await nodes(changes)).find(
      ({ node }) => node.kind === 'finding' && node.finding.rule === 'field-type-changed',
    );
    const command = signal && changes.getTreeItem(signal.node).command;
    assert.ok(command);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    const args: readonly unknown[] = command.arguments ?? [];
    await vscode.commands.executeCommand(command.command, ...args);
    const editor = vscode.window.activeTextEditor;
    assert.equal(editor?.document.getText(editor.selection), 'string');
  });

  it('have a location in the released text, which can be opened', async () => {
    const { document } = await openAgent();
    await settledFindings(document);
    const { changes } = await extensionApi();
    const renumbered = (await nodes(changes)).flatMap(({ node }) =>
      node.kind === 'finding' && node.finding.element.endsWith('.hostname') ? node.finding : [],
    );
    const place = renumbered[0]?.baseline;
    assert.ok(place, 'the finding has no place in the release');
    const released = await vscode.workspace.openTextDocument(vscode.Uri.parse(place.uri));
    const { start, end } = place.range;
    const range = new vscode.Range(start.line, start.character, end.line, end.character);
    assert.equal(released.lineAt(range.start.line).text, '  string hostname = 1;');
    assert.equal(released.getText(range), '1');
    assert.equal(released.languageId, 'proto');
  });

  it('disappear when the text is the released one again, and a message names the release', async () => {
    const editor = await openAgent();
    await settledFindings(editor.document);
    const { changes } = await extensionApi();
    let updates = 0;
    const listening = changes.onDidChangeTreeData(() => updates++);
    const [released] = (await nodes(changes)).flatMap(({ node }) =>
      node.kind === 'finding' && node.finding.baseline !== null ? [node.finding.baseline.uri] : [],
    );
    assert.ok(released);
    const text = (await vscode.workspace.openTextDocument(vscode.Uri.parse(released))).getText();
    await replaceAll(editor, text);
    await eventually('empty badge', () => updates > 0 && changes.view.badge === undefined);
    listening.dispose();
    assert.deepEqual(await drawn(changes), []);
    assert.equal(changes.view.message, 'No changes since 1.0.0.');
  });

  it('are grouped by module if folders have their own releases', async () => {
    const { changes } = await extensionApi();
    const { document } = await openAgent();
    await settledFindings(document);
    const folder = vscode.Uri.joinPath(folderAt(0).uri, 'api');
    try {
      const text = new TextEncoder().encode('syntax = "proto3";\npackage api;\nmessage M {}\n');
      await vscode.workspace.fs.writeFile(vscode.Uri.joinPath(folder, 'types.proto'), text);
      // The oldest VS Code does not always report a new folder, but the server notices a later tag.
      git('tag', 'protocols/v1.4.0');
      const lines = await eventually('modules', async () => {
        const shown = await drawn(changes);
        return shown.some((line) => line.startsWith('(repository) ')) && shown;
      });
      assert.deepEqual(
        lines.filter((line) => !line.startsWith('      ')),
        [
          '(repository) 1.0.0 → 1.1.0',
          '  For information 1',
          '    VERSION',
          '  Hints 1',
          '    types.proto api',
          'protocols 1.4.0 → 2.0.0',
          '  Errors 5',
          '    agent.proto protocols/grpc',
          '  For information 3',
          '    agent.proto protocols/grpc',
          '    VERSION',
        ],
      );
      assert.equal(changes.view.description, '');
    } finally {
      await vscode.workspace.fs.delete(folder, { recursive: true });
      git('tag', '--delete', 'protocols/v1.4.0');
    }
    await eventually('one module', async () => (await drawn(changes))[0] === 'Errors 5');
  });

  it('are shown after a click on a code lens', async () => {
    await settledFindings((await openAgent()).document);
    const { changes } = await extensionApi();
    await vscode.commands.executeCommand('protoCompat.showChanges');
    await eventually('tree', () => changes.view.visible);
    await vscode.commands.executeCommand('workbench.view.explorer');
  });
});
