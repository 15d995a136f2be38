import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Api } from '../../../client/extension.ts';

describe('extension', () => {
  it('starts the language server when a .proto file is opened', async () => {
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    assert.ok(folder);
    await vscode.window.showTextDocument(vscode.Uri.joinPath(folder.uri, 'protocols', 'grpc', 'agent.proto'));
    const extension = vscode.extensions.getExtension<Api>('proto-compat.proto-compat');
    assert.ok(extension);
    const api = await extension.activate();
    assert.equal(api.isRunning(), true);
  });
});
