import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { eventually, extensionApi, openAgent, replace, revertEdits, settledFindings } from './demo.ts';

describe('panels', () => {
  afterEach(revertEdits);

  it('the report appears when its page has loaded, follows the edit, and copies the notes', async () => {
    const editor = await openAgent();
    await settledFindings(editor.document);
    const { report } = await extensionApi();
    await vscode.commands.executeCommand('protoCompat.showReport');
    // The page requests its content, which proves that its script runs under the content security policy.
    const shown = await eventually('report', () => report.report);
    assert.equal(shown.modules[0]?.step, '1.0.0 → 2.0.0 (major)');
    assert.equal(shown.pairings.oldClientNewServer, 'kata-runtime 1.0.0 + this kata-agent');
    assert.equal(shown.witnesses.length, shown.summary.findings.length);
    assert.ok(shown.witnesses.some((witness) => witness?.sent.includes('CreateSandboxRequest')));
    await report.pressed({ do: 'copy', index: -1 });
    assert.equal(await vscode.env.clipboard.readText(), shown.notes);
    await replace(await openAgent(), '  Spec OCI = 6;\n', '');
    await eventually('finding of the edit', () =>
      report.report?.summary.findings.some(({ element }) => element === 'grpc.CreateContainerRequest.OCI'),
    );
    const index = shown.summary.findings.findIndex(({ rule }) => rule === 'field-added');
    await report.pressed({ do: 'show', index });
    assert.equal(vscode.window.activeTextEditor?.document.uri.toString(), editor.document.uri.toString());
  });

  it('the matrix compares the release and the edit in both pairings, and opens a cell', async () => {
    await settledFindings((await openAgent()).document);
    const { matrix } = await extensionApi();
    await vscode.commands.executeCommand('protoCompat.showMatrix');
    const shown = await eventually('whole matrix', () => matrix.shown?.svg !== undefined && matrix.shown);
    assert.deepEqual(
      shown.groups.map(({ label }) => label),
      ['1.0.0', 'working tree'],
    );
    assert.deepEqual(
      shown.cells.map(({ effect, broken }) => `${effect} ${broken > 0 ? 'broken' : ''}`.trim()),
      ['exact', 'altered broken', 'altered broken', 'exact'],
    );
    assert.match(shown.svg ?? '', /^<svg /);
    await matrix.pressed({ do: 'open', index: 1 });
    assert.equal(matrix.shown?.opened.length, shown.cells[1]?.findings);
    assert.ok(matrix.shown?.opened.some(({ item }) => item.rule === 'method-removed'));
    assert.ok(!matrix.shown?.opened.some(({ item }) => item.rule === 'method-added'));
    await matrix.pressed({ do: 'open', index: 2 });
    assert.ok(matrix.shown?.opened.some(({ item }) => item.rule === 'method-added'));
    await matrix.pressed({ do: 'open', index: 3 });
    assert.deepEqual(matrix.shown?.opened, []);
    const stateOf = () => matrix.shown?.state.text;
    matrix.edited('file:///another-repository');
    assert.doesNotMatch(stateOf() ?? '', /has changed/);
    await replace(await openAgent(), '  Spec OCI = 6;\n', '');
    await eventually('mark of an outdated matrix', () => stateOf()?.includes('has changed') === true);
  });

  it('the matrix can be cancelled and restarted', async () => {
    await settledFindings((await openAgent()).document);
    const { matrix } = await extensionApi();
    await vscode.commands.executeCommand('protoCompat.showMatrix');
    const again = matrix.pressed({ do: 'refresh', index: -1 });
    await matrix.pressed({ do: 'cancel', index: -1 });
    await again;
    const stateOf = () => matrix.shown?.state;
    const svgOf = () => matrix.shown?.svg;
    assert.deepEqual(stateOf(), { text: 'Cancelled.', progress: null });
    assert.equal(svgOf(), undefined);
    await matrix.pressed({ do: 'refresh', index: -1 });
    assert.match(svgOf() ?? '', /^<svg /);
    assert.equal(stateOf()?.progress, null);
  });
});
