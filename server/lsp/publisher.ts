import type { Diagnostic } from 'vscode-languageserver/node';

import type { CheckResult } from '../check/result.ts';
import { CONFIGURATION_FILE } from '../policy/config.ts';
import type { Client } from './client.ts';
import { diagnosticsByFile } from './diagnostics.ts';
import type { Status } from './protocol.ts';
import type { Repository, State } from './repository.ts';
import { countsOf, documentStatusOf } from './status.ts';

/** Files beside `.proto` whose change on disk can change a check. Git's own are watched by the server, for clients leave them out. */
export const WATCHED_NAMES = [
  'proto-compat.json',
  'buf.yaml',
  'buf.work.yaml',
  'VERSION',
  'package.json',
  'Cargo.toml',
];

/** Sends diagnostics, statuses and news to the client, each only where it differs from what the client has. */
export class Publisher {
  readonly #client: Client;
  readonly #published = new Map<
    string,
    { readonly repository: Repository; readonly version: number | undefined; readonly json: string }
  >();
  readonly #statuses = new Map<string, string>();
  readonly #viewed = new WeakMap<Repository, string>();

  constructor(client: Client) {
    this.#client = client;
  }

  /** Everything the client sees of a new state. */
  show(repository: Repository, state: State, isLeft: boolean): void {
    try {
      if (state.kind === 'failed') this.#client.log(`The check of ${repository.root} failed`, state.error);
      else this.#publishAll(repository, state);
      for (const [path, { uri }] of repository.documents) {
        const version = state.kind === 'checked' ? (state.versions.get(path) ?? null) : null;
        this.sendStatus(uri, version, documentStatusOf(state, repository, path));
      }
      if (state.kind !== 'checked') return;
      if (this.#client.options.views === true && !isLeft) this.#tellViews(repository, state.result);
      for (const file of state.result.versionFiles) {
        this.#client.attend(repository, file);
        // A project may keep its version in any file.
        const name = file.split('/').at(-1) ?? file;
        if (/^[\w.-]+$/.test(name) && !WATCHED_NAMES.includes(name)) this.#client.watch([`**/${name}`]);
      }
      this.#client.attend(repository, CONFIGURATION_FILE);
    } catch (error) {
      this.#client.log('A result could not be shown', error);
    }
  }

  #tellViews(repository: Repository, { modules, findings, problems }: CheckResult): void {
    // What a finding makes only when it is asked is a function, and so no part of this.
    const json = JSON.stringify([modules, problems]);
    if (this.#viewed.get(repository) === json) return;
    this.#viewed.set(repository, json);
    this.#client.notify('protoCompat/changed', { repository: repository.uri, counts: countsOf(findings) });
  }

  #publishAll(repository: Repository, state: State & { kind: 'checked' }): void {
    const byFile = diagnosticsByFile(state.result, repository, this.#client.abilities);
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
    for (const uri of rest) this.retract(repository, uri);
    // After an edit of its own a client asks for hints and lenses by itself.
    if (seenWithoutEdit) this.#client.refreshViews();
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
    this.#client.send(() =>
      this.#client.connection.sendDiagnostics({
        uri,
        diagnostics: [...diagnostics],
        ...(version !== undefined && { version }),
      }),
    );
    return true;
  }

  /** Takes back what was published for a file. */
  retract(repository: Repository, uri: string): void {
    this.#publish(repository, uri, undefined, []);
    this.#published.delete(uri);
  }

  sendStatus(uri: string, version: number | null, status: Status): void {
    if (this.#client.options.views !== true) {
      if (status.kind === 'nothing' && this.#client.isNews(`${status.repository ?? ''} ${status.message}`)) {
        this.#client.send(() => this.#client.say(`Proto Compat: ${status.message} ${status.advice}`));
      }
      return;
    }
    const json = JSON.stringify([version, status]);
    if (this.#statuses.get(uri) === json) return;
    this.#statuses.set(uri, json);
    this.#client.notify('protoCompat/status', { uri, version, status });
  }

  /** Takes back what was published for the files of a repository, except for those that are kept. */
  retractAll(repository: Repository, kept: ReadonlySet<string> = new Set()): void {
    for (const [uri, known] of this.#published)
      if (known.repository === repository && !kept.has(uri)) this.retract(repository, uri);
  }

  /** A document was closed: its next status is news. */
  forgetStatus(uri: string): void {
    this.#statuses.delete(uri);
  }

  /** Views forget the repository. */
  forgetViews(repository: Repository): void {
    this.#viewed.delete(repository);
    if (this.#client.options.views === true)
      this.#client.notify('protoCompat/changed', { repository: repository.uri, counts: null });
  }
}
