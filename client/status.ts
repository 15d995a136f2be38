import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import type { NothingToCompare, OwnStatus, Status, StatusOfDocuments } from '../server/lsp/protocol.ts';
import { isChecked, isVirtual } from './language-client.ts';
import { helpingCommand, RESTRICTED, SHOW_PLACE, statusText, type StatusText, VIRTUAL } from './status-text.ts';

/** Shows the version step of the active document, such as `1.0.0 → 1.1.0`. */
export class StatusItem implements vscode.Disposable {
  /** Undefined while hidden. */
  text: StatusText | undefined;

  readonly #item = vscode.window.createStatusBarItem('protoCompat.step', vscode.StatusBarAlignment.Left);
  readonly #statuses = new Map<string, { readonly status: Status; readonly own: OwnStatus | null }>();
  #restricted = false;
  #last: vscode.TextDocument | undefined;
  readonly #messages: ShownOnce;
  readonly #editors: vscode.Disposable;

  constructor(memory: vscode.Memento) {
    this.#messages = new ShownOnce(memory);
    this.#item.name = 'Proto Compat';
    const show = (): void => {
      this.#show();
    };
    this.#editors = vscode.Disposable.from(
      vscode.window.onDidChangeActiveTextEditor(show),
      // A webview panel isn't an editor.
      vscode.window.tabGroups.onDidChangeTabs(show),
    );
  }

  follow(client: LanguageClient): void {
    this.#restricted = false;
    client.onNotification('protoCompat/status', ({ status, documents }: StatusOfDocuments) => {
      for (const { uri, own } of documents) this.#statuses.set(vscode.Uri.parse(uri).toString(), { status, own });
      this.#show();
      if (status.kind === 'nothing') this.#messages.show(status);
    });
  }

  showRestricted(): void {
    this.#restricted = true;
    this.#show();
  }

  clear(): void {
    this.#statuses.clear();
    this.#show();
  }

  dispose(): void {
    this.#item.dispose();
    this.#editors.dispose();
  }

  #show(): void {
    const active = vscode.window.activeTextEditor?.document;
    // For VS Code, a focused output panel is the active editor.
    if (active?.uri.scheme === 'output') return;
    const document = active ?? (isOwnPanelInFront() ? this.#last : undefined);
    if (active !== undefined) this.#last = active;
    this.text = document && this.#textOf(document);
    if (this.text === undefined) {
      this.#item.hide();
      return;
    }
    this.#item.text = this.text.text;
    this.#item.tooltip = new vscode.MarkdownString(this.text.tooltip);
    this.#item.tooltip.isTrusted = { enabledCommands: TOOLTIP_COMMANDS };
    this.#item.accessibilityInformation = { label: this.text.label };
    this.#item.command = this.text.command;
    this.#item.backgroundColor = this.text.alarming
      ? new vscode.ThemeColor('statusBarItem.warningBackground')
      : undefined;
    this.#item.show();
  }

  #textOf(document: vscode.TextDocument): StatusText | undefined {
    if (this.#restricted) return isChecked(document) ? RESTRICTED : undefined;
    if (isVirtual(document)) return VIRTUAL;
    const known = this.#statuses.get(document.uri.toString());
    return known && statusText(known.status, known.own);
  }
}

function isOwnPanelInFront(): boolean {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  return input instanceof vscode.TabInputWebview && input.viewType.includes('protoCompat');
}

const TOOLTIP_COMMANDS = [
  SHOW_PLACE,
  'protoCompat.compareWithRelease',
  'protoCompat.chooseBaseline',
  'protoCompat.fetchTags',
  'protoCompat.installGit',
  'protoCompat.openConfiguration',
  'protoCompat.showOutput',
  'git.init',
  'workbench.action.files.save',
  'workbench.trust.manage',
];

/** Says why nothing can be compared, once for each reason, repository and workspace. */
class ShownOnce {
  readonly #memory: vscode.Memento;

  constructor(memory: vscode.Memento) {
    this.#memory = memory;
  }

  show(status: NothingToCompare): void {
    const help = helpingCommand(status.action);
    if (help === undefined || status.action === 'save' || status.reason === 'left-out') return;
    const key = `shown ${status.reason} ${status.repository ?? ''}`;
    if (this.#memory.get<boolean>(key)) return;
    void this.#memory.update(key, true);
    void vscode.window.showInformationMessage(`${status.message} ${status.advice}`, help.title).then((chosen) => {
      if (chosen !== undefined) void vscode.commands.executeCommand(help.command);
    });
  }
}
