import type { Diagnostic } from 'vscode-languageserver/node';

import type { CheckResult } from '../check/result.ts';
import { CONFIGURATION_FILE } from '../policy/config.ts';
import type { Client } from './client.ts';
import { diagnosticsByFile } from './diagnostics.ts';
import type { CheckedDocument, Status } from './protocol.ts';
import type { RepositorySession } from './repository-session.ts';
import type { State } from './session-state.ts';
import { countsOf, documentStatus } from './status.ts';

/** Files besides `.proto` files that can affect a check. Clients exclude git's files, so `GitWatcher` watches those. */
export const WATCHED_NAMES = [
  'proto-compat.json',
  'buf.yaml',
  'buf.work.yaml',
  'buf.lock',
  'VERSION',
  'package.json',
  'Cargo.toml',
];

export class Publisher {
  readonly #client: Client;
  readonly #published = new Map<
    string,
    { readonly repository: RepositorySession; readonly version: number | undefined; readonly json: string }
  >();
  readonly #statuses = new Map<string, { readonly shared: string; readonly own: string }>();
  /** As JSON. The documents of a module share one status object. */
  readonly #serialized = new WeakMap<Status, string>();
  /** The modules and problems at the last `protoCompat/changed`, as JSON. */
  readonly #viewed = new WeakMap<RepositorySession, string>();

  constructor(client: Client) {
    this.#client = client;
  }

  /** @param isFolderClosed whether the client's views no longer show the repository. */
  show(repository: RepositorySession, state: State, isFolderClosed: boolean): void {
    try {
      if (state.kind === 'failed') this.#client.log(`The check of ${repository.root} failed`, state.error);
      else this.#publishAll(repository, state);
      this.#sendStatuses(
        [...repository.documents].map(([path, { uri }]) => {
          const version = state.kind === 'checked' ? (state.documents.get(path)?.version ?? null) : null;
          const { status, own } = documentStatus(state, repository, path);
          return { status, document: { uri, version, own } };
        }),
      );
      if (state.kind !== 'checked') return;
      if (this.#client.options.views === true && !isFolderClosed) this.#notifyViews(repository, state.result);
      for (const file of state.result.versionFiles) {
        this.#client.registerDocument(repository, file);
        const name = file.split('/').at(-1) ?? file;
        if (/^[\w.-]+$/.test(name) && !WATCHED_NAMES.includes(name)) this.#client.watch([`**/${name}`]);
      }
      this.#client.registerDocument(repository, CONFIGURATION_FILE);
    } catch (error) {
      this.#client.log('Publishing a result failed', error);
    }
  }

  #notifyViews(repository: RepositorySession, { modules, findings, problems }: CheckResult): void {
    // JSON omits functions, so no witness and no fix is computed.
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
    // Closed and deleted files have diagnostics, too, because the status item counts their findings.
    for (const [path, diagnostics] of byFile) {
      if (repository.documents.has(path)) continue;
      const uri = repository.uriOf(path);
      rest.delete(uri);
      this.#publish(repository, uri, undefined, diagnostics);
    }
    for (const uri of rest) this.retract(repository, uri);
    // After an edit, the client requests hints and lenses by itself.
    if (changedWithoutEdit) this.#client.refreshHintsAndLenses();
  }

  /** @returns whether the diagnostics or the version changed. */
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

  retract(repository: RepositorySession, uri: string): void {
    this.#publish(repository, uri, undefined, []);
    this.#published.delete(uri);
  }

  sendStatus(uri: string, status: Status): void {
    this.#sendStatuses([{ status, document: { uri, version: null, own: null } }]);
  }

  /** Documents with the same status share one message. Thousands of messages would delay the next edit. */
  #sendStatuses(statuses: readonly { readonly status: Status; readonly document: CheckedDocument }[]): void {
    if (this.#client.options.views !== true) {
      for (const { status } of statuses) this.#showReason(status);
      return;
    }
    const changed = new Map<string, { readonly status: Status; readonly documents: CheckedDocument[] }>();
    for (const { status, document } of statuses) {
      const shared = this.#serialized.get(status) ?? JSON.stringify(status);
      this.#serialized.set(status, shared);
      const own = JSON.stringify([document.version, document.own]);
      const before = this.#statuses.get(document.uri);
      if (before?.shared === shared && before.own === own) continue;
      this.#statuses.set(document.uri, { shared, own });
      const same = changed.get(shared);
      if (same === undefined) changed.set(shared, { status, documents: [document] });
      else same.documents.push(document);
    }
    for (const message of changed.values()) this.#client.notify('protoCompat/status', message);
  }

  #showReason(status: Status): void {
    if (status.kind === 'nothing' && this.#client.isFirstReport(`${status.repository ?? ''} ${status.message}`))
      this.#client.send(() => this.#client.showMessage(`Proto Compat: ${status.message} ${status.advice}`));
  }

  /** @param kept URIs */
  retractAll(repository: RepositorySession, kept: ReadonlySet<string> = new Set()): void {
    for (const [uri, known] of this.#published)
      if (known.repository === repository && !kept.has(uri)) this.retract(repository, uri);
  }

  /** Call it when a document is closed. */
  forgetStatus(uri: string): void {
    this.#statuses.delete(uri);
  }

  forgetViews(repository: RepositorySession): void {
    this.#viewed.delete(repository);
    if (this.#client.options.views === true)
      this.#client.notify('protoCompat/changed', { repository: repository.uri, counts: null });
  }
}
