import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Api } from '../../../client/extension.ts';

/** The extension's own view of itself, once it has started. */
export async function extensionApi(): Promise<Api> {
  const extension = vscode.extensions.getExtension<Api>('proto-compat.proto-compat');
  assert.ok(extension, 'the extension is not installed');
  return extension.activate();
}

/** Opens a file of the demo repository. */
export async function openFile(...names: readonly string[]): Promise<vscode.TextEditor> {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(folder, 'no folder is open');
  return vscode.window.showTextDocument(vscode.Uri.joinPath(folder.uri, ...names));
}

/** The file with the pending edit. */
export function openAgent(): Promise<vscode.TextEditor> {
  return openFile('protocols', 'grpc', 'agent.proto');
}

/**
 * Waits until `look` finds something, looking again every few milliseconds.
 * @throws after a minute, which is for slow machines, with what was expected
 */
export async function eventually<T>(expected: string, look: () => T | undefined | false): Promise<T> {
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline) {
    const found = look();
    if (found !== undefined && found !== false) return found;
    await milliseconds(50);
  }
  throw new Error(`In a minute there was no ${expected}.`);
}

/** Diagnostics of ours as `severity rule: marked text`, in the order of their places. */
export function findings(document: vscode.TextDocument): string[] {
  return vscode.languages
    .getDiagnostics(document.uri)
    .filter((diagnostic) => diagnostic.source === 'proto-compat')
    .sort((a, b) => a.range.start.compareTo(b.range.start))
    .map((found) => `${SEVERITIES[found.severity]} ${ruleOf(found)}: ${document.getText(found.range)}`);
}

/** As `findings`, once there are some. */
export function settledFindings(document: vscode.TextDocument): Promise<string[]> {
  return eventually('finding', () => {
    const found = findings(document);
    return found.length > 0 && found;
  });
}

export function ruleOf({ code }: vscode.Diagnostic): string {
  return String(typeof code === 'object' ? code.value : code);
}

/** Replaces the whole text, without saving. */
export async function replaceAll(editor: vscode.TextEditor, text: string): Promise<void> {
  await replace(editor, editor.document.getText(), text);
}

/** Takes back what tests have typed, so that each starts from the pending edit. */
export async function revertEdits(): Promise<void> {
  for (const document of vscode.workspace.textDocuments.filter(({ isDirty }) => isDirty)) {
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand('workbench.action.files.revert');
  }
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
}

/** Replaces the first place of `old` in the document, without saving. */
export async function replace(editor: vscode.TextEditor, old: string, text: string): Promise<void> {
  const start = editor.document.getText().indexOf(old);
  assert.notEqual(start, -1, `the document has no ${old}`);
  const range = new vscode.Range(editor.document.positionAt(start), editor.document.positionAt(start + old.length));
  assert.ok(
    await editor.edit((edit) => {
      edit.replace(range, text);
    }),
  );
}

/**
 * Runs a command that asks, and picks an item of its list until that shows. Nothing tells an extension that a list is open: on a slow
 * machine keys may come too early and pick nothing or another item, and then it is tried again with more patience.
 * @param index of the item, separators not counted
 */
export async function pick(command: string, index: number, shows: () => boolean): Promise<void> {
  for (let patience = 1000; !shows(); patience *= 2) {
    let isOpen = true;
    const choosing = vscode.commands.executeCommand(command).then(() => {
      isOpen = false;
    });
    await milliseconds(patience);
    for (let moved = 0; moved < index; moved++) {
      await vscode.commands.executeCommand('workbench.action.quickOpenSelectNext');
    }
    // It is set when the command ends.
    while (isOpen as boolean) {
      await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      await milliseconds(100);
    }
    await choosing;
    // It shows a little later.
    for (let waited = 0; waited < patience && !shows(); waited += 50) await milliseconds(50);
  }
}

function milliseconds(duration: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, duration));
}

const SEVERITIES = {
  [vscode.DiagnosticSeverity.Error]: 'error',
  [vscode.DiagnosticSeverity.Warning]: 'warning',
  [vscode.DiagnosticSeverity.Information]: 'information',
  [vscode.DiagnosticSeverity.Hint]: 'hint',
};
