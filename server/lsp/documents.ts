import { sep } from 'node:path';
import {
  type CancellationToken,
  LSPErrorCodes,
  type Position,
  ResponseError,
  type TextDocuments,
  type WorkspaceFoldersChangeEvent,
} from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';

import { isBaseline, moduleOf } from '../check/result.ts';
import type { File, Schema } from '../schema/model.ts';
import { languageOf } from '../uses/languages.ts';
import type { Client } from './client.ts';
import { RELEASE_SCHEME } from './protocol.ts';
import type { Publisher } from './publisher.ts';
import type { RepositorySession } from './repository-session.ts';
import type { State } from './session-state.ts';
import { statusWithoutFile } from './status.ts';
import { pathOf } from './uris.ts';
import { View } from './view.ts';
import type { Located, Workspace } from './workspace.ts';

interface SchemaAt {
  readonly schema: Schema;
  /** See `SchemaAround.isWhole`. */
  readonly isWhole: boolean;
  readonly file: File;
  readonly offset: number;
  readonly repository: RepositorySession;
}

/** Assigns open documents and folders to the sessions of their repositories. Closes unneeded sessions. */
export class Documents {
  readonly workspace: Workspace;
  /** URIs */
  readonly folders = new Set<string>();
  readonly #client: Client;
  readonly #publisher: Publisher;
  readonly #texts: TextDocuments<TextDocument>;
  /** For each open document, the search for its repository. Finished searches stay. */
  readonly #locating = new Map<string, Promise<Located>>();
  readonly #located = new Map<string, Located>();
  /** By path. Cached, because an editor sends several requests for each state. */
  readonly #views = new WeakMap<State, Map<string, View>>();
  /** Sessions whose folder was closed. Opening the folder or one of its documents removes the session. */
  readonly #inClosedFolders = new WeakSet<RepositorySession>();

  constructor(client: Client, publisher: Publisher, texts: TextDocuments<TextDocument>, workspace: Workspace) {
    this.#client = client;
    this.#publisher = publisher;
    this.#texts = texts;
    this.workspace = workspace;
  }

  get(uri: string): TextDocument | undefined {
    return this.#texts.get(uri);
  }

  show(repository: RepositorySession, state: State): void {
    this.#publisher.show(repository, state, this.#inClosedFolders.has(repository));
  }

  saved(uri: string): void {
    const repository = this.#located.get(uri)?.repository;
    if (repository !== undefined) this.refresh(repository);
  }

  /** Shows findings before a document is opened. */
  checkFolders(): void {
    for (const uri of this.folders) {
      const path = pathOf(uri);
      if (path === undefined) continue;
      this.#client.inBackground('Checking a folder', async () =>
        (await this.workspace.locate(path)).repository.settled(undefined, false),
      );
    }
  }

  async foldersChanged({ added, removed }: WorkspaceFoldersChangeEvent): Promise<void> {
    for (const { uri } of removed) this.folders.delete(uri);
    for (const { uri } of added) this.folders.add(uri);
    this.checkFolders();
    const located = async (uris: readonly string[]): Promise<readonly (readonly [string, RepositorySession])[]> =>
      Promise.all(
        uris.flatMap((uri) => {
          const path = pathOf(uri);
          return path === undefined
            ? []
            : this.workspace.locate(path).then(({ repository }) => [uri, repository] as const);
        }),
      );
    const left = await located(removed.map(({ uri }) => uri));
    const open = await located([...this.folders]);
    const kept = new Set(open.flatMap(([uri, repository]) => (this.folders.has(uri) ? repository : [])));
    for (const repository of kept) {
      if (this.#inClosedFolders.delete(repository) && repository.state !== undefined)
        this.show(repository, repository.state);
    }
    for (const [, repository] of left) if (!kept.has(repository)) this.#folderClosed(repository);
  }

  /** Editors keep the documents of a closed folder open, so the session is closed with its last document. */
  #folderClosed(repository: RepositorySession): void {
    this.#inClosedFolders.add(repository);
    this.#publisher.forgetViews(repository);
    this.#forgetUnused(repository);
  }

  #forgetUnused(repository: RepositorySession): void {
    if (repository.documents.size > 0) return;
    if (!this.#inClosedFolders.has(repository) && !isNotGitRepository(repository)) return;
    this.workspace.forget(repository);
    this.#publisher.retractAll(repository);
  }

  async edited(document: TextDocument): Promise<void> {
    const { uri } = document;
    if (uri.startsWith(`${RELEASE_SCHEME}:`)) return;
    const known = this.#located.get(uri);
    if (known !== undefined) {
      known.repository.edit(known.path, document);
      return;
    }
    if (pathOf(uri) === undefined) {
      this.#publisher.sendStatus(uri, statusWithoutFile(uri));
      return;
    }
    if (this.#locating.has(uri)) return;
    this.#publisher.sendStatus(uri, { kind: 'checking' });
    await this.#locateAndCheck(uri);
  }

  async #locateAndCheck(uri: string): Promise<void> {
    const locating = this.workspace.locate(pathOf(uri) ?? '');
    this.#locating.set(uri, locating);
    try {
      const located = await locating;
      // The document may have been closed or reopened meanwhile.
      if (this.#locating.get(uri) !== locating) return;
      if (located.repository.isClosed) {
        await this.#locateAndCheck(uri);
        return;
      }
      // The text may have been edited meanwhile.
      const document = this.#texts.get(uri);
      if (document === undefined) return;
      this.#located.set(uri, located);
      this.#inClosedFolders.delete(located.repository);
      located.repository.edit(located.path, document);
    } catch (error) {
      this.#locating.delete(uri);
      const message = error instanceof Error ? error.message : String(error);
      this.#publisher.sendStatus(uri, { kind: 'failed', repository: uri, message });
      throw error;
    }
  }

  closed(uri: string): void {
    const located = this.#located.get(uri);
    this.#locating.delete(uri);
    this.#located.delete(uri);
    this.#publisher.forgetStatus(uri);
    if (located === undefined) return;
    located.repository.closeDocument(located.path);
    // The same file may still be open by another path, through a symbolic link.
    for (const [name, other] of this.#located) {
      const document = this.#texts.get(name);
      if (other.repository === located.repository && other.path === located.path && document !== undefined)
        located.repository.edit(located.path, document);
    }
    this.#forgetUnused(located.repository);
  }

  filesChanged(uris: readonly string[]): void {
    // Files in `node_modules` change by the thousands.
    const paths = uris
      .filter((uri) => this.#texts.get(uri) === undefined && !uri.includes('/node_modules/'))
      .map((uri) => pathOf(uri) ?? '');
    if (paths.length === 0) return;
    const { repositories } = this.workspace;
    const affected = repositories.filter(({ root }) => paths.some((path) => path.startsWith(`${root}${sep}`)));
    const isCode = paths.every((path) => languageOf(path) !== undefined);
    // A path outside all roots may go through a symbolic link into any repository.
    for (const repository of affected.length > 0 ? affected : repositories) {
      if (isCode) repository.codeChanged();
      else this.refresh(repository);
    }
  }

  /** Git's state or files on disk may have changed. */
  refresh(repository: RepositorySession): void {
    if (isNotGitRepository(repository)) this.relocate([repository]);
    else repository.invalidate();
  }

  completeWords(uri: string): void {
    this.#located.get(uri)?.repository.completeWords();
  }

  relocate(repositories: readonly RepositorySession[]): void {
    for (const repository of repositories) {
      this.workspace.forget(repository);
      const open = new Set([...repository.documents.values()].map(({ uri }) => uri));
      this.#publisher.retractAll(repository, open);
      for (const uri of open) {
        this.#located.delete(uri);
        this.#client.inBackground('Checking a document', () => this.#locateAndCheck(uri));
      }
    }
    this.checkFolders();
  }

  /**
   * Undefined if the document isn't open or its check failed.
   * @param isUrgent false for requests that editors send after each keystroke.
   */
  async view(uri: string, token: CancellationToken, isUrgent = false): Promise<View | undefined> {
    if (this.#texts.get(uri) === undefined || !this.#locating.has(uri)) return undefined;
    const { repository, path } = await this.locate(uri);
    const state = await repository.settled(token, isUrgent);
    if (state.kind !== 'checked') return undefined;
    const document = state.documents.get(path);
    if (document === undefined) return undefined;
    const views = this.#views.get(state) ?? new Map<string, View>();
    this.#views.set(state, views);
    const view = views.get(path) ?? new View(repository, document, path, state);
    views.set(path, view);
    return view;
  }

  /** @throws ResponseError if the URI isn't a local file. */
  async locate(uri: string): Promise<Located> {
    const known = this.#locating.get(uri);
    if (known !== undefined) return known;
    const path = pathOf(uri);
    if (path === undefined) throw new ResponseError(LSPErrorCodes.RequestFailed, statusWithoutFile(uri).message);
    return this.workspace.locate(path);
  }

  /**
   * Valid until the next edit. Undefined if the document isn't open, isn't in a repository, or was edited meanwhile.
   */
  async schemaAt(uri: string, position: Position, token: CancellationToken): Promise<SchemaAt | undefined> {
    const document = this.#texts.get(uri);
    if (document === undefined || pathOf(uri) === undefined) return undefined;
    const { repository, path } = await this.locate(uri);
    await repository.settled(token);
    const offset = document.offsetAt(position);
    const around = await repository.checker.schemaAround(path);
    const file = around?.schema.files.get(path);
    if (around === undefined || file === undefined || file.node.text !== document.getText()) return undefined;
    return { ...around, file, offset, repository };
  }
}

function isNotGitRepository({ state }: RepositorySession): boolean {
  if (state?.kind !== 'checked') return false;
  const { baseline } = moduleOf(state.result, '');
  return !isBaseline(baseline) && baseline.reason === 'not-a-repository';
}
