import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import type { ConfigurationDiagnostics } from './configuration-diagnostics.ts';
import {
  RELEASE_SCHEME,
  type InitializationOptions,
  type LanguageSettings,
  type Requests,
} from '../server/lsp/protocol.ts';

const LANGUAGES = ['proto', 'proto3', 'protobuf'];

/** Files also match by name, because another extension may use another language id. */
const DOCUMENTS = [
  ...['file', 'untitled', RELEASE_SCHEME].flatMap(inLanguage),
  { scheme: 'file', pattern: '**/*.proto' },
];

function inLanguage(scheme: string): { scheme: string; language: string }[] {
  return LANGUAGES.map((language) => ({ scheme, language }));
}

export const SHOW_CHANGES = 'protoCompat.showChanges';

export type Baselines = NonNullable<InitializationOptions['baselines']>;

/** The client isn't started yet. */
export async function createLanguageClient(
  context: vscode.ExtensionContext,
  outputChannel: vscode.LogOutputChannel,
  baselines: Baselines,
  configuration: ConfigurationDiagnostics,
): Promise<LanguageClient> {
  // The activation finishes first, because the library takes long to load.
  await new Promise((resolve) => setImmediate(resolve));
  const { ErrorAction, LanguageClient, TransportKind } = await import('./library.ts');
  const server = {
    module: context.asAbsolutePath('dist/server.cjs'),
    // With IPC, the server may print to standard output.
    transport: TransportKind.ipc,
    // A smaller young generation saves memory.
    options: { execArgv: ['--max-semi-space-size=2'] },
  };
  const initializationOptions: InitializationOptions = {
    views: true,
    diagnosticsInHovers: true,
    commands: { changes: SHOW_CHANGES, compare: 'protoCompat.compareWithRelease' },
    baselines,
  };
  const client: LanguageClient = new LanguageClient('protoCompat', 'Proto Compat', server, {
    documentSelector: DOCUMENTS,
    outputChannel,
    initializationOptions,
    errorHandler: {
      // By default, a message that fails can stop the client.
      error: () => ({ action: ErrorAction.Continue, handled: true }),
      closed: () => restarts.closed(),
    },
    middleware: {
      handleDiagnostics: (uri, diagnostics, next) => {
        configuration.handle(uri, diagnostics, next);
      },
      workspace: {
        configuration: async (params, token, next) => {
          const answers = await next(params, token);
          return Array.isArray(answers) && hasOtherLanguageSupport(vscode.extensions.all, context.extension.id)
            ? answers.map(withoutLanguage)
            : answers;
        },
      },
    },
  });
  const restarts = client.createDefaultErrorHandler();
  return client;
}

function withoutLanguage(settings: unknown): unknown {
  if (typeof settings !== 'object' || settings === null) return settings;
  const language: LanguageSettings = {
    outline: false,
    definition: false,
    references: false,
    hover: false,
    completion: false,
  };
  return { ...settings, language };
}

/**
 * Whether another extension contributes the language and has code. An extension with only a grammar has none.
 * @internal exported for its test
 */
export function hasOtherLanguageSupport(
  extensions: readonly Pick<vscode.Extension<unknown>, 'id' | 'packageJSON'>[],
  own: string,
): boolean {
  return extensions.some(({ id, packageJSON }) => {
    // A manifest can contain anything.
    const { main, browser, contributes } = packageJSON as Partial<Record<'main' | 'browser', unknown>> & {
      readonly contributes?: { readonly languages?: unknown };
    };
    const languages: readonly unknown[] = Array.isArray(contributes?.languages) ? contributes.languages : [];
    const isProto = languages.some(
      (one) => typeof one === 'object' && one !== null && 'id' in one && LANGUAGES.includes(String(one.id)),
    );
    return id.toLowerCase() !== own.toLowerCase() && isProto && (main !== undefined || browser !== undefined);
  });
}

export function isChecked(document: vscode.TextDocument): boolean {
  return vscode.languages.match(DOCUMENTS, document) > 0;
}

/** Whether the server would check the document if it were a local file. */
export function isVirtual(document: vscode.TextDocument): boolean {
  const { scheme } = document.uri;
  return (
    !isChecked(document) &&
    vscode.workspace.fs.isWritableFileSystem(scheme) !== undefined &&
    vscode.languages.match(inLanguage(scheme), document) > 0
  );
}

export function ask<Method extends keyof Requests>(
  client: LanguageClient,
  method: Method,
  params: Requests[Method]['params'],
  token?: vscode.CancellationToken,
): Promise<Requests[Method]['result']> {
  // The library would send `undefined` as a parameter.
  return token === undefined
    ? client.sendRequest<Requests[Method]['result']>(method, params)
    : client.sendRequest<Requests[Method]['result']>(method, params, token);
}
