import * as vscode from 'vscode';
import { CONFIGURATION_FILE } from './names.ts';

type Show = (uri: vscode.Uri, diagnostics: vscode.Diagnostic[]) => void;

/**
 * Says mistakes in the configuration once: VS Code finds most of them by the schema, while the file is open. What it says of a line is
 * not said again; what the schema cannot say, and all of a file that is not open, is still ours.
 */
export class ConfigurationDiagnostics implements vscode.Disposable {
  /** What the server said last, by address. */
  readonly #told = new Map<string, { readonly diagnostics: readonly vscode.Diagnostic[]; readonly show: Show }>();
  readonly #shown = new Map<string, string>();
  readonly #listening: vscode.Disposable;

  constructor() {
    this.#listening = vscode.languages.onDidChangeDiagnostics(({ uris }) => {
      for (const uri of uris) if (this.#told.has(uri.toString())) this.#show(uri);
    });
  }

  /** Shows what the server says of a document. */
  handle(uri: vscode.Uri, diagnostics: vscode.Diagnostic[], show: Show): void {
    if (!uri.path.endsWith(`/${CONFIGURATION_FILE}`)) {
      show(uri, diagnostics);
      return;
    }
    this.#told.set(uri.toString(), { diagnostics, show });
    this.#shown.delete(uri.toString());
    this.#show(uri);
  }

  dispose(): void {
    this.#listening.dispose();
  }

  #show(uri: vscode.Uri): void {
    const told = this.#told.get(uri.toString());
    if (told === undefined) return;
    const others = vscode.languages.getDiagnostics(uri).filter(({ source }) => source !== 'proto-compat');
    const left = told.diagnostics.filter((one) => !isSaid(one, others));
    // Showing is a change of diagnostics as well.
    const key = left.map(({ message, range }) => `${range.start.line} ${message}`).join('\n');
    if (this.#shown.get(uri.toString()) === key) return;
    this.#shown.set(uri.toString(), key);
    told.show(uri, left);
  }
}

function isSaid({ code, range }: vscode.Diagnostic, others: readonly vscode.Diagnostic[]): boolean {
  const rule = typeof code === 'object' ? code.value : code;
  return rule === 'settings' && others.some((other) => other.range.start.line === range.start.line);
}
