import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { eventually, extensionApi, openAgent, openFile, replaceAll, revertEdits, settledFindings } from './demo.ts';

describe('status item', () => {
  afterEach(revertEdits);

  it('shows the step from the release to the version that the edit needs, and why', async () => {
    await openAgent();
    const { statusItem } = await extensionApi();
    const shown = await eventually('step to 2.0.0', () => {
      const text = statusItem();
      return text?.text === '$(warning) 1.0.0 → 2.0.0' && text;
    });
    assert.equal(shown.alarming, true);
    assert.match(shown.tooltip, /ReseedRandomDev/);
    assert.match(shown.tooltip, /4 errors|5 errors/);
  });

  it('follows the text: additions alone are a minor version, no change is the release', async () => {
    const editor = await openAgent();
    const released = await releasedText(editor.document);
    const { statusItem } = await extensionApi();
    await replaceAll(editor, released.replace('Spec OCI = 6;', 'Spec OCI = 6;\n  bool sandbox_pidns = 7;'));
    await eventually('step to 1.1.0', () => statusItem()?.text === '$(tag) 1.0.0 → 1.1.0');
    assert.equal(statusItem()?.alarming, false);
    await replaceAll(editor, released);
    await eventually('release alone', () => statusItem()?.text === '$(tag) 1.0.0');
  });

  it('is hidden where no .proto file is in front', async () => {
    const { statusItem } = await extensionApi();
    await openFile('README.md');
    await eventually('hidden item', () => statusItem() === undefined);
    await openAgent();
    await eventually('shown item', () => statusItem() !== undefined);
  });

  it('shows in a diff against the release, which a command opens', async () => {
    const editor = await openAgent();
    await settledFindings(editor.document);
    await vscode.commands.executeCommand('protoCompat.compareWithRelease');
    const input = await eventually('diff', () => {
      const tab = vscode.window.tabGroups.activeTabGroup.activeTab;
      return tab?.input instanceof vscode.TabInputTextDiff && tab.input;
    });
    assert.equal(input.original.scheme, 'proto-compat-release');
    assert.equal(input.modified.toString(), editor.document.uri.toString());
    const original = await vscode.workspace.openTextDocument(input.original);
    assert.match(original.getText(), /rpc ReseedRandomDev/);
    const { statusItem } = await extensionApi();
    await eventually('step to 2.0.0', () => statusItem()?.text === '$(warning) 1.0.0 → 2.0.0');
  });
});

/** The whole text of the release, through the address that findings carry. */
async function releasedText(document: vscode.TextDocument): Promise<string> {
  await settledFindings(document);
  const related = vscode.languages.getDiagnostics(document.uri).flatMap((found) => found.relatedInformation ?? []);
  const uri = related[0]?.location.uri;
  assert.ok(uri);
  return (await vscode.workspace.openTextDocument(uri)).getText();
}
