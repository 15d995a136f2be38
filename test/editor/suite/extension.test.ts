import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { eventually, extensionApi, findings, openAgent, openFile, revertEdits, settledFindings } from './demo.ts';

describe('extension', () => {
  afterEach(revertEdits);

  it('starts the language server when a .proto file is opened', async () => {
    await openAgent();
    const { isRunning } = await extensionApi();
    await eventually('a running server', isRunning);
  });

  it('stops the server when it is disabled, and starts it when it is enabled', async () => {
    const { document } = await openAgent();
    const { isRunning, statusItem } = await extensionApi();
    const before = await settledFindings(document);
    const settings = vscode.workspace.getConfiguration('protoCompat');
    await settings.update('enable', false, vscode.ConfigurationTarget.Workspace);
    try {
      await eventually('silence', () => !isRunning() && findings(document).length === 0 && statusItem() === undefined);
    } finally {
      await settings.update('enable', undefined, vscode.ConfigurationTarget.Workspace);
    }
    await eventually('the same findings again', () => findings(document).length === before.length && isRunning());
  });

  it('restarts the language server on command', async () => {
    const { document } = await openAgent();
    const before = await settledFindings(document);
    await vscode.commands.executeCommand('protoCompat.restartServer');
    assert.deepEqual(await settledFindings(document), before);
  });

  it('has every command that it contributes', async () => {
    const commands = new Set(await vscode.commands.getCommands(true));
    const manifest = vscode.extensions.getExtension('proto-compat.proto-compat')?.packageJSON as Manifest;
    const contributed = manifest.contributes.commands.map(({ command }) => command);
    assert.ok(contributed.length > 0);
    assert.deepEqual(
      contributed.filter((command) => !commands.has(command)),
      [],
    );
  });

  it('treats its configuration as JSON with comments', async () => {
    const { document } = await openFile('proto-compat.json');
    assert.equal(document.languageId, 'jsonc');
  });

  it('shows the released declarations in hovers, hints and lenses', async () => {
    const { document } = await openAgent();
    await settledFindings(document);
    const place = document.positionAt(document.getText().indexOf('hostname = 2') + 'hostname = '.length);
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
      'vscode.executeHoverProvider',
      document.uri,
      place,
    );
    assert.match(textOf(hovers), /kata-agent/);
    const all = new vscode.Range(0, 0, document.lineCount, 0);
    const hints = await vscode.commands.executeCommand<vscode.InlayHint[]>(
      'vscode.executeInlayHintProvider',
      document.uri,
      all,
    );
    const labels = hints.map(({ label }) =>
      typeof label === 'string' ? label : label.map(({ value }) => value).join(''),
    );
    assert.ok(labels.includes('was 1'), labels.join(', '));
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
      'vscode.executeCodeLensProvider',
      document.uri,
      10,
    );
    const titles = lenses.map(({ command }) => command?.title ?? '');
    assert.ok(
      titles.some((title) => /^since 1\.0\.0: .*→ 2\.0\.0$/.test(title)),
      titles.join(', '),
    );
  });
});

interface Manifest {
  readonly contributes: { readonly commands: readonly { readonly command: string }[] };
}

function textOf(hovers: readonly vscode.Hover[]): string {
  return hovers
    .flatMap(({ contents }) => contents)
    .map((content) => (content instanceof vscode.MarkdownString ? content.value : ''))
    .join('\n');
}
