import { type CancellationToken, LSPErrorCodes, ResponseError } from 'vscode-languageserver/node';

import { baselineOf, isBaseline, moduleOf } from '../check/result.ts';
import { CONFIGURATION_FILE, POLICIES } from '../policy/config.ts';
import { isPrerelease, type NoBaseline } from '../release/model.ts';
import type { Client } from './client.ts';
import type { Commands } from './commands.ts';
import { configuredBy } from './configuration.ts';
import type { Documents } from './documents.ts';
import { cellOf, matrixOf, prefixOf } from './matrix.ts';
import type { ConfigurationInfo, Requests } from './protocol.ts';
import { reportOf } from './report.ts';
import { signalOf } from './cancellation.ts';
import { textsOf } from './session-state.ts';
import { summaryOf } from './status.ts';
import { releaseUri } from './uris.ts';
import { usesItems } from './uses.ts';

export class ViewRequests {
  readonly #client: Client;
  readonly #documents: Documents;
  readonly #commands: Commands;

  constructor(client: Client, documents: Documents, commands: Commands) {
    this.#client = client;
    this.#documents = documents;
    this.#commands = commands;
  }

  listen(): void {
    this.#client.onRequest('protoCompat/summary', async ({ uri }, token) => {
      const { repository, path } = await this.#documents.locate(uri);
      return summaryOf(await repository.settled(token), repository, path);
    });
    this.#client.onRequest('protoCompat/releaseOf', ({ uri }, token) => this.#releaseOf(uri, token));
    this.#client.onRequest('protoCompat/releases', async ({ uri }, token) => {
      const { repository, path } = await this.#documents.locate(uri);
      const state = await repository.settled(token);
      const current = state.kind === 'checked' ? baselineOf(state.result, path) : undefined;
      return (await repository.checker.releases()).map((release) => ({
        ...release,
        prerelease: isPrerelease(release),
        current: current !== undefined && isBaseline(current) && current.ref === release.ref,
      }));
    });
    this.#client.onRequest('protoCompat/chooseBaseline', ({ uri, ref }, token) =>
      this.#commands.chooseBaseline(uri, ref, token),
    );
    this.#client.onRequest('protoCompat/compare', async (params, token) => {
      const { repository, path } = await this.#documents.locate(params.uri);
      repository.completeWords();
      return cellOf(repository, await prefixOf(repository, path, token), path, params, token);
    });
    this.#client.onRequest('protoCompat/matrix', async (params, token) => {
      const { repository, path } = await this.#documents.locate(params.uri);
      repository.completeWords();
      return matrixOf(this.#client.connection, repository, await prefixOf(repository, path, token), params, token);
    });
    this.#client.onRequest('protoCompat/tool', async (params, token) => {
      const { runEditorTool } = await import('./tools.ts');
      return runEditorTool(params, this.#documents.workspace, this.#documents.folders, token);
    });
    this.#client.onRequest('protoCompat/configuration', ({ uri }, token) => this.#configuration(uri, token));
    this.#client.onRequest('protoCompat/report', async ({ uri }, token) => {
      const { repository, path } = await this.#documents.locate(uri);
      return reportOf(await repository.settled(token), repository, path);
    });
    this.#client.onRequest('protoCompat/uses', async ({ uri }, token) => {
      const { repository } = await this.#documents.locate(uri);
      const state = await repository.settled(token);
      if (state.kind === 'failed') return [];
      const { result } = state;
      const found = await repository.uses.find(result, result.findings, textsOf(state), signalOf(token));
      return result.findings.map((finding) => usesItems(found.get(finding), repository.root));
    });
  }

  async #releaseOf(uri: string, token: CancellationToken): Promise<Requests['protoCompat/releaseOf']['result']> {
    const { repository, path } = await this.#documents.locate(uri);
    const state = await repository.settled(token);
    if (state.kind === 'failed') return null;
    const baseline = baselineOf(state.result, path);
    if (!isBaseline(baseline)) return null;
    const file = state.result.moved.get(path) ?? path;
    if ((await repository.checker.textAt(baseline.commit, file)) === undefined) return null;
    const version = baseline.version ?? baseline.ref;
    return { uri: releaseUri({ root: repository.root, commit: baseline.commit, file }, version), version };
  }

  async #configuration(uri: string, token: CancellationToken): Promise<ConfigurationInfo> {
    const { repository } = await this.#documents.locate(uri);
    const state = await repository.settled(token);
    if (state.kind === 'failed') throw state.error;
    const { policy } = state.result;
    const { baseline } = moduleOf(state.result, '');
    if (!isBaseline(baseline) && WITHOUT_WORKING_TREE.includes(baseline.reason))
      throw new ResponseError(LSPErrorCodes.RequestFailed, `${baseline.message} ${baseline.advice}`);
    const from = await configuredBy(repository);
    return {
      uri: repository.uriOf(CONFIGURATION_FILE),
      from: from === undefined ? null : repository.uriOf(from),
      policy,
      policies: POLICIES,
    };
  }
}

/** Without a working tree, no configuration can be written. */
const WITHOUT_WORKING_TREE: readonly NoBaseline['reason'][] = [
  'no-git',
  'git-too-old',
  'not-a-repository',
  'bare-repository',
];
