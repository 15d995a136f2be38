import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { RELEASE_SCHEME, type InitializationOptions, type Requests } from '../server/lsp/protocol.ts';

/**
 * The documents that the server is told about. Several extensions name the language of `.proto` files, each in its own way, so the
 * file's name counts as well.
 */
const DOCUMENTS = [
  ...['file', 'untitled', RELEASE_SCHEME].flatMap(inLanguage),
  { scheme: 'file', pattern: '**/*.proto' },
];

function inLanguage(scheme: string): { scheme: string; language: string }[] {
  return ['proto', 'proto3', 'protobuf'].map((language) => ({ scheme, language }));
}

/** The command of code lenses: `[uri: string]`, which it leaves aside, for the tree shows every repository. */
export const SHOW_CHANGES = 'protoCompat.showChanges';

/** The baselines that the user has chosen. */
export type Baselines = NonNullable<InitializationOptions['baselines']>;

/** A client that is not started yet. Its server speaks over IPC, so nothing that it prints can disturb the conversation. */
export async function createLanguageClient(
  context: vscode.ExtensionContext,
  outputChannel: vscode.LogOutputChannel,
  baselines: Baselines,
): Promise<LanguageClient> {
  // Most of what there is to load. VS Code waits for the extension to be active, and then this has its turn.
  await new Promise((resolve) => setImmediate(resolve));
  const { LanguageClient, TransportKind } = await import('vscode-languageclient/node');
  const server = {
    module: context.asAbsolutePath('dist/server.cjs'),
    transport: TransportKind.ipc,
    // What a keystroke leaves behind is collected sooner: a fifth of the memory less, and no slower.
    options: { execArgv: ['--max-semi-space-size=2'] },
  };
  const initializationOptions: InitializationOptions = {
    views: true,
    diagnosticsInHovers: true,
    commands: { changes: SHOW_CHANGES, compare: 'protoCompat.compareWithRelease' },
    baselines,
  };
  return new LanguageClient('protoCompat', 'Proto Compat', server, {
    documentSelector: DOCUMENTS,
    outputChannel,
    initializationOptions,
  });
}

/** Whether the server knows this document. */
export function isChecked(document: vscode.TextDocument): boolean {
  return vscode.languages.match(DOCUMENTS, document) > 0;
}

/** Whether it would be checked if it were a file of this machine: it is in a virtual workspace, in which one can write. */
export function isVirtual(document: vscode.TextDocument): boolean {
  const { scheme } = document.uri;
  return (
    !isChecked(document) &&
    vscode.workspace.fs.isWritableFileSystem(scheme) !== undefined &&
    vscode.languages.match(inLanguage(scheme), document) > 0
  );
}

/** One of the server's own requests. */
export function ask<Method extends keyof Requests>(
  client: LanguageClient,
  method: Method,
  params: Requests[Method]['params'],
  token?: vscode.CancellationToken,
): Promise<Requests[Method]['result']> {
  // A token that is not there would be sent as a parameter.
  return token === undefined
    ? client.sendRequest<Requests[Method]['result']>(method, params)
    : client.sendRequest<Requests[Method]['result']>(method, params, token);
}
