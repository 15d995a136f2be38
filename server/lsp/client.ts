import { basename, dirname, sep } from 'node:path';
import {
  BulkRegistration,
  type CancellationToken,
  CodeActionKind,
  CodeActionRequest,
  CodeLensRefreshRequest,
  type Connection,
  DidChangeTextDocumentNotification,
  DidChangeWatchedFilesNotification,
  DidCloseTextDocumentNotification,
  DidOpenTextDocumentNotification,
  DidSaveTextDocumentNotification,
  ErrorCodes,
  HoverRequest,
  LSPErrorCodes,
  MessageType,
  ResponseError,
  ShowMessageNotification,
  TextDocumentSyncKind,
} from 'vscode-languageserver/node';

import { ENDINGS } from '../uses/languages.ts';
import { Capabilities } from './capabilities.ts';
import {
  type ClientSettings,
  DEFAULT_CLIENT_SETTINGS,
  type InitializationOptions,
  type Notifications,
  type Requests,
  SETTINGS_SECTION,
} from './protocol.ts';
import { Cancelled } from './cancellation.ts';
import type { RepositorySession } from './repository-session.ts';
import { clientSettings } from './settings.ts';
import { pathOf, uriOf } from './uris.ts';

const MAX_REPORTED = 1000;

export class Client {
  readonly connection: Connection;
  capabilities = new Capabilities({});
  options: InitializationOptions = {};
  settings: ClientSettings = DEFAULT_CLIENT_SETTINGS;
  /** Resolves once reading the settings has finished or failed. */
  configured: Promise<unknown> = Promise.resolve();
  readonly #watched = new Set<string>();
  readonly #registered = new Set<string>();
  readonly #reported = new Set<string>();

  constructor(connection: Connection) {
    this.connection = connection;
  }

  notify<M extends keyof Notifications>(method: M, params: Notifications[M]): void {
    this.send(() => this.connection.sendNotification(method, params));
  }

  send(message: () => Promise<void> | undefined): void {
    this.inBackground('Sending a message', async () => message());
  }

  inBackground(what: string, work: () => Promise<unknown>): void {
    work().catch((error: unknown) => {
      if (!(error instanceof Cancelled)) this.log(`${what} failed`, error);
    });
  }

  onRequest<M extends keyof Requests>(
    method: M,
    handle: (params: Requests[M]['params'], token: CancellationToken) => Promise<Requests[M]['result']>,
  ): void {
    this.connection.onRequest(method, async (params: Requests[M]['params'], token: CancellationToken) => {
      if (method !== 'protoCompat/tool') requireUri(method, params);
      try {
        return await handle(params, token);
      } catch (error) {
        if (error instanceof ResponseError) throw error;
        if (error instanceof Cancelled) throw new ResponseError(LSPErrorCodes.RequestCancelled, 'Cancelled.');
        this.log(`${method} failed`, error);
        throw new ResponseError(LSPErrorCodes.RequestFailed, error instanceof Error ? error.message : String(error));
      }
    });
  }

  /**
   * Answers a standard request. A `ResponseError` becomes an error response. After other errors, the answer is the
   * fallback.
   */
  async answer<T>(what: string, fallback: T, find: () => Promise<T>): Promise<T> {
    try {
      return await find();
    } catch (error) {
      if (error instanceof ResponseError) throw error;
      if (!(error instanceof Cancelled)) this.log(`${what} failed`, error);
      return fallback;
    }
  }

  log(what: string, error: unknown): void {
    // The same error can have several stacks.
    if (!this.isFirstReport(`${what} ${String(error)}`)) return;
    this.connection.console.error(
      `${what}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
  }

  isFirstReport(text: string): boolean {
    if (this.#reported.has(text)) return false;
    if (this.#reported.size > MAX_REPORTED) this.#reported.clear();
    this.#reported.add(text);
    return true;
  }

  watch(patterns: readonly string[]): void {
    const fresh = patterns.filter((pattern) => !this.#watched.has(pattern));
    if (!this.capabilities.watchedFiles || fresh.length === 0) return;
    for (const pattern of fresh) this.#watched.add(pattern);
    const watchers = fresh.map((globPattern) => ({ globPattern }));
    this.inBackground('Watching files', () =>
      this.connection.client.register(DidChangeWatchedFilesNotification.type, { watchers }),
    );
  }

  /** @returns whether the client can. */
  watchCode(): boolean {
    this.watch([`**/*{${ENDINGS.join(',')}}`]);
    return this.capabilities.watchedFiles;
  }

  /** The client will send the unsaved text of this document, which isn't a `.proto` file. */
  registerDocument(repository: RepositorySession, file: string): void {
    const { registeredDocuments, relativePatterns } = this.capabilities;
    const uri = repository.uriOf(file);
    if (!registeredDocuments || this.#registered.has(uri)) return;
    this.#registered.add(uri);
    const path = pathOf(uri) ?? '';
    const literal = (name: string): string => name.replace(/[*?[\]{}]/g, '[$&]');
    const pattern = relativePatterns
      ? { baseUri: uriOf(dirname(path)), pattern: literal(basename(path)) }
      : literal(path.split(sep).join('/'));
    const documentSelector = [{ scheme: 'file', pattern }];
    const registrations = BulkRegistration.create();
    registrations.add(DidOpenTextDocumentNotification.type, { documentSelector });
    registrations.add(DidChangeTextDocumentNotification.type, {
      documentSelector,
      syncKind: TextDocumentSyncKind.Incremental,
    });
    registrations.add(DidSaveTextDocumentNotification.type, { documentSelector });
    registrations.add(DidCloseTextDocumentNotification.type, { documentSelector });
    registrations.add(HoverRequest.type, { documentSelector });
    registrations.add(CodeActionRequest.type, { documentSelector, codeActionKinds: [CodeActionKind.QuickFix] });
    this.inBackground('Registering a document', () => this.connection.client.register(registrations));
  }

  async readSettings(): Promise<void> {
    if (!this.capabilities.configuration) return;
    const sent: unknown = await this.connection.workspace.getConfiguration(SETTINGS_SECTION);
    this.settings = clientSettings(sent);
    this.refreshHintsAndLenses();
  }

  refreshHintsAndLenses(): void {
    if (this.capabilities.refreshInlayHints) this.send(() => this.connection.languages.inlayHint.refresh());
    if (this.capabilities.refreshCodeLenses) this.send(() => this.connection.sendRequest(CodeLensRefreshRequest.type));
  }

  async showMessage(message: string): Promise<void> {
    await this.connection.sendNotification(ShowMessageNotification.type, { type: MessageType.Info, message });
  }
}

/** @throws ResponseError */
export function requireUri(method: string, params: unknown): void {
  const { uri } = Object(params) as { readonly uri?: unknown };
  if (typeof uri !== 'string')
    throw new ResponseError(ErrorCodes.InvalidParams, `${method} needs the URI of a document.`);
}
