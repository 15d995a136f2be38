import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { eventually, openAgent, placeOf, replace, revertEdits, settledFindings } from './demo.ts';

describe('language features for .proto files, without another extension', () => {
  afterEach(revertEdits);

  it('include an outline', async () => {
    const { document } = await openAgent();
    await settledFindings(document);
    const symbols = await vscode.commands.executeCommand<vscode.DocumentSymbol[]>(
      'vscode.executeDocumentSymbolProvider',
      document.uri,
    );
    const service = symbols.find(({ name }) => name === 'AgentService');
    assert.equal(service?.children[0]?.detail, 'CreateContainerRequest → google.protobuf.Empty');
  });

  it('include definitions and references', async () => {
    const { document } = await openAgent();
    await settledFindings(document);
    const at = placeOf(document, 'CreateContainerRequest)');
    const [definition] = await vscode.commands.executeCommand<vscode.Location[]>(
      'vscode.executeDefinitionProvider',
      document.uri,
      at,
    );
    assert.equal(definition?.range.start.line, placeOf(document, 'message CreateContainerRequest').line);
    const references = await vscode.commands.executeCommand<vscode.Location[]>(
      'vscode.executeReferenceProvider',
      document.uri,
      at,
    );
    assert.deepEqual(references.map(({ range }) => document.lineAt(range.start.line).text.trim()).sort(), [
      'message CreateContainerRequest {',
      'rpc CreateContainer(CreateContainerRequest) returns (google.protobuf.Empty);',
    ]);
  });

  it('show the first release that has an unchanged element, and what carries it', async () => {
    const { document } = await openAgent();
    await settledFindings(document);
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
      'vscode.executeHoverProvider',
      document.uri,
      placeOf(document, 'storages = 5').translate(0, 1),
    );
    const text = hovers.flatMap(({ contents }) =>
      contents.map((one) => (one instanceof vscode.MarkdownString ? one.value : '')),
    );
    assert.match(text.join('\n'), /Since 1\.0\.0.*Carried by AgentService\.CreateContainer\./s);
  });

  it('complete the next number that no release has used', async () => {
    const editor = await openAgent();
    await settledFindings(editor.document);
    // 3 was released, and its field is deleted in the pending edit.
    await replace(editor, '  uint32 nb_cpus = 2;', '  uint32 nb_cpus = 2;\n  bool fresh = ');
    const end = placeOf(editor.document, '  bool fresh = ').translate(0, '  bool fresh = '.length);
    const labels = await eventually('completion', async () => {
      const { items } = await vscode.commands.executeCommand<vscode.CompletionList>(
        'vscode.executeCompletionItemProvider',
        editor.document.uri,
        end,
      );
      return items.length > 0 && items.map(({ label }) => (typeof label === 'string' ? label : label.label));
    });
    assert.deepEqual(labels, ['4']);
  });

  it('can be disabled in the settings', async () => {
    const { document } = await openAgent();
    await settledFindings(document);
    const settings = vscode.workspace.getConfiguration('protoCompat.language');
    const definitions = async (): Promise<number> => {
      const at = placeOf(document, 'CreateContainerRequest)');
      const found = await vscode.commands.executeCommand<vscode.Location[] | undefined>(
        'vscode.executeDefinitionProvider',
        document.uri,
        at,
      );
      return found?.length ?? 0;
    };
    await settings.update('definition', false, vscode.ConfigurationTarget.Global);
    try {
      await eventually('end of the definitions', async () => (await definitions()) === 0);
    } finally {
      await settings.update('definition', undefined, vscode.ConfigurationTarget.Global);
    }
    await eventually('definition', async () => (await definitions()) === 1);
  });
});
