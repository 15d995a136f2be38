import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import {
  eventually,
  extensionApi,
  findings,
  git,
  openAgent,
  placeOf,
  quickFixes,
  replace,
  revertEdits,
  ruleOf,
  settledFindings,
} from './demo.ts';

const REMOVED = 'error field-removed: ;';
const ACCEPTED = 'hint field-removed: ;';
const COMMENT = '// proto-compat: accept field-removed cpu_only since 1.0 -- no runtime ever set it';

describe('accepting a break', () => {
  afterEach(revertEdits);

  it('is completed in a comment, and turns the finding into a hint', async () => {
    const editor = await openAgent();
    assert.ok((await settledFindings(editor.document)).includes(REMOVED));
    await replace(editor, 'message OnlineCPUMemRequest', '// proto-compat: \nmessage OnlineCPUMemRequest');
    const typed = placeOf(editor.document, '// proto-compat: ').translate(0, '// proto-compat: '.length);
    const { items } = await vscode.commands.executeCommand<vscode.CompletionList>(
      'vscode.executeCompletionItemProvider',
      editor.document.uri,
      typed,
    );
    const [nearest] = items
      .filter(({ label }) => labelOf(label).startsWith('accept '))
      .sort((a, b) => (a.sortText ?? '').localeCompare(b.sortText ?? ''));
    assert.ok(nearest, items.map(({ label }) => labelOf(label)).join(', '));
    assert.equal(labelOf(nearest.label), 'accept field-removed cpu_only');
    const { insertText, range } = nearest;
    assert.ok(typeof insertText === 'string' && range instanceof vscode.Range);
    assert.ok(
      await editor.edit((edit) => {
        edit.replace(range, `${insertText}no runtime ever set it`);
      }),
    );
    assert.ok(editor.document.getText().includes(`\n${COMMENT}\nmessage OnlineCPUMemRequest`));
    await eventually('hint', () => findings(editor.document).includes(ACCEPTED));
  });

  it('is offered as a quick fix, after which the badge no longer counts the error', async () => {
    const { document } = await openAgent();
    await settledFindings(document);
    const { changes, statusItem } = await extensionApi();
    await eventually('five errors', () => changes.view.badge?.value === 5);
    // The field was deleted after this line.
    const fixes = await quickFixes(document, placeOf(document, 'uint32 nb_cpus'));
    const accept = fixes.find(({ title }) => title === 'Accept it, with a reason');
    assert.ok(accept, fixes.map(({ title }) => title).join(', '));
    assert.ok(await vscode.workspace.applyEdit(accept.edit));
    // Nothing is accepted until a reason replaces the selected placeholder.
    await eventually('question', () => unusedAcceptance(document)?.message.includes('until you replace'));
    assert.ok(findings(document).includes(REMOVED));
    const selected = await eventually('selection', () => {
      const text = document.getText(vscode.window.activeTextEditor?.selection);
      return text !== '' && text;
    });
    assert.equal(selected, 'why this is fine');
    await vscode.commands.executeCommand('type', { text: 'no runtime ever set it' });
    assert.ok(document.getText().includes(`  uint32 nb_cpus = 2;\n  ${COMMENT}\n}`));
    await eventually('hint', () => findings(document).includes(ACCEPTED));
    await eventually('four errors', () => changes.view.badge?.value === 4);
    // An accepted break still needs a new version.
    assert.equal(statusItem()?.text, '$(warning) 1.0.0 → 2.0.0');
  });

  it('expires with the next minor release, and is then reported at the comment', async () => {
    const editor = await openAgent();
    await settledFindings(editor.document);
    await replace(editor, 'message OnlineCPUMemRequest', `${COMMENT}\nmessage OnlineCPUMemRequest`);
    await eventually('hint', () => findings(editor.document).includes(ACCEPTED));
    git('tag', '1.1.0');
    try {
      await eventually('error', () => findings(editor.document).includes(REMOVED));
      assert.match(
        unusedAcceptance(editor.document)?.message ?? '',
        /it is only for 1\.0, and the release is 1\.1 now\. Remove it\./,
      );
    } finally {
      git('tag', '--delete', '1.1.0');
    }
    await eventually('hint again', () => findings(editor.document).includes(ACCEPTED));
    assert.equal(unusedAcceptance(editor.document), undefined);
  });

  it('is reported if it matches nothing, and removed by a quick fix', async () => {
    const editor = await openAgent();
    const before = editor.document.getText();
    const expected = await settledFindings(editor.document);
    const comment = COMMENT.replace('cpu_only', 'nb_cpus');
    await replace(editor, 'message OnlineCPUMemRequest', `${comment}\nmessage OnlineCPUMemRequest`);
    const unused = await eventually('problem', () => unusedAcceptance(editor.document));
    assert.equal(unused.severity, vscode.DiagnosticSeverity.Warning);
    assert.match(unused.message, /accepts nothing/);
    const [fix] = await quickFixes(editor.document, unused.range.start);
    assert.equal(fix?.title, 'Remove this acceptance');
    assert.ok(await vscode.workspace.applyEdit(fix.edit));
    assert.equal(editor.document.getText(), before);
    await eventually('end of the problem', () => unusedAcceptance(editor.document) === undefined);
    assert.deepEqual(findings(editor.document), expected);
  });
});

function unusedAcceptance({ uri }: vscode.TextDocument): vscode.Diagnostic | undefined {
  return vscode.languages.getDiagnostics(uri).find((found) => ruleOf(found) === 'unused-acceptance');
}

function labelOf(label: string | vscode.CompletionItemLabel): string {
  return typeof label === 'string' ? label : label.label;
}
