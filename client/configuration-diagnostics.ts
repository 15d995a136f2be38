import * as vscode from 'vscode';
import { CONFIGURATION_FILE } from './names.ts';

type Show = (uri: vscode.Uri, diagnostics: vscode.Diagnostic[]) => void;

/** Hides problems of settings on lines that already have a diagnostic, usually from VS Code's schema validation. */
export class ConfigurationDiagnostics implements vscode.Disposable {
  readonly #received = new Map<string, { readonly diagnostics: readonly vscode.Diagnostic[]; readonly show: Show }>();
  readonly #shown = new Map<string, string>();
  readonly #listening: vscode.Disposable;

  constructor() {
    this.#listening = vscode.languages.onDidChangeDiagnostics(({ uris }) => {
      for (const uri of uris) if (this.#received.has(uri.toString())) this.#show(uri);
    });
  }

  handle(uri: vscode.Uri, diagnostics: vscode.Diagnostic[], show: Show): void {
    if (!uri.path.endsWith(`/${CONFIGURATION_FILE}`)) {
      show(uri, diagnostics);
      return;
    }
    this.#received.set(uri.toString(), { diagnostics, show });
    this.#shown.delete(uri.toString());
    this.#show(uri);
  }

  dispose(): void {
    this.#listening.dispose();
  }

  #show(uri: vscode.Uri): void {
    const received = this.#received.get(uri.toString());
    if (received === undefined) return;
    const others = vscode.languages.getDiagnostics(uri).filter(({ source }) => source !== 'proto-compat');
    const left = received.diagnostics.filter((one) => !isReported(one, others));
    // `show` triggers the event again.
    const key = left.map(({ message, range }) => `${range.start.line} ${message}`).join('\n');
    if (this.#shown.get(uri.toString()) === key) return;
    this.#shown.set(uri.toString(), key);
    received.show(uri, left);
  }
}

function isReported({ code, range }: vscode.Diagnostic, others: readonly vscode.Diagnostic[]): boolean {
  const rule = typeof code === 'object' ? code.value : code;
  return rule === 'settings' && others.some((other) => other.range.start.line === range.start.line);
}
