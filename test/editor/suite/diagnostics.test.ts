import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { eventually, findings, openAgent, placeOf, quickFixes, replace, revertEdits, settledFindings } from './demo.ts';

describe('diagnostics', () => {
  afterEach(revertEdits);

  it('show the pending edit at the right positions when the file is opened', async () => {
    const { document } = await openAgent();
    assert.deepEqual(await settledFindings(document), [
      'information method-added: PauseContainer',
      'error method-removed: ;',
      'information field-added: sandbox_pidns',
      'error field-type-changed: string',
      'error field-renumbered: 1',
      'error field-renumbered: 2',
      'error field-removed: ;',
    ]);
  });

  it('follow the text while it is typed, before it is saved', async () => {
    const editor = await openAgent();
    await settledFindings(editor.document);
    await replace(editor, 'string exec_id = 2;', 'string exec_id = 22;');
    await eventually('finding at 22', () => findings(editor.document).includes('error field-renumbered: 22'));
    assert.equal(editor.document.isDirty, true);
    await replace(editor, 'string exec_id = 22;', 'string exec_id = 2;');
    await eventually('end of that finding', () => !findings(editor.document).includes('error field-renumbered: 22'));
  });

  it('are resolved by a quick fix', async () => {
    const editor = await openAgent();
    await settledFindings(editor.document);
    const [fix] = await quickFixes(editor.document, placeOf(editor.document, 'string signal'));
    assert.ok(fix && (await vscode.workspace.applyEdit(fix.edit)));
    await eventually(
      'end of the finding',
      () => !findings(editor.document).some((text) => text.includes('type-changed')),
    );
  });
});
