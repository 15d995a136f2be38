import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import {
  eventually,
  extensionApi,
  findings,
  openAgent,
  openFile,
  quickFixes,
  revertEdits,
  settledFindings,
} from './demo.ts';

describe('the version file', () => {
  afterEach(revertEdits);

  it('shows the finding at the version, with a quick fix that writes the next version', async () => {
    await settledFindings((await openAgent()).document);
    const { document } = await openFile('VERSION');
    assert.deepEqual(await settledFindings(document), ['information version-too-low: 1.0.0']);
    const [fix] = await quickFixes(document, new vscode.Position(0, 2));
    assert.equal(fix?.title, 'Write 2.0.0 into VERSION');
    assert.equal(fix.isPreferred, true);
    assert.ok(await vscode.workspace.applyEdit(fix.edit));
    assert.equal(document.getText(), '2.0.0\n');
    // Nothing needs to be saved.
    await eventually('end of the finding', () => findings(document).length === 0);
    assert.equal(document.isDirty, true);
  });

  it('shows the step of its module, and a hover that does not repeat the diagnostic', async () => {
    await settledFindings((await openAgent()).document);
    const { document } = await openFile('VERSION');
    await settledFindings(document);
    const { statusItem } = await extensionApi();
    await eventually('step to 2.0.0', () => statusItem()?.text === '$(warning) 1.0.0 → 2.0.0');
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
      'vscode.executeHoverProvider',
      document.uri,
      new vscode.Position(0, 2),
    );
    const text = hovers
      .flatMap(({ contents }) => contents)
      .map((content) => (content instanceof vscode.MarkdownString ? content.value : ''))
      .join('\n');
    assert.match(text, /Because of protocols\/grpc\/agent\.proto:/);
    assert.doesNotMatch(text, /is too low/);
  });
});

describe('the configuration', () => {
  afterEach(revertEdits);

  it('takes effect while it is edited, and shows its problems at once', async () => {
    const agent = (await openAgent()).document;
    await settledFindings(agent);
    const { document } = await openFile('proto-compat.json');
    const edit = new vscode.WorkspaceEdit();
    edit.insert(
      document.uri,
      new vscode.Position(1, 0),
      '  "rules": { "field-removed": "hint", "field-gone": "off" },\n',
    );
    assert.ok(await vscode.workspace.applyEdit(edit));
    await eventually('hint', () => findings(agent).includes('hint field-removed: ;'));
    // VS Code's schema validation or this extension reports it.
    const problems = (): vscode.Diagnostic[] =>
      vscode.languages.getDiagnostics(document.uri).filter(({ range }) => range.start.line === 1);
    await eventually('problem', () => problems().length === 1);
  });
});
