import type { Diagnostic } from 'vscode-languageserver/node';

import type { CheckResult } from '../check/result.ts';
import { CONFIGURATION_FILE } from '../policy/config.ts';
import type { Client } from './client.ts';
import { diagnosticsByFile } from './diagnostics.ts';
import type { DocumentStatus, Status } from './protocol.ts';
import type { RepositorySession } from './repository-session.ts';
import type { State } from './session-state.ts';
import { countsOf, statusOfDocument } from './status.ts';

/**
 * Files other than `.proto` files that can affect a check. The server watches git's files itself, because clients
 * exclude them.
 */
export const WATCHED_NAMES = [
  'proto-compat.json',
  'buf.yaml',
  'buf.work.yaml',
  'VERSION',
  'package.json',
  'Cargo.toml',
];

/** Sends diagnostics, statuses and change notifications that differ from those that the client has. */
export class Publisher {
  readonly #client: Client;
  readonly #published = new Map<
    string,
    { readonly repository: RepositorySession; readonly version: number | undefined; readonly json: string }
  >();
  readonly #statuses = new Map<string, { readonly shared: string; readonly own: string }>();
  /** The status of a module is serialized once for all of its documents. */
  readonly #serialized = new WeakMap<Status, string>();
  readonly #viewed = new WeakMap<RepositorySession, string>();

  constructor(client: Client) {
    this.#client = client;
  }

  /** Sends everything that depends on a state. */
  show(repository: RepositorySession, state: State, isFolderClosed: boolean): void {
    try {
      if (state.kind === 'failed') this.#client.log(`The check of ${repository.root} failed`, state.error);
      else this.#publishAll(repository, state);
      this.#sendStatuses(repository, state);
      if (state.kind !== 'checked') return;
      if (this.#client.options.views === true && !isFolderClosed) this.#notifyViews(repository, state.result);
      for (const file of state.result.versionFiles) {
        this.#client.registerDocument(repository, file);
        // The configuration can name any file as the version file.
        const name = file.split('/').at(-1) ?? file;
        if (/^[\w.-]+$/.test(name) && !WATCHED_NAMES.includes(name)) this.#client.watch([`**/${name}`]);
      }
      this.#client.registerDocument(repository, CONFIGURATION_FILE);
    } catch (error) {
      this.#client.log('Publishing a result failed', error);
    }
  }

  #notifyViews(repository: RepositorySession, { modules, findings, problems }: CheckResult): void {
    // JSON omits functions, so the lazy parts of findings are not computed here.
    const json = JSON.stringify([modules, problems]);
    if (this.#viewed.get(repository) === json) return;
    this.#viewed.set(repository, json);
    this.#client.notify('protoCompat/changed', { repository: repository.uri, counts: countsOf(findings) });
  }

  #publishAll(repository: RepositorySession, state: State & { kind: 'checked' }): void {
    const byFile = diagnosticsByFile(state.result, repository, this.#client.capabilities);
    const rest = new Set(
      [...this.#published].filter(([, known]) => known.repository === repository).map(([uri]) => uri),
    );
    let changedWithoutEdit = false;
    for (const [path, { uri }] of repository.documents) {
      rest.delete(uri);
      const version = state.documents.get(path)?.version;
      const before = this.#published.get(uri);
      const isNew = this.#publish(repository, uri, version, byFile.get(path) ?? []);
      if (isNew && before?.version === version) changedWithoutEdit = true;
    }
    // Files that are not open or were deleted are included, so that the list of problems matches the counts in the
    // status item.
    for (const [path, diagnostics] of byFile) {
      if (repository.documents.has(path)) continue;
      const uri = repository.uriOf(path);
      rest.delete(uri);
      this.#publish(repository, uri, undefined, diagnostics);
    }
    for (const uri of rest) this.retract(repository, uri);
    // After an edit, the client requests hints and lenses by itself.
    if (changedWithoutEdit) this.#client.refreshViews();
  }

  /** Publishes diagnostics if they differ from what the client has. */
  #publish(
    repository: RepositorySession,
    uri: string,
    version: number | undefined,
    diagnostics: readonly Diagnostic[],
  ): boolean {
    const json = JSON.stringify(diagnostics);
    const before = this.#published.get(uri);
    if (before?.json === json && before.version === version) return false;
    this.#published.set(uri, { repository, version, json });
    if (before === undefined && diagnostics.length === 0 && version === undefined) return false;
    this.#client.send(() =>
      this.#client.connection.sendDiagnostics({
        uri,
        diagnostics: [...diagnostics],
        ...(version !== undefined && { version }),
      }),
    );
    return true;
  }

  /** Removes the diagnostics of a file. */
  retract(repository: RepositorySession, uri: string): void {
    this.#publish(repository, uri, undefined, []);
    this.#published.delete(uri);
  }

  /** One message for all documents that share a status: a message for each of thousands would delay the next edit. */
  #sendStatuses(repository: RepositorySession, state: State): void {
    const changed = new Map<Status, DocumentStatus[]>();
    for (const [path, { uri }] of repository.documents) {
      const version = state.kind === 'checked' ? (state.documents.get(path)?.version ?? null) : null;
      const { status, document } = statusOfDocument(state, repository, path);
      if (!this.#isNewStatus(uri, version, status, document)) continue;
      const sharing = changed.get(status);
      if (sharing === undefined) changed.set(status, [{ uri, version, document }]);
      else sharing.push({ uri, version, document });
    }
    for (const [status, documents] of changed) this.#client.notify('protoCompat/status', { status, documents });
  }

  sendStatus(uri: string, status: Status): void {
    if (this.#isNewStatus(uri, null, status, null))
      this.#client.notify('protoCompat/status', { status, documents: [{ uri, version: null, document: null }] });
  }

  /** Whether the client has to get this status. A client without views gets a message instead. */
  #isNewStatus(uri: string, version: number | null, status: Status, document: DocumentStatus['document']): boolean {
    if (this.#client.options.views !== true) {
      if (status.kind === 'nothing' && this.#client.isFirstReport(`${status.repository ?? ''} ${status.message}`)) {
        this.#client.send(() => this.#client.showMessage(`Proto Compat: ${status.message} ${status.advice}`));
      }
      return false;
    }
    const shared = this.#serialized.get(status) ?? JSON.stringify(status);
    this.#serialized.set(status, shared);
    const own = JSON.stringify([version, document]);
    const before = this.#statuses.get(uri);
    if (before?.shared === shared && before.own === own) return false;
    this.#statuses.set(uri, { shared, own });
    return true;
  }

  /** Removes the diagnostics of all files of a repository, except for some. */
  retractAll(repository: RepositorySession, kept: ReadonlySet<string> = new Set()): void {
    for (const [uri, known] of this.#published)
      if (known.repository === repository && !kept.has(uri)) this.retract(repository, uri);
  }

  /** Call it when a document is closed, so that its status is sent again after it was reopened. */
  forgetStatus(uri: string): void {
    this.#statuses.delete(uri);
  }

  /** Tells the views to drop a repository. */
  forgetViews(repository: RepositorySession): void {
    this.#viewed.delete(repository);
    if (this.#client.options.views === true)
      this.#client.notify('protoCompat/changed', { repository: repository.uri, counts: null });
  }
}
