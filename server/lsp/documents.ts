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
import type { Repository, State } from './repository.ts';
import { statusWithoutFile } from './status.ts';
import { pathOf } from './uris.ts';
import { View } from './view.ts';
import type { Located, Workspace } from './workspace.ts';

/** A place in the schema of the working tree. */
export interface SchemaAt {
  readonly schema: Schema;
  readonly isWhole: boolean;
  readonly file: File;
  readonly offset: number;
  readonly repository: Repository;
}

/** Which repository each open document and folder belongs to, and what is forgotten when they are closed. */
export class Documents {
  readonly workspace: Workspace;
  /** Folders that the client has open, by their addresses. */
  readonly folders = new Set<string>();
  readonly #client: Client;
  readonly #publisher: Publisher;
  readonly #texts: TextDocuments<TextDocument>;
  /** Where open documents belong; a document is in `located` once that is known. */
  readonly #locating = new Map<string, Promise<Located>>();
  readonly #located = new Map<string, Located>();
  /** Their folder was closed, and no document was opened since. */
  readonly #left = new WeakSet<Repository>();

  constructor(client: Client, publisher: Publisher, texts: TextDocuments<TextDocument>, workspace: Workspace) {
    this.#client = client;
    this.#publisher = publisher;
    this.#texts = texts;
    this.workspace = workspace;
  }

  /** The text of an open document. */
  get(uri: string): TextDocument | undefined {
    return this.#texts.get(uri);
  }

  /** Shows a new state of a repository to the client. */
  show(repository: Repository, state: State): void {
    this.#publisher.show(repository, state, this.#left.has(repository));
  }

  saved(uri: string): void {
    const repository = this.#located.get(uri)?.repository;
    if (repository !== undefined) this.lookAgain(repository);
  }

  /** What is wrong in a version file shows, and the views know of it, before a `.proto` is opened. */
  lookIntoFolders(): void {
    for (const uri of this.folders) {
      const path = pathOf(uri);
      if (path === undefined) continue;
      this.#client.guard('a folder', async () => (await this.workspace.locate(path)).repository.settled());
    }
  }

  async foldersChanged({ added, removed }: WorkspaceFoldersChangeEvent): Promise<void> {
    for (const { uri } of removed) this.folders.delete(uri);
    for (const { uri } of added) this.folders.add(uri);
    this.lookIntoFolders();
    const located = async (uris: readonly string[]): Promise<readonly (readonly [string, Repository])[]> =>
      // A folder of another machine has no path, and no repository here.
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
    // They may have changed again in the meantime.
    const kept = new Set(open.flatMap(([uri, repository]) => (this.folders.has(uri) ? repository : [])));
    for (const repository of kept) {
      // Views were told to forget it, and nothing else may change for long.
      if (this.#left.delete(repository) && repository.state !== undefined) this.show(repository, repository.state);
    }
    for (const [, repository] of left) if (!kept.has(repository)) this.#leave(repository);
  }

  /** Editors keep documents open that nobody sees, so views forget it at once, and all else with the last document. */
  #leave(repository: Repository): void {
    this.#left.add(repository);
    this.#publisher.forgetViews(repository);
    this.#forgetUnused(repository);
  }

  #forgetUnused(repository: Repository): void {
    if (repository.documents.size > 0) return;
    // A folder that is no repository is of no use to views either.
    if (!this.#left.has(repository) && !isNoRepository(repository)) return;
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
      this.#publisher.sendStatus(uri, null, statusWithoutFile(uri));
      return;
    }
    if (this.#locating.has(uri)) return;
    this.#publisher.sendStatus(uri, null, { kind: 'checking' });
    await this.#place(document);
  }

  /** Finds a document's repository and has it checked there. */
  async #place(document: TextDocument): Promise<void> {
    const { uri } = document;
    const locating = this.workspace.locate(pathOf(uri) ?? '');
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
      this.#publisher.sendStatus(uri, null, { kind: 'failed', repository: uri, message });
      throw error;
    }
  }

  closed(uri: string): void {
    const located = this.#located.get(uri);
    this.#locating.delete(uri);
    this.#located.delete(uri);
    this.#publisher.forgetStatus(uri);
    if (located === undefined) return;
    // The check that follows says what is wrong in the file on disk; until then nothing is cleared.
    located.repository.shut(located.path);
    // The same file may be open by another name, through a link.
    for (const [name, other] of this.#located) {
      const document = this.#texts.get(name);
      if (other.repository === located.repository && other.path === located.path && document !== undefined)
        located.repository.edit(located.path, document);
    }
    this.#forgetUnused(located.repository);
  }

  filesChanged(uris: readonly string[]): void {
    // What an open document holds on disk does not count, and packages of others come by the thousands.
    const paths = uris
      .filter((uri) => this.#texts.get(uri) === undefined && !uri.includes('/node_modules/'))
      .map((uri) => pathOf(uri) ?? '');
    if (paths.length === 0) return;
    const { repositories } = this.workspace;
    const affected = repositories.filter(({ root }) => paths.some((path) => path.startsWith(root)));
    const isCode = paths.every((path) => languageOf(path) !== undefined);
    // A path may lead into a repository through a link.
    for (const repository of affected.length > 0 ? affected : repositories) {
      if (isCode) repository.codeChanged();
      else this.lookAgain(repository);
    }
  }

  /** Git or files on disk may be others than before. */
  lookAgain(repository: Repository): void {
    if (isNoRepository(repository)) this.placeAnew([repository]);
    else repository.invalidate();
  }

  /** The documents may belong to other repositories now. */
  placeAnew(repositories: readonly Repository[]): void {
    for (const repository of repositories) {
      this.workspace.forget(repository);
      const open = new Set([...repository.documents.values()].map(({ uri }) => uri));
      this.#publisher.retractAll(repository, open);
      for (const document of repository.documents.values()) {
        this.#located.delete(document.uri);
        this.#client.guard('a document', () => this.#place(document));
      }
    }
    this.lookIntoFolders();
  }

  /**
   * An open document with the state of its newest text; undefined where there is none.
   * @param isUrgent a person asked; editors ask for other things after every keystroke.
   */
  async view(uri: string, token: CancellationToken, isUrgent = false): Promise<View | undefined> {
    const document = this.#texts.get(uri);
    if (document === undefined || !this.#locating.has(uri)) return undefined;
    const { repository, path } = await this.locate(uri);
    const state = await repository.settled(token, isUrgent);
    return state.kind === 'checked' ? new View(repository, document, path, state.result) : undefined;
  }

  async locate(uri: string): Promise<Located> {
    const known = this.#locating.get(uri);
    if (known !== undefined) return known;
    const path = pathOf(uri);
    if (path === undefined) throw new ResponseError(LSPErrorCodes.RequestFailed, statusWithoutFile(uri).message);
    return this.workspace.locate(path);
  }

  /** The schema around an open document and the place in it; undefined where there is none. It holds until the next edit. */
  async schemaAt(uri: string, position: Position, token: CancellationToken): Promise<SchemaAt | undefined> {
    const document = this.#texts.get(uri);
    if (document === undefined || pathOf(uri) === undefined) return undefined;
    const { repository, path } = await this.locate(uri);
    // The tree is that of the newest check.
    await repository.settled(token);
    const offset = document.offsetAt(position);
    const around = await repository.checker.schemaAround(path);
    const file = around?.schema.files.get(path);
    // The place is one of the text that was asked about.
    if (around === undefined || file === undefined || file.node.text !== document.getText()) return undefined;
    return { ...around, file, offset, repository };
  }
}

function isNoRepository({ state }: Repository): boolean {
  if (state?.kind !== 'checked') return false;
  const { baseline } = moduleOf(state.result, '');
  return !isBaseline(baseline) && baseline.reason === 'not-a-repository';
}
