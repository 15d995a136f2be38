import {
  ResponseError,
  type SnippetTextEdit,
  StringValue,
  type TextEdit,
  type WorkspaceEdit,
} from 'vscode-languageserver/node';

import { CONFIGURATION_FILE } from '../policy/config.ts';
import type { Range } from '../policy/result.ts';
import { combined } from '../rules/fixes/combine.ts';
import type { Fix } from '../rules/rule.ts';
import type { Capabilities } from './capabilities.ts';
import { configurationOf, ruleOffEdits } from './configuration.ts';
import { textEdits } from './revert.ts';
import type { View } from './view.ts';

export class WorkspaceEdits {
  readonly #view: View;
  readonly #capabilities: Capabilities;

  constructor(view: View, capabilities: Capabilities) {
    this.#view = view;
    this.#capabilities = capabilities;
  }

  ofDocument(edits: readonly TextEdit[] | undefined): WorkspaceEdit | undefined {
    const { uri, version } = this.#view.document;
    return edits === undefined || edits.length === 0
      ? undefined
      : this.#pack(new Map([[uri, { version, edits: [...edits] }]]));
  }

  async replacing(file: string, range: Range, newText: string): Promise<WorkspaceEdit | undefined> {
    const document = await this.#view.current(file);
    if (document === undefined) return undefined;
    const version = this.#view.isOpen(file) ? document.version : null;
    return this.#pack(new Map([[document.uri, { version, edits: [{ range, newText }] }]]));
  }

  get canConfigure(): boolean {
    return this.#capabilities.documentChanges && this.#capabilities.createsFiles;
  }

  /** Undefined if the configuration is invalid. */
  async disabling(rule: string): Promise<WorkspaceEdit | undefined> {
    const { repository, path } = this.#view;
    const text = await configurationOf(repository);
    const uri = repository.uriOf(CONFIGURATION_FILE);
    const version = repository.documents.get(CONFIGURATION_FILE)?.version ?? null;
    try {
      const change = { textDocument: { uri, version }, edits: [...(await ruleOffEdits(repository, text, rule, path))] };
      return { documentChanges: text === undefined ? [{ kind: 'create', uri }, change] : [change] };
    } catch (error) {
      if (error instanceof ResponseError) return undefined;
      throw error;
    }
  }

  /**
   * A fix that collides with an earlier one is left out. Undefined if there is nothing to edit, if the edits of one fix
   * overlap, or if a file cannot be read.
   */
  async of(fixes: readonly Fix[]): Promise<WorkspaceEdit | undefined> {
    const byFile = new Map<string, { start: number; end: number; text: string }[]>();
    const placeholders = new Map<string, string>();
    for (const { file, span, text, placeholder } of combined(fixes)) {
      const known = byFile.get(file);
      if (known === undefined) byFile.set(file, [{ ...span, text }]);
      else known.push({ ...span, text });
      if (placeholder !== undefined) placeholders.set(text, placeholder);
    }
    const byUri = new Map<string, { version: number | null; edits: TextEdit[] }>();
    for (const [file, edits] of byFile) {
      const document = await this.#view.current(file);
      if (document === undefined) return undefined;
      const ordered = textEdits(document, edits);
      if (ordered === undefined) return undefined;
      byUri.set(document.uri, {
        version: this.#view.isOpen(file) ? document.version : null,
        edits: [...ordered],
      });
    }
    return byUri.size === 0 ? undefined : this.#pack(byUri, placeholders);
  }

  /** @param placeholders the part to select after the edit, by inserted text. */
  #pack(
    byUri: ReadonlyMap<string, { version: number | null; edits: TextEdit[] }>,
    placeholders: ReadonlyMap<string, string> = new Map(),
  ): WorkspaceEdit {
    const { documentChanges, snippets } = this.#capabilities;
    if (!documentChanges) {
      return { changes: Object.fromEntries([...byUri].map(([uri, { edits }]) => [uri, edits])) };
    }
    const asSnippet = (edit: TextEdit): TextEdit | SnippetTextEdit => {
      const placeholder = snippets ? placeholders.get(edit.newText) : undefined;
      return placeholder === undefined
        ? edit
        : { range: edit.range, snippet: StringValue.createSnippet(snippetOf(edit.newText, placeholder)) };
    };
    return {
      documentChanges: [...byUri].map(([uri, { version, edits }]) => ({
        textDocument: { uri, version },
        edits: edits.map(asSnippet),
      })),
    };
  }
}

function snippetOf(text: string, placeholder: string): string {
  const escaped = (part: string): string => part.replace(/[\\$}]/g, '\\$&');
  const at = text.lastIndexOf(placeholder);
  return `${escaped(text.slice(0, at))}\${1:${escaped(placeholder)}}${escaped(text.slice(at + placeholder.length))}`;
}
