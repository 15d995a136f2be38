import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { eventually, extensionApi, openAgent, openFile, replaceAll, revertEdits, settledFindings } from './demo.ts';
import { nodes } from './tree.ts';

describe('status item', () => {
  afterEach(revertEdits);

  it('shows the step from the release to the next version, and why', async () => {
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

  it('follows the text: a minor version for additions, the release for no change', async () => {
    const editor = await openAgent();
    const released = await releasedText(editor.document);
    const { statusItem } = await extensionApi();
    await replaceAll(editor, released.replace('Spec OCI = 6;', 'Spec OCI = 6;\n  bool sandbox_pidns = 7;'));
    await eventually('step to 1.1.0', () => statusItem()?.text === '$(tag) 1.0.0 → 1.1.0');
    assert.equal(statusItem()?.alarming, false);
    await replaceAll(editor, released);
    await eventually('release alone', () => statusItem()?.text === '$(tag) 1.0.0');
  });

  it('is hidden if the active file is not a .proto file', async () => {
    const { statusItem } = await extensionApi();
    await openFile('README.md');
    await eventually('hidden item', () => statusItem() === undefined);
    await openAgent();
    await eventually('shown item', () => statusItem() !== undefined);
  });

  it('stays visible beside our own panels, and not beside those of others', async () => {
    await openAgent();
    const { statusItem } = await extensionApi();
    await eventually('step', () => statusItem()?.text === '$(warning) 1.0.0 → 2.0.0');
    for (const [command, title] of [
      ['protoCompat.showReport', 'Compatibility Report'],
      ['protoCompat.showMatrix', 'Version Skew Matrix'],
    ] as const) {
      await vscode.commands.executeCommand(command);
      await eventually(`${title} alone in front`, () => isPageInFront(title));
      assert.equal(statusItem()?.text, '$(warning) 1.0.0 → 2.0.0', title);
    }
    const other = vscode.window.createWebviewPanel('other', 'Another page', vscode.ViewColumn.Active);
    await eventually('the other page', () => isPageInFront('Another page'));
    await eventually('hidden item', () => statusItem() === undefined);
    other.dispose();
    await eventually('shown item', () => statusItem() !== undefined);
  });

  it('shows that a document without a file is not compared', async () => {
    const text = new TextEncoder().encode('syntax = "proto3";\n');
    const provider = new InMemory(text);
    const registered = vscode.workspace.registerFileSystemProvider('somewhere', provider);
    try {
      await vscode.window.showTextDocument(vscode.Uri.parse('somewhere:/agent.proto'));
      const { statusItem } = await extensionApi();
      const shown = await eventually('status', () => statusItem());
      assert.equal(shown.text, '$(circle-slash) not compared');
      assert.match(shown.tooltip, /not a file on this machine/);
    } finally {
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
      registered.dispose();
    }
  });

  it('is shown in the diff against the release, which a command opens', async () => {
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

function isPageInFront(title: string): boolean {
  const { activeTab } = vscode.window.tabGroups.activeTabGroup;
  return activeTab?.label === title && vscode.window.activeTextEditor === undefined;
}

async function releasedText(document: vscode.TextDocument): Promise<string> {
  await settledFindings(document);
  const { changes } = await extensionApi();
  const [place] = (await nodes(changes)).flatMap(({ node }) =>
    node.kind === 'finding' ? (node.finding.baseline ?? []) : [],
  );
  assert.ok(place);
  return (await vscode.workspace.openTextDocument(vscode.Uri.parse(place.uri))).getText();
}

/** A file system like that of a virtual workspace. Every file has the same text. */
class InMemory implements vscode.FileSystemProvider {
  readonly #text: Uint8Array;
  readonly #changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  readonly onDidChangeFile = this.#changed.event;

  constructor(text: Uint8Array) {
    this.#text = text;
  }

  watch(): vscode.Disposable {
    return new vscode.Disposable(() => undefined);
  }
  stat(): vscode.FileStat {
    return { type: vscode.FileType.File, ctime: 0, mtime: 0, size: this.#text.length };
  }
  readFile(): Uint8Array {
    return this.#text;
  }
  readDirectory(): [] {
    return [];
  }
  createDirectory(): void {
    throw vscode.FileSystemError.NoPermissions();
  }
  writeFile(): void {
    throw vscode.FileSystemError.NoPermissions();
  }
  delete(): void {
    throw vscode.FileSystemError.NoPermissions();
  }
  rename(): void {
    throw vscode.FileSystemError.NoPermissions();
  }
}
