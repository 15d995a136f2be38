import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import type { Report } from '../server/lsp/protocol.ts';
import { html } from './html.ts';
import { ask } from './language-client.ts';
import { Panel } from './panel.ts';
import { reportPage, type Uses } from './report-page.ts';
import { SHOW_PLACE } from './status-text.ts';
import type { FromPage } from './webview/messages.ts';

export class ReportPanel {
  readonly #client: () => LanguageClient | undefined;
  readonly #extension: vscode.Uri;
  #open:
    { readonly panel: Panel; readonly uri: string; report: Report | undefined; uses: Uses | undefined } | undefined;

  constructor(extension: vscode.Uri, client: () => LanguageClient | undefined) {
    this.#extension = extension;
    this.#client = client;
  }

  /** Undefined while the panel is closed or waits for its first report. */
  get report(): Report | undefined {
    return this.#open?.report;
  }

  /** @param uri a document or folder of the repository */
  show(uri: string): void {
    if (this.#open?.uri === uri) {
      this.#open.panel.reveal();
      return;
    }
    this.#open?.panel.dispose();
    const waiting = html`<h1>Compatibility report</h1>
      <p>Comparing with the release …</p>`;
    const panel = new Panel(this.#extension, 'protoCompat.report', 'Compatibility Report', waiting, (message) =>
      this.pressed(message),
    );
    const open = { panel, uri, report: undefined, uses: undefined };
    this.#open = open;
    panel.onDidDispose(() => {
      if (this.#open === open) this.#open = undefined;
    });
  }

  /** To call when the findings changed. */
  async refresh(): Promise<void> {
    const open = this.#open;
    const running = this.#client();
    if (open === undefined || running === undefined) return;
    const report = await ask(running, 'protoCompat/report', { uri: open.uri });
    open.report = report;
    // The uses belong to the old findings.
    open.uses = undefined;
    open.panel.fill('main', reportPage(report));
  }

  async #searchUses(): Promise<void> {
    const open = this.#open;
    const running = this.#client();
    const report = open?.report;
    if (open === undefined || running === undefined || report === undefined) return;
    const options = {
      location: vscode.ProgressLocation.Notification,
      title: 'Searching for uses …',
      cancellable: true,
    };
    await vscode.window.withProgress(options, async (_, token) => {
      const uses = await ask(running, 'protoCompat/uses', { uri: open.uri }, token).catch((error: unknown) => {
        if (!token.isCancellationRequested) throw error;
        return undefined;
      });
      // The findings may have changed meanwhile.
      if (uses === undefined || open.report !== report) return;
      open.uses = uses;
      open.panel.fill('main', reportPage(report, uses));
    });
  }

  dispose(): void {
    this.#open?.panel.dispose();
  }

  async pressed({ do: pressed, index }: FromPage): Promise<void> {
    const report = this.#open?.report;
    switch (pressed) {
      case 'ready':
        await this.refresh();
        break;
      case 'copy':
        if (report === undefined) return;
        await vscode.env.clipboard.writeText(report.notes);
        vscode.window.setStatusBarMessage('Copied the release notes to the clipboard.', 3000);
        break;
      case 'matrix':
        await vscode.commands.executeCommand('protoCompat.showMatrix', this.#open?.uri);
        break;
      case 'uses':
        await this.#searchUses();
        break;
      case 'use': {
        const places = this.#open?.uses?.flat().flatMap((item) => item.places);
        const place = places?.[index];
        if (place !== undefined) await vscode.commands.executeCommand(SHOW_PLACE, place.uri, place.range);
        break;
      }
      case 'show': {
        const finding = report?.summary.findings[index];
        if (finding !== undefined) await vscode.commands.executeCommand(SHOW_PLACE, finding.uri, finding.range);
      }
    }
  }
}
