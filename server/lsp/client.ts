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
  HoverRequest,
  LSPErrorCodes,
  MessageType,
  ResponseError,
  ShowMessageNotification,
  TextDocumentSyncKind,
} from 'vscode-languageserver/node';

import { ENDINGS } from '../uses/languages.ts';
import { Abilities } from './abilities.ts';
import {
  type ClientSettings,
  DEFAULT_CLIENT_SETTINGS,
  type InitializationOptions,
  type Notifications,
  type Requests,
  SETTINGS_SECTION,
} from './protocol.ts';
import { Cancelled, type Repository } from './repository.ts';
import { clientSettings } from './settings.ts';
import { pathOf, uriOf } from './uris.ts';

/** Beyond this something is said again, so that a server that runs for weeks does not grow. */
const MAX_SAID = 1000;

/** The other end of the connection: what it can do, how it is set, and how it is spoken to. */
export class Client {
  readonly connection: Connection;
  abilities = new Abilities({});
  options: InitializationOptions = {};
  settings: ClientSettings = DEFAULT_CLIENT_SETTINGS;
  /** Fulfilled when the settings were asked for, with an answer or without. */
  configured: Promise<unknown> = Promise.resolve();
  /** Patterns of files whose changes it reports. */
  readonly #watched = new Set<string>();
  /** Addresses of the documents that it was asked for. */
  readonly #attended = new Set<string>();
  /** What was said to the user or the log; nothing is said twice. */
  readonly #said = new Set<string>();

  constructor(connection: Connection) {
    this.connection = connection;
  }

  notify<M extends keyof Notifications>(method: M, params: Notifications[M]): void {
    this.send(() => this.connection.sendNotification(method, params));
  }

  /** The client may be gone, or refuse: nothing that could be done about it here. */
  send(message: () => Promise<void> | undefined): void {
    this.guard('a message', async () => message());
  }

  guard(what: string, work: () => Promise<unknown>): void {
    work().catch((error: unknown) => {
      if (!(error instanceof Cancelled)) this.log(`${what} failed`, error);
    });
  }

  onRequest<M extends keyof Requests>(
    method: M,
    handle: (params: Requests[M]['params'], token: CancellationToken) => Promise<Requests[M]['result']>,
  ): void {
    this.connection.onRequest(method, async (params: Requests[M]['params'], token: CancellationToken) => {
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

  /** A request of the editor gets an answer, come what may. */
  async answer<T>(what: string, otherwise: T, find: () => Promise<T>): Promise<T> {
    try {
      return await find();
    } catch (error) {
      if (error instanceof ResponseError) throw error;
      if (!(error instanceof Cancelled)) this.log(`${what} failed`, error);
      return otherwise;
    }
  }

  log(what: string, error: unknown): void {
    // The same defect may be met by many paths, so its message tells it, not its stack.
    if (!this.isNews(`${what} ${String(error)}`)) return;
    this.connection.console.error(
      `${what}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
  }

  isNews(text: string): boolean {
    if (this.#said.has(text)) return false;
    if (this.#said.size > MAX_SAID) this.#said.clear();
    this.#said.add(text);
    return true;
  }

  watch(patterns: readonly string[]): void {
    const fresh = patterns.filter((pattern) => !this.#watched.has(pattern));
    if (!this.abilities.watchedFiles || fresh.length === 0) return;
    for (const pattern of fresh) this.#watched.add(pattern);
    const watchers = fresh.map((globPattern) => ({ globPattern }));
    this.guard('watching files', () =>
      this.connection.client.register(DidChangeWatchedFilesNotification.type, { watchers }),
    );
  }

  /** Asks the client to report changes of code files. @returns false where it can't. */
  watchCode(): boolean {
    this.watch([`**/*{${ENDINGS.join(',')}}`]);
    return this.abilities.watchedFiles;
  }

  /** Asks the client for a document that is no `.proto`, and for no other of its name, so that it is checked while it is edited. */
  attend(repository: Repository, file: string): void {
    const { furtherDocuments, relativePatterns } = this.abilities;
    const uri = repository.uriOf(file);
    if (!furtherDocuments || this.#attended.has(uri)) return;
    this.#attended.add(uri);
    // As the client names it, which may be through a link.
    const path = pathOf(uri) ?? '';
    const literal = (name: string): string => name.replace(/[*?[\]{}]/g, '[$&]');
    const pattern = relativePatterns
      ? { baseUri: uriOf(dirname(path)), pattern: literal(basename(path)) }
      : literal(path.split(sep).join('/'));
    const documentSelector = [{ scheme: 'file', pattern }];
    const asked = BulkRegistration.create();
    asked.add(DidOpenTextDocumentNotification.type, { documentSelector });
    asked.add(DidChangeTextDocumentNotification.type, { documentSelector, syncKind: TextDocumentSyncKind.Incremental });
    asked.add(DidSaveTextDocumentNotification.type, { documentSelector });
    asked.add(DidCloseTextDocumentNotification.type, { documentSelector });
    asked.add(HoverRequest.type, { documentSelector });
    asked.add(CodeActionRequest.type, { documentSelector, codeActionKinds: [CodeActionKind.QuickFix] });
    this.guard('a document', () => this.connection.client.register(asked));
  }

  async readSettings(): Promise<void> {
    if (!this.abilities.configuration) return;
    const sent: unknown = await this.connection.workspace.getConfiguration(SETTINGS_SECTION);
    this.settings = clientSettings(sent);
    this.refreshViews();
  }

  refreshViews(): void {
    if (this.abilities.refreshInlayHints) this.send(() => this.connection.languages.inlayHint.refresh());
    if (this.abilities.refreshCodeLenses) this.send(() => this.connection.sendRequest(CodeLensRefreshRequest.type));
  }

  /** Shows a message to the user. */
  async say(message: string): Promise<void> {
    await this.connection.sendNotification(ShowMessageNotification.type, { type: MessageType.Info, message });
  }
}
