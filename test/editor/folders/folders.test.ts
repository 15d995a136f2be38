import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import {
  eventually,
  extensionApi,
  findings,
  folderAt,
  openAgent,
  openFile,
  placeOf,
  quickFixes,
  replace,
  revertEdits,
  ruleOf,
  settledFindings,
} from '../suite/demo.ts';
import { drawn } from '../suite/tree.ts';

/* `agent` has release 1.0.0 and the pending edit. `linked-shim` is a link to a repository with release 2.5.0 and no edit. */

describe('two repositories in one window', () => {
  afterEach(revertEdits);

  it('show problems of a version file that is opened before any .proto file', async () => {
    const { document } = await openFile('VERSION');
    assert.deepEqual(await settledFindings(document), ['information version-too-low: 1.0.0']);
    const [fix] = await eventually('light bulb', async () => {
      const fixes = await quickFixes(document, new vscode.Position(0, 2));
      return fixes.length > 0 && fixes;
    });
    assert.equal(fix?.title, 'Write 2.0.0 into VERSION');
    const { changes } = await extensionApi();
    assert.equal(changes.view.badge?.value, 5);
  });

  it('are compared with their own releases', async () => {
    const agent = (await openAgent()).document;
    const { statusItem } = await extensionApi();
    await eventually('step of the agent', () => statusItem()?.text === '$(warning) 1.0.0 → 2.0.0');
    const before = await settledFindings(agent);
    const shim = await openShim('protocols', 'grpc', 'agent.proto');
    await eventually('release of the shim', () => statusItem()?.text === '$(tag) 2.5.0');
    assert.deepEqual(findings(shim.document), []);
    await replace(shim, '  string sandbox_id = 2;\n', '');
    await eventually('step of the shim', () => statusItem()?.text === '$(warning) 2.5.0 → 3.0.0');
    assert.deepEqual(findings(shim.document), ['error field-removed: ;']);
    assert.deepEqual(findings(agent), before);
    await vscode.commands.executeCommand('protoCompat.compareWithRelease');
    const input = await eventually('diff', () => {
      const tab = vscode.window.tabGroups.activeTabGroup.activeTab;
      return tab?.input instanceof vscode.TabInputTextDiff && tab.input;
    });
    assert.match(input.original.path, /^\/2\.5\.0\//);
    assert.equal(input.modified.toString(), shim.document.uri.toString());
  });

  it('are both in the tree until the folder of one is closed', async () => {
    await settledFindings((await openAgent()).document);
    const { changes } = await extensionApi();
    const whole = await drawn(changes);
    assert.deepEqual(
      whole.filter((line) => !line.startsWith('   ')),
      ['agent 1.0.0 → 2.0.0', '  Errors 5', '  For information 3', 'shim 2.5.0', '  No changes since 2.5.0.'],
    );
    assert.equal(changes.view.description, '');
    const shim = await openShim('protocols', 'grpc', 'agent.proto');
    await replace(shim, '  string sandbox_id = 2;\n', '');
    await eventually('error of the other repository in the badge', () => changes.view.badge?.value === 6);
    await revertEdits();
    const { uri, name } = folderAt(1);
    assert.ok(vscode.workspace.updateWorkspaceFolders(1, 1));
    await eventually('one repository', async () => (await drawn(changes))[0] === 'Errors 5');
    assert.equal(changes.view.description, '1.0.0 → 2.0.0');
    assert.ok(vscode.workspace.updateWorkspaceFolders(1, 0, { uri, name }));
    await eventually('both again', async () => (await drawn(changes)).length === whole.length);
  });

  it('check their version file and configuration, also behind a link', async () => {
    const shim = await openShim('protocols', 'grpc', 'agent.proto');
    await replace(shim, '  string sandbox_id = 2;\n', '');
    await settledFindings(shim.document);
    const version = (await openShim('VERSION')).document;
    assert.deepEqual(await settledFindings(version), ['information version-too-low: 2.5.0']);
    const [write] = await eventually('light bulb', async () => {
      const fixes = await quickFixes(version, new vscode.Position(0, 2));
      return fixes.length > 0 && fixes;
    });
    assert.ok(write && (await vscode.workspace.applyEdit(write.edit)));
    assert.equal(version.getText(), '3.0.0\n');
    await eventually('announced break', () => findings(shim.document).includes('warning field-removed: ;'));
    const configuration = await openShim('proto-compat.json');
    const entry = (element: string) =>
      `{ "rule": "field-removed", "element": "${element}", "since": "2.5", "reason": "never set" }`;
    await replace(
      configuration,
      '  "policy"',
      `  "accept": [${entry('grpc.CreateSandboxRequest.sandbox_id')}, ${entry('grpc.Gone.name')}],\n  "policy"`,
    );
    await eventually('hint', () => findings(shim.document).includes('hint field-removed: ;'));
    const unused = await eventually('problem', () =>
      vscode.languages
        .getDiagnostics(configuration.document.uri)
        .find((found) => ruleOf(found) === 'unused-acceptance'),
    );
    assert.match(configuration.document.getText(unused.range), /grpc\.Gone\.name/);
    const [takeOut] = await quickFixes(configuration.document, placeOf(configuration.document, 'grpc.Gone.name'));
    assert.equal(takeOut?.title, 'Remove this acceptance');
  });
});

function openShim(...names: readonly string[]): Thenable<vscode.TextEditor> {
  return vscode.window.showTextDocument(vscode.Uri.joinPath(folderAt(1).uri, ...names));
}
