import { basename, dirname, resolve, sep } from 'node:path';

import {
  BulkRegistration,
  type CancellationToken,
  type CodeAction,
  CodeActionKind,
  type CodeActionParams,
  CodeActionRequest,
  CodeLensRefreshRequest,
  type CompletionItem,
  CompletionTriggerKind,
  type Connection,
  DidChangeConfigurationNotification,
  DidChangeTextDocumentNotification,
  DidChangeWatchedFilesNotification,
  DidCloseTextDocumentNotification,
  DidOpenTextDocumentNotification,
  DidSaveTextDocumentNotification,
  type Diagnostic,
  type Hover,
  HoverRequest,
  type InitializeParams,
  type InitializeResult,
  type Location,
  LSPErrorCodes,
  MessageType,
  type Position,
  ResponseError,
  ShowMessageNotification,
  TextDocuments,
  type TextEdit,
  TextDocumentSyncKind,
  type WorkspaceFoldersChangeEvent,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';

import { baselineOf, type CheckResult, isBaseline, moduleOf } from '../check/result.ts';
import { isPrerelease, type NoBaseline } from '../release/model.ts';
import { readText } from '../release/text.ts';
import type { File, Schema } from '../schema/model.ts';
import { CONFIGURATION_FILE, POLICIES } from '../policy/config.ts';
import { acceptances, typedAcceptance } from './acceptance.ts';
import { Abilities } from './abilities.ts';
import { type ActionData, codeActions, editOf, FIX_ALL, REVERT_FILE } from './code-actions.ts';
import { codeLenses } from './code-lens.ts';
import { configurationOf, configuredBy, policyEdits } from './configuration.ts';
import { numberItems, typedAt, typeItems } from './completion.ts';
import { definition, references, releasedDefinition } from './definition.ts';
import { diagnosticsByFile } from './diagnostics.ts';
import { elementAt, elementHover } from './element-hover.ts';
import { hover } from './hover.ts';
import { inlayHints } from './inlay-hints.ts';
import { cellOf, matrixOf, prefixOf } from './matrix.ts';
import {
  type ClientSettings,
  COMMANDS,
  type ConfigurationInfo,
  DEFAULT_CLIENT_SETTINGS,
  type InitializationOptions,
  type Notifications,
  RELEASE_SCHEME,
  type Requests,
  SETTINGS_SECTION,
  type Status,
} from './protocol.ts';
import { Cancelled, type Checker, Repository, signalOf, type State } from './repository.ts';
import { reportOf } from './report.ts';
import { revertElement, revertFile } from './revert.ts';
import { clientSettings, initializationOptions } from './settings.ts';
import { changesOf, countsOf, documentStatusOf, statusOf, statusWithoutFile, summaryOf } from './status.ts';
import type { OtherCode } from '../uses/uses.ts';
import { usesItems } from './uses.ts';
import { documentSymbols } from './symbols.ts';
import { pathOf, releasedFile, releaseLabel, releaseUri, uriOf } from './uris.ts';
import { TimeSlice } from './time-slice.ts';
import { View } from './view.ts';
import { type Located, Workspace } from './workspace.ts';

/**
 * Starts the language server on a connection and listens.
 * @param openChecker opens the repository that a folder is in, which may be none.
 * @param clientIs hears the client's process id, null where it gives none.
 */
export function serve(
  connection: Connection,
  openChecker: (directory: string) => Promise<Checker>,
  clientIs: (processId: number | null) => void = () => undefined,
): void {
  new Server(connection, openChecker, clientIs).listen();
}

/** Files whose change on disk can change a check. Git's own are watched by the server, for clients leave them out. */
const WATCHED_NAMES = ['proto-compat.json', 'buf.yaml', 'buf.work.yaml', 'VERSION', 'package.json', 'Cargo.toml'];
const WATCHED = ['**/*.proto', `**/{${WATCHED_NAMES.join(',')}}`];

/** Beyond this something is said again, so that a server that runs for weeks does not grow. */
const MAX_SAID = 1000;

class Server {
  readonly #connection: Connection;
  readonly #clientIs: (processId: number | null) => void;
  readonly #documents = new TextDocuments(TextDocument);
  readonly #workspace: Workspace;
  /** Where open documents belong; a document is in `located` once that is known. */
  readonly #locating = new Map<string, Promise<Located>>();
  readonly #located = new Map<string, Located>();
  readonly #published = new Map<
    string,
    { readonly repository: Repository; readonly version: number | undefined; readonly json: string }
  >();
  readonly #statuses = new Map<string, string>();
  /** Chosen by the user, by repository. */
  readonly #baselines = new Map<string, string>();
  readonly #viewed = new WeakMap<Repository, string>();
  readonly #watched = new Set<string>();
  /** Addresses of the documents that the client was asked for. */
  readonly #attended = new Set<string>();
  /** Folders that the client has open, by their addresses. */
  readonly #folders = new Set<string>();
  /** Their folder was closed, and no document was opened since. */
  readonly #left = new WeakSet<Repository>();
  /** What was said to the user or the log; nothing is said twice. */
  readonly #said = new Set<string>();
  #abilities = new Abilities({});
  #options: InitializationOptions = {};
  #settings: ClientSettings = DEFAULT_CLIENT_SETTINGS;
  /** Fulfilled when the settings were asked for, with an answer or without. */
  #configured: Promise<unknown> = Promise.resolve();

  constructor(
    connection: Connection,
    openChecker: (directory: string) => Promise<Checker>,
    clientIs: (processId: number | null) => void,
  ) {
    this.#connection = connection;
    this.#clientIs = clientIs;
    this.#workspace = new Workspace(async (directory) => {
      const repository = new Repository(
        await openChecker(directory),
        () => this.#settings.idleDelay,
        (told, state) => {
          this.#tell(told, state);
        },
        (changed) => {
          this.#lookAgain(changed);
        },
        (root) => this.#otherCode(root),
      );
      repository.compareWith(this.#baselines.get(repository.uri));
      return repository;
    });
  }

  listen(): void {
    const connection = this.#connection;
    connection.onInitialize((params) => this.#initialize(params));
    connection.onInitialized(() => {
      this.#initialized();
    });
    connection.onDidChangeConfiguration(() => {
      this.#guard('settings', () => this.#readSettings());
    });
    connection.onDidChangeWatchedFiles(({ changes }) => {
      this.#filesChanged(changes.map(({ uri }) => uri));
    });
    connection.onShutdown(() => {
      this.#workspace.close();
    });
    this.#documents.onDidChangeContent(({ document }) => {
      this.#guard('a document', () => this.#edited(document));
    });
    this.#documents.onDidClose(({ document }) => {
      this.#closed(document.uri);
    });
    this.#documents.onDidSave(({ document }) => {
      const repository = this.#located.get(document.uri)?.repository;
      if (repository !== undefined) this.#lookAgain(repository);
    });
    connection.workspace.textDocumentContent.on(({ uri }) => this.#releasedText(uri));
    connection.onHover(({ textDocument, position }, token) =>
      this.#answer('A hover', null, async () => {
        const view = await this.#view(textDocument.uri, token, true);
        if (view === undefined) return null;
        const found = await hover(view, position, this.#options.diagnosticsInHovers === true, signalOf(token));
        return found ?? (await this.#elementHover(view, position, token));
      }),
    );
    connection.onCodeAction((params, token) =>
      this.#answer('A code action', [], () => this.#codeActions(params, token)),
    );
    connection.onCodeActionResolve((action, token) =>
      this.#answer('The edit of a code action', action, () => this.#withEdit(action, token)),
    );
    connection.onCodeLens(({ textDocument }, token) =>
      this.#answer('A code lens', [], async () => {
        await this.#configured;
        if (!this.#settings.codeLens.enabled) return [];
        const view = await this.#view(textDocument.uri, token);
        return view === undefined ? [] : codeLenses(view, this.#options.commands);
      }),
    );
    connection.languages.inlayHint.on(({ textDocument, range }, token) =>
      this.#answer('An inlay hint', [], async () => {
        await this.#configured;
        if (!this.#settings.inlayHints.enabled) return [];
        const view = await this.#view(textDocument.uri, token);
        return view === undefined ? [] : inlayHints(view, range);
      }),
    );
    connection.onCompletion(({ textDocument, position, context }, token) =>
      this.#answer('A completion', [], async () => {
        // Asked at every space that is typed: nothing is to be done for most of them.
        const document = this.#documents.get(textDocument.uri);
        if (document === undefined) return [];
        if (typedAcceptance(document, position) === undefined) {
          const isAutomatic = context?.triggerKind === CompletionTriggerKind.TriggerCharacter;
          return this.#completion(document, position, isAutomatic, token);
        }
        const view = await this.#view(textDocument.uri, token);
        return view === undefined ? [] : acceptances(view, position);
      }),
    );
    connection.onDocumentSymbol(({ textDocument }) =>
      this.#answer('An outline', [], async () => {
        await this.#configured;
        const document = this.#documents.get(textDocument.uri);
        return document === undefined || !this.#settings.language.outline ? [] : documentSymbols(document);
      }),
    );
    connection.onDefinition(({ textDocument, position }, token) =>
      this.#answer('A definition', null, () => this.#definition(textDocument.uri, position, token)),
    );
    connection.onReferences(({ textDocument, position, context }, token) =>
      this.#answer('References', [], async () => {
        await this.#configured;
        const found = this.#settings.language.references
          ? await this.#schemaAt(textDocument.uri, position, token)
          : undefined;
        if (found === undefined) return [];
        const { schema, file, offset, repository } = found;
        return references(schema, file, offset, context.includeDeclaration, (path) => repository.uriOf(path));
      }),
    );
    connection.onExecuteCommand((params, token) =>
      this.#answer(params.command, null, () => this.#execute(params.command, params.arguments?.[0], token)),
    );
    this.#listenToViews();
    this.#documents.listen(connection);
    connection.listen();
  }

  #listenToViews(): void {
    this.#onRequest('protoCompat/summary', async ({ uri }, token) => {
      const { repository, path } = await this.#locate(uri);
      return summaryOf(await repository.settled(token), repository, path);
    });
    this.#onRequest('protoCompat/releaseOf', ({ uri }, token) => this.#releaseOf(uri, token));
    this.#onRequest('protoCompat/releases', async ({ uri }, token) => {
      const { repository, path } = await this.#locate(uri);
      const state = await repository.settled(token);
      const current = state.kind === 'checked' ? baselineOf(state.result, path) : undefined;
      return (await repository.checker.releases()).map((release) => ({
        ...release,
        prerelease: isPrerelease(release),
        current: current !== undefined && isBaseline(current) && current.ref === release.ref,
      }));
    });
    this.#onRequest('protoCompat/chooseBaseline', ({ uri, ref }, token) => this.#chooseBaseline(uri, ref, token));
    this.#onRequest('protoCompat/compare', async (params, token) => {
      const { repository, path } = await this.#locate(params.uri);
      return cellOf(repository, await prefixOf(repository, path, token), path, params, token);
    });
    this.#onRequest('protoCompat/matrix', async (params, token) => {
      const { repository, path } = await this.#locate(params.uri);
      return matrixOf(this.#connection, repository, await prefixOf(repository, path, token), params, token);
    });
    this.#onRequest('protoCompat/tool', async (params, token) => {
      // Loaded by the first one: nobody else needs it.
      const { runEditorTool } = await import('./tools.ts');
      return runEditorTool(params, this.#workspace, this.#folders, token);
    });
    this.#onRequest('protoCompat/configuration', ({ uri }, token) => this.#configuration(uri, token));
    this.#onRequest('protoCompat/report', async ({ uri }, token) => {
      const { repository, path } = await this.#locate(uri);
      return reportOf(await repository.settled(token), repository, path);
    });
    this.#onRequest('protoCompat/uses', async ({ uri }, token) => {
      const { repository } = await this.#locate(uri);
      const state = await repository.settled(token);
      if (state.kind === 'failed') return [];
      const { result } = state;
      const texts = new Map([...repository.documents].map(([file, document]) => [file, document.getText()]));
      const found = await repository.uses.of(result, result.findings, texts, signalOf(token));
      return result.findings.map((finding) => usesItems(found.get(finding), repository.root));
    });
  }

  #initialize(params: InitializeParams): InitializeResult {
    this.#clientIs(params.processId);
    this.#abilities = new Abilities(params.capabilities);
    this.#options = initializationOptions(params.initializationOptions);
    for (const { repository, ref } of this.#options.baselines ?? []) this.#baselines.set(repository, ref);
    for (const { uri } of params.workspaceFolders ?? []) this.#folders.add(uri);
    return {
      serverInfo: { name: 'proto-compat' },
      capabilities: {
        positionEncoding: 'utf-16',
        textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: { includeText: false } },
        hoverProvider: true,
        codeActionProvider: {
          codeActionKinds: [CodeActionKind.QuickFix, FIX_ALL, REVERT_FILE],
          resolveProvider: this.#abilities.lateEdits,
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
          ...(this.#abilities.releaseDocuments && { textDocumentContent: { schemes: [RELEASE_SCHEME] } }),
        },
      },
    };
  }

  #initialized(): void {
    this.#watch(WATCHED);
    if (this.#abilities.configurationChanges) {
      this.#guard('settings', () =>
        this.#connection.client.register(DidChangeConfigurationNotification.type, { section: SETTINGS_SECTION }),
      );
    }
    this.#configured = this.#readSettings().catch((error: unknown) => {
      this.#log('Reading the settings failed', error);
    });
    this.#lookIntoFolders();
    if (this.#abilities.workspaceFolders) {
      this.#connection.workspace.onDidChangeWorkspaceFolders((change) => {
        this.#guard('folders', () => this.#foldersChanged(change));
      });
    }
  }

  /** What is wrong in a version file shows, and the views know of it, before a `.proto` is opened. */
  #lookIntoFolders(): void {
    for (const uri of this.#folders) {
      const path = pathOf(uri);
      if (path === undefined) continue;
      this.#guard('a folder', async () => (await this.#workspace.locate(path)).repository.settled());
    }
  }

  async #foldersChanged({ added, removed }: WorkspaceFoldersChangeEvent): Promise<void> {
    for (const { uri } of removed) this.#folders.delete(uri);
    for (const { uri } of added) this.#folders.add(uri);
    this.#lookIntoFolders();
    const located = async (uris: readonly string[]): Promise<readonly (readonly [string, Repository])[]> =>
      // A folder of another machine has no path, and no repository here.
      Promise.all(
        uris.flatMap((uri) => {
          const path = pathOf(uri);
          return path === undefined
            ? []
            : this.#workspace.locate(path).then(({ repository }) => [uri, repository] as const);
        }),
      );
    const left = await located(removed.map(({ uri }) => uri));
    const open = await located([...this.#folders]);
    // They may have changed again in the meantime.
    const kept = new Set(open.flatMap(([uri, repository]) => (this.#folders.has(uri) ? repository : [])));
    for (const repository of kept) {
      // Views were told to forget it, and nothing else may change for long.
      if (this.#left.delete(repository) && repository.state !== undefined) this.#tell(repository, repository.state);
    }
    for (const [, repository] of left) if (!kept.has(repository)) this.#leave(repository);
  }

  /** Editors keep documents open that nobody sees, so views forget it at once, and all else with the last document. */
  #leave(repository: Repository): void {
    this.#left.add(repository);
    this.#viewed.delete(repository);
    if (this.#options.views === true) this.#notify('protoCompat/changed', { repository: repository.uri, counts: null });
    this.#forgetUnused(repository);
  }

  #forgetUnused(repository: Repository): void {
    if (repository.documents.size > 0) return;
    // A folder that is no repository is of no use to views either.
    if (!this.#left.has(repository) && !isNoRepository(repository)) return;
    this.#workspace.forget(repository);
    for (const [uri, known] of this.#published) if (known.repository === repository) this.#retract(repository, uri);
  }

  #watch(patterns: readonly string[]): void {
    const fresh = patterns.filter((pattern) => !this.#watched.has(pattern));
    if (!this.#abilities.watchedFiles || fresh.length === 0) return;
    for (const pattern of fresh) this.#watched.add(pattern);
    const watchers = fresh.map((globPattern) => ({ globPattern }));
    this.#guard('watching files', () =>
      this.#connection.client.register(DidChangeWatchedFilesNotification.type, { watchers }),
    );
  }

  /** Asks the client for a document that is no `.proto`, and for no other of its name, so that it is checked while it is edited. */
  #attend(repository: Repository, file: string): void {
    const { furtherDocuments, relativePatterns } = this.#abilities;
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
    this.#guard('a document', () => this.#connection.client.register(asked));
  }

  async #readSettings(): Promise<void> {
    if (!this.#abilities.configuration) return;
    const sent: unknown = await this.#connection.workspace.getConfiguration(SETTINGS_SECTION);
    this.#settings = clientSettings(sent);
    this.#refreshViews();
  }

  async #edited(document: TextDocument): Promise<void> {
    const { uri } = document;
    if (uri.startsWith(`${RELEASE_SCHEME}:`)) return;
    const known = this.#located.get(uri);
    if (known !== undefined) {
      known.repository.edit(known.path, document);
      return;
    }
    if (pathOf(uri) === undefined) {
      this.#sendStatus(uri, null, statusWithoutFile(uri));
      return;
    }
    if (this.#locating.has(uri)) return;
    this.#sendStatus(uri, null, { kind: 'checking' });
    await this.#place(document);
  }

  /** Finds a document's repository and has it checked there. */
  async #place(document: TextDocument): Promise<void> {
    const { uri } = document;
    const locating = this.#workspace.locate(pathOf(uri) ?? '');
    this.#locating.set(uri, locating);
    try {
      const located = await locating;
      // It may have been closed, or closed and opened again, in the meantime.
      if (this.#locating.get(uri) !== locating) return;
      if (located.repository.isClosed) {
        await this.#place(document);
        return;
      }
      this.#located.set(uri, located);
      this.#left.delete(located.repository);
      located.repository.edit(located.path, document);
    } catch (error) {
      this.#locating.delete(uri);
      const message = error instanceof Error ? error.message : String(error);
      this.#sendStatus(uri, null, { kind: 'failed', repository: uri, message });
      throw error;
    }
  }

  #closed(uri: string): void {
    const located = this.#located.get(uri);
    this.#locating.delete(uri);
    this.#located.delete(uri);
    this.#statuses.delete(uri);
    if (located === undefined) return;
    // The check that follows says what is wrong in the file on disk; until then nothing is cleared.
    located.repository.shut(located.path);
    // The same file may be open by another name, through a link.
    for (const [name, other] of this.#located) {
      const document = this.#documents.get(name);
      if (other.repository === located.repository && other.path === located.path && document !== undefined)
        located.repository.edit(located.path, document);
    }
    this.#forgetUnused(located.repository);
  }

  #filesChanged(uris: readonly string[]): void {
    // What an open document holds on disk does not count, and packages of others come by the thousands.
    const paths = uris
      .filter((uri) => this.#documents.get(uri) === undefined && !uri.includes('/node_modules/'))
      .map((uri) => pathOf(uri) ?? '');
    if (paths.length === 0) return;
    const { repositories } = this.#workspace;
    const affected = repositories.filter(({ root }) => paths.some((path) => path.startsWith(root)));
    // A path may lead into a repository through a link.
    for (const repository of affected.length > 0 ? affected : repositories) this.#lookAgain(repository);
  }

  /** Git or files on disk may be others than before. */
  #lookAgain(repository: Repository): void {
    if (isNoRepository(repository)) this.#placeAnew([repository]);
    else repository.invalidate();
  }

  /** The documents may belong to other repositories now. */
  #placeAnew(repositories: readonly Repository[]): void {
    for (const repository of repositories) {
      this.#workspace.forget(repository);
      const open = new Set([...repository.documents.values()].map(({ uri }) => uri));
      for (const [uri, known] of this.#published) {
        if (known.repository === repository && !open.has(uri)) this.#retract(repository, uri);
      }
      for (const document of repository.documents.values()) {
        this.#located.delete(document.uri);
        this.#guard('a document', () => this.#place(document));
      }
    }
    this.#lookIntoFolders();
  }

  /** Everything the client sees of a new state. */
  #tell(repository: Repository, state: State): void {
    try {
      if (state.kind === 'failed') this.#log(`The check of ${repository.root} failed`, state.error);
      else this.#publishAll(repository, state);
      for (const [path, { uri }] of repository.documents) {
        const version = state.kind === 'checked' ? (state.versions.get(path) ?? null) : null;
        this.#sendStatus(uri, version, documentStatusOf(state, repository, path));
      }
      if (state.kind !== 'checked') return;
      if (this.#options.views === true && !this.#left.has(repository)) this.#tellViews(repository, state.result);
      for (const file of state.result.versionFiles) {
        this.#attend(repository, file);
        // A project may keep its version in any file.
        const name = file.split('/').at(-1) ?? file;
        if (/^[\w.-]+$/.test(name) && !WATCHED_NAMES.includes(name)) this.#watch([`**/${name}`]);
      }
      this.#attend(repository, CONFIGURATION_FILE);
    } catch (error) {
      this.#log('A result could not be shown', error);
    }
  }

  #tellViews(repository: Repository, { modules, findings, problems }: CheckResult): void {
    // What a finding makes only when it is asked is a function, and so no part of this.
    const json = JSON.stringify([modules, problems]);
    if (this.#viewed.get(repository) === json) return;
    this.#viewed.set(repository, json);
    this.#notify('protoCompat/changed', { repository: repository.uri, counts: countsOf(findings) });
  }

  #publishAll(repository: Repository, state: State & { kind: 'checked' }): void {
    const byFile = diagnosticsByFile(state.result, repository, this.#abilities);
    const rest = new Set(
      [...this.#published].filter(([, known]) => known.repository === repository).map(([uri]) => uri),
    );
    let seenWithoutEdit = false;
    for (const [path, { uri }] of repository.documents) {
      rest.delete(uri);
      const version = state.versions.get(path);
      const before = this.#published.get(uri);
      const isNew = this.#publish(repository, uri, version, byFile.get(path) ?? []);
      if (isNew && before?.version === version) seenWithoutEdit = true;
    }
    // Also of files that are not open or were deleted: what the status item counts is in the list of problems.
    for (const [path, diagnostics] of byFile) {
      if (repository.documents.has(path)) continue;
      const uri = repository.uriOf(path);
      rest.delete(uri);
      this.#publish(repository, uri, undefined, diagnostics);
    }
    for (const uri of rest) this.#retract(repository, uri);
    // After an edit of its own a client asks for hints and lenses by itself.
    if (seenWithoutEdit) this.#refreshViews();
  }

  /** Publishes what differs from what the client has. */
  #publish(
    repository: Repository,
    uri: string,
    version: number | undefined,
    diagnostics: readonly Diagnostic[],
  ): boolean {
    const json = JSON.stringify(diagnostics);
    const before = this.#published.get(uri);
    if (before?.json === json && before.version === version) return false;
    this.#published.set(uri, { repository, version, json });
    if (before === undefined && diagnostics.length === 0 && version === undefined) return false;
    this.#send(() =>
      this.#connection.sendDiagnostics({
        uri,
        diagnostics: [...diagnostics],
        ...(version !== undefined && { version }),
      }),
    );
    return true;
  }

  /** Takes back what was published for a file. */
  #retract(repository: Repository, uri: string): void {
    this.#publish(repository, uri, undefined, []);
    this.#published.delete(uri);
  }

  #sendStatus(uri: string, version: number | null, status: Status): void {
    if (this.#options.views !== true) {
      if (status.kind === 'nothing' && this.#sayOnce(`${status.repository ?? ''} ${status.message}`)) {
        const message = `Proto Compat: ${status.message} ${status.advice}`;
        this.#send(() =>
          this.#connection.sendNotification(ShowMessageNotification.type, { type: MessageType.Info, message }),
        );
      }
      return;
    }
    const json = JSON.stringify([version, status]);
    if (this.#statuses.get(uri) === json) return;
    this.#statuses.set(uri, json);
    this.#notify('protoCompat/status', { uri, version, status });
  }

  #refreshViews(): void {
    if (this.#abilities.refreshInlayHints) this.#send(() => this.#connection.languages.inlayHint.refresh());
    if (this.#abilities.refreshCodeLenses) this.#send(() => this.#connection.sendRequest(CodeLensRefreshRequest.type));
  }

  /**
   * An open document with the state of its newest text; undefined where there is none.
   * @param isUrgent a person asked; editors ask for other things after every keystroke.
   */
  async #view(uri: string, token: CancellationToken, isUrgent = false): Promise<View | undefined> {
    const document = this.#documents.get(uri);
    if (document === undefined || !this.#locating.has(uri)) return undefined;
    const { repository, path } = await this.#locate(uri);
    const state = await repository.settled(token, isUrgent);
    return state.kind === 'checked' ? new View(repository, document, path, state.result) : undefined;
  }

  /** Starts again where a newer edit ended the work: who saves a file waits for the answer. */
  async #codeActions(params: CodeActionParams, token: CancellationToken): Promise<CodeAction[]> {
    for (;;) {
      const view = await this.#view(params.textDocument.uri, token);
      if (view === undefined) return [];
      const slice = new TimeSlice(token, () => view.repository.isNewest(view.result));
      try {
        return await codeActions(view, params, this.#abilities, slice);
      } catch (error) {
        if (!(error instanceof Cancelled) || token.isCancellationRequested) throw error;
      }
    }
  }

  async #withEdit(action: CodeAction, token: CancellationToken): Promise<CodeAction> {
    // What was listed by this server, though it has been through the client.
    const data = action.data as ActionData | undefined;
    if (data === undefined || action.edit !== undefined) return action;
    const view = await this.#view(data.uri, token, true);
    const edit = view && (await editOf(action, data, view, this.#abilities));
    if (edit === undefined)
      throw new ResponseError(LSPErrorCodes.ContentModified, 'The document has changed since this was offered.');
    return { ...action, edit };
  }

  async #locate(uri: string): Promise<Located> {
    const known = this.#locating.get(uri);
    if (known !== undefined) return known;
    const path = pathOf(uri);
    if (path === undefined) throw new ResponseError(LSPErrorCodes.RequestFailed, statusWithoutFile(uri).message);
    return this.#workspace.locate(path);
  }

  /** Relative folders of the settings are beside what the repository has. */
  #otherCode(root: string): OtherCode {
    const { client, server } = this.#settings.code;
    return {
      ...(client !== '' && { client: resolve(root, client) }),
      ...(server !== '' && { server: resolve(root, server) }),
    };
  }

  /** The error's message is what the editor shows instead of the text. */
  async #releasedText(uri: string): Promise<{ text: string }> {
    const released = releasedFile(uri);
    if (released === undefined) throw new ResponseError(LSPErrorCodes.RequestFailed, 'This is no file of a release.');
    const { repository } = await this.#workspace.locate(released.root);
    const text = await repository.checker.textAt(released.commit, released.file);
    if (text !== undefined) return { text };
    const message = `${released.file} cannot be read at ${releaseLabel(uri, released)}: it or its commit is no longer there.`;
    throw new ResponseError(LSPErrorCodes.RequestFailed, message);
  }

  async #definition(uri: string, position: Position, token: CancellationToken): Promise<Location | null> {
    const released = releasedFile(uri);
    if (released === undefined) {
      await this.#configured;
      const found = this.#settings.language.definition ? await this.#schemaAt(uri, position, token) : undefined;
      return found === undefined ? null : definition(found.file, found.offset, (path) => found.repository.uriOf(path));
    }
    const { repository } = await this.#workspace.locate(released.root);
    return releasedDefinition(released, releaseLabel(uri, released), position, (file) =>
      repository.checker.textAt(released.commit, file),
    );
  }

  /** What is known of an element that did not change. */
  async #elementHover(
    { document: { uri } }: View,
    position: Position,
    token: CancellationToken,
  ): Promise<Hover | null> {
    await this.#configured;
    const found = this.#settings.language.hover ? await this.#schemaAt(uri, position, token) : undefined;
    const element = found && elementAt(found.file, found.offset);
    if (found === undefined || element === undefined) return null;
    const { schema, isWhole, repository } = found;
    // Before anything is waited for: a newer edit moves the trees.
    const described = elementHover(element, schema, isWhole);
    return described(element.file.builtIn ? undefined : await repository.historyOf(element.file.path));
  }

  async #completion(
    document: TextDocument,
    position: Position,
    isAutomatic: boolean,
    token: CancellationToken,
  ): Promise<CompletionItem[]> {
    await this.#configured;
    const typed = this.#settings.language.completion ? typedAt(document, position, isAutomatic) : undefined;
    const found = typed && (await this.#schemaAt(document.uri, position, token));
    if (typed === undefined || found === undefined) return [];
    const { file, offset, repository } = found;
    if (typed.kind === 'type') return typeItems(file, offset, typed);
    const numbers = numberItems(file, offset, typed);
    return numbers(await repository.historyOf(file.path));
  }

  /** The schema around an open document and the place in it; undefined where there is none. It holds until the next edit. */
  async #schemaAt(uri: string, position: Position, token: CancellationToken): Promise<SchemaAt | undefined> {
    const document = this.#documents.get(uri);
    if (document === undefined || pathOf(uri) === undefined) return undefined;
    const { repository, path } = await this.#locate(uri);
    // The tree is that of the newest check.
    await repository.settled(token);
    const offset = document.offsetAt(position);
    const around = await repository.checker.schemaAround(path);
    const file = around?.schema.files.get(path);
    // The place is one of the text that was asked about.
    if (around === undefined || file === undefined || file.node.text !== document.getText()) return undefined;
    return { ...around, file, offset, repository };
  }

  async #releaseOf(uri: string, token: CancellationToken): Promise<Requests['protoCompat/releaseOf']['result']> {
    const { repository, path } = await this.#locate(uri);
    const state = await repository.settled(token);
    if (state.kind === 'failed') return null;
    const baseline = baselineOf(state.result, path);
    if (!isBaseline(baseline)) return null;
    const file = state.result.moved.get(path) ?? path;
    if ((await repository.checker.textAt(baseline.commit, file)) === undefined) return null;
    const version = baseline.version ?? baseline.ref;
    return { uri: releaseUri({ root: repository.root, commit: baseline.commit, file }, version), version };
  }

  async #chooseBaseline(uri: string, ref: string | null, token: CancellationToken): Promise<Status> {
    const { repository, path } = await this.#locate(uri);
    if (ref !== null) {
      const result = await repository.checker.check({ from: ref, signal: signalOf(token) });
      // What cannot be compared with does not replace what can.
      if (!isBaseline(baselineOf(result, path)))
        return statusOf({ kind: 'checked', result, versions: new Map() }, repository, path);
    }
    if (ref === null) this.#baselines.delete(repository.uri);
    else this.#baselines.set(repository.uri, ref);
    repository.compareWith(ref ?? undefined);
    return statusOf(await repository.settled(token), repository, path);
  }

  async #execute(command: string, argument: unknown, token: CancellationToken): Promise<unknown> {
    // Editors without forms of their own pass the address alone.
    const given: object = typeof argument === 'object' && argument !== null ? argument : { uri: argument };
    const none = { uri: undefined, ref: undefined, element: undefined, policy: undefined };
    const { uri, ref, element, policy } = { ...none, ...given };
    if (command === COMMANDS.recheck) {
      this.#placeAnew(this.#workspace.repositories);
      return null;
    }
    if (typeof uri !== 'string')
      throw new ResponseError(LSPErrorCodes.RequestFailed, `${command} needs a document's address.`);
    switch (command) {
      case COMMANDS.baseline:
        return this.#chooseBaseline(uri, typeof ref === 'string' ? ref : null, token);
      case COMMANDS.changes:
        return this.#showChanges(uri, token);
      case COMMANDS.policy:
        return this.#choosePolicy(uri, typeof policy === 'string' ? policy : '');
      case COMMANDS.revert:
        return this.#revert(uri, typeof element === 'string' ? element : undefined, token);
      default:
        throw new ResponseError(LSPErrorCodes.RequestFailed, `Unknown command ${command}.`);
    }
  }

  async #configuration(uri: string, token: CancellationToken): Promise<ConfigurationInfo> {
    const { repository } = await this.#locate(uri);
    const state = await repository.settled(token);
    if (state.kind === 'failed') throw state.error;
    const { policy } = state.result;
    const { baseline } = moduleOf(state.result, '');
    if (!isBaseline(baseline) && NO_FOLDER.includes(baseline.reason))
      throw new ResponseError(LSPErrorCodes.RequestFailed, `${baseline.message} ${baseline.advice}`);
    const from = await configuredBy(repository);
    return {
      uri: repository.uriOf(CONFIGURATION_FILE),
      from: from === undefined ? null : repository.uriOf(from),
      policy,
      policies: POLICIES,
    };
  }

  async #choosePolicy(uri: string, policy: string): Promise<boolean> {
    const { repository } = await this.#locate(uri);
    const text = await configurationOf(repository);
    const edits = [...(await policyEdits(repository, text, policy))];
    const file = repository.uriOf(CONFIGURATION_FILE);
    const { documentChanges, newFiles } = this.#abilities;
    if (text === undefined && !(documentChanges && newFiles)) {
      const message = `This editor makes no files: write ${CONFIGURATION_FILE} with \`proto-compat init\` first.`;
      throw new ResponseError(LSPErrorCodes.RequestFailed, message);
    }
    const version = repository.documents.get(CONFIGURATION_FILE)?.version ?? null;
    const change = { textDocument: { uri: file, version }, edits };
    const { applied } = await this.#connection.workspace.applyEdit({
      label: `Choose the policy ${policy}`,
      edit: documentChanges
        ? { documentChanges: text === undefined ? [{ kind: 'create', uri: file }, change] : [change] }
        : { changes: { [file]: edits } },
    });
    return applied;
  }

  async #showChanges(uri: string, token: CancellationToken): Promise<null> {
    const { repository, path } = await this.#locate(uri);
    const message = changesOf(summaryOf(await repository.settled(token), repository, path));
    await this.#connection.sendNotification(ShowMessageNotification.type, { type: MessageType.Info, message });
    return null;
  }

  async #revert(uri: string, element: string | undefined, token: CancellationToken): Promise<boolean> {
    const { repository, path } = await this.#locate(uri);
    const state = await repository.settled(token);
    const document = this.#documents.get(uri) ?? documentOnDisk(repository, path);
    if (state.kind === 'failed' || document === undefined) return false;
    const view = new View(repository, document, path, state.result);
    const edits = await revertedTo(view, element);
    if (edits === undefined) return false;
    const version = view.isOpen(path) ? document.version : null;
    const { applied } = await this.#connection.workspace.applyEdit({
      label: `Revert to ${view.release}`,
      edit: this.#abilities.documentChanges
        ? { documentChanges: [{ textDocument: { uri, version }, edits: [...edits] }] }
        : { changes: { [uri]: [...edits] } },
    });
    return applied;
  }

  #onRequest<M extends keyof Requests>(
    method: M,
    handle: (params: Requests[M]['params'], token: CancellationToken) => Promise<Requests[M]['result']>,
  ): void {
    this.#connection.onRequest(method, async (params: Requests[M]['params'], token: CancellationToken) => {
      try {
        return await handle(params, token);
      } catch (error) {
        if (error instanceof ResponseError) throw error;
        if (error instanceof Cancelled) throw new ResponseError(LSPErrorCodes.RequestCancelled, 'Cancelled.');
        this.#log(`${method} failed`, error);
        throw new ResponseError(LSPErrorCodes.RequestFailed, error instanceof Error ? error.message : String(error));
      }
    });
  }

  /** A request of the editor gets an answer, come what may. */
  async #answer<T>(what: string, otherwise: T, find: () => Promise<T>): Promise<T> {
    try {
      return await find();
    } catch (error) {
      if (error instanceof ResponseError) throw error;
      if (!(error instanceof Cancelled)) this.#log(`${what} failed`, error);
      return otherwise;
    }
  }

  #notify<M extends keyof Notifications>(method: M, params: Notifications[M]): void {
    this.#send(() => this.#connection.sendNotification(method, params));
  }

  /** The client may be gone, or refuse: nothing that could be done about it here. */
  #send(message: () => Promise<void> | undefined): void {
    this.#guard('a message', async () => message());
  }

  #guard(what: string, work: () => Promise<unknown>): void {
    work().catch((error: unknown) => {
      if (!(error instanceof Cancelled)) this.#log(`${what} failed`, error);
    });
  }

  #log(what: string, error: unknown): void {
    // The same defect may be met by many paths, so its message tells it, not its stack.
    if (!this.#sayOnce(`${what} ${String(error)}`)) return;
    this.#connection.console.error(
      `${what}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
  }

  #sayOnce(text: string): boolean {
    if (this.#said.has(text)) return false;
    if (this.#said.size > MAX_SAID) this.#said.clear();
    this.#said.add(text);
    return true;
  }
}

/** A place in the schema of the working tree. */
interface SchemaAt {
  readonly schema: Schema;
  readonly isWhole: boolean;
  readonly file: File;
  readonly offset: number;
  readonly repository: Repository;
}

/** Where there is no top folder that a configuration could be written to. */
const NO_FOLDER: readonly NoBaseline['reason'][] = ['no-git', 'git-too-old', 'not-a-repository', 'bare-repository'];

function documentOnDisk(repository: Repository, path: string): TextDocument | undefined {
  const text = readText(repository.root, path);
  return text === undefined ? undefined : TextDocument.create(repository.uriOf(path), 'proto', 0, text);
}

function isNoRepository({ state }: Repository): boolean {
  if (state?.kind !== 'checked') return false;
  const { baseline } = moduleOf(state.result, '');
  return !isBaseline(baseline) && baseline.reason === 'not-a-repository';
}

async function revertedTo(view: View, element: string | undefined): Promise<readonly TextEdit[] | undefined> {
  if (element === undefined) return revertFile(view);
  const finding = view.findings.find((found) => found.element === element);
  return finding && revertElement(view, finding, finding.fixes());
}
