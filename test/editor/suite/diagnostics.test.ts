import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import {
  eventually,
  extensionApi,
  findings,
  openAgent,
  openFile,
  placeOf,
  quickFixes,
  replace,
  revertEdits,
  settledFindings,
} from './demo.ts';
import { nodes } from './tree.ts';

describe('diagnostics', () => {
  afterEach(revertEdits);

  it('show the pending edit when the file is opened, each at its place', async () => {
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

  it('keep all other findings while a line is half typed', async () => {
    const editor = await openAgent();
    const before = await settledFindings(editor.document);
    await replace(editor, '  Spec OCI = 6;\n', '  Spec OCI = 6;\n  string half\n');
    await eventually('syntax error', () => findings(editor.document).some((finding) => finding.includes('syntax')));
    const now = findings(editor.document);
    assert.deepEqual(
      before.filter((finding) => !now.includes(finding)),
      [],
    );
  });

  it('count an imported file that is edited and not saved', async () => {
    const types = await openFile('protocols', 'grpc', 'types.proto');
    await replace(types, 'string hw_address = 5;', 'bytes hw_address = 5;');
    await eventually('finding in types.proto', () =>
      findings(types.document).some((finding) => finding.endsWith(': bytes')),
    );
  });

  it('point to the place in the release, a read-only document', async () => {
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

  it('link to the documentation of their rule', async () => {
    const { document } = await openAgent();
    await settledFindings(document);
    const targets = vscode.languages
      .getDiagnostics(document.uri)
      .map(({ code }) => (typeof code === 'object' ? code.target.toString(true) : ''));
    assert.ok(targets.length > 0);
    assert.deepEqual(
      targets.filter((target) => !/^https:.*#[a-z-]+$/.test(target)),
      [],
    );
  });

  it('go away with a quick fix', async () => {
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
