import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { Html } from './html.ts';
import { wholePage } from './whole-page.ts';
import type { FromPage, ToPage } from './webview/messages.ts';

/** A webview panel that loads nothing from the network. */
export class Panel {
  readonly onDidDispose: vscode.Event<void>;
  readonly #panel: vscode.WebviewPanel;
  #closed = false;

  /**
   * @param content when the panel opens, and again when it was hidden and becomes visible
   * @param onMessage see `FromPage`
   */
  constructor(
    extension: vscode.Uri,
    id: string,
    title: string,
    content: Html,
    onMessage: (message: FromPage) => Promise<void>,
  ) {
    const dist = vscode.Uri.joinPath(extension, 'dist');
    this.#panel = vscode.window.createWebviewPanel(id, title, vscode.ViewColumn.Active, {
      enableScripts: true,
      enableFindWidget: true,
      localResourceRoots: [dist],
    });
    const { webview } = this.#panel;
    this.#panel.iconPath = vscode.Uri.joinPath(extension, 'icon.png');
    this.onDidDispose = this.#panel.onDidDispose;
    this.onDidDispose(() => {
      this.#closed = true;
    });
    webview.onDidReceiveMessage((message: unknown) => {
      const known = fromPage(message);
      if (known === undefined) return;
      onMessage(known).catch((error: unknown) => {
        void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error));
      });
    });
    const script = webview.asWebviewUri(vscode.Uri.joinPath(dist, 'page.js')).toString();
    webview.html = wholePage(title, content, script, randomBytes(16).toString('hex'));
  }

  post(message: ToPage): void {
    // A response may arrive after the panel was closed.
    if (!this.#closed) void this.#panel.webview.postMessage(message);
  }

  fill(id: string, content: Html): void {
    this.post({ kind: 'html', id, html: content.markup });
  }

  reveal(): void {
    this.#panel.reveal();
  }

  dispose(): void {
    this.#panel.dispose();
  }
}

function fromPage(message: unknown): FromPage | undefined {
  if (typeof message !== 'object' || message === null || !('do' in message) || !('index' in message)) return undefined;
  const { do: pressed, index } = message;
  return typeof pressed === 'string' && typeof index === 'number' ? { do: pressed, index } : undefined;
}
