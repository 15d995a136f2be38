import process from 'node:process';
import { resolve } from 'node:path';

import {
  CodeActionKind,
  type Connection,
  DidChangeConfigurationNotification,
  type InitializeParams,
  type InitializeResult,
  TextDocuments,
  TextDocumentSyncKind,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';

import type { OtherCode } from '../uses/uses.ts';
import { Capabilities } from './capabilities.ts';
import { Client } from './client.ts';
import { FIX_ALL, REVERT_FILE } from './code-actions.ts';
import { Commands } from './commands.ts';
import { Documents } from './documents.ts';
import { EditorRequests } from './editor-requests.ts';
import { COMMANDS, RELEASE_SCHEME, SETTINGS_SECTION } from './protocol.ts';
import { Publisher, WATCHED_NAMES } from './publisher.ts';
import type { Checker } from './checker.ts';
import { RepositorySession } from './repository-session.ts';
import { initializationOptions } from './settings.ts';
import { ViewRequests } from './view-requests.ts';
import { Workspace } from './workspace.ts';

/**
 * @param openChecker opens the checker for a folder, which need not be in a repository.
 * @param onClientProcess called with the client's process id, or null if the client sends none.
 */
export function serve(
  connection: Connection,
  openChecker: (directory: string) => Promise<Checker>,
  onClientProcess: (processId: number | null) => void = () => undefined,
): void {
  new Server(connection, openChecker, onClientProcess).listen();
}

const WATCHED = ['**/*.proto', `**/{${WATCHED_NAMES.join(',')}}`];

class Server {
  readonly #client: Client;
  readonly #onClientProcess: (processId: number | null) => void;
  readonly #texts = new TextDocuments(TextDocument);
  readonly #documents: Documents;
  readonly #commands: Commands;
  /** Chosen by the user, by the repository's URI. */
  readonly #baselines = new Map<string, string>();

  constructor(
    connection: Connection,
    openChecker: (directory: string) => Promise<Checker>,
    onClientProcess: (processId: number | null) => void,
  ) {
    this.#client = new Client(connection);
    this.#onClientProcess = onClientProcess;
    const open = async (directory: string): Promise<RepositorySession> => {
      const repository = new RepositorySession(await openChecker(directory), {
        idleDelay: () => this.#client.settings.idleDelay,
        onState: (changed, state) => {
          this.#documents.show(changed, state);
        },
        onGitChange: (changed) => {
          this.#documents.refresh(changed);
        },
        otherCode: (root) => this.#otherCode(root),
        watchCode: () => this.#client.watchCode(),
      });
      repository.setBaseline(this.#baselines.get(repository.uri));
      return repository;
    };
    this.#documents = new Documents(this.#client, new Publisher(this.#client), this.#texts, new Workspace(open));
    this.#commands = new Commands(this.#client, this.#documents, this.#baselines);
  }

  listen(): void {
    const { connection } = this.#client;
    connection.onInitialize((params) => this.#initialize(params));
    connection.onInitialized(() => {
      this.#initialized();
    });
    connection.onDidChangeConfiguration(() => {
      this.#client.inBackground('Reading the settings', () => this.#client.readSettings());
    });
    connection.onDidChangeWatchedFiles(({ changes }) => {
      this.#documents.filesChanged(changes.map(({ uri }) => uri));
    });
    connection.onShutdown(() => {
      this.#documents.workspace.close();
      // Some clients then close the connection without `exit`.
      process.exitCode = 0;
    });
    this.#texts.onDidChangeContent(({ document }) => {
      this.#client.inBackground('Checking a document', () => this.#documents.edited(document));
    });
    this.#texts.onDidClose(({ document }) => {
      this.#documents.closed(document.uri);
    });
    this.#texts.onDidSave(({ document }) => {
      this.#documents.saved(document.uri);
    });
    connection.onExecuteCommand((params, token) =>
      this.#client.answer(params.command, null, () =>
        this.#commands.execute(params.command, params.arguments?.[0], token),
      ),
    );
    new EditorRequests(this.#client, this.#documents).listen();
    new ViewRequests(this.#client, this.#documents, this.#commands).listen();
    this.#texts.listen(connection);
    connection.listen();
  }

  #initialize(params: InitializeParams): InitializeResult {
    this.#onClientProcess(params.processId);
    this.#client.capabilities = new Capabilities(params.capabilities);
    this.#client.options = initializationOptions(params.initializationOptions);
    for (const { repository, ref } of this.#client.options.baselines ?? []) this.#baselines.set(repository, ref);
    for (const { uri } of params.workspaceFolders ?? []) this.#documents.folders.add(uri);
    return {
      serverInfo: { name: 'proto-compat' },
      capabilities: {
        positionEncoding: 'utf-16',
        textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: { includeText: false } },
        hoverProvider: true,
        codeActionProvider: {
          codeActionKinds: [CodeActionKind.QuickFix, FIX_ALL, REVERT_FILE],
          resolveProvider: this.#client.capabilities.resolvesEdits,
        },
        codeLensProvider: {},
        completionProvider: { triggerCharacters: [':', ' ', '.', '('] },
        definitionProvider: true,
        documentSymbolProvider: true,
        referencesProvider: true,
        inlayHintProvider: true,
        executeCommandProvider: { commands: Object.values(COMMANDS) },
        workspace: {
          workspaceFolders: { supported: true, changeNotifications: true },
          ...(this.#client.capabilities.releaseDocuments && { textDocumentContent: { schemes: [RELEASE_SCHEME] } }),
        },
      },
    };
  }

  #initialized(): void {
    this.#client.watch(WATCHED);
    if (this.#client.capabilities.configurationChanges) {
      this.#client.inBackground('Registering for changed settings', () =>
        this.#client.connection.client.register(DidChangeConfigurationNotification.type, { section: SETTINGS_SECTION }),
      );
    }
    this.#client.configured = this.#client.readSettings().catch((error: unknown) => {
      this.#client.log('Reading the settings failed', error);
    });
    this.#documents.checkFolders();
    if (this.#client.capabilities.workspaceFolders) {
      this.#client.connection.workspace.onDidChangeWorkspaceFolders((change) => {
        this.#client.inBackground('Updating the folders', () => this.#documents.foldersChanged(change));
      });
    }
  }

  /** Relative paths in the settings start at the repository's root. */
  #otherCode(root: string): OtherCode {
    const { client, server } = this.#client.settings.code;
    return {
      ...(client !== '' && { client: resolve(root, client) }),
      ...(server !== '' && { server: resolve(root, server) }),
    };
  }
}
