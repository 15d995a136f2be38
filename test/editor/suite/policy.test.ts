import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { eventually, extensionApi, openAgent, openFile, pick, revertEdits, settledFindings } from './demo.ts';

describe('choosing the policy', () => {
  let before = '';
  beforeEach(async () => {
    before = (await openFile('proto-compat.json')).document.getText();
  });
  afterEach(async () => {
    const { document } = await openFile('proto-compat.json');
    const edit = new vscode.WorkspaceEdit();
    edit.replace(document.uri, new vscode.Range(0, 0, document.lineCount, 0), before);
    await vscode.workspace.applyEdit(edit);
    await document.save();
    await revertEdits();
  });

  it('writes it to the configuration, keeps comments, saves the file and applies the policy', async () => {
    await settledFindings((await openAgent()).document);
    // `semver` is the first item.
    await pick('protoCompat.choosePolicy', 1, () =>
      vscode.workspace.textDocuments.some((document) => document.getText().includes('"policy": "lockstep"')),
    );
    const editor = await eventually('configuration', () => {
      const shown = vscode.window.activeTextEditor;
      return shown?.document.fileName.endsWith('proto-compat.json') && !shown.document.isDirty && shown;
    });
    assert.equal(editor.document.getText(), before.replace('"policy": "semver"', '"policy": "lockstep"'));
    await openAgent();
    const { statusItem } = await extensionApi();
    await eventually('step to 1.1.0', () => statusItem()?.text === '$(tag) 1.0.0 → 1.1.0');
  });
});
