import {
  type CancellationToken,
  type CodeAction,
  CodeActionKind,
  type CodeActionParams,
  type CompletionItem,
  CompletionTriggerKind,
  type Hover,
  type Location,
  LSPErrorCodes,
  type Position,
  ResponseError,
  TextDocumentContentRequest,
} from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';

import { acceptanceItems, typedAcceptance } from './acceptance.ts';
import { type Client, requireUri } from './client.ts';
import { type ActionData, codeActions, editOf } from './code-actions.ts';
import { codeLenses } from './code-lens.ts';
import { numberItems, typedAt, typeItems } from './completion.ts';
import { definition, references, releasedDefinition } from './definition.ts';
import type { Documents } from './documents.ts';
import { elementAt, elementHover } from './element-hover.ts';
import { findingHover } from './finding-hover.ts';
import { inlayHints } from './inlay-hints.ts';
import { Cancelled, signalOf } from './cancellation.ts';
import { documentSymbols } from './symbols.ts';
import { TimeSlice } from './time-slice.ts';
import { releasedFile, releaseLabel } from './uris.ts';
import type { View } from './view.ts';

export class EditorRequests {
  readonly #client: Client;
  readonly #documents: Documents;

  constructor(client: Client, documents: Documents) {
    this.#client = client;
    this.#documents = documents;
  }

  listen(): void {
    const { connection } = this.#client;
    connection.workspace.textDocumentContent.on((params) => {
      requireUri(TextDocumentContentRequest.method, params);
      return this.#releasedText(params.uri);
    });
    connection.onHover(({ textDocument, position }, token) =>
      this.#client.answer('A hover', null, async () => {
        const view = await this.#documents.view(textDocument.uri, token, true);
        if (view === undefined) return null;
        const { diagnosticsInHovers = false } = this.#client.options;
        const found = await findingHover(view, position, diagnosticsInHovers, signalOf(token));
        return found ?? (await this.#elementHover(view, position, token));
      }),
    );
    connection.onCodeAction((params, token) =>
      this.#client.answer('A code action', [], () => this.#codeActions(params, token)),
    );
    connection.onCodeActionResolve((action, token) =>
      this.#client.answer('The edit of a code action', action, () => this.#withEdit(action, token)),
    );
    connection.onCodeLens(({ textDocument }, token) =>
      this.#client.answer('A code lens', [], async () => {
        await this.#client.configured;
        if (!this.#client.settings.codeLens.enabled) return [];
        const view = await this.#documents.view(textDocument.uri, token);
        return view === undefined ? [] : codeLenses(view, this.#client.options.commands);
      }),
    );
    connection.languages.inlayHint.on(({ textDocument, range }, token) =>
      this.#client.answer('An inlay hint', [], async () => {
        await this.#client.configured;
        if (!this.#client.settings.inlayHints.enabled) return [];
        const view = await this.#documents.view(textDocument.uri, token);
        return view === undefined ? [] : inlayHints(view, range);
      }),
    );
    connection.onCompletion(({ textDocument, position, context }, token) =>
      this.#client.answer('A completion', [], async () => {
        // Each typed space causes this request. Most of these requests need no check.
        const document = this.#documents.get(textDocument.uri);
        if (document === undefined) return [];
        if (typedAcceptance(document, position) === undefined) {
          const isAutomatic = context?.triggerKind === CompletionTriggerKind.TriggerCharacter;
          return this.#completion(document, position, isAutomatic, token);
        }
        const view = await this.#documents.view(textDocument.uri, token);
        return view === undefined ? [] : acceptanceItems(view, position);
      }),
    );
    connection.onDocumentSymbol(({ textDocument }) =>
      this.#client.answer('An outline', [], async () => {
        await this.#client.configured;
        const document = this.#documents.get(textDocument.uri);
        return document === undefined || !this.#client.settings.language.outline ? [] : documentSymbols(document);
      }),
    );
    connection.onDefinition(({ textDocument, position }, token) =>
      this.#client.answer('A definition', null, () => this.#definition(textDocument.uri, position, token)),
    );
    connection.onReferences(({ textDocument, position, context }, token) =>
      this.#client.answer('References', [], async () => {
        await this.#client.configured;
        const found = this.#client.settings.language.references
          ? await this.#documents.schemaAt(textDocument.uri, position, token)
          : undefined;
        if (found === undefined) return [];
        const { schema, file, offset, repository } = found;
        return references(schema, file, offset, context.includeDeclaration, (path) => repository.uriOf(path));
      }),
    );
  }

  /** Starts again after an edit, because an editor that fixes on save waits for the answer. */
  async #codeActions(params: CodeActionParams, token: CancellationToken): Promise<CodeAction[]> {
    // An editor that fixes on save asks right after a keystroke, so a name would still count as half typed.
    if (params.context.only?.some((kind) => kind.startsWith(CodeActionKind.Source)) === true)
      this.#documents.completeWords(params.textDocument.uri);
    for (;;) {
      const view = await this.#documents.view(params.textDocument.uri, token);
      if (view === undefined) return [];
      const slice = new TimeSlice(token, () => view.repository.isNewest(view.result));
      try {
        return await codeActions(view, params, this.#client.capabilities, slice);
      } catch (error) {
        if (!(error instanceof Cancelled) || token.isCancellationRequested) throw error;
      }
    }
  }

  async #withEdit(action: CodeAction, token: CancellationToken): Promise<CodeAction> {
    const data = action.data as ActionData | undefined;
    if (data === undefined || action.edit !== undefined) return action;
    const view = await this.#documents.view(data.uri, token, true);
    const edit = view && (await editOf(action, data, view, this.#client.capabilities));
    if (edit === undefined)
      throw new ResponseError(
        LSPErrorCodes.ContentModified,
        'This action is no longer available. Ask for the actions again.',
      );
    return { ...action, edit };
  }

  /** If the text cannot be read, the editor shows the error's message. */
  async #releasedText(uri: string): Promise<{ text: string }> {
    const released = releasedFile(uri);
    if (released === undefined)
      throw new ResponseError(LSPErrorCodes.RequestFailed, 'This URI is not a file of a release.');
    const { repository } = await this.#documents.workspace.locate(released.root);
    const text = await repository.checker.textAt(released.commit, released.file);
    if (text !== undefined) return { text };
    const message = `${released.file} cannot be read at ${releaseLabel(uri, released)}; perhaps the file or the commit no longer exists.`;
    throw new ResponseError(LSPErrorCodes.RequestFailed, message);
  }

  async #definition(uri: string, position: Position, token: CancellationToken): Promise<Location | null> {
    const released = releasedFile(uri);
    if (released === undefined) {
      await this.#client.configured;
      const found = this.#client.settings.language.definition
        ? await this.#documents.schemaAt(uri, position, token)
        : undefined;
      return found === undefined ? null : definition(found.file, found.offset, (path) => found.repository.uriOf(path));
    }
    const { repository } = await this.#documents.workspace.locate(released.root);
    return releasedDefinition(released, releaseLabel(uri, released), position, (file) =>
      repository.checker.textAt(released.commit, file),
    );
  }

  async #elementHover(
    { document: { uri } }: View,
    position: Position,
    token: CancellationToken,
  ): Promise<Hover | null> {
    await this.#client.configured;
    const found = this.#client.settings.language.hover
      ? await this.#documents.schemaAt(uri, position, token)
      : undefined;
    const element = found && elementAt(found.file, found.offset);
    if (found === undefined || element === undefined) return null;
    const { schema, isWhole, repository } = found;
    // Computed before the next `await`, because an edit moves the syntax trees.
    const described = elementHover(element, schema, isWhole);
    return described(element.file.builtIn ? undefined : await repository.historyOf(element.file.path));
  }

  async #completion(
    document: TextDocument,
    position: Position,
    isAutomatic: boolean,
    token: CancellationToken,
  ): Promise<CompletionItem[]> {
    await this.#client.configured;
    const typed = this.#client.settings.language.completion ? typedAt(document, position, isAutomatic) : undefined;
    const found = typed && (await this.#documents.schemaAt(document.uri, position, token));
    if (typed === undefined || found === undefined) return [];
    const { file, offset, repository } = found;
    if (typed.kind === 'type') return typeItems(file, offset, typed);
    const numbers = numberItems(file, offset, typed);
    return numbers(await repository.historyOf(file.path));
  }
}
