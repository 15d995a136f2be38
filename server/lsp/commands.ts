import { type CancellationToken, LSPErrorCodes, ResponseError, type TextEdit } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';

import { baselineOf, isBaseline } from '../check/result.ts';
import { CONFIGURATION_FILE } from '../policy/config.ts';
import { readText } from '../release/text.ts';
import type { Client } from './client.ts';
import { configurationOf, policyEdits } from './configuration.ts';
import type { Documents } from './documents.ts';
import { COMMANDS, type Status } from './protocol.ts';
import { signalOf } from './cancellation.ts';
import type { RepositorySession } from './repository-session.ts';
import { revertElement, revertFile } from './revert.ts';
import { changesOf, statusOf, summaryOf } from './status.ts';
import { View } from './view.ts';

export class Commands {
  readonly #client: Client;
  readonly #documents: Documents;
  /** Refs by the repository's URI. */
  readonly #baselines: Map<string, string>;

  constructor(client: Client, documents: Documents, baselines: Map<string, string>) {
    this.#client = client;
    this.#documents = documents;
    this.#baselines = baselines;
  }

  async execute(command: string, argument: unknown, token: CancellationToken): Promise<unknown> {
    // Some clients pass only the URI.
    const given: object = typeof argument === 'object' && argument !== null ? argument : { uri: argument };
    const none = { uri: undefined, ref: undefined, element: undefined, policy: undefined };
    const { uri, ref, element, policy } = { ...none, ...given };
    if (command === COMMANDS.recheck) {
      this.#documents.relocate(this.#documents.workspace.repositories);
      return null;
    }
    if (typeof uri !== 'string')
      throw new ResponseError(LSPErrorCodes.RequestFailed, `${command} needs the URI of a document.`);
    switch (command) {
      case COMMANDS.baseline:
        return this.chooseBaseline(uri, typeof ref === 'string' ? ref : null, token);
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

  async chooseBaseline(uri: string, ref: string | null, token: CancellationToken): Promise<Status> {
    const { repository, path } = await this.#documents.locate(uri);
    if (ref !== null) {
      const result = await repository.checker.check({ from: ref, signal: signalOf(token) });
      if (!isBaseline(baselineOf(result, path)))
        return statusOf({ kind: 'checked', result, documents: new Map() }, repository, path);
    }
    if (ref === null) this.#baselines.delete(repository.uri);
    else this.#baselines.set(repository.uri, ref);
    repository.setBaseline(ref ?? undefined);
    return statusOf(await repository.settled(token), repository, path);
  }

  async #choosePolicy(uri: string, policy: string): Promise<boolean> {
    const { repository } = await this.#documents.locate(uri);
    const text = await configurationOf(repository);
    const edits = [...(await policyEdits(repository, text, policy))];
    const file = repository.uriOf(CONFIGURATION_FILE);
    const { documentChanges, createsFiles } = this.#client.capabilities;
    if (text === undefined && !(documentChanges && createsFiles)) {
      const message = `This editor cannot create files. Run \`proto-compat init\` to create ${CONFIGURATION_FILE} first.`;
      throw new ResponseError(LSPErrorCodes.RequestFailed, message);
    }
    const version = repository.documents.get(CONFIGURATION_FILE)?.version ?? null;
    const change = { textDocument: { uri: file, version }, edits };
    const { applied } = await this.#client.connection.workspace.applyEdit({
      label: `Choose the policy ${policy}`,
      edit: documentChanges
        ? { documentChanges: text === undefined ? [{ kind: 'create', uri: file }, change] : [change] }
        : { changes: { [file]: edits } },
    });
    return applied;
  }

  async #showChanges(uri: string, token: CancellationToken): Promise<null> {
    const { repository, path } = await this.#documents.locate(uri);
    repository.completeWords();
    const message = changesOf(summaryOf(await repository.settled(token), repository, path));
    await this.#client.showMessage(message);
    return null;
  }

  async #revert(uri: string, element: string | undefined, token: CancellationToken): Promise<boolean> {
    const { repository, path } = await this.#documents.locate(uri);
    const state = await repository.settled(token);
    if (state.kind === 'failed') return false;
    const document = state.documents.get(path) ?? documentOnDisk(repository, path);
    if (document === undefined) return false;
    const view = new View(repository, document, path, state);
    const edits = await revertEdits(view, element);
    if (edits === undefined) return false;
    const version = view.isOpen(path) ? document.version : null;
    const { applied } = await this.#client.connection.workspace.applyEdit({
      label: `Revert to ${view.release}`,
      edit: this.#client.capabilities.documentChanges
        ? { documentChanges: [{ textDocument: { uri, version }, edits: [...edits] }] }
        : { changes: { [uri]: [...edits] } },
    });
    return applied;
  }
}

function documentOnDisk(repository: RepositorySession, path: string): TextDocument | undefined {
  const text = readText(repository.root, path);
  return text === undefined ? undefined : TextDocument.create(repository.uriOf(path), 'proto', 0, text);
}

async function revertEdits(view: View, element: string | undefined): Promise<readonly TextEdit[] | undefined> {
  if (element === undefined) return revertFile(view);
  const finding = view.findings.find((found) => found.element === element);
  return finding && revertElement(view, finding, finding.fixes());
}
