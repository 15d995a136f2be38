import { type ChildProcess, spawn } from 'node:child_process';
import { PassThrough } from 'node:stream';
import { pathToFileURL } from 'node:url';
import {
  type ClientCapabilities,
  createConnection,
  createProtocolConnection,
  type Diagnostic,
  type DidChangeWatchedFilesRegistrationOptions,
  type DocumentSelector,
  type InitializeResult,
  type LogMessageParams,
  type ProtocolConnection,
  type PublishDiagnosticsParams,
  type Range,
  type RegistrationParams,
  type ShowMessageParams,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';

import type {
  CheckedDocument,
  StatusOfDocuments,
  InitializationOptions,
  RepositoryChanged,
  Requests,
  Status,
} from '../../server/lsp/protocol.ts';
import type { Checker } from '../../server/lsp/checker.ts';
import { serve } from '../../server/lsp/server.ts';

const CAPABILITIES: ClientCapabilities = {
  textDocument: {
    publishDiagnostics: { relatedInformation: true, versionSupport: true, tagSupport: { valueSet: [1, 2] } },
    hover: { contentFormat: ['markdown', 'plaintext'], dynamicRegistration: true },
    synchronization: { dynamicRegistration: true },
    filters: { relativePatternSupport: true },
    codeAction: {
      dynamicRegistration: true,
      codeActionLiteralSupport: { codeActionKind: { valueSet: [] } },
      dataSupport: true,
    },
  },
  workspace: {
    configuration: true,
    didChangeWatchedFiles: { dynamicRegistration: true },
    textDocumentContent: {},
    workspaceEdit: { documentChanges: true, resourceOperations: ['create'] },
    applyEdit: true,
    workspaceFolders: true,
  },
  window: { workDoneProgress: true },
};

export interface ClientOptions {
  /** By default, those of a client with many features. */
  readonly capabilities?: ClientCapabilities;
  readonly options?: InitializationOptions;
  readonly settings?: unknown;
  /** Folders that are open from the start. */
  readonly folders?: readonly string[];
}

/** A language client for tests. It waits for messages, never for a fixed time. */
export class Client {
  readonly connection: ProtocolConnection;
  readonly publications: PublishDiagnosticsParams[] = [];
  readonly statuses: (CheckedDocument & { readonly status: Status })[] = [];
  /** As sent: each once for all documents that share it. */
  readonly sharedStatuses: StatusOfDocuments[] = [];
  readonly changes: RepositoryChanged[] = [];
  readonly logged: string[] = [];
  readonly shown: string[] = [];
  readonly watchedPatterns: string[] = [];
  readonly documentSelectors: DocumentSelector[] = [];
  capabilities: InitializeResult['capabilities'] = {};
  #waiting: (() => void)[] = [];
  #versions = new Map<string, number>();
  #child: ChildProcess | undefined;

  static inside(openChecker: (directory: string) => Promise<Checker>, options?: ClientOptions): Promise<Client> {
    const toServer = new PassThrough();
    const toClient = new PassThrough();
    serve(createConnection(new StreamMessageReader(toServer), new StreamMessageWriter(toClient)), openChecker);
    return Client.#start(new StreamMessageReader(toClient), new StreamMessageWriter(toServer), options);
  }

  static async process(command: readonly string[], options?: ClientOptions): Promise<Client> {
    const child = spawn(process.execPath, [...command, '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
    const client = await Client.#start(
      new StreamMessageReader(child.stdout),
      new StreamMessageWriter(child.stdin),
      options,
    );
    client.#child = child;
    return client;
  }

  static async #start(
    reader: StreamMessageReader,
    writer: StreamMessageWriter,
    options: ClientOptions = {},
  ): Promise<Client> {
    const client = new Client(createProtocolConnection(reader, writer), options.settings);
    const { capabilities } = await client.connection.sendRequest<InitializeResult>('initialize', {
      processId: null,
      rootUri: null,
      capabilities: options.capabilities ?? CAPABILITIES,
      ...(options.folders && { workspaceFolders: foldersOf(options.folders) }),
      initializationOptions: { views: true, ...options.options },
    });
    client.capabilities = capabilities;
    await client.connection.sendNotification('initialized', {});
    return client;
  }

  private constructor(connection: ProtocolConnection, settings: unknown) {
    this.connection = connection;
    connection.onNotification('textDocument/publishDiagnostics', (params: PublishDiagnosticsParams) => {
      this.publications.push(params);
      this.#wake();
    });
    connection.onNotification('protoCompat/status', (shared: StatusOfDocuments) => {
      const { status, documents } = shared;
      this.sharedStatuses.push(shared);
      for (const document of documents) this.statuses.push({ ...document, status });
      this.#wake();
    });
    connection.onNotification('protoCompat/changed', (params: RepositoryChanged) => {
      this.changes.push(params);
      this.#wake();
    });
    connection.onNotification('window/logMessage', ({ message }: LogMessageParams) => {
      this.logged.push(message);
      this.#wake();
    });
    connection.onNotification('window/showMessage', ({ message }: ShowMessageParams) => {
      this.shown.push(message);
      this.#wake();
    });
    connection.onRequest('workspace/configuration', () => [settings ?? null]);
    connection.onRequest('client/registerCapability', ({ registrations }: RegistrationParams) => {
      for (const { method, registerOptions } of registrations) {
        if (method === 'textDocument/didOpen') {
          this.documentSelectors.push((registerOptions as { documentSelector: DocumentSelector }).documentSelector);
        }
        const { watchers = [] } = (registerOptions ?? {}) as Partial<DidChangeWatchedFilesRegistrationOptions>;
        this.watchedPatterns.push(...watchers.map(({ globPattern }) => JSON.stringify(globPattern).slice(1, -1)));
      }
      this.#wake();
      return null;
    });
    connection.listen();
  }

  /** Calls the probe now and after each message. Fails if a separate server logs something. */
  async until<T>(probe: () => T | undefined): Promise<T> {
    for (;;) {
      const found = probe();
      if (found !== undefined) return found;
      if (this.#child !== undefined && this.logged.length > 0) throw new Error(this.logged.join('\n'));
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
      });
    }
  }

  open(path: string, text: string, languageId = 'proto'): void {
    this.openUri(uriOf(path), text, languageId);
  }

  openUri(uri: string, text: string, languageId = 'proto'): void {
    this.#versions.set(uri, 1);
    this.#notify('textDocument/didOpen', { textDocument: { uri, languageId, version: 1, text } });
  }

  /** @returns the document's new version */
  change(path: string, text: string, range?: Range): number {
    const uri = uriOf(path);
    const version = (this.#versions.get(uri) ?? 0) + 1;
    this.#versions.set(uri, version);
    this.#notify('textDocument/didChange', {
      textDocument: { uri, version },
      contentChanges: [range === undefined ? { text } : { range, text }],
    });
    return version;
  }

  save(path: string): void {
    this.#notify('textDocument/didSave', { textDocument: { uri: uriOf(path) } });
  }

  closeDocument(path: string): void {
    this.#versions.delete(uriOf(path));
    this.#notify('textDocument/didClose', { textDocument: { uri: uriOf(path) } });
  }

  closeAllDocuments(): void {
    for (const uri of this.#versions.keys()) this.#notify('textDocument/didClose', { textDocument: { uri } });
    this.#versions.clear();
  }

  filesChanged(...paths: string[]): void {
    this.#notify('workspace/didChangeWatchedFiles', { changes: paths.map((path) => ({ uri: uriOf(path), type: 2 })) });
  }

  foldersChanged({ added = [], removed = [] }: { added?: readonly string[]; removed?: readonly string[] }): void {
    const event = { added: foldersOf(added), removed: foldersOf(removed) };
    this.#notify('workspace/didChangeWorkspaceFolders', { event });
  }

  request<M extends keyof Requests>(method: M, params: Requests[M]['params']): Promise<Requests[M]['result']> {
    return this.connection.sendRequest(method, params);
  }

  of(path: string): PublishDiagnosticsParams[] {
    return this.publications.filter(({ uri }) => uri === uriOf(path));
  }

  /** Waits for the diagnostics of the version, by default for the first ones. */
  async diagnostics(path: string, version?: number): Promise<Diagnostic[]> {
    const found = await this.until(() =>
      this.of(path).find((published) => version === undefined || published.version === version),
    );
    return found.diagnostics;
  }

  /** Waits for statuses that pass the test, and returns the newest. */
  async status(uri: string, test: (status: Status) => boolean = ({ kind }) => kind !== 'checking'): Promise<Status> {
    const found = await this.until(() =>
      this.statuses.filter((sent) => sent.uri === uri).findLast(({ status }) => test(status)),
    );
    return found.status;
  }

  /** Waits until the server has handled everything sent before. */
  async settled(path: string): Promise<void> {
    await this.request('protoCompat/summary', { uri: uriOf(path) });
  }

  async stop(): Promise<void> {
    await this.connection.sendRequest('shutdown');
    const child = this.#child;
    if (child !== undefined) {
      const exited = new Promise((resolve) => {
        child.once('exit', resolve);
      });
      await this.connection.sendNotification('exit');
      await exited;
    }
    this.connection.dispose();
  }

  #notify(method: string, params: unknown): void {
    // If this fails, the test fails because the answer is missing.
    void this.connection.sendNotification(method, params);
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}

function foldersOf(paths: readonly string[]): { uri: string; name: string }[] {
  return paths.map((path) => ({ uri: uriOf(path), name: path }));
}

export function uriOf(path: string): string {
  return pathToFileURL(path).href;
}
