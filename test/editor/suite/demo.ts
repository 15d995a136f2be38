import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as vscode from 'vscode';
import type { Api } from '../../../client/extension.ts';

/** Starts the extension, if necessary, and returns its API. */
export async function extensionApi(): Promise<Api> {
  const extension = vscode.extensions.getExtension<Api>('proto-compat.proto-compat');
  assert.ok(extension, 'the extension is not installed');
  return extension.activate();
}

export async function openFile(...names: readonly string[]): Promise<vscode.TextEditor> {
  return vscode.window.showTextDocument(vscode.Uri.joinPath(folderAt(0).uri, ...names));
}

/** The file with the pending edit. */
export function openAgent(): Promise<vscode.TextEditor> {
  return openFile('protocols', 'grpc', 'agent.proto');
}

export function folderAt(index: number): vscode.WorkspaceFolder {
  const folder = vscode.workspace.workspaceFolders?.[index];
  assert.ok(folder, 'no such folder is open');
  return folder;
}

/**
 * Waits until `look` returns a value other than `undefined` or `false`.
 * @throws after a minute, with what was expected
 */
export async function eventually<T>(
  expected: string,
  look: () => T | undefined | false | Promise<T | undefined | false>,
): Promise<T> {
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    await sleep(50);
  }
  throw new Error(`In a minute there was no ${expected}.`);
}

/** Our diagnostics as `severity rule: marked text`, in the order of their positions. */
export function findings(document: vscode.TextDocument): string[] {
  return vscode.languages
    .getDiagnostics(document.uri)
    .filter((diagnostic) => diagnostic.source === 'proto-compat')
    .sort((a, b) => a.range.start.compareTo(b.range.start))
    .map((found) => `${SEVERITIES[found.severity]} ${ruleOf(found)}: ${document.getText(found.range)}`);
}

/** Like `findings`, but waits until there are some. */
export function settledFindings(document: vscode.TextDocument): Promise<string[]> {
  return eventually('finding', () => {
    const found = findings(document);
    return found.length > 0 && found;
  });
}

export function ruleOf({ code }: vscode.Diagnostic): string {
  return String(typeof code === 'object' ? code.value : code);
}

/** The code actions at a position that have an edit. */
export async function quickFixes(
  document: vscode.TextDocument,
  place: vscode.Position,
): Promise<readonly (vscode.CodeAction & { readonly edit: vscode.WorkspaceEdit })[]> {
  const ask = (): Thenable<vscode.CodeAction[]> =>
    vscode.commands.executeCommand(
      'vscode.executeCodeActionProvider',
      document.uri,
      new vscode.Range(place, place),
      vscode.CodeActionKind.QuickFix.value,
    );
  // VS Code cancels the request if it changes editors at the same moment.
  const actions = await eventually<vscode.CodeAction[]>('answer about quick fixes', async () =>
    ask().then(undefined, (error: unknown) => {
      if (error instanceof Error && error.name === 'Canceled') return undefined;
      throw error;
    }),
  );
  return actions.flatMap((action) => {
    const { edit } = action;
    return edit === undefined ? [] : [Object.assign(action, { edit })];
  });
}

export function placeOf(document: vscode.TextDocument, text: string): vscode.Position {
  const offset = document.getText().indexOf(text);
  assert.notEqual(offset, -1, `the document has no ${text}`);
  return document.positionAt(offset);
}

export function git(...args: readonly string[]): void {
  const who = ['-c', 'user.name=Proto Compat', '-c', 'user.email=demo@example.com'];
  execFileSync('git', [...who, ...args], { cwd: folderAt(0).uri.fsPath, stdio: 'ignore' });
}

export async function replaceAll(editor: vscode.TextEditor, text: string): Promise<void> {
  await replace(editor, editor.document.getText(), text);
}

/** Reverts unsaved edits and closes all editors. */
export async function revertEdits(): Promise<void> {
  // VS Code itself saves the user's settings.
  const edited = vscode.workspace.textDocuments.filter(
    ({ isDirty, uri }) => isDirty && (uri.scheme !== 'file' || vscode.workspace.getWorkspaceFolder(uri) !== undefined),
  );
  for (const document of edited) {
    const show = (): Thenable<vscode.TextEditor> => vscode.window.showTextDocument(document);
    // VS Code cancels the command if another editor opens at the same moment.
    await show().then(undefined, show);
    await vscode.commands.executeCommand('workbench.action.files.revert');
  }
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
}

/** Replaces the first occurrence of `old` in the document, without saving. */
export async function replace(editor: vscode.TextEditor, old: string, text: string): Promise<void> {
  const start = placeOf(editor.document, old);
  const end = editor.document.positionAt(editor.document.offsetAt(start) + old.length);
  const range = new vscode.Range(start, end);
  assert.ok(
    await editor.edit((edit) => {
      edit.replace(range, text);
    }),
  );
}

/**
 * Picks an item from a command's list. An extension cannot know when the list is open, so this tries longer delays until `shows` is true.
 * @param index of the item, without separators
 */
export async function pick(command: string, index: number, shows: () => boolean): Promise<void> {
  for (let patience = 1000; !shows(); patience *= 2) {
    let isOpen = true;
    const choosing = vscode.commands.executeCommand(command).then(() => {
      isOpen = false;
    });
    await sleep(patience);
    for (let moved = 0; moved < index; moved++) {
      await vscode.commands.executeCommand('workbench.action.quickOpenSelectNext');
    }
    // The command sets this when it ends.
    while (isOpen as boolean) {
      await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      await sleep(100);
    }
    await choosing;
    // The effect is visible a little later.
    for (let waited = 0; waited < patience && !shows(); waited += 50) await sleep(50);
  }
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

const SEVERITIES = {
  [vscode.DiagnosticSeverity.Error]: 'error',
  [vscode.DiagnosticSeverity.Warning]: 'warning',
  [vscode.DiagnosticSeverity.Information]: 'information',
  [vscode.DiagnosticSeverity.Hint]: 'hint',
};
